//! Where things are: the source tree, cargo's target folder, the cache.

use anyhow::{Context, Result, anyhow};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The root of the source tree.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// Cargo's target folder: `CARGO_TARGET_DIR`, else `target` in the source tree.
pub fn target() -> PathBuf {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    TARGET
        .get_or_init(|| match std::env::var_os("CARGO_TARGET_DIR") {
            Some(dir) if !dir.is_empty() => {
                std::path::absolute(&dir).unwrap_or_else(|_| PathBuf::from(dir))
            }
            _ => root().join("target"),
        })
        .clone()
}

/// The cache folder, made if absent: `$WPS_CACHE_DIR`, else `wasi-posix-sockets` in
/// `$XDG_CACHE_HOME` or `~/.cache`.
pub fn cache() -> Result<PathBuf> {
    let named = |name| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let dir = named("WPS_CACHE_DIR")
        .or_else(|| named("XDG_CACHE_HOME").map(|d| d.join("wasi-posix-sockets")))
        .or_else(|| named("HOME").map(|d| d.join(".cache/wasi-posix-sockets")))
        .context("set WPS_CACHE_DIR to a folder for downloaded tools; there is no HOME either")?;
    let dir =
        std::path::absolute(&dir).with_context(|| format!("{} is unusable", dir.display()))?;
    std::fs::create_dir_all(&dir)
        .with_context(|| format!("cannot make {}; set WPS_CACHE_DIR elsewhere", dir.display()))?;
    Ok(dir)
}

/// A file that is locked until this is dropped.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "held, not read")] Flock<File>);

/// Locks `file`, made if absent; says so when another process has it.
pub fn lock(file: &Path) -> Result<Lock> {
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    let open = File::options()
        .create(true)
        .write(true)
        .truncate(false)
        .open(file)
        .with_context(|| format!("cannot open {}", file.display()))?;
    let open = match Flock::lock(open, FlockArg::LockExclusiveNonblock) {
        Ok(lock) => return Ok(Lock(lock)),
        Err((open, Errno::EWOULDBLOCK)) => {
            let file = file.display();
            crate::ui::note(format!("waiting for another run that uses {file}"));
            open
        }
        Err((open, _)) => open,
    };
    Flock::lock(open, FlockArg::LockExclusive)
        .map(Lock)
        .map_err(|(_, errno)| anyhow!("cannot lock {}: {errno}", file.display()))
}

/// Makes the folder `dest` by letting `fill` work in a scratch folder beside it and renaming that
/// when `fill` succeeded: `dest` is complete or absent, whatever interrupts us.
pub fn fill_folder(dest: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let mut scratch = dest.as_os_str().to_owned();
    scratch.push(".partial");
    let scratch = PathBuf::from(scratch);
    remove_folder(&scratch)?;
    std::fs::create_dir_all(&scratch)
        .with_context(|| format!("cannot make {}", scratch.display()))?;
    fill(&scratch)?;
    remove_folder(dest)?;
    std::fs::rename(&scratch, dest).with_context(|| format!("cannot make {}", dest.display()))
}

/// Removes a folder and all in it; it may be absent.
pub fn remove_folder(dir: &Path) -> Result<()> {
    match std::fs::remove_dir_all(dir) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e).with_context(|| format!("cannot remove {}", dir.display())),
    }
}

/// Writes `bytes` to `file` unless it holds them already: a newer date would make others rebuild.
pub fn write_if_changed(file: &Path, bytes: &[u8]) -> Result<()> {
    write_with_mode(file, bytes, 0o644)
}

/// The same for a program. It appears with its permissions: somebody may be running it.
pub fn write_program_if_changed(file: &Path, bytes: &[u8]) -> Result<()> {
    write_with_mode(file, bytes, 0o755)
}

fn write_with_mode(file: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    if std::fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(dir) = file.parent() {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    let mut scratch = file.as_os_str().to_owned();
    scratch.push(format!(".{}", std::process::id()));
    let scratch = PathBuf::from(scratch);
    std::fs::write(&scratch, bytes)
        .and_then(|()| std::fs::set_permissions(&scratch, Permissions::from_mode(mode)))
        .and_then(|()| std::fs::rename(&scratch, file))
        .with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_complete_or_absent() {
        let dest = std::env::temp_dir().join(format!("wps-fill-{}", std::process::id()));
        let failed = fill_folder(&dest, |dir| {
            std::fs::write(dir.join("half"), "x")?;
            anyhow::bail!("interrupted")
        });
        assert!(failed.is_err() && !dest.exists());
        fill_folder(&dest, |dir| Ok(std::fs::write(dir.join("whole"), "x")?)).unwrap();
        assert!(dest.join("whole").exists() && !dest.join("half").exists());
        remove_folder(&dest).unwrap();
        remove_folder(&dest).unwrap();
    }

    #[test]
    fn an_unchanged_file_keeps_its_date() {
        let file = std::env::temp_dir().join(format!("wps-write-{}", std::process::id()));
        write_if_changed(&file, b"one").unwrap();
        let old = std::time::SystemTime::UNIX_EPOCH;
        File::options()
            .write(true)
            .open(&file)
            .unwrap()
            .set_modified(old)
            .unwrap();
        write_if_changed(&file, b"one").unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), old);
        write_if_changed(&file, b"two").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"two");
        std::fs::remove_file(&file).unwrap();
    }
}
