//! The regress suite, each test in a process of its own.
//!
//! Many of its tests measure time and allow themselves 50 ms, some 10. For such tests the suite has a
//! flag (TT_RETRIABLE in its tinytest.h): what fails is run again, three times at most. Not all of
//! them carry it, and here tests run beside each other. So what fails beside others is run again
//! alone, as often as the flag would allow, and the report says of each such test what it failed
//! with and which run it passed.

use super::Mode;
use crate::ports::{Port, step};
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

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

/// Tests that choose a backend themselves.
const CHOOSE: &[&str] = &["main/methods", "main/base_features", "main/base_environ"];

/// Fewer than this many passed tests on a backend would mean that the suite did not really run.
const AT_LEAST: usize = 250;

/// How often tinytest runs a test with TT_RETRIABLE again.
const CHANCES: usize = 3;

/// What became of all tests on one backend.
#[derive(Default)]
struct Counts {
    passed: usize,
    skipped: usize,
    /// Those that passed later than at first, and how.
    again: Vec<String>,
    failed: Vec<String>,
}

enum Outcome {
    /// With what the suite itself said of failures before, if it ran the test again.
    Passed(Option<String>),
    Skipped,
    Failed(String),
}

pub fn run(port: &Port, folder: &Path, modes: &[Mode]) -> Result<()> {
    let regress = port.program("regress")?;
    let all = tests(&regress)?;
    for (name, reason) in LEFT_OUT {
        ensure!(
            all.iter().any(|test| test == name),
            "there is no test {name} to leave out"
        );
        println!("  --  {name}: {reason}");
    }
    for mode in modes {
        let mut counts = Counts::default();
        step(&format!("regress on {}", mode.name), || {
            counts = run_all(&regress, folder, &all, mode)?;
            if !counts.failed.is_empty() {
                bail!(
                    "{} tests failed:\n{}",
                    counts.failed.len(),
                    counts.failed.join("\n")
                );
            }
            ensure!(counts.passed >= AT_LEAST, "only {} passed", counts.passed);
            Ok(())
        })?;
        println!(
            "      {} passed, {} of them not at once; {} skipped themselves",
            counts.passed,
            counts.again.len(),
            counts.skipped
        );
        for test in counts.again {
            println!("  ..  {test}");
        }
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

/// Runs `all` tests, several at once; then those that failed, one after the other.
fn run_all(regress: &Path, folder: &Path, all: &[String], mode: &Mode) -> Result<Counts> {
    let names = all
        .iter()
        .filter(|test| LEFT_OUT.iter().all(|(name, _)| name != test));
    let names = Mutex::new(names);
    let next = || names.lock().unwrap_or_else(|e| e.into_inner()).next();
    let first = Mutex::new(Vec::new());
    let work = || -> Result<()> {
        while let Some(name) = next() {
            let outcome = run_one(regress, folder, name, mode)?;
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
    for (name, outcome) in first.into_inner().unwrap_or_else(|e| e.into_inner()) {
        let (outcome, before) = settle(outcome, || run_one(regress, folder, name, mode))?;
        match outcome {
            Outcome::Passed(None) => counts.passed += 1,
            Outcome::Passed(Some(said)) => {
                counts.passed += 1;
                let how = format!("{name} passed, run again by the suite, after: {said}");
                counts.again.push(how);
            }
            Outcome::Skipped => counts.skipped += 1,
            Outcome::Failed(said) => counts.failed.push(format!("{name}, {said}")),
        }
        if !before.is_empty() {
            let (runs, before) = (before.len() + 1, before.join("; "));
            counts
                .again
                .push(format!("{name} was run {runs} times, after: {before}"));
        }
    }
    Ok(counts)
}

/// Gives a test that failed its chances; the last outcome, and what it failed with before.
fn settle(
    mut outcome: Outcome,
    mut run: impl FnMut() -> Result<Outcome>,
) -> Result<(Outcome, Vec<String>)> {
    let mut before = Vec::new();
    while let Outcome::Failed(said) = &outcome
        && before.len() < CHANCES
    {
        before.push(reason(said).to_owned());
        outcome = run()?;
    }
    Ok((outcome, before))
}

/// The line that tells which check failed, or the last one.
fn reason(said: &str) -> &str {
    let mut lines = said.lines().map(str::trim);
    lines
        .find(|line| line.starts_with("FAIL "))
        .or_else(|| said.lines().next_back())
        .unwrap_or("it said nothing")
}

fn run_one(regress: &Path, folder: &Path, name: &str, mode: &Mode) -> Result<Outcome> {
    let mut command = Command::new(regress);
    // A test that hangs is ended by the suite's own alarm().
    command
        .args(["--no-fork", "--timeout", "60", name])
        .current_dir(folder);
    command
        .env("EVENT_SHOW_METHOD", "1")
        .env("WPS_RUN_FLAGS", "--dir /etc --dir /tmp");
    mode.choose(&mut command);
    let output = command.output().context("cannot start regress")?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let said = said.trim();
    let using = said.split("libevent using: ").nth(1);
    let using = using.map_or(mode.method, |rest| rest.lines().next().unwrap_or(""));
    Ok(if !output.status.success() {
        Outcome::Failed(format!("{}:\n{said}", output.status))
    } else if using.trim() != mode.method && !CHOOSE.contains(&name) {
        Outcome::Failed(format!("on another backend:\n{said}"))
    } else if said.contains("SKIPPED") {
        Outcome::Skipped
    } else {
        let again = said.contains("[RETRYING");
        Outcome::Passed(again.then(|| reason(said).to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str =
        "main/x: \n  FAIL test/regress.c:628: assert(a <= 50): 61 vs 50\n  [x FAILED]";

    fn failed() -> Outcome {
        Outcome::Failed(SAID.to_owned())
    }

    #[test]
    fn a_test_that_passes_later_tells_why_not_at_first() {
        let mut left = 2;
        let run = || {
            left -= 1;
            Ok(if left > 0 {
                failed()
            } else {
                Outcome::Passed(None)
            })
        };
        let (outcome, before) = settle(failed(), run).unwrap();
        assert!(matches!(outcome, Outcome::Passed(None)));
        assert_eq!(
            before,
            ["FAIL test/regress.c:628: assert(a <= 50): 61 vs 50"; 2]
        );
    }

    #[test]
    fn a_test_that_keeps_failing_fails() {
        let mut runs = 0;
        let run = || {
            runs += 1;
            Ok(failed())
        };
        let (outcome, before) = settle(failed(), run).unwrap();
        assert!(matches!(outcome, Outcome::Failed(_)));
        assert_eq!((before.len(), runs), (CHANCES, CHANCES));
    }

    #[test]
    fn what_passed_at_once_is_not_run_again() {
        let run = || bail!("it was run again");
        let (_, before) = settle(Outcome::Passed(None), run).unwrap();
        assert!(before.is_empty());
    }
}
