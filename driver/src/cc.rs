//! `wps-cc`: clang with the configuration file, a target and a sysroot. What is left of the command
//! line when gcc's options have been read (`options/`) is clang's own.

use crate::options::compiler;
use crate::toolchain::{Libc, Toolchain};
use crate::{Prefix, casts, response};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Names the variable that tells the linker to make outputs that run by themselves.
pub const RUN_VARIABLE: &str = "WPS_CC_RUN_LINE";

/// A clang command line, ready to run.
#[derive(Debug)]
pub struct Invocation {
    /// The compiler.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// `wps-run`, for [`RUN_VARIABLE`].
    pub run_line: PathBuf,
    /// What was left out of the command line, where the caller wants to be told.
    pub note: Option<String>,
    /// `-v` or the like was given.
    pub verbose: bool,
}

/// Works out the clang command for `args` (without the program's name). `cplusplus` asks for
/// clang's C++ mode.
pub fn invocation(
    prefix: &Prefix,
    toolchain: &Toolchain,
    args: Vec<OsString>,
    cplusplus: bool,
) -> Result<Invocation, String> {
    let from_files = args
        .iter()
        .any(|arg| arg.as_encoded_bytes().starts_with(b"@"));
    let (name, rest) = take_libc(response::expand(args))?;
    let libc = toolchain.libc(name.as_deref())?;
    let purpose = compiler::purpose(&rest);
    let sifted = compiler::sift(&rest, purpose.links)?;
    let note = sifted.note().filter(|_| purpose.verbose);
    let rest = sifted.args.into_iter().map(|arg| {
        if arg == casts::OPTION {
            format!("-Wl,{}", casts::OPTION).into()
        } else {
            arg
        }
    });
    let rest: Vec<OsString> = rest.collect();
    let mut out = vec![joined("--config=", &prefix.config())];
    if cplusplus {
        out.push("--driver-mode=g++".into());
    }
    if cplusplus || purpose.cplusplus {
        out.push(joined("--config=", &prefix.cplusplus_config()));
    }
    out.push(format!("--target={}", libc.target).into());
    // clang takes the last one, so the caller's own wins.
    out.push(joined("--sysroot=", &libc.sysroot));
    if target_of(&rest).unwrap_or(&libc.target).ends_with("wasip1") {
        // There clang calls wasm-ld and stops at a module, unless this file names our linker.
        out.push(joined("--config=", &prefix.wasip1_config()));
    }
    if from_files && response::length(&rest) > response::LONG {
        out.push(response_file(&rest)?);
    } else {
        out.extend(rest);
    }
    Ok(Invocation {
        program: toolchain.clang.clone(),
        args: out,
        run_line: prefix.wps_run(),
        note,
        verbose: purpose.verbose,
    })
}

/// Hands on what came from files as a file again, one that is gone when the compiler is.
fn response_file(args: &[OsString]) -> Result<OsString, String> {
    let file = crate::run::open_copy(&mut response::file_of(args).as_slice())
        .map_err(|e| format!("cannot write the arguments to a file: {e}"))?;
    Ok(joined("@", &file))
}

/// What gcc answers to some questions that clang does not know. The answers are empty where gcc
/// has more than one kind of library, and there is one here.
pub fn answer(toolchain: &Toolchain, args: &[OsString]) -> Option<String> {
    let asked = |name: &str| {
        args.iter()
            .filter_map(|arg| arg.to_str())
            .any(|arg| arg.trim_start_matches('-') == name && arg.starts_with('-'))
    };
    if asked("print-multiarch") || asked("print-sysroot-headers-suffix") {
        return Some(String::new());
    }
    if asked("print-multi-os-directory") {
        return Some(".".into());
    }
    if asked("print-sysroot") {
        let (name, _) = take_libc(args.to_vec()).ok()?;
        let libc = toolchain.libc(name.as_deref()).ok()?;
        return Some(libc.sysroot.display().to_string());
    }
    None
}

/// Splits `--wps-libc=NAME` off.
fn take_libc(args: Vec<OsString>) -> Result<(Option<String>, Vec<OsString>), String> {
    let mut name = None;
    let mut rest = Vec::with_capacity(args.len());
    for arg in args {
        match arg.to_str().and_then(|a| a.strip_prefix("--wps-libc")) {
            Some(value) => match value.strip_prefix('=') {
                Some(value) if !value.is_empty() => name = Some(value.to_owned()),
                _ => return Err("write --wps-libc=NAME, for example --wps-libc=wasip1".into()),
            },
            None => rest.push(arg),
        }
    }
    Ok((name, rest))
}

/// The target the caller asked for, if any.
fn target_of(args: &[OsString]) -> Option<&str> {
    let mut found = None;
    let mut args = args.iter().map(|a| a.to_str().unwrap_or(""));
    while let Some(arg) = args.next() {
        if arg == "-target" || arg == "--target" {
            found = args.next();
        } else if let Some(value) = arg.strip_prefix("--target=") {
            found = Some(value);
        }
    }
    found
}

fn joined(flag: &str, path: &Path) -> OsString {
    let mut out = OsString::from(flag);
    out.push(path);
    out
}

/// `wps-cc --wps-help`.
pub fn help(toolchain: &Toolchain) -> String {
    let mut text = String::from(
        "wps-cc is clang, set up to build C programs with sockets for WASI 0.2.\n\
         All of clang's options work. Its own are:\n\
         \x20 --wps-libc=NAME   link with this wasi-libc:\n",
    );
    for Libc {
        name,
        target,
        date,
        origin,
        ..
    } in &toolchain.libcs
    {
        let mark = if *name == toolchain.default_libc {
            ", the default"
        } else {
            ""
        };
        text.push_str(&format!(
            "      {name:<14} {target}, {date}, {origin}{mark}\n"
        ));
    }
    text.push_str(
        "\x20 --wps-casts       let functions be called through pointers of another type\n\
         \x20 --wps-help        this text\n\
         An output named *.wasm is a component. Any other program is a component behind a line\n\
         that makes it run with wps-run, so `./prog` works.\n\
         For configure scripts there is share/config.site, for CMake share/wps/wps-toolchain.cmake,\n\
         for Meson share/wps/wps-meson.ini.\n",
    );
    text
}

/// Whether `program` is called by a C++ compiler's name.
pub fn is_cplusplus(program: &OsStr) -> bool {
    Path::new(program)
        .file_name()
        .is_some_and(|n| n.to_string_lossy().ends_with("++"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toolchain() -> Toolchain {
        let libc = |name: &str, target: &str| Libc {
            name: name.into(),
            target: target.into(),
            sysroot: format!("/s/{name}").into(),
            native: false,
            date: "20260423".into(),
            origin: "test".into(),
        };
        Toolchain {
            clang: "/t/clang".into(),
            clang_version: 22,
            llvm_bin: "/t".into(),
            component_ld: "/t/wasm-component-ld".into(),
            wasm_opt: None,
            wasmtime: "/t/wasmtime".into(),
            wasmtime_options: vec![],
            default_libc: "wasip2-2026".into(),
            libcs: vec![
                libc("wasip1", "wasm32-wasip1"),
                libc("wasip2-2026", "wasm32-wasip2"),
            ],
        }
    }

    fn args_for(args: &[&str]) -> Result<Vec<String>, String> {
        let args = args.iter().map(OsString::from).collect();
        let call = invocation(&Prefix::new("/p"), &toolchain(), args, false)?;
        Ok(call
            .args
            .into_iter()
            .map(|a| a.to_string_lossy().into_owned())
            .collect())
    }

    #[test]
    fn the_default_libc_is_the_one_the_toolchain_names() {
        let args = args_for(&["-c", "a.c"]).unwrap();
        assert_eq!(
            args,
            [
                "--config=/p/share/wps/wps.cfg",
                "--target=wasm32-wasip2",
                "--sysroot=/s/wasip2-2026",
                "-c",
                "a.c"
            ]
        );
    }

    #[test]
    fn wasip1_is_linked_by_the_component_linker() {
        let linker = "--config=/p/share/wps/wasip1.cfg";
        let by_libc = args_for(&["--wps-libc=wasip1", "a.c"]).unwrap();
        assert!(by_libc.iter().any(|a| a == linker), "{by_libc:?}");
        let by_target = args_for(&["--target=wasm32-wasip1", "--sysroot=/x", "a.c"]).unwrap();
        assert!(by_target.iter().any(|a| a == linker), "{by_target:?}");
        let plain = args_for(&["a.c"]).unwrap();
        assert!(!plain.iter().any(|a| a == linker), "{plain:?}");
    }

    #[test]
    fn the_callers_sysroot_comes_after_ours() {
        let args = args_for(&["--sysroot=/mine", "a.c"]).unwrap();
        let last = args.iter().rfind(|a| a.starts_with("--sysroot=")).unwrap();
        assert_eq!(last, "--sysroot=/mine");
    }

    #[test]
    fn an_unknown_libc_is_refused_with_the_known_names() {
        let error = args_for(&["--wps-libc=glibc"]).unwrap_err();
        assert!(error.contains("wasip1, wasip2-2026"), "{error}");
        assert!(args_for(&["--wps-libc"]).is_err());
        assert!(args_for(&["--wps-libc="]).is_err());
    }

    #[test]
    fn a_name_that_ends_in_plus_plus_asks_for_cplusplus() {
        assert!(is_cplusplus(OsStr::new("/p/bin/wps-c++")));
        assert!(!is_cplusplus(OsStr::new("/p/bin/wps-cc")));
    }
}
