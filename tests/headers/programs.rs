//! C programs over the headers: numbers, symbols, macros that run, and that everything links.

use crate::Context;
use crate::compiler::{self, Batch};
use crate::files;
use crate::prototypes;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::cmd;
use xtask::toolchain::Libc;

/// A batch of one file in GNU C23, the mode that shows everything.
pub fn gnu(context: &Context, libc: &str, file: PathBuf) -> Result<Batch, String> {
    let include = format!("-I{}", files::include_dir().display());
    let flags = [
        "-xc",
        "-std=gnu23",
        "-D_GNU_SOURCE",
        "-Wall",
        "-Wextra",
        "-Werror",
        &include,
    ];
    Ok(Batch {
        libc: context.toolchain.libc(Some(libc))?.clone(),
        flags: flags.iter().map(|f| (*f).to_owned()).collect(),
        files: vec![file],
    })
}

/// The asserts of `values.c` hold, with the standard FD_SETSIZE and with a larger one.
pub fn values(context: &Context, libc: &str) -> Result<(), String> {
    for size in ["", "-DFD_SETSIZE=65536"] {
        let mut batch = gnu(context, libc, files::source("values.c"))?;
        batch
            .flags
            .extend((!size.is_empty()).then(|| size.to_owned()));
        if let Some(first) = compiler::run(&context.toolchain, &batch)?.first() {
            return Err(format!("{size} {}", first.text));
        }
    }
    Ok(())
}

/// Declarations that old programs bring along agree with the headers', before and after them.
pub fn legacy_declarations(context: &Context, libc: &str) -> Result<(), String> {
    for standard in ["c89", "gnu89", "c99", "gnu17", "gnu23"] {
        let mut batch = gnu(context, libc, files::source("legacy.c"))?;
        batch
            .flags
            .retain(|f| f != "-std=gnu23" && f != "-D_GNU_SOURCE");
        batch.flags.push(format!("-std={standard}"));
        batch.flags.push("-D_DEFAULT_SOURCE".into());
        if let Some(first) = compiler::run(&context.toolchain, &batch)?.first() {
            return Err(format!("{standard}: {}", first.text));
        }
    }
    Ok(())
}

/// Functions whose data differs from libc's are bound to names of their own, whether libc's header
/// or ours comes first.
pub fn bound_symbols(context: &Context, libc: &str) -> Result<(), String> {
    let out = files::scratch(&format!("bound-{libc}")).join("bound.o");
    let libc = context.toolchain.libc(Some(libc))?;
    let mut clang = clang(context, libc);
    clang
        .arg("-c")
        .arg(files::source("bound.c"))
        .arg("-o")
        .arg(&out);
    cmd::output(&mut clang).map_err(|e| format!("{e:#}"))?;
    let mut nm = Command::new(context.toolchain.llvm_bin.join("llvm-nm"));
    let symbols = cmd::output(
        nm.arg("--undefined-only")
            .arg("--just-symbol-name")
            .arg(&out),
    )
    .map_err(|e| format!("{e:#}"))?;
    let symbols: Vec<&str> = symbols.lines().map(str::trim).collect();
    for (ours, plain) in [
        ("__wps_select_bitmap", "select"),
        ("__wps_pselect_bitmap", "pselect"),
        ("__wps_getrusage", "getrusage"),
        ("__wps_sysconf", "sysconf"),
    ] {
        if !symbols.contains(&ours) || symbols.contains(&plain) {
            return Err(format!("{plain} is not bound to {ours}: {symbols:?}"));
        }
    }
    if symbols.contains(&"__wasilibc_tell") {
        return Err("lseek(fd, 0, SEEK_CUR) passes by the descriptor table".into());
    }
    Ok(())
}

/// clang for C with the overlay, as `wps.cfg` has it but for the archives.
fn clang(context: &Context, libc: &Libc) -> Command {
    let mut clang = Command::new(&context.toolchain.clang);
    clang
        .arg(format!("--target={}", libc.target))
        .arg(format!("--sysroot={}", libc.sysroot.display()))
        .arg("-isystem")
        .arg(files::include_dir())
        .args([
            "-std=gnu17",
            "-D_GNU_SOURCE",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-O1",
        ]);
    clang
}

/// The macros of the headers work: `macros.c` runs as a plain WASI module, which needs no archive.
pub fn macros_run(context: &Context, libc: &str) -> Result<(), String> {
    let libc = context.toolchain.libc(Some(libc))?;
    let module = files::scratch(&format!("macros-{}", libc.name)).join("macros.wasm");
    let mut clang = clang(context, libc);
    let linker = match libc.target.ends_with("wasip1") {
        true => context.toolchain.llvm_bin.join("wasm-ld"),
        false => context.toolchain.component_ld.clone(),
    };
    clang
        .arg(format!("-fuse-ld={}", linker.display()))
        .arg(files::source("macros.c"))
        .arg("-o")
        .arg(&module);
    if !libc.target.ends_with("wasip1") {
        // wasm-component-ld looks for wasm-ld on PATH.
        clang.env("PATH", path_with(&context.toolchain.llvm_bin));
    }
    cmd::output(&mut clang).map_err(|e| format!("{e:#}"))?;
    let mut host = Command::new(&context.toolchain.wasmtime);
    cmd::output(host.arg("run").arg(&module)).map_err(|e| format!("{e:#}"))?;
    Ok(())
}

fn path_with(first: &Path) -> std::ffi::OsString {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(first.to_path_buf()).chain(std::env::split_paths(&old));
    std::env::join_paths(all).expect("a folder's name without colons")
}

/// The same program with this machine's own headers: its expectations are Linux's.
pub fn macros_run_natively(_: &Context, _: &str) -> Result<(), String> {
    let program = files::scratch("macros-native").join("macros");
    xtask::compile::compile_native(&[&files::source("macros.c")], &program, &[])
        .map_err(|e| format!("{e:#}"))?;
    cmd::output(&mut Command::new(&program)).map_err(|e| format!("{e:#}"))?;
    Ok(())
}

/// Every function that a header declares is in an archive or in libc.
pub fn all_functions_link(context: &Context, libc: &str) -> Result<(), String> {
    let built = xtask::build().map_err(|e| format!("{e:#}"))?;
    let dir = files::scratch(&format!("link-{libc}"));
    let mut source = String::new();
    for header in &context.headers {
        writeln!(source, "#include <{header}>").expect("a String grows");
    }
    // A volatile table keeps the references; what is a macro too is meant as the function.
    source.push_str("typedef void (*function)(void);\nstatic volatile function table[] = {\n");
    for name in prototypes::declared(context)? {
        writeln!(source, "\t(function)(&{name}),").expect("a String grows");
    }
    source.push_str("};\nint main(void) { return table[0] == 0; }\n");
    let file = dir.join("all.c");
    std::fs::write(&file, source).map_err(|e| e.to_string())?;
    let mut cc = Command::new(built.prefix.wps_cc());
    cc.arg(format!("--wps-libc={libc}"))
        .args(["-std=gnu17", "-D_GNU_SOURCE", "-w", "-Wl,--error-limit=0"])
        .arg(&file)
        .arg("-o")
        .arg(dir.join("all.wasm"));
    let result = cc
        .output()
        .map_err(|e| format!("cannot start wps-cc: {e}"))?;
    let said = String::from_utf8_lossy(&result.stderr);
    // A call through a prototype that differs from the function would trap.
    if let Some((_, differs)) = said.split_once("function signature mismatch: ") {
        return Err(format!("not what its header says: {differs}"));
    }
    if result.status.success() {
        return Ok(());
    }
    let mut missing: Vec<&str> = said
        .lines()
        .filter_map(|l| Some(l.split_once("undefined symbol: ")?.1))
        .collect();
    missing.sort();
    missing.dedup();
    match missing.is_empty() {
        true => Err(format!("wps-cc failed:\n{said}")),
        false => Err(format!("declared but in no archive: {}", missing.join(" "))),
    }
}
