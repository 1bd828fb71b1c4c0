//! libevent: its regress suite, each test in a process of its own, on each backend.

use super::{Port, step};
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

/// The backends, and the variables that leave them as the only choice.
const BACKENDS: &[(&str, &[&str])] = &[
    ("epoll", &[]),
    ("poll", &["EVENT_NOEPOLL"]),
    ("select", &["EVENT_NOEPOLL", "EVENT_NOPOLL"]),
];

/// Tests that cannot pass here, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("main/fork", FORK),
    ("util/log", FORK),
    ("dns/bufferevent_connect_hostname_emfile", LOCALHOST),
    ("http/data_length_constraints", RESET),
    ("http/non_lingering_close", RESET),
];
const FORK: &str = "calls fork()";
const LOCALHOST: &str = "wants \"localhost\" not to resolve without a descriptor for /etc/hosts";
const RESET: &str = "wants a reset from a close with unread data; the host gives an end of file";

/// Fewer than this many passed tests on a backend would mean that the suite did not really run.
const AT_LEAST: usize = 250;

#[derive(Default)]
struct Counts {
    passed: usize,
    skipped: usize,
    failed: Vec<String>,
}

pub fn test(port: &Port) -> Result<()> {
    let regress = port.program("regress")?;
    let all = tests(&regress)?;
    for (name, reason) in LEFT_OUT {
        ensure!(
            all.iter().any(|test| test == name),
            "there is no test {name} to leave out"
        );
        println!("  --  {name}: {reason}");
    }
    let scratch = port.scratch()?;
    for (backend, variables) in BACKENDS {
        let mut summary = String::new();
        step(&format!("regress on {backend}"), || {
            let counts = run_all(&regress, &scratch, &all, backend, variables)?;
            summary = format!(
                "{} passed, {} skipped themselves",
                counts.passed, counts.skipped
            );
            if !counts.failed.is_empty() {
                bail!(
                    "{} tests failed:\n{}",
                    counts.failed.len(),
                    counts.failed.join("\n")
                );
            }
            ensure!(counts.passed >= AT_LEAST, "only {summary}");
            Ok(())
        })?;
        println!("      {summary}");
    }
    Ok(())
}

/// The names of the tests that are on by default.
fn tests(regress: &Path) -> Result<Vec<String>> {
    let output = Command::new(regress).arg("--list-tests").output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    // Those that are off say so behind their names.
    let names = text
        .lines()
        .map(str::trim)
        .filter(|line| line.contains('/') && !line.contains(' '));
    Ok(names.map(str::to_owned).collect())
}

/// Runs `all` tests, several at once; those that fail get another chance on a machine that does
/// nothing else for them, because many measure time and allow themselves 50 ms.
fn run_all(
    regress: &Path,
    folder: &Path,
    all: &[String],
    backend: &str,
    variables: &[&str],
) -> Result<Counts> {
    let names = all
        .iter()
        .filter(|test| LEFT_OUT.iter().all(|(name, _)| name != test));
    let names = Mutex::new(names);
    let next = || names.lock().unwrap_or_else(|e| e.into_inner()).next();
    let first = Mutex::new(Vec::new());
    let run = |name: &String| run_one(regress, folder, name, backend, variables);
    let work = || -> Result<()> {
        while let Some(name) = next() {
            let outcome = run(name)?;
            let mut first = first.lock().unwrap_or_else(|e| e.into_inner());
            first.push((name, outcome));
        }
        Ok(())
    };
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get()) + 1;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().expect("a worker panicked"))
    })?;
    let mut counts = Counts::default();
    for (name, mut outcome) in first.into_inner().unwrap_or_else(|e| e.into_inner()) {
        for _ in 0..CHANCES {
            if !matches!(outcome, Outcome::Failed(_)) {
                break;
            }
            outcome = run(name)?;
        }
        match outcome {
            Outcome::Passed => counts.passed += 1,
            Outcome::Skipped => counts.skipped += 1,
            Outcome::Failed(said) => counts.failed.push(said),
        }
    }
    Ok(counts)
}

/// How often a test that failed beside others may try again alone.
const CHANCES: usize = 5;

enum Outcome {
    Passed,
    Skipped,
    Failed(String),
}

fn run_one(
    regress: &Path,
    folder: &Path,
    name: &str,
    backend: &str,
    variables: &[&str],
) -> Result<Outcome> {
    let mut command = Command::new(regress);
    // A test that hangs is ended by the suite's own alarm().
    command
        .args(["--no-fork", "--timeout", "60", name])
        .current_dir(folder);
    command
        .env("EVENT_SHOW_METHOD", "1")
        .env("WPS_RUN_FLAGS", "--dir /etc --dir /tmp");
    command.envs(variables.iter().map(|variable| (variable, "1")));
    let output = command.output().context("cannot start regress")?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let said = said.trim();
    let using = said.split("libevent using: ").nth(1).unwrap_or(backend);
    Ok(if !output.status.success() {
        Outcome::Failed(format!("{name} ({}):\n{said}", output.status))
    } else if !using.starts_with(backend) && !CHOOSE.contains(&name) {
        Outcome::Failed(format!("{name} ran on another backend:\n{said}"))
    } else if said.contains("SKIPPED") {
        Outcome::Skipped
    } else {
        Outcome::Passed
    })
}

/// Tests that choose a backend themselves.
const CHOOSE: &[&str] = &["main/methods", "main/base_features", "main/base_environ"];
