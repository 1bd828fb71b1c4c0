//! Runs a component with the network on; also the interpreter of programs that `wps-cc` made.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, exit};
use wps_driver::{Prefix, run, toolchain::Toolchain};

/// A wrong command line, as Unix programs report it.
const EXIT_USAGE: i32 = 2;
/// What a shell answers when a program is there but cannot be run, and when it is not there.
const EXIT_CANNOT_RUN: i32 = 126;
const EXIT_NOT_FOUND: i32 = 127;

fn main() {
    let (status, message) = start();
    eprintln!("wps-run: {message}");
    exit(status)
}

/// Becomes the host. Comes back only with an error: exit status and message.
fn start() -> (i32, String) {
    let flags = std::env::var_os(run::FLAGS_VARIABLE);
    let options = run::Options::parse(flags.as_deref(), std::env::args_os().skip(1).collect());
    let options = match options {
        Ok(options) if options.help => {
            print!("{}", run::USAGE);
            exit(0)
        }
        Ok(options) => options,
        Err(message) => return (EXIT_USAGE, format!("{message}; see wps-run --help")),
    };
    let program = match options.program() {
        Ok(program) => Path::new(program),
        Err(message) => return (EXIT_USAGE, format!("{message}; see wps-run --help")),
    };
    let file = match run::component_file(program) {
        Ok(file) => file,
        Err(error) => {
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            let status = if missing {
                EXIT_NOT_FOUND
            } else {
                EXIT_CANNOT_RUN
            };
            return (status, format!("cannot run {}: {error}", program.display()));
        }
    };
    let toolchain =
        match Prefix::of_current_exe().and_then(|p| Toolchain::read(&p.toolchain_file())) {
            Ok(toolchain) => toolchain,
            Err(message) => return (EXIT_CANNOT_RUN, message),
        };
    run::raise_file_limit();
    let place = run::Surroundings::of_this_process();
    let mut host = Command::new(&toolchain.wasmtime);
    host.args(options.host_args(&toolchain, &file, &place));
    if let Some(cwd) = &place.cwd {
        // How the program learns where it is: WASI does not tell, and a shell may have left it as it
        // was before, or with symbolic links in it, which getcwd(3) never has.
        host.env("PWD", cwd);
    }
    // Asks the program to tell, in the name of wps-run, which folders it was not given.
    if options.hints() {
        host.env("WPS_RUN_HINTS", "1");
    } else {
        host.env_remove("WPS_RUN_HINTS");
    }
    if std::env::var_os("RUST_LIB_BACKTRACE").is_none() {
        // With RUST_BACKTRACE=1 it would record a backtrace each time that a call would block.
        host.env("RUST_LIB_BACKTRACE", "0");
    }
    let error = host.exec();
    let host = toolchain.wasmtime.display();
    (
        EXIT_CANNOT_RUN,
        format!("cannot start {host}: {error}; run `cargo xtask setup`"),
    )
}
