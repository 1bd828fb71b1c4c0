//! Lays out `target/wps`: what a user of the library needs, in one folder that can be moved.

use crate::toolchain::{Toolchain, libcxx};
use crate::{build, cmd, paths};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;
use wps_driver::Prefix;

/// Installs everything; files that are up to date are not touched.
pub fn install(prefix: &Prefix, toolchain: &Toolchain, target: &Path) -> Result<()> {
    let root = prefix.root();
    for (archive, name) in build::archives(target)? {
        install_archive(toolchain, &archive, &root.join("lib").join(name))?;
    }
    install_exit_status(prefix, toolchain, target)?;
    for program in ["wps-cc", "wps-run"] {
        let from = target.join("release").join(program);
        let bytes =
            std::fs::read(&from).with_context(|| format!("cannot read {}", from.display()))?;
        paths::write_program_if_changed(&root.join("bin").join(program), &bytes)?;
    }
    install_links(prefix, toolchain)?;
    install_casts(prefix, toolchain)?;
    for name in EMPTY_LIBRARIES {
        let file = root.join(format!("lib/lib{name}.a"));
        paths::write_if_changed(&file, EMPTY_ARCHIVE)?;
    }
    mirror(&paths::root().join("include"), &root.join("include"))?;

    let config = std::fs::read_to_string(paths::root().join("link/wps.cfg"))
        .context("link/wps.cfg is missing from the source tree")?;
    let config = configured(&config, toolchain.clang_version);
    paths::write_if_changed(&prefix.config(), config.as_bytes())?;
    install_cplusplus(prefix, toolchain)?;
    paths::write_if_changed(&prefix.toolchain_file(), toolchain.to_toml().as_bytes())?;

    let templates = paths::root().join("link");
    for (from, to) in [
        (
            "wasi-posix-sockets.pc",
            "lib/pkgconfig/wasi-posix-sockets.pc",
        ),
        (
            "WasiPosixSocketsConfig.cmake",
            "lib/cmake/WasiPosixSockets/WasiPosixSocketsConfig.cmake",
        ),
        (
            "WasiPosixSocketsConfigVersion.cmake",
            "lib/cmake/WasiPosixSockets/WasiPosixSocketsConfigVersion.cmake",
        ),
        ("config.site", "share/config.site"),
        ("wps-meson.ini", "share/wps/wps-meson.ini"),
        ("wasip1.cfg", "share/wps/wasip1.cfg"),
        ("Platform-WASI.cmake", "share/wps/cmake/Platform/WASI.cmake"),
        ("wps-toolchain.cmake", "share/wps/wps-toolchain.cmake"),
    ] {
        let text = std::fs::read_to_string(templates.join(from))
            .with_context(|| format!("link/{from} is missing from the source tree"))?;
        let text = text.replace("@VERSION@", env!("CARGO_PKG_VERSION"));
        paths::write_if_changed(&root.join(to), text.as_bytes())?;
    }
    let pkg_config = std::fs::read(templates.join(PKG_CONFIG))
        .with_context(|| format!("link/{PKG_CONFIG} is missing from the source tree"))?;
    paths::write_program_if_changed(&root.join("bin").join(PKG_CONFIG), &pkg_config)
}

/// A script, under the name that configure looks for.
const PKG_CONFIG: &str = "wasm32-wasi-pkg-config";

/// Libraries of Linux whose functions are all in libc here, or in what clang links anyway, and that
/// makefiles name and build systems search for. What libc has not is told as for any program.
const EMPTY_LIBRARIES: &[&str] = &[
    "anl",
    "atomic",
    "crypt",
    "dl",
    "g",
    "gcc",
    "gcc_eh",
    "gcc_s",
    "ieee",
    "m",
    "mvec",
    "nsl",
    "pthread",
    "resolv",
    "rt",
    "socket",
    "ssp",
    "ssp_nonshared",
    "util",
    "xnet",
];
const EMPTY_ARCHIVE: &[u8] = b"!<arch>\n";

/// The tools of LLVM that `-print-prog-name=` is asked for.
const TOOLS: &[&str] = &[
    "ar", "nm", "objcopy", "objdump", "ranlib", "readelf", "size", "strings",
];

/// The names under which programs are found: by people, by build systems, and by clang, which
/// looks for the linker in `libexec/wps`, and for whatever `-print-prog-name=` names.
fn install_links(prefix: &Prefix, toolchain: &Toolchain) -> Result<()> {
    let (bin, libexec) = (prefix.root().join("bin"), prefix.root().join("libexec/wps"));
    let wps_cc = Path::new("../../bin/wps-cc");
    link(Path::new("wps-cc"), &bin.join("wps-c++"))?;
    link(wps_cc, &prefix.linker())?;
    link(wps_cc, &prefix.casts_linker())?;
    link(wps_cc, &libexec.join("ld"))?;
    link(wps_cc, &libexec.join("strip"))?;
    link(Path::new("wps-cc"), &bin.join("wps-strip"))?;
    link(
        &toolchain.llvm_bin.join("wasm-ld"),
        &libexec.join("wasm-ld"),
    )?;
    for tool in TOOLS {
        let program = toolchain.llvm_bin.join(format!("llvm-{tool}"));
        if cmd::is_program(&program) {
            link(&program, &libexec.join(tool))?;
        }
    }
    for tool in ["ar", "ranlib", "nm"] {
        let program = toolchain.llvm_bin.join(format!("llvm-{tool}"));
        link(&program, &bin.join(format!("wps-{tool}")))?;
    }
    Ok(())
}

/// Compiles what `--wps-casts` links.
fn install_casts(prefix: &Prefix, toolchain: &Toolchain) -> Result<()> {
    let source = paths::root().join("link/casts.c");
    let object = prefix.casts_object();
    let newer = |than: &Path| -> Option<bool> {
        let date = |file: &Path| std::fs::metadata(file).and_then(|m| m.modified()).ok();
        Some(date(&object)? > date(than)?)
    };
    if newer(&source) == Some(true) && newer(&toolchain.clang) == Some(true) {
        return Ok(());
    }
    let scratch = object.with_extension("new");
    cmd::output(
        Command::new(&toolchain.clang)
            .args([
                "--target=wasm32-wasip2",
                "-ffreestanding",
                "-Os",
                "-Wall",
                "-Wextra",
                "-c",
            ])
            .arg(&source)
            .arg("-o")
            .arg(&scratch),
    )?;
    std::fs::rename(&scratch, &object).with_context(|| format!("cannot make {}", object.display()))
}

/// The configuration file for C++, which names the C++ library where clang would not find it.
fn install_cplusplus(prefix: &Prefix, toolchain: &Toolchain) -> Result<()> {
    let mut text = std::fs::read_to_string(paths::root().join("link/c++.cfg"))
        .context("link/c++.cfg is missing from the source tree")?;
    if let Some(library) = libcxx::installed(toolchain.clang_version)? {
        let library = library.display();
        text += &format!("-stdlib++-isystem {library}/include/wasm32-wasi/c++/v1\n");
        text += &format!("-L{library}/lib/wasm32-wasi\n");
    }
    let text = configured(&text, toolchain.clang_version);
    paths::write_if_changed(&prefix.cplusplus_config(), text.as_bytes())
}

/// Copies an archive without what rustc keeps in it for itself (`lib.rmeta` of an rlib), which no
/// linker reads.
fn install_archive(toolchain: &Toolchain, from: &Path, to: &Path) -> Result<()> {
    let ar = || Command::new(toolchain.llvm_bin.join("llvm-ar"));
    let members = cmd::output(ar().arg("t").arg(from))?;
    let others: Vec<&str> = members
        .lines()
        .filter(|name| !name.ends_with(".o"))
        .collect();
    if others.is_empty() {
        return copy(from, to);
    }
    let scratch = from.with_extension("objects.a");
    copy(from, &scratch)?;
    cmd::output(ar().arg("d").arg(&scratch).args(&others))?;
    copy(&scratch, to)?;
    std::fs::remove_file(&scratch).with_context(|| format!("cannot remove {}", scratch.display()))
}

/// Takes the one object out of its archive: the linker is to have it first, whether it is referred
/// to or not.
fn install_exit_status(prefix: &Prefix, toolchain: &Toolchain, target: &Path) -> Result<()> {
    let archive = build::exit_status_archive(target);
    let ar = || Command::new(toolchain.llvm_bin.join("llvm-ar"));
    let members = cmd::output(ar().arg("t").arg(&archive))?;
    let objects: Vec<&str> = members
        .lines()
        .filter(|name| name.ends_with(".o"))
        .collect();
    let [object] = objects[..] else {
        bail!(
            "{} holds {} objects instead of one",
            archive.display(),
            objects.len()
        );
    };
    let object = ar()
        .arg("p")
        .arg(&archive)
        .arg(object)
        .output()
        .context("cannot start llvm-ar")?;
    paths::write_if_changed(&prefix.exit_status(), &object.stdout)
}

/// The configuration file for a version of clang: without the parts that need a newer one, and,
/// for clang 19, without the mark of lines that count only when linking.
fn configured(template: &str, clang: u32) -> String {
    let mut text = String::new();
    let mut keep = true;
    for line in template.lines() {
        if let Some(least) = line.strip_prefix("#if clang >= ") {
            keep = least.trim().parse().is_ok_and(|least: u32| clang >= least);
        } else if line == "#endif" {
            keep = true;
        } else if keep {
            let line = if clang < 20 {
                line.strip_prefix('$').unwrap_or(line)
            } else {
                line
            };
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let bytes = std::fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    paths::write_if_changed(to, &bytes)
}

fn link(to: &Path, at: &Path) -> Result<()> {
    if std::fs::read_link(at).is_ok_and(|old| old == to) {
        return Ok(());
    }
    if let Some(dir) = at.parent() {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    let _ = std::fs::remove_file(at);
    std::os::unix::fs::symlink(to, at).with_context(|| format!("cannot make {}", at.display()))
}

/// Makes `to` hold the same files as `from`, no more and no fewer.
fn mirror(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    let entries = |dir: &Path| -> Result<Vec<std::fs::DirEntry>> {
        let list =
            std::fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
        Ok(list.collect::<std::io::Result<_>>()?)
    };
    for entry in entries(from)? {
        let dest = to.join(entry.file_name());
        if entry.path().is_dir() {
            mirror(&entry.path(), &dest)?;
        } else {
            copy(&entry.path(), &dest)?;
        }
    }
    for entry in entries(to)? {
        let path = entry.path();
        if !from.join(entry.file_name()).exists() {
            let removed = if path.is_dir() {
                std::fs::remove_dir_all(&path)
            } else {
                std::fs::remove_file(&path)
            };
            removed.with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "# text\n-a\n#if clang >= 20\n-new\n$-lnew\n#endif\n$-lx\n";

    #[test]
    fn a_new_clang_gets_the_whole_file() {
        assert_eq!(configured(TEMPLATE, 22), "# text\n-a\n-new\n$-lnew\n$-lx\n");
    }

    #[test]
    fn clang_19_gets_neither_new_flags_nor_link_marks() {
        assert_eq!(configured(TEMPLATE, 19), "# text\n-a\n-lx\n");
    }

    #[test]
    fn a_mirror_loses_what_the_original_lost() {
        let dir = std::env::temp_dir().join(format!("wps-mirror-{}", std::process::id()));
        let (from, to) = (dir.join("from"), dir.join("to"));
        std::fs::create_dir_all(from.join("sys")).unwrap();
        std::fs::write(from.join("sys/a.h"), "a").unwrap();
        std::fs::write(from.join("b.h"), "b").unwrap();
        mirror(&from, &to).unwrap();
        assert!(to.join("sys/a.h").exists() && to.join("b.h").exists());
        paths::remove_folder(&from.join("sys")).unwrap();
        mirror(&from, &to).unwrap();
        assert!(!to.join("sys").exists() && to.join("b.h").exists());
        paths::remove_folder(&dir).unwrap();
    }
}
