//! `cargo xtask setup`: each tool is looked for on the machine first, then fetched into the cache,
//! and each choice is printed with its reason.

mod clang;
mod component_ld;
pub mod libcxx;
pub(crate) mod node;
mod pypi;
mod rust;
mod smoke;
mod sysroot;
mod wasm_opt;
pub mod wasmtime;

use crate::{paths, ui};
use anyhow::{Context, Result};
use std::path::PathBuf;
pub use wps_driver::toolchain::{Libc, Toolchain};

/// Something that was found or fetched.
#[derive(Debug)]
pub(crate) struct Choice<T> {
    pub(crate) what: T,
    pub(crate) reason: String,
}

impl<T> Choice<T> {
    pub(crate) fn new(what: T, reason: impl Into<String>) -> Self {
        Self {
            what,
            reason: reason.into(),
        }
    }
}

/// The tools, and the words in which each choice is told.
struct Found {
    toolchain: Toolchain,
    lines: Vec<(&'static str, String, String)>,
}

/// Makes sure that all tools are there. Prints each choice when one is new or `verbose` is set.
pub fn setup(verbose: bool) -> Result<Toolchain> {
    let cache = paths::cache()?;
    let _lock = paths::lock(&cache.join("lock"))?;
    let record = cache.join("toolchain.toml");
    let found = find()?;
    let text = found.toolchain.to_toml();
    let known = std::fs::read_to_string(&record).is_ok_and(|old| old == text);
    if verbose || !known {
        for (piece, choice, reason) in &found.lines {
            ui::chose(piece, choice, reason);
        }
    }
    if !known {
        ui::with_progress("trying the toolchain with each libc", || {
            smoke::test(&found.toolchain)
        })?;
        paths::write_if_changed(&record, text.as_bytes())?;
    }
    Ok(found.toolchain)
}

fn find() -> Result<Found> {
    let mut lines = Vec::new();
    let mut tell =
        |piece: &'static str, choice: String, reason: String| lines.push((piece, choice, reason));

    let rust = rust::find()?;
    tell("Rust target", rust.what.display().to_string(), rust.reason);
    let clang = clang::find()?;
    tell(
        "clang, wasm-ld",
        format!("{} {}", clang.what.clang.display(), clang.what.full_version),
        clang.reason,
    );
    let library = libcxx::find(clang.what.major);
    let place = library
        .what
        .map_or_else(|| "-".to_owned(), |place| place.display().to_string());
    tell("C++ library", place, library.reason);
    let linker = component_ld::find()?;
    tell(
        "wasm-component-ld",
        linker.what.display().to_string(),
        linker.reason,
    );
    let optimizer = wasm_opt::find()?;
    let shown = optimizer.what.as_ref().map_or_else(
        || "-".to_owned(),
        |tool| format!("{} {}", tool.program.display(), tool.version),
    );
    tell("wasm-opt", shown, optimizer.reason);
    let host = wasmtime::find()?;
    tell(
        "wasmtime",
        format!("{} {}", host.what.program.display(), host.what.version),
        host.reason,
    );
    let libcs = sysroot::find()?;
    for Choice { what: libc, reason } in &libcs {
        let setjmp = if libc.has_setjmp() { "" } else { "; no setjmp" };
        tell(
            "libc",
            format!("{} {}", libc.name, libc.sysroot.display()),
            format!("{reason}{setjmp}"),
        );
    }
    let default = sysroot::default(&libcs).context("no wasip2 libc was found")?;
    let reason = "the newest for wasip2 that has setjmp".to_owned();
    tell("default libc", default.name.clone(), reason);

    let default_libc = default.name.clone();
    let toolchain = Toolchain {
        clang: clang.what.clang,
        clang_version: clang.what.major,
        llvm_bin: clang.what.llvm_bin,
        component_ld: linker.what,
        wasm_opt: optimizer.what.map(|tool| tool.program),
        wasmtime: host.what.program,
        wasmtime_options: host.what.options,
        default_libc,
        libcs: libcs.into_iter().map(|l| l.what).collect(),
    };
    Ok(Found { toolchain, lines })
}

/// A program of wasi-sdk, where `WASI_SDK_PATH` names one.
fn wasi_sdk() -> Option<PathBuf> {
    std::env::var_os("WASI_SDK_PATH")
        .filter(|v| !v.is_empty())
        .map(PathBuf::from)
}

/// What people without apt are told.
const WITHOUT_APT: &str = "On a system other than Debian install wasi-sdk 25 or newer (its \
    releases are on GitHub, WebAssembly/wasi-sdk), set WASI_SDK_PATH to its folder, and run this \
    again";
