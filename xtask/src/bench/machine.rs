//! What the figures depend on: the machine, and the versions of everything that takes part.

use crate::build::Built;
use crate::{cmd, compile, paths};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::process::Command;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    pub processor: String,
    pub processors: usize,
    pub kernel: String,
    pub system: String,
    pub host: String,
    pub libc: String,
    pub compiler: String,
    pub native_compiler: String,
    /// The commit of this library, and whether the tree differs from it.
    pub revision: String,
    /// The beginning of the archive's SHA-256.
    pub archive: String,
}

/// The first line that a command prints, or nothing where it cannot run.
fn first_line(command: &mut Command) -> String {
    let text = cmd::output(command).unwrap_or_default();
    text.lines().next().unwrap_or_default().trim().to_owned()
}

/// The value behind `name` in a file of `name SEPARATOR value` lines.
fn value(file: &str, name: &str, separator: char) -> String {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let found = text.lines().find_map(|line| {
        let (key, value) = line.split_once(separator)?;
        (key.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
    });
    found.unwrap_or_else(|| "unknown".to_owned())
}

impl Machine {
    pub fn examine(built: &Built) -> Result<Self> {
        let toolchain = &built.toolchain;
        let libc = toolchain.libc(None).map_err(anyhow::Error::msg)?;
        let archive = built.prefix.root().join("lib/libwasi_posix_sockets.a");
        let hash = Sha256::digest(std::fs::read(archive)?);
        let git =
            |args: &[&str]| first_line(Command::new("git").current_dir(paths::root()).args(args));
        // The report that a run writes does not make the next one another build's.
        let changed = ["status", "--porcelain", "--", ".", ":!docs"];
        let mut revision = git(&["rev-parse", "--short=12", "HEAD"]);
        if !git(&changed).is_empty() {
            revision += ", changed";
        }
        Ok(Self {
            processor: value("/proc/cpuinfo", "model name", ':'),
            processors: std::thread::available_parallelism().map_or(1, |n| n.get()),
            kernel: first_line(Command::new("uname").args(["-s", "-r", "-m"])),
            system: value("/etc/os-release", "PRETTY_NAME", '='),
            host: first_line(Command::new(&toolchain.wasmtime).arg("--version")),
            libc: format!("{} of {}", libc.name, libc.date),
            compiler: first_line(Command::new(&toolchain.clang).arg("--version")),
            native_compiler: first_line(compile::native_cc().arg("--version")),
            revision,
            archive: hash[..6].iter().map(|byte| format!("{byte:02x}")).collect(),
        })
    }
}

/// The time of day, UTC.
pub fn time() -> String {
    first_line(Command::new("date").args(["-u", "+%Y-%m-%d %H:%M"]))
}

/// How many programs wanted a processor during the last minute.
pub fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split_whitespace().next();
    first.and_then(|number| number.parse().ok()).unwrap_or(0.0)
}
