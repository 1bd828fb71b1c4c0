//! The C++ library, built for WASI without exceptions and threads. Debian has one for each LLVM;
//! wasi-sdk has one in its sysroot, where clang finds it. C programs do without.

use super::{Choice, wasi_sdk};
use crate::apt::Apt;
use crate::{paths, ui};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The folder with `include/wasm32-wasi/c++/v1` and `lib/wasm32-wasi` for clang's version, on the
/// machine or in the cache.
pub fn installed(clang: u32) -> Result<Option<PathBuf>> {
    if wasi_sdk().is_some() {
        return Ok(None);
    }
    let below = format!("usr/lib/llvm-{clang}");
    let places = [Path::new("/").join(&below), folder(clang)?.join(&below)];
    Ok(places.into_iter().find(|place| is_complete(place)))
}

/// Looks for it, then fetches it; None, with the reason, if it cannot be had.
pub(super) fn find(clang: u32) -> Choice<Option<PathBuf>> {
    match installed(clang) {
        Ok(Some(place)) => Choice::new(Some(place), "on this machine"),
        Ok(None) if wasi_sdk().is_some() => Choice::new(None, "the one of WASI_SDK_PATH"),
        _ => match fetch(clang) {
            Ok((place, version)) => Choice::new(
                Some(place),
                format!("Debian package libc++-{clang}-dev-wasm32 {version}, fetched"),
            ),
            Err(error) => Choice::new(None, format!("cannot be had, C works: {error:#}")),
        },
    }
}

fn folder(clang: u32) -> Result<PathBuf> {
    Ok(paths::cache()?.join(format!("libcxx-{clang}")))
}

fn is_complete(place: &Path) -> bool {
    place.join("include/wasm32-wasi/c++/v1/vector").is_file()
        && ["libc++.a", "libc++abi.a"]
            .iter()
            .all(|archive| place.join("lib/wasm32-wasi").join(archive).is_file())
}

fn fetch(clang: u32) -> Result<(PathBuf, String)> {
    if !crate::apt::available() {
        bail!("this machine has no Debian packages");
    }
    let apt = Apt::host()?;
    let packages = ["libc++", "libc++abi"].map(|name| format!("{name}-{clang}-dev-wasm32"));
    let [main, _] = &packages;
    let version = apt
        .candidate(main)?
        .with_context(|| format!("this machine's Debian suites have no {main}"))?;
    let folder = folder(clang)?;
    ui::with_progress(&format!("fetching libc++ {version} from Debian"), || {
        paths::fill_folder(&folder, |dir| {
            packages
                .iter()
                .try_for_each(|package| apt.unpack_alone(package, dir))
        })
    })?;
    let place = folder.join(format!("usr/lib/llvm-{clang}"));
    if !is_complete(&place) {
        bail!("Debian's {main} {version} is not laid out as expected");
    }
    Ok((place, version))
}
