//! Measures one subject once.

use super::cases::{Case, Compiled, Side, Subject, Unit, Work};
use super::programs::Programs;
use super::results::{Sample, Spread};
use super::services::Services;
use crate::ports::{Session, cpu_time};
use anyhow::{Context, Result, bail, ensure};
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
    /// In how many parts, with other programs' in between.
    pub turns: u32,
    /// After how many of these all programs are started anew.
    pub turns_a_start: u32,
    /// How often a program is started, for the time that takes.
    pub starts: usize,
    /// How long an idle server is watched.
    pub idle: Duration,
    /// No more idle connections than this.
    pub most_idle: usize,
}

impl Pace {
    /// A machine that others use, too, changes its pace from second to second, and faster: many short
    /// rounds by short turns show more than few long ones. And the same program, started twice, may run
    /// at paces that differ by a sixth, for as long as it runs: so it is started several times a round.
    pub const FULL: Self = Self {
        warm: Duration::from_millis(360),
        time: Duration::from_millis(840),
        least: 10,
        turns: 12,
        turns_a_start: 4,
        starts: 5,
        idle: Duration::from_secs(2),
        most_idle: usize::MAX,
    };
    pub const QUICK: Self = Self {
        warm: Duration::from_millis(100),
        time: Duration::from_millis(350),
        turns: 5,
        turns_a_start: 5,
        starts: 4,
        idle: Duration::from_secs(3),
        ..Self::FULL
    };
    /// Nothing is timed: only that all of it works.
    pub const SMOKE: Self = Self {
        warm: Duration::ZERO,
        time: Duration::ZERO,
        least: 50,
        turns: 1,
        turns_a_start: 1,
        starts: 1,
        idle: Duration::ZERO,
        most_idle: 300,
    };
}

/// What `benches/load.c` prints.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Found {
    operations: u64,
    bytes: u64,
    nanoseconds: u64,
    server: u64,
    p50: u64,
    p99: u64,
}

impl Found {
    fn read(line: &str) -> Result<Self> {
        let found: Self = serde_json::from_str(line)?;
        ensure!(found.operations > 0, "the load generator did nothing");
        Ok(found)
    }
}

/// A server, and its load generator, which waits for its turns.
struct Waiting {
    server: Running,
    load: Session,
    /// How many it has had.
    turns: usize,
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
            Work::Load { .. } => bail!("it is measured by turns with others"),
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
                self.load(&broker, &load.collect::<Vec<_>>(), case.unit)
            }
        };
        sample.with_context(|| format!("{}, {}", case.id, subject.key))
    }

    /// Measures all subjects of a case, all of them [`Work::Load`], by turns: whatever the machine does
    /// meanwhile, it does to all. They take their turns in another order each time, because what one leaves
    /// behind the next one finds. The samples are in the subjects' order.
    pub fn measure_by_turns(&self, case: &Case, round: usize) -> Result<Vec<Sample>> {
        let count = case.subjects.len();
        let context = |at: usize| format!("{}, {}", case.id, case.subjects[at].key);
        let mut found = vec![Vec::new(); count];
        let mut order: Vec<usize> = (0..count).collect();
        let mut random = fastrand::Rng::with_seed(round as u64);
        let mut waiting = Vec::with_capacity(count);
        for turn in 0..self.pace.turns {
            if turn.is_multiple_of(self.pace.turns_a_start) {
                waiting.clear();
                for (at, subject) in case.subjects.iter().enumerate() {
                    waiting.push(self.wait_for_turns(subject).with_context(|| context(at))?);
                }
            }
            random.shuffle(&mut order);
            for &at in &order {
                found[at].push(waiting[at].turn().with_context(|| context(at))?);
            }
        }
        let samples = found.iter().map(|turns| sample(turns, case.unit));
        Ok(samples.collect())
    }

    fn wait_for_turns(&self, subject: &Subject) -> Result<Waiting> {
        let Work::Load {
            server,
            environment,
            load,
        } = &subject.work
        else {
            bail!("it has no load");
        };
        let mut command = self.programs.server(subject.side, environment);
        command.args(server);
        let server = Running::start(command)?;
        let mut command = self.load_command(&server, load, self.pace.turns);
        let load = Session::start(command.arg("slices=1"), Stdio::piped())?;
        Ok(Waiting {
            server,
            load,
            turns: 0,
        })
    }

    /// The load generator's command for one of so many turns.
    fn load_command(&self, server: &Running, words: &[String], turns: u32) -> Command {
        let mut load = Command::new(&self.programs.load);
        load.arg(&words[0]).arg(server.port.to_string());
        load.args(words[1..].iter().map(|word| self.limited(word)));
        load.arg(format!("warm={}", (self.pace.warm / turns).as_millis()));
        load.arg(format!("time={}", (self.pace.time / turns).as_millis()));
        load.arg(format!("least={}", self.pace.least));
        load.arg(format!("pid={}", server.session.id()));
        load
    }

    fn load(&self, server: &Running, words: &[String], unit: Unit) -> Result<Sample> {
        let mut load = self.load_command(server, words, 1);
        let ended = Session::start(&mut load, Stdio::null())?.wait()?;
        ensure!(
            ended.success,
            "the load generator says: {}\nand the server: {}",
            ended.messages.trim(),
            server.session.said().trim()
        );
        let found = Found::read(&String::from_utf8_lossy(&ended.output))?;
        Ok(sample(&[found], unit))
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
        let spread = Spread::of(times).context("it was not started at all")?;
        Ok(plain(spread.median))
    }
}

impl Waiting {
    /// Has the load generator measure once.
    fn turn(&mut self) -> Result<Found> {
        self.load.say(b"\n")?;
        self.turns += 1;
        let lines = self.load.wait_for_lines(self.turns);
        let lines =
            lines.with_context(|| format!("the server said: {}", self.server.session.said()))?;
        Found::read(&lines[self.turns - 1])
    }
}

/// What all turns together come to; latencies are medians of theirs.
fn sample(turns: &[Found], unit: Unit) -> Sample {
    let sum = |of: fn(&Found) -> u64| turns.iter().map(of).sum::<u64>() as f64;
    let seconds = sum(|found| found.nanoseconds).max(1.0) / 1e9;
    // The processor time that the server used is told for each operation, or each megabyte.
    let (counted, each) = match unit {
        Unit::BytesPerSecond => (sum(|found| found.bytes), sum(|found| found.bytes) / 1e6),
        _ => (sum(|found| found.operations), sum(|found| found.operations)),
    };
    let microseconds = |time: f64| (time > 0.0).then_some(time / 1000.0);
    let median = |of: fn(&Found) -> u64| {
        let times = turns.iter().map(|found| of(found) as f64);
        Spread::of(times).and_then(|spread| microseconds(spread.median))
    };
    Sample {
        value: counted / seconds,
        p50: median(|found| found.p50),
        p99: median(|found| found.p99),
        server: microseconds(sum(|found| found.server)).map(|time| time / each.max(1e-9)),
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
