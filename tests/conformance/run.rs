//! Runs one program to its end and collects what it says about its subtests.

use crate::compile::{command, workspace};
use crate::peer::Peer;
use crate::programs::{Program, Variant};
use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How a subtest ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    Failed(String),
    /// Known difference between Linux and the host, by its id.
    Skipped(String),
}

/// What a program said: an outcome for each subtest, in any order, and complaints about the rest.
#[derive(Debug, Default)]
pub struct Results {
    pub outcomes: HashMap<String, Outcome>,
    pub complaints: Vec<String>,
}

/// How long a program may go without starting its next subtest. A host call under jco costs about
/// a hundred times one under wasmtime.
fn limit(variant: &Variant) -> Duration {
    let seconds = std::env::var("WPS_TEST_LIMIT").ok();
    let usual = match variant {
        Variant::Jco(_) => 180,
        _ => 60,
    };
    Duration::from_secs(seconds.and_then(|s| s.parse().ok()).unwrap_or(usual))
}

/// A subtest that hangs or crashes must not hide the ones after it: the program is started again
/// for those, this often at most.
const RESTARTS: usize = 6;

/// Runs the subtests `wanted` of the program whose executable is `file`.
pub fn run(
    program: &Program,
    variant: &Variant,
    file: &Path,
    wanted: &[String],
) -> Result<Results> {
    let mut results = Results::default();
    let mut rest = wanted.to_vec();
    for _ in 0..=RESTARTS {
        let whole = rest.len() == program.subtests.len();
        let finished = run_once(program, variant, file, if whole { &[] } else { &rest })?;
        let ended = finished.describe_end();
        collect(&finished.stdout, wanted, &mut results);
        rest.retain(|name| !results.outcomes.contains_key(name));
        if rest.is_empty() {
            if let Some(end) = ended {
                results.complaints.push(end);
            }
            break;
        }
        // The one that was running when the program ended, else the first one not reported.
        let running = finished.running().filter(|name| rest.contains(name));
        let culprit = running.unwrap_or_else(|| rest[0].clone());
        let why = ended.unwrap_or_else(|| "the program said nothing about it".to_owned());
        let why = format!("{why}\n{}", finished.last_words());
        results
            .outcomes
            .insert(culprit.clone(), Outcome::Failed(why));
        rest.retain(|name| *name != culprit);
        if rest.is_empty() {
            break;
        }
    }
    for name in rest {
        let why = "not run: too many subtests before it ended the program".to_owned();
        results.outcomes.insert(name, Outcome::Failed(why));
    }
    Ok(results)
}

/// Reads the result lines.
fn collect(stdout: &str, wanted: &[String], results: &mut Results) {
    for line in stdout.lines() {
        let (name, outcome) = if let Some(name) = line.strip_prefix("ok ") {
            (name, Outcome::Ok)
        } else if let Some((name, what)) = line
            .strip_prefix("not ok ")
            .and_then(|rest| rest.split_once(": "))
        {
            (name, Outcome::Failed(what.to_owned()))
        } else if let Some((name, id)) = line
            .strip_prefix("skip ")
            .and_then(|rest| rest.split_once(": "))
        {
            (name, Outcome::Skipped(id.to_owned()))
        } else {
            let complaint = format!("it wrote a line that is no result: {line:?}");
            results.complaints.push(complaint);
            continue;
        };
        if !wanted.iter().any(|w| w == name) {
            let complaint = format!("it reported {name}, which its source does not RUN");
            results.complaints.push(complaint);
        } else if results.outcomes.insert(name.to_owned(), outcome).is_some() {
            let complaint = format!("it reported {name} twice");
            results.complaints.push(complaint);
        }
    }
}

/// A program that has ended.
struct Finished {
    stdout: String,
    stderr: String,
    status: std::process::ExitStatus,
    killed_after: Option<Duration>,
}

impl Finished {
    /// The subtest that was started last.
    fn running(&self) -> Option<String> {
        let last = self.stderr.lines().rev().find_map(|l| l.strip_prefix("# "));
        last.map(str::to_owned)
    }

    /// What was wrong with the way it ended, if anything.
    fn describe_end(&self) -> Option<String> {
        let failed = self.stdout.lines().any(|l| l.starts_with("not ok "));
        if let Some(limit) = self.killed_after {
            Some(format!(
                "it hung and was killed after {} s",
                limit.as_secs()
            ))
        } else if let Some(signal) = self.status.signal() {
            Some(format!("the program was killed by signal {signal}"))
        } else if self.status.success() == failed {
            Some(format!(
                "the program ended with {}, which does not fit its results",
                self.status
            ))
        } else {
            None
        }
    }

    /// The end of what it wrote to stderr.
    fn last_words(&self) -> String {
        let lines: Vec<&str> = self.stderr.lines().collect();
        lines[lines.len().saturating_sub(25)..].join("\n")
    }
}

/// One process; `names` empty means all subtests.
fn run_once(
    program: &Program,
    variant: &Variant,
    file: &Path,
    names: &[String],
) -> Result<Finished> {
    let peer = Peer::start()?;
    let folder = scratch(program, variant)?;
    let options = program.host_options.as_deref().unwrap_or_default();
    let mut child = command(file, variant, options)?
        .args(names)
        .current_dir(&folder)
        .env("PWD", &folder)
        .env("WPS_PEER", peer.port().to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .with_context(|| format!("starting {}", file.display()))?;
    let group = Pid::from_raw(child.id().cast_signed());

    let progress = Arc::new(Mutex::new(Instant::now()));
    let stdout = child.stdout.take().context("no stdout")?;
    let stderr = child.stderr.take().context("no stderr")?;
    let out = std::thread::spawn(move || text_of(stdout));
    let started = Arc::clone(&progress);
    let err = std::thread::spawn(move || watched_text_of(stderr, &started));

    let killed_after = wait_or_kill(group, &progress, limit(variant));
    // The group's number stays taken until its first process is waited for below.
    let _ = killpg(group, Signal::SIGKILL);
    let status = child.wait()?;
    let stdout = out.join().unwrap_or_default();
    let stderr = err.join().unwrap_or_default();
    drop(peer);
    let _ = std::fs::remove_dir_all(&folder);
    Ok(Finished {
        stdout,
        stderr,
        status,
        killed_after,
    })
}

/// Waits for the process without reaping it. When it makes no progress for too long, kills its
/// group and says after how long.
fn wait_or_kill(process: Pid, progress: &Mutex<Instant>, limit: Duration) -> Option<Duration> {
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | WaitPidFlag::WNOHANG;
    loop {
        match waitid(Id::Pid(process), flags) {
            Ok(nix::sys::wait::WaitStatus::StillAlive) => {}
            _ => return None,
        }
        let since = progress
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .elapsed();
        if since > limit {
            let _ = killpg(process, Signal::SIGKILL);
            return Some(limit);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn text_of(mut stream: impl Read) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Like [`text_of`]; notes the time whenever a subtest starts.
fn watched_text_of(stream: impl Read, progress: &Mutex<Instant>) -> String {
    let mut text = String::new();
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        if line.starts_with(b"# ") {
            *progress
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner()) = Instant::now();
        }
        text.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    text
}

/// An empty folder for one run.
fn scratch(program: &Program, variant: &Variant) -> Result<PathBuf> {
    let name = format!("{}-{}-{}", program.area, program.name, variant.name());
    let folder = workspace().join("run").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}
