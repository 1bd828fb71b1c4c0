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
    let folder = unpacked(program, package)?;
    let file = ["usr/bin", "usr/sbin", "bin", "sbin"]
        .iter()
        .map(|bin| folder.join(bin).join(program))
        .find(|file| cmd::is_program(file))
        .with_context(|| format!("Debian's package {package} holds no program {program}"))?;
    command(&file, &folder)
}

/// A command that runs the Python module `module` of the Debian package `package`.
pub fn python_module(module: &str, package: &str) -> Result<Command> {
    if let Some(python) = cmd::on_path("python3") {
        let mut import = Command::new(&python);
        import.args(["-c", &format!("import {module}")]);
        if import.output().is_ok_and(|o| o.status.success()) {
            let mut command = Command::new(python);
            command.args(["-m", module]);
            return Ok(command);
        }
    }
    let folder = unpacked(&format!("python3 -m {module}"), package)?;
    // Debian's own Python, to which the package belongs: the machine's, else unpacked with it.
    let python = ["/usr/bin/python3".into(), folder.join("usr/bin/python3")]
        .into_iter()
        .find(|file| cmd::is_program(file))
        .with_context(|| format!("there is no python3 for the package {package}"))?;
    let mut command = command(&python, &folder)?;
    command.env("PYTHONPATH", folder.join("usr/lib/python3/dist-packages"));
    command.args(["-m", module]);
    Ok(command)
}

/// The folder in the cache with the files of a Debian package, and of what it needs and the machine
/// does not have.
fn unpacked(program: &str, package: &str) -> Result<PathBuf> {
    let cache = paths::cache()?;
    let folder = cache.join("clients").join(package);
    let _lock = paths::lock(&cache.join("clients/lock"))?;
    if !folder.is_dir() {
        if !crate::apt::available() {
            bail!("{program} is not there; install it (Debian has it in the package {package})");
        }
        ui::with_progress(&format!("fetching {program} from Debian"), || {
            let apt = Apt::host()?;
            paths::fill_folder(&folder, |dir| apt.unpack_with_dependencies(&[package], dir))
        })
        .with_context(|| format!("{program} cannot be fetched; install the package {package}"))?;
    }
    Ok(folder)
}

/// A command for `file`, which may need libraries below `folder`.
fn command(file: &Path, folder: &Path) -> Result<Command> {
    let mut command = Command::new(file);
    command.env(
        "LD_LIBRARY_PATH",
        std::env::join_paths(library_folders(folder))?,
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
