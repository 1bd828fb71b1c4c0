//! The builds of wasi-libc that programs are linked with.
//!
//! Tests run with three of Debian's: wasip1 and wasip2 of December 2024, the last libc whose
//! wasip2 goes through wasip1's interfaces, and the newest, whose wasip2 is native.

use super::{Choice, Libc, WITHOUT_APT, wasi_sdk};
use crate::{apt::Apt, cmd, paths, ui};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

const P1: &str = "wasm32-wasip1";
const P2: &str = "wasm32-wasip2";
/// wasip2 before this date is not usable.
const OLDEST: &str = "20241001";

pub fn find() -> Result<Vec<Choice<Libc>>> {
    if let Some(sdk) = wasi_sdk() {
        return from_sdk(&sdk);
    }
    let mut libcs = Vec::new();
    if let Some((sysroot, date)) = of_the_system() {
        add(&mut libcs, &sysroot, &date, &of_debian(&date), "installed");
    }
    let cache = paths::cache()?;
    let first = debian(&cache, "trixie", |date| date < "20260101");
    match first {
        Ok((sysroot, date, how)) => add(&mut libcs, &sysroot, &date, &of_debian(&date), &how),
        Err(error) if libcs.is_empty() => return Err(error.context(WITHOUT_APT)),
        Err(error) => ui::note(format!(
            "wasi-libc of Debian trixie cannot be had: {error:#}"
        )),
    }
    match debian(&cache, "sid", |date| date >= "20260101") {
        Ok((sysroot, date, how)) => add(&mut libcs, &sysroot, &date, &of_debian(&date), &how),
        Err(error) => ui::note(format!(
            "the newest wasi-libc, of Debian sid, cannot be had; going on with {} libcs: {error:#}",
            libcs.len()
        )),
    }
    Ok(libcs)
}

/// The libc that programs get when they do not ask for one.
pub fn default(libcs: &[Choice<Libc>]) -> Option<&Libc> {
    let wasip2 = || libcs.iter().map(|l| &l.what).filter(|l| l.target == P2);
    wasip2()
        .filter(|l| l.has_setjmp())
        .max_by_key(|l| &l.date)
        .or_else(|| wasip2().next())
}

/// Adds what `sysroot` has under names that are not taken: the first becomes `wasip1` and
/// `wasip2`, a later one `wasip2-YEAR`.
fn add(libcs: &mut Vec<Choice<Libc>>, sysroot: &Path, date: &str, origin: &str, how: &str) {
    for target in [P1, P2] {
        if !sysroot.join("lib").join(target).join("libc.a").is_file() {
            continue;
        }
        let plain = target.trim_start_matches("wasm32-");
        let taken = |name: &str| libcs.iter().any(|l| l.what.name == name);
        let name = if !taken(plain) {
            plain.to_owned()
        } else if target == P2 {
            format!("{plain}-{}", date.get(..4).unwrap_or(date))
        } else {
            continue;
        };
        if !taken(&name) {
            let libc = Libc {
                name,
                target: target.to_owned(),
                sysroot: sysroot.to_path_buf(),
                native: is_native(sysroot, target),
                date: date.to_owned(),
                origin: origin.to_owned(),
            };
            libcs.push(Choice::new(libc, format!("{origin}, {how}")));
        }
    }
}

/// Whether a libc has no use for WASI 0.1, whose functions are imported from a module of that name.
fn is_native(sysroot: &Path, target: &str) -> bool {
    let archive = std::fs::read(sysroot.join("lib").join(target).join("libc.a"));
    let name: &[u8] = b"wasi_snapshot_preview1";
    target == P2 && archive.is_ok_and(|bytes| !bytes.windows(name.len()).any(|w| w == name))
}

fn from_sdk(sdk: &Path) -> Result<Vec<Choice<Libc>>> {
    let sysroot = sdk.join("share/wasi-sysroot");
    let version = std::fs::read_to_string(sdk.join("VERSION")).unwrap_or_default();
    let version = version
        .lines()
        .next()
        .unwrap_or("of unknown version")
        .trim()
        .to_owned();
    let mut libcs = Vec::new();
    add(
        &mut libcs,
        &sysroot,
        &version,
        &format!("wasi-sdk {version}"),
        "from WASI_SDK_PATH",
    );
    if !libcs.iter().any(|l| l.what.target == P2) {
        bail!(
            "{} has no libc for {P2}; wasi-sdk 25 and newer have",
            sysroot.display()
        );
    }
    Ok(libcs)
}

/// Debian's wasi-libc where it is installed: the sysroot is `/usr`.
fn of_the_system() -> Option<(PathBuf, String)> {
    let version =
        cmd::output(Command::new("dpkg-query").args(["-W", "-f${Version}", "wasi-libc"])).ok()?;
    let date = date_in(&version)?;
    let sysroot = PathBuf::from("/usr");
    (date.as_str() >= OLDEST && sysroot.join("include").join(P2).is_dir())
        .then_some((sysroot, date))
}

/// Debian's wasi-libc of `suite`, from the cache where a date that is `wanted` is there. The
/// result: sysroot, date, and how it got here.
fn debian(
    cache: &Path,
    suite: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<(PathBuf, String, String)> {
    let cached = std::fs::read_dir(cache)?.flatten().filter_map(|entry| {
        entry
            .file_name()
            .to_str()?
            .strip_prefix("wasi-libc-")
            .map(str::to_owned)
    });
    let cached = cached
        .filter(|date| !date.contains('.') && wanted(date))
        .max();
    if let Some(date) = cached {
        let sysroot = cache.join(format!("wasi-libc-{date}/usr"));
        return Ok((sysroot, date, "in the cache".to_owned()));
    }
    if !crate::apt::available() {
        bail!("this machine has no Debian packages");
    }
    let apt = Apt::suite(suite)?;
    let version = apt
        .candidate("wasi-libc")?
        .with_context(|| format!("Debian {suite} has no package wasi-libc"))?;
    let date = date_in(&version)
        .with_context(|| format!("wasi-libc's version {version} holds no date"))?;
    let folder = cache.join(format!("wasi-libc-{date}"));
    ui::with_progress(
        &format!("fetching wasi-libc {version} from Debian {suite}"),
        || paths::fill_folder(&folder, |dir| apt.unpack_alone("wasi-libc", dir)),
    )?;
    Ok((folder.join("usr"), date, format!("fetched from {suite}")))
}

/// What people are told about a libc of Debian's.
fn of_debian(date: &str) -> String {
    format!("Debian package wasi-libc of {date}")
}

/// The date in a version such as `0.0~git20241209.574b88d-2`.
fn date_in(version: &str) -> Option<String> {
    let date = version.split_once("git")?.1.get(..8)?;
    date.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| date.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_read_from_debians_version() {
        assert_eq!(
            date_in("0.0~git20241209.574b88d-2").as_deref(),
            Some("20241209")
        );
        assert_eq!(date_in("1.2-3"), None);
        assert_eq!(date_in("0~git2024"), None);
    }

    #[test]
    fn the_second_sysroot_is_named_by_its_year_and_is_the_default() {
        let root = std::env::temp_dir().join(format!("wps-sysroot-{}", std::process::id()));
        for (name, files) in [
            ("old", ["libc.a", "libsetjmp.a"]),
            ("new", ["libc.a", "libsetjmp.a"]),
        ] {
            for target in [P1, P2] {
                let dir = root.join(name).join("lib").join(target);
                std::fs::create_dir_all(&dir).unwrap();
                for file in files {
                    std::fs::write(dir.join(file), "").unwrap();
                }
            }
        }
        let mut libcs = vec![];
        add(&mut libcs, &root.join("old"), "20241209", "a", "here");
        add(&mut libcs, &root.join("new"), "20260423", "b", "here");
        let names: Vec<&str> = libcs.iter().map(|l| l.what.name.as_str()).collect();
        assert_eq!(names, ["wasip1", "wasip2", "wasip2-2026"]);
        assert_eq!(default(&libcs).unwrap().name, "wasip2-2026");
        std::fs::remove_file(root.join("new/lib").join(P2).join("libsetjmp.a")).unwrap();
        assert_eq!(default(&libcs).unwrap().name, "wasip2");
        paths::remove_folder(&root).unwrap();
    }
}
