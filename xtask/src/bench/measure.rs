//! Measures one subject once.

use super::cases::{Case, Compiled, Side, Subject, Unit, Work};
use super::programs::Programs;
use super::results::Sample;
use super::services::Services;
use crate::ports::{Session, cpu_time};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Before measuring.
    pub warm: Duration,
    pub time: Duration,
    /// Go on until there were so many operations.
    pub least: u64,
    /// How often a program is started, for the time that takes.
    pub starts: usize,
    /// How long an idle server is watched.
    pub idle: Duration,
    /// No more idle connections than this.
    pub most_idle: usize,
}

impl Pace {
    /// A machine that others use, too, changes its pace from second to second: many short rounds show
    /// more than few long ones.
    pub const FULL: Self = Self {
        warm: Duration::from_millis(250),
        time: Duration::from_millis(450),
        least: 10,
        starts: 5,
        idle: Duration::from_secs(2),
        most_idle: usize::MAX,
    };
    pub const QUICK: Self = Self {
        warm: Duration::from_millis(100),
        time: Duration::from_millis(350),
        starts: 4,
        idle: Duration::from_secs(3),
        ..Self::FULL
    };
    /// Nothing is timed: only that all of it works.
    pub const SMOKE: Self = Self {
        warm: Duration::ZERO,
        time: Duration::ZERO,
        least: 50,
        starts: 1,
        idle: Duration::ZERO,
        most_idle: 300,
    };
}

/// What `benches/load.c` prints.
#[derive(Debug, Deserialize)]
struct Found {
    operations: u64,
    bytes: u64,
    nanoseconds: u64,
    server: u64,
    p50: u64,
    p99: u64,
}

/// Measures programs, at one pace.
pub struct Meter<'a> {
    pub programs: &'a Programs,
    pub services: &'a Services,
    pub pace: Pace,
}

impl Meter<'_> {
    /// Measures `subject` of `case` once.
    pub fn measure(&self, case: &Case, subject: &Subject) -> Result<Sample> {
        let sample = match &subject.work {
            Work::Load {
                server,
                environment,
                load,
            } => {
                let mut command = self.programs.server(subject.side, environment);
                command.args(server);
                let server = Running::start(command)?;
                self.load(&server, load, case)
            }
            Work::Idle {
                looping,
                connections,
            } => self.idle(subject.side, looping, *connections),
            Work::Start(compiled) => self.start(subject.side, *compiled),
            Work::Size(source) => {
                let size = self.programs.size(subject.side, source)?;
                Ok(plain(size as f64))
            }
            Work::Http(name) => self.services.http(name, subject.side, self.pace.time),
            Work::Dns => self.services.dns(subject.side, self.pace.time),
            Work::Mqtt => {
                let broker = self.services.broker(subject.side)?;
                let load = "mqtt busy=50 size=64".split(' ').map(str::to_owned);
                self.load(&broker, &load.collect::<Vec<_>>(), case)
            }
        };
        sample.with_context(|| format!("{}, {}", case.id, subject.key))
    }

    fn load(&self, server: &Running, words: &[String], case: &Case) -> Result<Sample> {
        let mut load = Command::new(&self.programs.load);
        load.arg(&words[0]).arg(server.port.to_string());
        load.args(words[1..].iter().map(|word| self.limited(word)));
        load.arg(format!("warm={}", self.pace.warm.as_millis()));
        load.arg(format!("time={}", self.pace.time.as_millis()));
        load.arg(format!("least={}", self.pace.least));
        load.arg(format!("pid={}", server.session.id()));
        let ended = Session::start(&mut load, Stdio::null())?.wait()?;
        ensure!(
            ended.success,
            "the load generator says: {}\nand the server: {}",
            ended.messages.trim(),
            server.session.said().trim()
        );
        let found: Found = serde_json::from_slice(&ended.output)?;
        ensure!(found.operations > 0, "the load generator did nothing");
        let seconds = Duration::from_nanos(found.nanoseconds.max(1)).as_secs_f64();
        // The processor time that the server used is told for each operation, or each megabyte.
        let (counted, each) = match case.unit {
            Unit::BytesPerSecond => (found.bytes, found.bytes as f64 / 1e6),
            _ => (found.operations, found.operations as f64),
        };
        let microseconds = |time: u64| (time > 0).then(|| time as f64 / 1000.0);
        Ok(Sample {
            value: counted as f64 / seconds,
            p50: microseconds(found.p50),
            p99: microseconds(found.p99),
            server: microseconds(found.server).map(|time| time / each.max(1e-9)),
        })
    }

    /// An argument of the load generator, with no more idle connections than this pace wants.
    fn limited(&self, word: &str) -> String {
        match word.strip_prefix("idle=").map(str::parse::<usize>) {
            Some(Ok(count)) => format!("idle={}", count.min(self.pace.most_idle)),
            _ => word.to_owned(),
        }
    }

    fn idle(&self, side: Side, looping: &str, connections: usize) -> Result<Sample> {
        let mut command = self.programs.server(side, &[]);
        command.args(["echo", looping]);
        let server = Running::start(command)?;
        let connections = connections.min(self.pace.most_idle);
        let mut load = Command::new(&self.programs.load);
        load.args([
            "hold",
            &server.port.to_string(),
            &format!("idle={connections}"),
        ]);
        let mut holding = Session::start(&mut load, Stdio::piped())?;
        holding.wait_for_message("held\n")?;
        // What the last exchange left to do.
        std::thread::sleep(self.pace.idle / 4);
        let (before, start) = (processor_time(server.session.id())?, Instant::now());
        std::thread::sleep(self.pace.idle);
        let used = processor_time(server.session.id())?.saturating_sub(before);
        let watched = start.elapsed().as_secs_f64().max(1e-9);
        holding.hush();
        ensure!(holding.wait()?.success, "the load generator failed");
        Ok(plain(100.0 * used.as_secs_f64() / watched))
    }

    fn start(&self, side: Side, compiled: Compiled) -> Result<Sample> {
        let once = || -> Result<f64> {
            let start = Instant::now();
            let output = self
                .programs
                .hello(side, compiled)
                .stdin(Stdio::null())
                .output()?;
            let took = start.elapsed();
            ensure!(
                output.status.success() && output.stdout == b"hello\n",
                "it did not say hello: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            Ok(took.as_secs_f64() * 1000.0)
        };
        // Once for the caches, the host's and the system's.
        once()?;
        // Compiling takes long, and so varies little.
        let compiles = compiled == Compiled::AtStart;
        let starts = if compiles {
            self.pace.starts.div_ceil(4)
        } else {
            self.pace.starts
        };
        let times = (0..starts).map(|_| once()).collect::<Result<Vec<_>>>()?;
        let spread = super::results::Spread::of(times).context("it was not started at all")?;
        Ok(plain(spread.median))
    }
}

fn plain(value: f64) -> Sample {
    Sample {
        value,
        ..Sample::default()
    }
}

/// The processor time of all threads of a process, from the scheduler's own account where there is
/// one: the usual one counts in hundredths of a second.
fn processor_time(id: u32) -> Result<Duration> {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task"))?;
    let files: Vec<PathBuf> = tasks
        .flatten()
        .map(|task| task.path().join("schedstat"))
        .collect();
    let times = files.iter().map(|file| {
        let text = std::fs::read_to_string(file).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    let total: Option<u64> = times.sum();
    total.map_or_else(
        || cpu_time(id),
        |nanoseconds| Ok(Duration::from_nanos(nanoseconds)),
    )
}

/// A server that can be reached. Dropping it ends the program.
pub struct Running {
    pub session: Session,
    pub port: u16,
}

impl Running {
    /// Starts a server that says its port.
    fn start(mut command: Command) -> Result<Self> {
        let mut session = Session::start(&mut command, Stdio::null())?;
        let port = session.wait_until("tell its port", |session| {
            let said = session.said();
            said.lines()
                .find_map(|line| line.strip_prefix("port ")?.parse().ok())
        })?;
        Ok(Self { session, port })
    }
}
