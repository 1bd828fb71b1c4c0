//! Foreign programs under load: Debian's, which run natively, and the ports of the same versions.

use super::cases::{Case, Side, Work};
use super::measure::Running;
use super::results::{self, Sample};
use crate::ports::{self, Port, Session, client, free_port, wait_for};
use crate::{paths, ui};
use anyhow::{Context, Result, bail, ensure};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What web servers serve.
const PAGE: &str = "page.html";
const PAGE_SIZE: usize = 1024;

/// The ports that could be built.
#[derive(Debug, Default)]
pub struct Services {
    ports: Vec<(&'static str, Port)>,
}

/// The recipe whose program a case needs.
fn needed(case: &Case) -> Option<&'static str> {
    match case.subjects.first()?.work {
        Work::Http(name) => Some(name),
        Work::Mqtt => Some("mosquitto"),
        Work::Dns => Some("unbound"),
        _ => None,
    }
}

impl Services {
    /// Builds what the cases need, and drops those whose programs cannot be had here.
    pub fn prepare(cases: &mut Vec<Case>) -> Self {
        let mut services = Self::default();
        cases.retain(|case| {
            let Some(name) = needed(case) else {
                return true;
            };
            let prepared = native(name).and_then(|_| ports::prepare(name, None));
            match prepared {
                Ok(port) => services.ports.push((name, port)),
                Err(error) => {
                    ui::note(format!("{} is left out: {error:#}", case.id));
                    return false;
                }
            }
            true
        });
        services
    }

    fn program(&self, name: &'static str, side: Side) -> Result<Command> {
        if side == Side::Native {
            return native(name);
        }
        let port = self.ports.iter().find(|(port, _)| *port == name);
        let (_, port) = port.with_context(|| format!("{name} has not been built"))?;
        // The broker is built twice; on Linux it uses epoll.
        let program = if name == "mosquitto" {
            "epoll/src/mosquitto"
        } else {
            name
        };
        let mut command = Command::new(port.program(program)?);
        command.env("WPS_RUN_FLAGS", "--dir /dev");
        Ok(command)
    }

    /// Starts a web server on a folder of its own and lets wrk ask it.
    pub fn http(&self, name: &'static str, side: Side, time: Duration) -> Result<Sample> {
        let folder = scratch(&format!("{name}-{side:?}"))?;
        for sub in ["html", "logs", "tmp"] {
            std::fs::create_dir_all(folder.join(sub))?;
        }
        std::fs::write(folder.join("html").join(PAGE), "x".repeat(PAGE_SIZE))?;
        let port = free_port()?;
        let mut command = self.program(name, side)?;
        match name {
            "lighttpd" => lighttpd(&mut command, &folder, port)?,
            "nginx" => nginx(&mut command, &folder, port)?,
            other => bail!("{other} is no web server"),
        }
        let _server = started(command.current_dir(&folder), port)?;
        wrk(&format!("http://127.0.0.1:{port}/{PAGE}"), time)
    }

    /// Starts unbound with an answer of its own and lets dnsperf ask for it.
    pub fn dns(&self, side: Side, time: Duration) -> Result<Sample> {
        let folder = scratch(&format!("unbound-{side:?}"))?;
        let port = free_port()?;
        let text = format!(
            "server:
  interface: 127.0.0.1@{port}
  num-threads: 1
  do-daemonize: no
  chroot: \"\"
  username: \"\"
  directory: \".\"
  pidfile: \"\"
  use-syslog: no
  logfile: \"\"
  local-zone: \"bench.test.\" static
  local-data: \"www.bench.test. A 192.0.2.1\"
remote-control:
  control-enable: no
"
        );
        std::fs::write(folder.join("unbound.conf"), text)?;
        std::fs::write(folder.join("questions"), "www.bench.test A\n")?;
        let mut command = self.program("unbound", side)?;
        command
            .args(["-d", "-c", "unbound.conf"])
            .current_dir(&folder);
        // It listens on both.
        let _server = started(&mut command, port)?;
        dnsperf(&folder.join("questions"), port, time)
    }

    /// Starts a broker.
    pub fn broker(&self, side: Side) -> Result<Running> {
        let folder = scratch(&format!("mosquitto-{side:?}"))?;
        let port = free_port()?;
        // It would change to a user of its own, who need not be there.
        let user = if side == Side::Native {
            "user root\n"
        } else {
            ""
        };
        let text = format!(
            "listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nlog_type none\n{user}"
        );
        std::fs::write(folder.join("mosquitto.conf"), text)?;
        let mut command = self.program("mosquitto", side)?;
        command.args(["-c", "mosquitto.conf"]).current_dir(&folder);
        started(&mut command, port)
    }
}

/// Debian's program.
fn native(name: &str) -> Result<Command> {
    client(name, name)
}

fn scratch(name: &str) -> Result<PathBuf> {
    let folder = results::folder().join(name);
    paths::remove_folder(&folder)?;
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn started(command: &mut Command, port: u16) -> Result<Running> {
    let session = Session::start(command, Stdio::null())?;
    wait_for("the server to listen", || {
        Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok())
    })
    .with_context(|| format!("it says: {}", session.said()))?;
    Ok(Running { session, port })
}

fn lighttpd(command: &mut Command, folder: &Path, port: u16) -> Result<()> {
    let text = format!(
        r#"server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{folder}/html"
server.errorlog = "{folder}/logs/error.log"
server.event-handler = "linux-sysepoll"
server.max-connections = 1024
server.max-keep-alive-requests = 100000000
mimetype.assign = (".html" => "text/html")
server.modules = ("mod_staticfile")
"#,
        folder = folder.display()
    );
    std::fs::write(folder.join("lighttpd.conf"), text)?;
    command.args(["-D", "-f", "lighttpd.conf"]);
    // Debian's finds its modules beside itself, wherever it was unpacked.
    let beside = Path::new(command.get_program())
        .parent()
        .and_then(Path::parent);
    let modules = beside
        .map(|usr| usr.join("lib/lighttpd"))
        .filter(|dir| dir.is_dir());
    if let Some(modules) = modules {
        command.arg("-m").arg(modules);
    }
    Ok(())
}

fn nginx(command: &mut Command, folder: &Path, port: u16) -> Result<()> {
    let text = format!(
        "master_process off;
daemon off;
pid logs/nginx.pid;
error_log logs/error.log crit;
events {{ use epoll; worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  client_body_temp_path tmp/body;
  proxy_temp_path tmp/proxy;
  fastcgi_temp_path tmp/fastcgi;
  uwsgi_temp_path tmp/uwsgi;
  scgi_temp_path tmp/scgi;
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    root html;
  }}
}}
"
    );
    std::fs::write(folder.join("nginx.conf"), text)?;
    command.args(["-e", "logs/error.log", "-p", ".", "-c", "nginx.conf"]);
    Ok(())
}

/// wrk with one thread, so that it leaves processors to the server.
fn wrk(url: &str, time: Duration) -> Result<Sample> {
    let seconds = whole_seconds(time);
    let mut wrk = client("wrk", "wrk")?;
    wrk.args(["-t1", "-c32", "--latency", &format!("-d{seconds}s"), url]);
    let ended = Session::start(&mut wrk, Stdio::null())?.wait()?;
    let text = String::from_utf8_lossy(&ended.output);
    let bad = text.contains("Socket errors") || text.contains("Non-2xx");
    ensure!(
        ended.success && !bad,
        "wrk found errors:\n{text}{}",
        ended.messages
    );
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
        line.with_context(|| format!("wrk does not tell {name}:\n{text}"))
    };
    Ok(Sample {
        value: field("Requests/sec:")?.trim().parse()?,
        p50: Some(microseconds(field("50%")?)?),
        p99: Some(microseconds(field("99%")?)?),
        server: None,
    })
}

/// dnsperf with one thread. Every question must be answered.
fn dnsperf(questions: &Path, port: u16, time: Duration) -> Result<Sample> {
    let seconds = whole_seconds(time);
    let mut dnsperf = client("dnsperf", "dnsperf")?;
    dnsperf.args([
        "-s",
        "127.0.0.1",
        "-p",
        &port.to_string(),
        "-T",
        "1",
        "-c",
        "4",
        "-q",
        "32",
    ]);
    dnsperf
        .args(["-t", "100", "-l", &seconds.to_string(), "-d"])
        .arg(questions);
    let ended = Session::start(&mut dnsperf, Stdio::null())?.wait()?;
    let text = String::from_utf8_lossy(&ended.output);
    let field = |name: &str| {
        let rest = text
            .split_once(name)
            .map(|(_, rest)| rest.split_whitespace().next());
        let word = rest
            .flatten()
            .with_context(|| format!("dnsperf does not tell {name}:\n{text}"));
        Ok::<f64, anyhow::Error>(word?.parse()?)
    };
    let (sent, done) = (field("Queries sent:")?, field("Queries completed:")?);
    let good = text.contains("NOERROR") && sent == done;
    ensure!(
        ended.success && good,
        "dnsperf found errors:\n{text}{}",
        ended.messages
    );
    Ok(Sample {
        value: field("Queries per second:")?,
        ..Sample::default()
    })
}

/// wrk and dnsperf count in whole seconds.
fn whole_seconds(time: Duration) -> u64 {
    time.as_millis().div_ceil(1000).max(1) as u64
}

/// wrk's times: a number and a unit.
fn microseconds(text: &str) -> Result<f64> {
    let text = text.trim();
    let units = [("us", 1.0), ("ms", 1e3), ("s", 1e6), ("m", 6e7)];
    let found = units.iter().find_map(|(unit, factor)| {
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(number * factor)
    });
    found.with_context(|| format!("{text:?} is no time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_of_wrk_are_understood() {
        assert_eq!(microseconds("  431.00us").unwrap(), 431.0);
        assert_eq!(microseconds("1.50ms").unwrap(), 1500.0);
        assert_eq!(microseconds("2.00s").unwrap(), 2e6);
        assert!(microseconds("fast").is_err());
    }
}
