//! The native programs that ports are tested with, such as curl and mosquitto_pub: those on PATH,
//! else Debian's, unpacked into the cache.

use crate::{apt::Apt, cmd, paths, ui};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A command for `program` of the Debian package `package`, ready for arguments.
pub fn client(program: &str, package: &str) -> Result<Command> {
    if let Some(file) = cmd::on_path(program) {
        return Ok(Command::new(file));
    }
    let cache = paths::cache()?;
    let folder = cache.join("clients").join(package);
    let _lock = paths::lock(&cache.join("clients/lock"))?;
    if !folder.is_dir() {
        if !crate::apt::available() {
            bail!("{program} is not on PATH; install it (Debian has it in the package {package})");
        }
        ui::with_progress(&format!("fetching {program} from Debian"), || {
            let apt = Apt::host()?;
            paths::fill_folder(&folder, |dir| apt.unpack_with_dependencies(&[package], dir))
        })
        .with_context(|| format!("{program} cannot be fetched; install the package {package}"))?;
    }
    let file = ["usr/bin", "usr/sbin", "bin", "sbin"]
        .iter()
        .map(|bin| folder.join(bin).join(program))
        .find(|file| cmd::is_program(file))
        .with_context(|| format!("Debian's package {package} holds no program {program}"))?;
    let mut command = Command::new(file);
    command.env(
        "LD_LIBRARY_PATH",
        std::env::join_paths(library_folders(&folder))?,
    );
    Ok(command)
}

/// The folders with shared libraries below an unpacked package.
fn library_folders(root: &Path) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for lib in ["usr/lib", "lib"] {
        let lib = root.join(lib);
        let inner = std::fs::read_dir(&lib)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path());
        folders.extend(inner.filter(|p| p.to_string_lossy().ends_with("-linux-gnu")));
        folders.push(lib);
    }
    folders
}
