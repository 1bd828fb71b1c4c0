//! `cargo xtask build`: the archives, the drivers, and the prefix they are installed into.

use crate::toolchain::{self, Toolchain};
use crate::{cmd, paths};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use wps_driver::Prefix;

const TARGET: &str = "wasm32-wasip2";

/// A complete prefix and the toolchain it works with.
#[derive(Debug, Clone)]
pub struct Built {
    pub prefix: Prefix,
    pub toolchain: Toolchain,
}

/// Makes sure that `target/wps` is complete and up to date. In one process it is built once; tests
/// in threads share it, and its failure.
pub fn build() -> Result<Built> {
    static BUILT: OnceLock<std::result::Result<Built, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| make().map_err(|error| format!("{error:#}")));
    built.clone().map_err(anyhow::Error::msg)
}

fn make() -> Result<Built> {
    let toolchain = toolchain::setup(false)?;
    let target = paths::target();
    let _lock = paths::lock(&target.join("wps.lock"))?;
    build_archives(&toolchain)?;
    build_exit_status(&toolchain)?;
    build_drivers()?;
    let prefix = Prefix::new(target.join("wps"));
    crate::prefix::install(&prefix, &toolchain, &target)?;
    Ok(Built { prefix, toolchain })
}

/// `cargo SUBCOMMAND --release --target wasm32-wasip2`, ready for packages; build scripts find the
/// C compiler for the target in its environment.
pub fn wasm_cargo(toolchain: &Toolchain, subcommand: &str) -> Result<Command> {
    // The glue in C must fit all libcs, so it is compiled with the oldest headers.
    let libc = toolchain
        .libcs
        .iter()
        .filter(|l| l.target == TARGET)
        .min_by_key(|l| &l.date);
    let libc = libc.context("there is no libc for wasm32-wasip2")?;
    let mut cargo = cmd::cargo();
    cargo.current_dir(paths::root());
    cargo.args([subcommand, "--quiet", "--release", "--target", TARGET]);
    cargo.env("CC_wasm32_wasip2", &toolchain.clang);
    cargo.env("AR_wasm32_wasip2", toolchain.llvm_bin.join("llvm-ar"));
    cargo.env(
        "CFLAGS_wasm32_wasip2",
        format!("--sysroot={}", libc.sysroot.display()),
    );
    Ok(cargo)
}

/// The command that builds the main archive; `options` are more for cargo.
pub fn library_cargo(toolchain: &Toolchain, options: &[&str]) -> Result<Command> {
    // The crate is an rlib too, for its unit tests; cargo leaves link-time optimisation out unless
    // the archive is asked for alone, and without it the archive brings core::fmt along.
    let mut cargo = wasm_cargo(toolchain, "rustc")?;
    cargo.args([
        "--package",
        "wasi-posix-sockets",
        "--lib",
        "--crate-type",
        "staticlib",
    ]);
    // Inlining: half of what is usual with opt-level "s". Every program carries the result, and the time
    // of a call is the host's: the echo server is 2 % smaller, and no call measurably slower.
    // Relocation: programs for WASI are linked statically (the driver makes nothing else), so the
    // place of a variable need not be added up at each access.
    cargo.args(options).args([
        "--",
        "-Cllvm-args=-inline-threshold=25",
        "-Crelocation-model=static",
    ]);
    Ok(cargo)
}

fn build_archives(toolchain: &Toolchain) -> Result<()> {
    cmd::run(&mut library_cargo(toolchain, &[])?)?;
    // Incremental compilation makes an object of each module, that is of each function: a program
    // that defines one of them itself still links.
    cmd::run(
        wasm_cargo(toolchain, "build")?
            .args(["--package", "wasi-posix-compat"])
            .env("CARGO_PROFILE_RELEASE_INCREMENTAL", "true")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "4096")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s")
            .env("CARGO_INCREMENTAL", "1"),
    )
}

/// Builds the object that makes exit statuses work with `wps-run`, as an archive of that one object.
fn build_exit_status(toolchain: &Toolchain) -> Result<()> {
    cmd::run(
        wasm_cargo(toolchain, "build")?
            .args(["--package", "wps-exit-status"])
            .env("CARGO_PROFILE_RELEASE_LTO", "off"),
    )
}

/// That archive, in cargo's folder.
pub fn exit_status_archive(target: &Path) -> PathBuf {
    target.join(TARGET).join("release/libwps_exit_status.rlib")
}

fn build_drivers() -> Result<()> {
    let mut cargo = cmd::cargo();
    cargo.current_dir(paths::root());
    cmd::run(cargo.args(["build", "--quiet", "--release", "--package", "wps-driver"]))
}

/// The archives that [`build`] made, in cargo's folder, and the names they are installed under.
/// The second is an rlib, because its members must stay one object per function: a program may
/// define any of them itself.
pub fn archives(target: &Path) -> Result<[(PathBuf, &'static str); 2]> {
    let folder = target.join(TARGET).join("release");
    let files = [
        (
            folder.join("libwasi_posix_sockets.a"),
            "libwasi_posix_sockets.a",
        ),
        (
            folder.join("libwasi_posix_compat.rlib"),
            "libwasi_posix_compat.a",
        ),
    ];
    if let Some((missing, _)) = files.iter().find(|(file, _)| !file.is_file()) {
        bail!(
            "{} was not made; has its crate changed its crate-type?",
            missing.display()
        );
    }
    Ok(files)
}
