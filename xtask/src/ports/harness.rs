//! What the end-to-end tests of ports share: a server that is started, listened to, and stopped.

use anyhow::{Context, Result, bail};
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long anything may take before it counts as failed. Generous: machines differ.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A port number on 127.0.0.1 that nobody uses at the moment, for programs that cannot choose.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?.port())
}

/// Does one part of a test and reports it; its error begins with what it was about.
pub fn step(what: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let start = Instant::now();
    work().with_context(|| what.to_owned())?;
    println!("  ok  {what} ({:.1} s)", start.elapsed().as_secs_f32());
    Ok(())
}

/// Asks `look` until it finds something.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    let mut pause = Duration::from_micros(100);
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if start.elapsed() > PATIENCE {
            bail!("waited {} s in vain for {what}", PATIENCE.as_secs());
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// The processor time that a process has used so far.
pub fn cpu_time(id: u32) -> Result<Duration> {
    let file = format!("/proc/{id}/stat");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
    // The second field is the program's name in brackets, and may hold anything.
    let fields = text.rsplit_once(')').context("/proc has an odd format")?.1;
    let ticks: Vec<u64> = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .flat_map(str::parse)
        .collect();
    // USER_HZ is 100 on every Linux that Rust's tier 1 covers.
    Ok(Duration::from_millis(ticks.iter().sum::<u64>() * 10))
}

/// Makes sure that a process which has nothing to do uses less than 1 % of a processor.
pub fn idles(id: u32) -> Result<()> {
    const WATCHED: Duration = Duration::from_secs(8);
    let mut used = Duration::ZERO;
    // Again if need be: at first the host may still be busy, writing its compilation cache.
    for _ in 0..3 {
        let before = cpu_time(id)?;
        std::thread::sleep(WATCHED);
        used = cpu_time(id)? - before;
        if used < WATCHED / 100 {
            return Ok(());
        }
    }
    bail!("it used {used:?} of processor time in {WATCHED:?} of idling");
}

/// A running program. Dropping it ends the program.
pub struct Server {
    child: Child,
    name: String,
    log: Arc<Mutex<Vec<u8>>>,
}

impl Server {
    /// Starts `command` with its output collected.
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let log = Arc::new(Mutex::new(Vec::new()));
        collect(child.stdout.take(), &log);
        collect(child.stderr.take(), &log);
        Ok(Self { child, name, log })
    }

    /// Waits until the server accepts TCP connections on 127.0.0.1.
    pub fn wait_for_port(&mut self, port: u16) -> Result<()> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        self.wait_until(&format!("listen on port {port}"), |_| {
            TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
        })
    }

    /// Waits until the output holds `text`.
    pub fn wait_for_output(&mut self, text: &str) -> Result<()> {
        self.wait_until(&format!("say {text:?}"), |log| log.contains(text))
    }

    fn wait_until(&mut self, what: &str, done: impl Fn(&str) -> bool) -> Result<()> {
        let start = Instant::now();
        loop {
            if done(&self.output()) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!(
                    "{} ended ({status}) before it would {what}; it said:\n{}",
                    self.name,
                    self.output()
                );
            }
            if start.elapsed() > PATIENCE {
                bail!("{} did not {what}; it said:\n{}", self.name, self.output());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the program ends by itself.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if start.elapsed() > PATIENCE {
                bail!("{} did not end; it said:\n{}", self.name, self.output());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Whether the program is still running.
    pub fn is_alive(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Its process number, for signals.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// All that the program has printed.
    pub fn output(&self) -> String {
        let log = self
            .log
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        String::from_utf8_lossy(&log).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(stream: Option<impl Read + Send + 'static>, log: &Arc<Mutex<Vec<u8>>>) {
    let Some(mut stream) = stream else { return };
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(n @ 1..) = stream.read(&mut piece) {
            log.lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner())
                .extend_from_slice(&piece[..n]);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_ends_early_is_reported_with_its_words() {
        let mut server =
            Server::start(Command::new("sh").args(["-c", "echo no luck >&2; exit 3"])).unwrap();
        let error = server.wait_for_port(1).unwrap_err().to_string();
        assert!(error.contains("ended (exit status: 3)"), "{error}");
    }

    #[test]
    fn processor_time_is_measured() {
        let start = Instant::now();
        let before = cpu_time(std::process::id()).unwrap();
        while cpu_time(std::process::id()).unwrap() < before + Duration::from_millis(50) {
            assert!(start.elapsed() < PATIENCE);
        }
    }

    #[test]
    fn output_is_collected_and_dropping_ends_the_program() {
        let mut server =
            Server::start(Command::new("sh").args(["-c", "echo ready; exec sleep 1000"])).unwrap();
        server.wait_for_output("ready\n").unwrap();
        assert!(server.is_alive().unwrap());
        let id = server.id();
        drop(server);
        assert!(!std::path::Path::new(&format!("/proc/{id}/exe")).exists());
    }
}
