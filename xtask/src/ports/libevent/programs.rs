//! The test programs of libevent that are not part of regress, as test.sh runs them.

use super::Mode;
use crate::ports::Port;
use anyhow::{Context, Result, ensure};
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// They end with success, or say why not.
const PROGRAMS: &[&str] = &[
    "test-init",
    "test-eof",
    "test-closed",
    "test-weof",
    "test-time",
    "test-changelist",
    "test-fdleak",
];

pub fn run(port: &Port, mode: &Mode) -> Result<()> {
    for name in PROGRAMS {
        start(port, mode, name)?;
    }
    let events = start(port, mode, "test-dumpevents")?.stdout;
    let script = port.folder.join("test/check-dumpevents.py");
    let mut python = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .spawn()
        .context("python3 cannot be started; libevent's check of test-dumpevents needs it")?;
    python
        .stdin
        .take()
        .context("python3 has no input")?
        .write_all(&events)?;
    ensure!(
        python.wait()?.success(),
        "test-dumpevents printed:\n{}",
        String::from_utf8_lossy(&events)
    );
    Ok(())
}

fn start(port: &Port, mode: &Mode, name: &str) -> Result<Output> {
    let mut command = Command::new(port.program(name)?);
    mode.choose(&mut command);
    let output = command.current_dir(&port.folder).output()?;
    ensure!(
        output.status.success(),
        "{name} ended with {}:\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output)
}
