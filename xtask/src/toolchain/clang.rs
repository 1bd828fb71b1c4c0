//! clang and wasm-ld: 22 is what the tests run with, 20 is enough for setjmp, 19 for the rest.

use super::{Choice, WITHOUT_APT, wasi_sdk};
use crate::{apt::Apt, cmd, paths, ui};
use anyhow::{Context, Result, anyhow, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A compiler that was tried.
#[derive(Debug)]
pub struct Clang {
    pub clang: PathBuf,
    pub major: u32,
    pub full_version: String,
    /// Where `wasm-ld`, `llvm-ar` and the others are.
    pub llvm_bin: PathBuf,
}

const PREFERRED: u32 = 22;
const WITH_SETJMP: u32 = 20;
const OLDEST: u32 = 19;

pub fn find() -> Result<Choice<Clang>> {
    if let Some(sdk) = wasi_sdk() {
        // Named on purpose: anything else in its place would be a surprise.
        let clang = examine(&sdk.join("bin/clang"))
            .context("WASI_SDK_PATH must name the folder of wasi-sdk 25 or newer")?;
        return Ok(Choice::new(clang, "from WASI_SDK_PATH"));
    }
    let mut old = None;
    for (file, whence) in candidates()? {
        match examine(&file) {
            Ok(clang) if clang.major >= WITH_SETJMP => return Ok(Choice::new(clang, whence)),
            Ok(clang) if clang.major >= OLDEST => {
                old.get_or_insert_with(|| {
                    Choice::new(clang, format!("{whence}; too old for setjmp"))
                });
            }
            _ => {}
        }
    }
    let error = match fetch(PREFERRED) {
        Ok(clang) => return Ok(clang),
        Err(error) => error,
    };
    if let Some(old) = old {
        ui::note(format!(
            "clang {PREFERRED} cannot be had, so setjmp will not work: {error:#}"
        ));
        return Ok(old);
    }
    ui::note(format!(
        "clang {PREFERRED} cannot be had, trying {OLDEST} (no setjmp): {error:#}"
    ));
    fetch(OLDEST)
        .map_err(|older| anyhow!("clang {OLDEST} cannot be had either: {older:#}\n{WITHOUT_APT}"))
}

/// All compilers worth a try, best first, each with where it was found.
fn candidates() -> Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    let numbered = (WITH_SETJMP..=PREFERRED + 3)
        .rev()
        .map(|v| format!("clang-{v}"));
    for name in numbered.chain(["clang".to_owned(), format!("clang-{OLDEST}")]) {
        if let Some(file) = cmd::on_path(&name) {
            found.push((file, "on PATH".to_owned()));
        }
    }
    let cache = paths::cache()?;
    for version in [PREFERRED, OLDEST] {
        found.push((
            installed(&cache, version),
            "in the cache, from Debian".to_owned(),
        ));
    }
    Ok(found)
}

/// Where a fetched clang is started.
fn installed(cache: &Path, version: u32) -> PathBuf {
    cache.join(format!("llvm-{version}/usr/lib/llvm-{version}/bin/clang"))
}

/// Finds out whether `clang` compiles and links for wasm32, without linking anything.
fn examine(clang: &Path) -> Result<Clang> {
    if !cmd::is_program(clang) {
        bail!("{} is absent", clang.display());
    }
    let ask = |args: &[&str]| cmd::output(Command::new(clang).args(args));
    let version = ask(&["--version"])?;
    let (major, full_version) =
        version_in(&version).with_context(|| format!("{} tells no version", clang.display()))?;
    if !ask(&["--print-targets"])?.contains("wasm32") {
        bail!("{} has no wasm32 target", clang.display());
    }
    let builtins = ask(&["--target=wasm32-wasip2", "--print-libgcc-file-name"])?;
    if !Path::new(builtins.trim()).is_file() {
        bail!("{} has no builtins for wasm32", clang.display());
    }
    let real = clang
        .canonicalize()
        .with_context(|| format!("{} is a loose link", clang.display()))?;
    let llvm_bin = real
        .parent()
        .context("clang is in no folder")?
        .to_path_buf();
    for tool in ["wasm-ld", "llvm-ar", "llvm-ranlib", "llvm-nm"] {
        if !cmd::is_program(&llvm_bin.join(tool)) {
            bail!("{tool} is not beside {}", real.display());
        }
    }
    // The name the caller found is kept: in the cache it may be a script that starts the real one.
    Ok(Clang {
        clang: clang.to_path_buf(),
        major,
        full_version,
        llvm_bin,
    })
}

/// The version in clang's words: the number after "clang version".
fn version_in(text: &str) -> Option<(u32, String)> {
    let full = text
        .split_once("clang version ")?
        .1
        .split([' ', '\n'])
        .next()?;
    Some((full.split('.').next()?.parse().ok()?, full.to_owned()))
}

fn fetch(version: u32) -> Result<Choice<Clang>> {
    if !crate::apt::available() {
        bail!("this machine has no Debian packages. {WITHOUT_APT}");
    }
    let cache = paths::cache()?;
    let apt = Apt::host()?;
    let packages = [
        format!("clang-{version}"),
        format!("lld-{version}"),
        format!("llvm-{version}"),
        format!("libclang-rt-{version}-dev-wasm32"),
        // Named although the first ones need them: where the machine has them installed already,
        // apt would leave them out, and the compiler's own headers must stand beside it.
        format!("libclang-common-{version}-dev"),
        format!("libclang-cpp{version}"),
        format!("libllvm{version}"),
    ];
    let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
    let candidate = apt
        .candidate(packages[0])?
        .with_context(|| format!("this machine's Debian suites have no {}", packages[0]))?;
    ui::with_progress(&format!("fetching clang {candidate} from Debian"), || {
        paths::fill_folder(&cache.join(format!("llvm-{version}")), |dir| {
            apt.unpack_with_dependencies(&packages, dir)?;
            make_startable(dir, version)
        })
    })?;
    let clang = examine(&installed(&cache, version))?;
    Ok(Choice::new(
        clang,
        format!("Debian package clang-{version} {candidate}, fetched"),
    ))
}

/// Makes the unpacked programs find their libraries where they are now. They look in the folder
/// `../lib` beside them; libraries of libraries are found there only when nothing else is missing,
/// and if something is, each program gets a script that names the folder.
fn make_startable(root: &Path, version: u32) -> Result<()> {
    let llvm = root.join(format!("usr/lib/llvm-{version}"));
    for lib in ["usr/lib", "lib"] {
        let folders = std::fs::read_dir(root.join(lib))
            .into_iter()
            .flatten()
            .flatten();
        for folder in folders
            .map(|e| e.path())
            .filter(|p| p.to_string_lossy().ends_with("-linux-gnu"))
        {
            link_libraries(&folder, &llvm.join("lib"))?;
        }
    }
    let starts = |tool: &str| {
        cmd::output(Command::new(llvm.join("bin").join(tool)).arg("--version")).is_ok()
    };
    if starts("clang") && starts("wasm-ld") {
        return Ok(());
    }
    let bin = llvm.join("bin");
    let real = llvm.join("libexec");
    std::fs::rename(&bin, &real)?;
    std::fs::create_dir(&bin)?;
    for entry in std::fs::read_dir(&real)?.flatten() {
        let name = entry.file_name();
        let script = "#!/bin/sh\nhere=$(dirname \"$(readlink -f \"$0\")\")\n\
             LD_LIBRARY_PATH=\"$here/../lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}\" \
             exec \"$here/../libexec/$(basename \"$0\")\" \"$@\"\n";
        let file = bin.join(&name);
        std::fs::write(&file, script)?;
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755))?;
    }
    cmd::output(Command::new(bin.join("clang")).arg("--version"))
        .context("the fetched clang does not start on this machine")?;
    Ok(())
}

/// Makes links in `to` to the shared libraries in `from`, where `to` has none of that name.
fn link_libraries(from: &Path, to: &Path) -> Result<()> {
    // Relative links, so that the folder can be renamed when it is complete.
    let root = to
        .ancestors()
        .nth(4)
        .context("clang is not where it should be")?;
    let inside = from
        .strip_prefix(root)
        .context("libraries are not where they should be")?;
    for entry in std::fs::read_dir(from)?.flatten() {
        let name = entry.file_name();
        let link = to.join(&name);
        if name.to_string_lossy().contains(".so") && link.symlink_metadata().is_err() {
            std::os::unix::fs::symlink(Path::new("../../../..").join(inside).join(&name), &link)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_vendors_write_them() {
        let debian = "Debian clang version 22.1.8 (1~deb12u1)\nTarget: x";
        assert_eq!(version_in(debian), Some((22, "22.1.8".into())));
        let sdk = "clang version 19.1.5-wasi-sdk (https://example)\n";
        assert_eq!(version_in(sdk), Some((19, "19.1.5-wasi-sdk".into())));
        assert_eq!(version_in("gcc (Debian) 12"), None);
    }

    #[test]
    fn programs_that_do_not_find_their_libraries_are_started_by_a_script_that_does() {
        use std::os::unix::fs::PermissionsExt;
        let root = std::env::temp_dir().join(format!("wps-startable-{}", std::process::id()));
        let bin = root.join("usr/lib/llvm-22/bin");
        let libraries = root.join("usr/lib/x86_64-linux-gnu");
        for folder in [&bin, &root.join("usr/lib/llvm-22/lib"), &libraries] {
            std::fs::create_dir_all(folder).unwrap();
        }
        std::fs::write(libraries.join("libLLVM.so.22.1"), "").unwrap();
        let needs_help =
            "#!/bin/sh\ntest -e \"${LD_LIBRARY_PATH%%:*}/libLLVM.so.22.1\" && echo \"$@\"\n";
        for tool in ["clang", "wasm-ld"] {
            std::fs::write(bin.join(tool), needs_help).unwrap();
            std::fs::set_permissions(bin.join(tool), PermissionsExt::from_mode(0o755)).unwrap();
        }
        make_startable(&root, 22).unwrap();
        let moved = root.with_extension("moved");
        std::fs::rename(&root, &moved).unwrap();
        let mut clang = Command::new(moved.join("usr/lib/llvm-22/bin/clang"));
        clang.args(["a b", "c"]).env_remove("LD_LIBRARY_PATH");
        assert_eq!(cmd::output(&mut clang).unwrap(), "a b c\n");
        paths::remove_folder(&moved).unwrap();
    }
}
