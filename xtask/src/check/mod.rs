//! `cargo xtask check`: everything that is checked without running tests.

mod header;
mod imports;

use crate::build::{self, Built};
use crate::{cmd, paths, ui};
use anyhow::{Context, Result, bail};

pub use imports::imports_of;

/// Runs all checks and fails with the list of those that did not hold. With `fix`, what can be
/// put right is: the formatting and the generated header.
pub fn check(fix: bool) -> Result<()> {
    let built = crate::build()?;
    let mut failed = Vec::new();
    let mut run = |name: &'static str, result: Result<()>| match result {
        Ok(()) => println!("ok      {name}"),
        Err(error) => {
            println!("FAILED  {name}\n{error:#}");
            failed.push(name);
        }
    };
    run("rustfmt", rustfmt(fix));
    run("clippy, this machine", clippy_host());
    run("clippy, wasm32-wasip2", clippy_wasm(&built));
    run("rustdoc", rustdoc());
    run("public header is as generated", header::check(&built, fix));
    run("unit tests of the tools", tools_tests());
    run("examples compile here without warnings", examples());
    run("components import what they may", imports::check(&built));
    if failed.is_empty() {
        return Ok(());
    }
    bail!(
        "{} failed: {}",
        if failed.len() == 1 {
            "a check"
        } else {
            "checks"
        },
        failed.join(", ")
    )
}

fn rustfmt(fix: bool) -> Result<()> {
    let mut cargo = cmd::cargo();
    cargo.current_dir(paths::root()).args(["fmt", "--all"]);
    if !fix {
        cargo.arg("--check");
    }
    cmd::output(&mut cargo).map(|_| ())
}

fn clippy_host() -> Result<()> {
    let mut cargo = cmd::cargo();
    cargo.current_dir(paths::root());
    cargo.args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]);
    ui::with_progress("clippy for this machine", || cmd::output(&mut cargo)).map(|_| ())
}

fn clippy_wasm(built: &Built) -> Result<()> {
    let mut cargo = build::wasm_cargo(&built.toolchain, "clippy")?;
    cargo.args([
        "--package",
        "wasi-posix-sockets",
        "--package",
        "wasi-posix-compat",
        "--package",
        "wps-exit-status",
    ]);
    cargo.args(["--", "-D", "warnings"]);
    ui::with_progress("clippy for wasm32-wasip2", || cmd::output(&mut cargo)).map(|_| ())
}

/// `cargo test` runs the tests of the root package; these are the other packages'.
fn tools_tests() -> Result<()> {
    let mut cargo = cmd::cargo();
    cargo.current_dir(paths::root()).args(["test", "--quiet"]);
    cargo.args(["--package", "wps-driver", "--package", "xtask"]);
    ui::with_progress("unit tests of the tools", || cmd::output(&mut cargo)).map(|_| ())
}

fn rustdoc() -> Result<()> {
    let mut cargo = cmd::cargo();
    cargo
        .current_dir(paths::root())
        .env("RUSTDOCFLAGS", "-D warnings");
    cargo.args([
        "doc",
        "--quiet",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]);
    ui::with_progress("rustdoc", || cmd::output(&mut cargo)).map(|_| ())
}

/// The examples are plain C: the native compiler must take them too.
fn examples() -> Result<()> {
    let folder = paths::root().join("examples");
    for entry in std::fs::read_dir(&folder)
        .context("there is no folder examples")?
        .flatten()
    {
        let file = entry.path();
        if file.extension().is_some_and(|e| e == "c") {
            let mut cc = crate::compile::native_cc();
            cc.args(crate::compile::C_FLAGS)
                .arg("-fsyntax-only")
                .arg(&file);
            cmd::output(&mut cc)?;
        }
    }
    Ok(())
}
