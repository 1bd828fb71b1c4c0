//! `cargo xtask`: the task runner. Each command is a module of the library.

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The task runner of wasi-posix-sockets")]
struct Args {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Look for clang, wasi-libc, the linker and wasmtime; fetch what is missing
    Setup,
    /// Build the archives and the drivers into target/wps
    Build,
    /// Serve files to a client of this machine from a component
    Demo {
        /// End after the exchange instead of serving on
        #[arg(long)]
        once: bool,
        /// The TCP port on 127.0.0.1; 0 lets the system choose
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Run the tests: `cargo test` with the same arguments
    Test {
        /// Only the C tests under this host; the arguments are then the C tests' (a part of names,
        /// say)
        #[arg(long, value_parser = ["wasmtime", "wasmtime-lts", "jco"])]
        host: Option<String>,
        /// With --host jco: also what is known to hang there, to see whether it still does
        #[arg(long, requires = "host")]
        hanging: bool,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Build a foreign program from its pristine source and test it end to end
    Port {
        /// A recipe in ports/, without .toml
        name: String,
        /// Run the recipe's example instead of the test
        #[arg(long)]
        run: bool,
        /// Test it before --run, too
        #[arg(long)]
        test: bool,
        /// Build it only
        #[arg(long, conflicts_with_all = ["run", "test"])]
        build_only: bool,
        /// Link with this libc instead of the default one
        #[arg(long)]
        libc: Option<String>,
    },
    /// List the foreign programs there are recipes for
    Ports,
    /// Look for faults at random, and shrink what is found to short programs
    Fuzz {
        /// linux: random calls, made on Linux and as a component, and compared
        #[arg(value_parser = ["linux"])]
        target: String,
        /// One area of the target instead of all
        area: Option<String>,
        /// Go on with further seeds for so long
        #[arg(long)]
        minutes: Option<u64>,
        /// The first seed
        #[arg(long, value_name = "S")]
        seed: Option<u64>,
        /// How many seeds of each area [default: 200, or 1 with --seed]
        #[arg(long, conflicts_with = "minutes")]
        seeds: Option<u64>,
        /// The component's libc instead of the default one
        #[arg(long)]
        libc: Option<String>,
    },
    /// Formatting, lints, documentation, generated header, imports
    Check {
        /// Put right what can be: formatting and header
        #[arg(long)]
        fix: bool,
    },
    /// Show how many bytes the library adds to a program
    Size {
        /// Write the table into docs/SIZES.md, too
        #[arg(long)]
        write: bool,
    },
    /// Measure Linux, wasi-libc and this library side by side; writes docs/BENCHMARKS.md
    Bench {
        /// Only what the goals need, in two minutes; the report goes to target/bench
        #[arg(long)]
        quick: bool,
        /// How often each program is measured [default: 5, or 3 with --quick]
        #[arg(long)]
        rounds: Option<usize>,
        /// Only cases whose name contains PATTERN; may be given several times
        #[arg(long = "case", value_name = "PATTERN")]
        cases: Vec<String>,
        /// Fail where a goal is missed
        #[arg(long)]
        check: bool,
        /// Measure nothing: write the report from the last run's figures
        #[arg(long, conflicts_with_all = ["quick", "rounds", "cases"])]
        report_only: bool,
        /// Leave the foreign programs out, which take minutes to build
        #[arg(long)]
        own: bool,
    },
}

fn main() -> ExitCode {
    match run(Args::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Setup => {
            xtask::setup(true)?;
            // The second host is for the tests alone.
            if let Err(error) = xtask::toolchain::wasmtime::lts() {
                let what = "going on without the wasmtime of long-term support";
                xtask::ui::note(format!("{what}: {error:#}"));
            }
            if let Err(error) = xtask::jco::setup() {
                xtask::ui::note(format!("going on without jco's host: {error:#}"));
            }
        }
        Task::Build => {
            let built = xtask::build()?;
            println!("{} is up to date", built.prefix.root().display());
        }
        Task::Demo { once, port } => xtask::demo::demo(once, port)?,
        Task::Test {
            host,
            hanging,
            args,
        } => test(host.as_deref(), hanging, &args)?,
        Task::Port {
            name,
            run,
            test,
            build_only,
            libc,
        } => {
            let test = test || !(run || build_only);
            xtask::ports::port(&name, libc.as_deref(), run, test)?;
        }
        Task::Ports => xtask::ports::list()?,
        Task::Fuzz {
            target: _,
            area,
            minutes,
            seed,
            seeds,
            libc,
        } => xtask::fuzz::linux::fuzz(&xtask::fuzz::linux::Options {
            area,
            seed: seed.unwrap_or(1),
            seeds: seeds.unwrap_or(if seed.is_some() { 1 } else { 200 }),
            minutes,
            libc,
        })?,
        Task::Check { fix } => xtask::check::check(fix)?,
        Task::Size { write } => xtask::size::size(write)?,
        Task::Bench {
            quick,
            rounds,
            cases,
            check,
            report_only,
            own,
        } => xtask::bench::bench(&xtask::bench::Options {
            quick,
            rounds,
            cases,
            check,
            report_only,
            own,
        })?,
    }
    Ok(())
}

fn test(host: Option<&str>, hanging: bool, args: &[String]) -> Result<()> {
    let mut cargo = xtask::cmd::cargo();
    cargo.current_dir(xtask::paths::root()).arg("test");
    if let Some(host) = host {
        cargo.env("WPS_TEST_HOST", host);
        if hanging {
            cargo.env("WPS_TEST_HANGING", "1");
        }
        cargo.args(["--test", "conformance", "--"]);
    }
    xtask::cmd::run(cargo.args(args))
}
