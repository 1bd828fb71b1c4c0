//! The C compiler of a wasi-posix-sockets prefix; called `wasm-component-ld`, its linker.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, exit};
use wps_driver::{Prefix, casts, cc, ld, toolchain::Toolchain, wps_strip};

fn main() {
    let mut args = std::env::args_os();
    let program = args.next().unwrap_or_default();
    let name = Path::new(&program)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let args: Vec<OsString> = args.collect();
    let result = match name.as_str() {
        "wasm-component-ld" | "ld" | "wps-ld" => as_linker(&args),
        "wasm-ld-casts" => casts::link(&args),
        "wps-strip" | "strip" => as_strip(&args),
        _ => as_compiler(args, cc::is_cplusplus(&program)),
    };
    match result {
        Ok(status) => exit(status),
        Err(message) => {
            eprintln!("{name}: error: {message}");
            exit(1)
        }
    }
}

fn as_compiler(args: Vec<OsString>, cplusplus: bool) -> Result<i32, String> {
    let prefix = Prefix::of_current_exe()?;
    let toolchain = Toolchain::read(&prefix.toolchain_file())?;
    if args.iter().any(|a| a == "--wps-help") {
        print!("{}", cc::help(&toolchain));
        return Ok(0);
    }
    if let Some(answer) = cc::answer(&toolchain, &args) {
        println!("{answer}");
        return Ok(0);
    }
    let call = cc::invocation(&prefix, &toolchain, args, cplusplus)?;
    if let Some(note) = &call.note {
        eprintln!("wps-cc: {note}");
    }
    let mut clang = Command::new(&call.program);
    clang.args(&call.args).env(cc::RUN_VARIABLE, &call.run_line);
    if call.verbose {
        clang.env(ld::VERBOSE_VARIABLE, "1");
    }
    let error = clang.exec();
    Err(format!(
        "cannot start {}: {error}; run `cargo xtask setup` to look for the tools again",
        call.program.display()
    ))
}

fn as_linker(args: &[OsString]) -> Result<i32, String> {
    let prefix = Prefix::of_current_exe()?;
    let toolchain = Toolchain::read(&prefix.toolchain_file())?;
    ld::link(
        &prefix,
        &toolchain,
        args,
        std::env::var_os(cc::RUN_VARIABLE).as_deref(),
    )
}

fn as_strip(args: &[OsString]) -> Result<i32, String> {
    let prefix = Prefix::of_current_exe()?;
    let toolchain = Toolchain::read(&prefix.toolchain_file())?;
    wps_strip::strip(&toolchain.llvm_bin.join("llvm-strip"), args)
}
