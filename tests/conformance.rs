//! Runs every program of `c-tests/` natively and as a component with each libc, and reports each
//! subtest by name: `AREA::PROGRAM::SUBTEST::VARIANT`. The native run is the oracle: it must pass
//! whole, and the components must give the same results. Components run under wasmtime and,
//! as the variants `jco` and `wasmtime-lts`, under jco's host for Node and the wasmtime with long-term
//! support; what differs there is listed in `conformance/jco.toml` and `conformance/wasmtime-lts.toml`.
//!
//! `cargo test --test conformance -- tcp` runs one area, `-- ::native` one variant, and so on; what
//! the filter leaves out is neither compiled nor run.

#[path = "conformance/compile.rs"]
mod compile;
#[path = "conformance/differences.rs"]
mod differences;
#[path = "conformance/exit.rs"]
mod exit;
#[path = "conformance/gather.rs"]
mod gather;
#[path = "conformance/jobs.rs"]
mod jobs;
#[path = "conformance/limits.rs"]
mod limits;
#[path = "conformance/peer.rs"]
mod peer;
#[path = "conformance/programs.rs"]
mod programs;
#[path = "conformance/report.rs"]
mod report;
#[path = "conformance/run.rs"]
mod run;

use libtest_mimic::Arguments;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = Arguments::from_args();
    let workers = args.test_threads.unwrap_or_else(jobs::default_workers);
    let trials = programs::discover().and_then(|programs| {
        report::trials(&programs, differences::Hosts::read()?, &args, workers)
    });
    let trials = match trials {
        Ok(trials) => trials,
        Err(error) => {
            eprintln!("conformance: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    // The programs run in worker threads of our own; trials only wait for them, in this order.
    args.test_threads = Some(1);
    libtest_mimic::run(&args, trials).exit_code()
}
