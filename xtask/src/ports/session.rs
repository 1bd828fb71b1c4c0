//! One run of a program: its input, what it prints, how it ends.

use super::harness::PATIENCE;
use anyhow::{Context, Result, bail, ensure};
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A running program that is talked to. Dropping it ends the program.
pub struct Session {
    child: Child,
    input: Option<ChildStdin>,
    output: Arc<Mutex<Vec<u8>>>,
    messages: Arc<Mutex<Vec<u8>>>,
    news: Arc<News>,
    readers: Vec<std::thread::JoinHandle<()>>,
    started: Instant,
}

/// What a run left behind.
pub struct Ended {
    pub success: bool,
    /// Its exit status; none if a signal ended it.
    pub code: Option<i32>,
    pub output: Vec<u8>,
    pub messages: String,
    pub took: Duration,
}

impl Session {
    /// Starts `command`, collecting what it prints.
    pub fn start(command: &mut Command, input: Stdio) -> Result<Self> {
        let started = Instant::now();
        let mut child = command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let (output, messages, news) = (Arc::default(), Arc::default(), Arc::default());
        let readers = vec![
            collect(child.stdout.take(), &output, &news),
            collect(child.stderr.take(), &messages, &news),
        ];
        Ok(Self {
            input: child.stdin.take(),
            child,
            output,
            messages,
            news,
            readers,
            started,
        })
    }

    /// Writes to its standard input.
    pub fn say(&mut self, data: &[u8]) -> Result<()> {
        let input = self.input.as_mut().context("its input is closed")?;
        input.write_all(data).context("it does not read its input")
    }

    /// Closes its standard input.
    pub fn hush(&mut self) {
        self.input = None;
    }

    /// Its process number, for signals.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, by its name without SIG.
    pub fn signal(&self, name: &str) -> Result<()> {
        let id = self.id().to_string();
        crate::cmd::run(Command::new("kill").args(["-s", name, &id]))
    }

    /// How many bytes it has printed.
    pub fn printed(&self) -> usize {
        locked(&self.output).len()
    }

    /// The lines that it has printed, once there are so many.
    pub fn wait_for_lines(&mut self, count: usize) -> Result<Vec<String>> {
        self.wait_until(&format!("print {count} lines"), |s| {
            let output = String::from_utf8_lossy(&locked(&s.output)).into_owned();
            let complete = output
                .split_inclusive('\n')
                .filter(|line| line.ends_with('\n'));
            let lines: Vec<String> = complete.map(str::to_owned).collect();
            (lines.len() >= count).then_some(lines)
        })
    }

    /// Waits until it has printed `text`.
    pub fn wait_for_output(&mut self, text: &str) -> Result<()> {
        self.wait_until(&format!("print {text:?}"), |s| {
            let output = locked(&s.output);
            let found = output.windows(text.len()).any(|w| w == text.as_bytes());
            found.then_some(())
        })
    }

    /// Waits until its messages hold `text`.
    pub fn wait_for_message(&mut self, text: &str) -> Result<()> {
        self.wait_until(&format!("say {text:?}"), |s| {
            s.said().contains(text).then_some(())
        })
    }

    /// What it has written to its standard error so far.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&locked(&self.messages)).into_owned()
    }

    /// Waits until `look` finds something. Looks when something was printed, hardly ever else: what is
    /// measured meanwhile is not to be disturbed.
    pub fn wait_until<T>(&mut self, what: &str, look: impl Fn(&Self) -> Option<T>) -> Result<T> {
        let start = Instant::now();
        loop {
            let known = self.news.count();
            let ended = self.child.try_wait()?;
            if let Some(found) = look(self) {
                return Ok(found);
            }
            if ended.is_some() {
                // What it wrote last may still be on its way through the pipe.
                self.drain();
                if let Some(found) = look(self) {
                    return Ok(found);
                }
                bail!("it ended before it would {what}; it said:\n{}", self.said());
            }
            if start.elapsed() > PATIENCE {
                let seconds = PATIENCE.as_secs();
                bail!(
                    "it did not {what} within {seconds} s; it said:\n{}",
                    self.said()
                );
            }
            self.news.wait(known);
        }
    }

    fn drain(&mut self) {
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
    }

    /// Waits until it ends by itself.
    pub fn wait(mut self) -> Result<Ended> {
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if self.started.elapsed() > PATIENCE {
                bail!("it did not end; it said:\n{}", self.said());
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let took = self.started.elapsed();
        self.drain();
        Ok(Ended {
            success: status.success(),
            code: status.code(),
            output: std::mem::take(&mut locked(&self.output)),
            messages: self.said(),
            took,
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// Fails unless it ended with the given success and `text` is in its messages.
    pub fn expect(&self, success: bool, text: &str) -> Result<()> {
        ensure!(
            self.messages.contains(text),
            "it should have said {text:?}, but said:\n{}",
            self.messages
        );
        let how = if success { "success" } else { "failure" };
        ensure!(
            self.success == success,
            "it should have ended with {how}; it said:\n{}",
            self.messages
        );
        Ok(())
    }
}

/// Counts what was printed, and the ends of both streams.
#[derive(Default)]
struct News(Mutex<u64>, Condvar);

/// A program may close its streams and end later, which makes no news.
const WITHOUT_NEWS: Duration = Duration::from_millis(250);

impl News {
    fn count(&self) -> u64 {
        *locked(&self.0)
    }

    fn tell(&self) {
        *locked(&self.0) += 1;
        self.1.notify_all();
    }

    fn wait(&self, known: u64) {
        let count = locked(&self.0);
        let waited = self
            .1
            .wait_timeout_while(count, WITHOUT_NEWS, |count| *count == known);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn collect(
    stream: Option<impl Read + Send + 'static>,
    into: &Arc<Mutex<Vec<u8>>>,
    news: &Arc<News>,
) -> std::thread::JoinHandle<()> {
    let (into, news) = (Arc::clone(into), Arc::clone(news));
    std::thread::spawn(move || {
        let mut piece = vec![0; 65_536];
        if let Some(mut stream) = stream {
            while let Ok(n @ 1..) = stream.read(&mut piece) {
                locked(&into).extend_from_slice(&piece[..n]);
                news.tell();
            }
        }
        news.tell();
    })
}
