//! Runs scripts, many in one process, and collects a line for each call.

use super::program::{Runner, folder};
use super::script::Script;
use anyhow::{Context, Result};
use std::fmt::Write;
use std::fs::Permissions;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// Where scripts run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Linux,
    Component,
}

/// What a script printed, and how it ended if not well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    pub lines: Vec<String>,
    pub broken: Option<String>,
}

/// After so long without a line a process is taken to hang.
const SILENCE: Duration = Duration::from_secs(30);

/// Runs the scripts; `slow` is how many times as long the network may take.
pub fn run(runner: &Runner, side: Side, scripts: &[Script], slow: u32) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    while outcomes.len() < scripts.len() {
        let before = outcomes.len();
        once(runner, side, &scripts[before..], slow, &mut outcomes)?;
        anyhow::ensure!(outcomes.len() > before, "the runner did not start");
    }
    Ok(outcomes)
}

/// One process: as many scripts as it survives, and the one that it does not.
fn once(
    runner: &Runner,
    side: Side,
    scripts: &[Script],
    slow: u32,
    outcomes: &mut Vec<Outcome>,
) -> Result<()> {
    let place = scratch()?;
    let mut text = String::new();
    for (i, script) in scripts.iter().enumerate() {
        writeln!(text, "script {i}")?;
        for call in &script.calls {
            writeln!(text, "{call}")?;
        }
    }
    std::fs::write(place.join("scripts"), text)?;
    let mut command = match side {
        Side::Linux => Command::new(&runner.native),
        Side::Component => {
            let mut command = Command::new(&runner.wps_run);
            command.arg(&runner.component);
            command
        }
    };
    let mut child = command
        .arg("scripts")
        .arg(slow.to_string())
        .current_dir(&place)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .context("cannot start the runner")?;
    let lines = lines_of(&mut child)?;
    let stderr = child.stderr.take().context("no stderr")?;
    let complaints = std::thread::spawn(move || text_of(stderr));
    let first = outcomes.len();
    let mut ended = false;
    let mut broken = None;
    loop {
        match lines.recv_timeout(SILENCE) {
            Ok(line) if line == "script end" => ended = true,
            Ok(line) if line.starts_with("script ") => outcomes.push(Outcome::default()),
            Ok(line) => {
                if let Some(last) = outcomes[first..].last_mut() {
                    last.lines.push(line);
                }
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                child.kill()?;
                broken = Some("HANGS".to_owned());
                break;
            }
        }
    }
    let status = child.wait()?;
    drop(lines);
    let complaints = complaints.join().unwrap_or_default();
    let _ = std::fs::remove_dir_all(&place);
    if !ended {
        let why = broken.unwrap_or_else(|| format!("BREAKS ({status}): {}", gist(&complaints)));
        match outcomes[first..].last_mut() {
            Some(last) => last.broken = Some(why),
            None => anyhow::bail!("the runner does not run: {why}\n{complaints}"),
        }
        // What the runner does not know is a fault of the generator.
        anyhow::ensure!(!complaints.contains("there is no "), "{complaints}");
    }
    Ok(())
}

fn lines_of(child: &mut Child) -> Result<Receiver<String>> {
    let stdout = BufReader::new(child.stdout.take().context("no stdout")?);
    let (give, lines) = channel();
    std::thread::spawn(move || {
        for line in stdout.split(b'\n').map_while(std::result::Result::ok) {
            if give
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                break;
            }
        }
    });
    Ok(lines)
}

fn text_of(mut stream: impl Read) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The line of a host's complaint that says what happened.
fn gist(complaint: &str) -> String {
    let telling = [
        "wasm trap",
        "panicked",
        "resource",
        "unreachable",
        "Sanitizer",
    ];
    let lines = || complaint.lines().map(str::trim);
    let line = lines().find(|line| telling.iter().any(|word| line.contains(word)));
    let line = line.or_else(|| lines().rfind(|line| !line.is_empty()));
    line.unwrap_or("without a word").to_owned()
}

/// An empty folder for one process.
fn scratch() -> Result<PathBuf> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let place = folder().join(format!("run/{}-{number}", std::process::id()));
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(&place).with_context(|| format!("cannot make {}", place.display()))?;
    // The native runner gives up root's privileges.
    std::fs::set_permissions(&place, Permissions::from_mode(0o777))?;
    Ok(place)
}
