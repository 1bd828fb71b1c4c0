//! `wasm-opt`, Binaryen's optimizer, which `--wps-casts` is made of. Programs that do without that
//! option do without the tool.

use super::{Choice, node, wasi_sdk};
use crate::apt::Apt;
use crate::{cmd, paths, ui};
use anyhow::{Context, Result, bail};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// 108, of Debian bookworm, does not read today's modules.
const OLDEST: u32 = 116;
const NAME: &str = "wasm-opt";

/// The Debian release whose version is fetched, and what it needs to run on an older one.
const SUITE: &str = "trixie";
const PACKAGES: [&str; 4] = ["binaryen", "libstdc++6", "libgcc-s1", "libc6"];

/// npm's package, which runs on Node; slower by half, and for machines without Debian's.
const MANIFEST: &str = include_str!("../../binaryen/package.json");
const LOCK: &str = include_str!("../../binaryen/package-lock.json");

/// A program that was tried.
#[derive(Debug)]
pub struct WasmOpt {
    pub program: PathBuf,
    pub version: u32,
}

/// Looks for it, then fetches it; None, with the reason, if it cannot be had.
pub(super) fn find() -> Result<Choice<Option<WasmOpt>>> {
    let there = |tool: WasmOpt, reason: &str| Ok(Choice::new(Some(tool), reason));
    if let Some(sdk) = wasi_sdk()
        && let Ok(tool) = examine(&sdk.join("bin").join(NAME))
    {
        return there(tool, "from WASI_SDK_PATH");
    }
    let mut unfit = String::new();
    if let Some(program) = cmd::on_path(NAME) {
        match examine(&program) {
            Ok(tool) => return there(tool, "on PATH"),
            Err(error) => unfit = format!("; not the one on PATH: {error:#}"),
        }
    }
    let cache = paths::cache()?;
    let (debian, npm) = (cache.join("binaryen"), cache.join("binaryen-npm"));
    if let Ok(tool) = examine(&debian.join(NAME)) {
        return there(tool, &format!("in the cache, from Debian{unfit}"));
    }
    if let Ok(tool) = examine(&npm.join(NAME)) {
        return there(tool, &format!("in the cache, from npm{unfit}"));
    }
    let error = match fetch(&debian) {
        Ok(choice) => return Ok(choice),
        Err(error) => format!("{error:#}"),
    };
    match fetch_from_npm(&npm) {
        Ok(choice) => Ok(choice),
        Err(npm) => Ok(Choice::new(
            None,
            format!(
                "cannot be had from Debian ({error}) nor from npm ({npm:#}); --wps-casts will not work{unfit}"
            ),
        )),
    }
}

fn examine(program: &Path) -> Result<WasmOpt> {
    if !cmd::is_program(program) {
        bail!("{} is absent", program.display());
    }
    let text = cmd::output(Command::new(program).arg("--version"))?;
    let version =
        version_in(&text).with_context(|| format!("{} tells no version", program.display()))?;
    if version < OLDEST {
        bail!("version {version} is older than {OLDEST}");
    }
    Ok(WasmOpt {
        program: program.to_path_buf(),
        version,
    })
}

fn version_in(text: &str) -> Option<u32> {
    let rest = text.split_once("version ")?.1;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Unpacks Debian's package and what it needs, C library included, into a folder of its own.
fn fetch(folder: &Path) -> Result<Choice<Option<WasmOpt>>> {
    if !crate::apt::available() {
        bail!("this machine has no Debian packages");
    }
    let apt = Apt::suite(SUITE)?;
    let [main, ..] = PACKAGES;
    let version = apt
        .candidate(main)?
        .with_context(|| format!("Debian {SUITE} has no {main}"))?;
    ui::with_progress(
        &format!("fetching {main} {version} from Debian {SUITE}"),
        || {
            paths::fill_folder(folder, |dir| {
                PACKAGES
                    .iter()
                    .try_for_each(|package| apt.unpack_alone(package, dir))?;
                make_startable(dir)
            })
        },
    )?;
    let tool = examine(&folder.join(NAME))?;
    Ok(Choice::new(
        Some(tool),
        format!("Debian package {main} {version} of {SUITE}, fetched"),
    ))
}

/// Writes the program that starts the unpacked one by its own C library's loader: the machine's C
/// library may be older than what it was built for.
fn make_startable(dir: &Path) -> Result<()> {
    let libraries = folder_of_loader(dir).context("the package libc6 holds no loader")?;
    let (loader, below) = libraries;
    let script = format!(
        "#!/bin/sh\nhere=$(dirname \"$(readlink -f \"$0\")\")\n\
         exec \"$here/{below}/{loader}\" --library-path \"$here/{below}\" \"$here/usr/bin/{NAME}\" \"$@\"\n"
    );
    write_program(&dir.join(NAME), &script)
}

/// The name of the loader in an unpacked libc6, and the folder with the libraries.
fn folder_of_loader(dir: &Path) -> Option<(String, String)> {
    for below in ["usr/lib", "lib"] {
        for folder in std::fs::read_dir(dir.join(below)).ok()?.flatten() {
            for file in std::fs::read_dir(folder.path())
                .into_iter()
                .flatten()
                .flatten()
            {
                let name = file.file_name().to_string_lossy().into_owned();
                let folder = folder.file_name().to_string_lossy().into_owned();
                if name.starts_with("ld-linux") && folder.ends_with("-linux-gnu") {
                    return Some((name, format!("{below}/{folder}")));
                }
            }
        }
    }
    None
}

fn fetch_from_npm(folder: &Path) -> Result<Choice<Option<WasmOpt>>> {
    let node = node::find()?.what;
    ui::with_progress("fetching binaryen with npm", || {
        paths::fill_folder(folder, |dir| {
            std::fs::write(dir.join("package.json"), MANIFEST)?;
            std::fs::write(dir.join("package-lock.json"), LOCK)?;
            node.install_packages(dir)?;
            let script = format!(
                "#!/bin/sh\nhere=$(dirname \"$(readlink -f \"$0\")\")\n\
                 exec '{}' \"$here/node_modules/binaryen/bin/{NAME}\" \"$@\"\n",
                node.program.display()
            );
            write_program(&dir.join(NAME), &script)
        })
    })?;
    let tool = examine(&folder.join(NAME))?;
    let reason = format!("npm package binaryen {}, fetched", tool.version);
    Ok(Choice::new(Some(tool), reason))
}

fn write_program(file: &Path, text: &str) -> Result<()> {
    std::fs::write(file, text)
        .and_then(|()| std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)))
        .with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_with_and_without_a_hash() {
        assert_eq!(
            version_in("wasm-opt version 120 (version_120)\n"),
            Some(120)
        );
        assert_eq!(version_in("wasm-opt version 116\n"), Some(116));
        assert_eq!(version_in("wasm-opt"), None);
    }
}
