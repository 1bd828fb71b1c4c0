//! Rust's core and alloc for wasm32-wasip2.

use super::Choice;
use crate::{cmd, ui};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of the archives.
pub const TARGET: &str = "wasm32-wasip2";

pub fn find() -> Result<Choice<PathBuf>> {
    let libdir = libdir()?;
    if has_core(&libdir) {
        return Ok(Choice::new(libdir, "part of this Rust toolchain"));
    }
    if cmd::on_path("rustup").is_none() {
        bail!(
            "{} has no library for {TARGET}, and there is no rustup to add it; install Rust with \
             rustup, or your distribution's package of Rust's {TARGET} library",
            libdir.display()
        );
    }
    ui::with_progress(&format!("adding {TARGET} to the Rust toolchain"), || {
        cmd::output(Command::new("rustup").args(["target", "add", TARGET]))
    })?;
    if !has_core(&libdir) {
        bail!(
            "`rustup target add {TARGET}` added it to another toolchain than {}",
            libdir.display()
        );
    }
    Ok(Choice::new(libdir, "added with rustup"))
}

fn libdir() -> Result<PathBuf> {
    let text = cmd::output(cmd::rustc().args(["--print", "target-libdir", "--target", TARGET]))
        .context("Rust's compiler does not answer; install Rust with rustup")?;
    Ok(PathBuf::from(text.trim()))
}

fn has_core(libdir: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(libdir) else {
        return false;
    };
    entries
        .flatten()
        .any(|e| e.file_name().to_string_lossy().starts_with("libcore-"))
}

/// The folder with the programs that come with rustc, `rustlib/<host>/bin`.
pub fn tools_dir() -> Result<PathBuf> {
    let libdir = cmd::output(cmd::rustc().args(["--print", "target-libdir"]))?;
    Ok(Path::new(libdir.trim())
        .parent()
        .context("rustc's library folder is odd")?
        .join("bin"))
}
