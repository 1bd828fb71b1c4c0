//! Builds what is measured: the same sources for Linux, for wasi-libc alone, and with this library.

use super::cases::{Compiled, Side};
use super::results;
use crate::build::Built;
use crate::{cmd, compile, paths, ui};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

const SERVER: [&str; 4] = [
    "benches/server.c",
    "benches/server_tcp.c",
    "benches/server_udp.c",
    "benches/loop.c",
];
const LOAD: [&str; 5] = [
    "benches/load.c",
    "benches/load_tcp.c",
    "benches/load_bulk.c",
    "benches/load_udp.c",
    "benches/load_mqtt.c",
];
const BY_HAND: [&str; 3] = [
    "benches/by_hand.c",
    "benches/by_hand_tcp.c",
    "benches/by_hand_udp.c",
];
const HELLO: &str = "benches/hello.c";

/// wasi-libc alone: a stack as large as `wps-cc` gives, and nothing of Linux's own.
const WASI_LIBC_FLAGS: [&str; 3] = [
    "-DWITHOUT_LINUX_CALLS",
    "-Wl,-z,stack-size=8388608",
    "-Wl,--stack-first",
];
/// This library: descriptors have higher numbers than the libcs' fd_set has room for.
const OUR_FLAGS: [&str; 1] = ["-DFD_SETSIZE=16384"];

/// A program for each side.
#[derive(Debug, Clone)]
struct Trio {
    native: PathBuf,
    wasi_libc: PathBuf,
    ours: PathBuf,
}

/// All programs of the benchmarks.
#[derive(Debug)]
pub struct Programs {
    pub built: Built,
    /// The native load generator.
    pub load: PathBuf,
    server: Trio,
    hello: Trio,
    /// What is measured as the limit, a component.
    by_hand: PathBuf,
    /// Nobody else may replace them while they run.
    _lock: paths::Lock,
}

impl Programs {
    /// Builds them in `target/bench`.
    pub fn build(built: Built) -> Result<Self> {
        let folder = results::folder();
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let lock = paths::lock(&folder.join("lock"))?;
        let cache = format!(
            "[cache]\ndirectory = \"{}\"\n",
            folder.join("cache").display()
        );
        paths::write_if_changed(&cache_file(), cache.as_bytes())?;
        ui::with_progress("building the programs of the benchmarks", || {
            let load = folder.join("load");
            compile::compile_native(&refs(&sources(&LOAD)), &load, &["-O2"])?;
            let server = trio(&built, "server", &SERVER)?;
            let hello = trio(&built, "hello", &[HELLO])?;
            let by_hand = folder.join("by-hand.wasm");
            link(&built, Side::ByHand, &sources(&BY_HAND), &by_hand)?;
            let programs = Self {
                built,
                load,
                server,
                hello,
                by_hand,
                _lock: lock,
            };
            for side in [Side::WasiLibc, Side::Ours, Side::ByHand] {
                // Fills the cache. Without arguments it says how to use it, and ends.
                programs.server(side, &[]).output()?;
            }
            Ok(programs)
        })
    }

    /// `benches/server.c` for a side, or `benches/by_hand.c`, from the host's cache, which is how
    /// `wps-run` starts programs.
    /// (With `wasmtime compile` in its place, wasmtime 49 never frees a large piece of memory before
    /// the program runs, and so glibc gives memory back after each batch of datagrams received.)
    pub fn server(&self, side: Side, environment: &[(&str, &str)]) -> Command {
        self.command(&self.server, side, Compiled::Cached, environment)
    }

    /// `benches/hello.c`.
    pub fn hello(&self, side: Side, compiled: Compiled) -> Command {
        self.command(&self.hello, side, compiled, &[])
    }

    fn command(
        &self,
        of: &Trio,
        side: Side,
        compiled: Compiled,
        environment: &[(&str, &str)],
    ) -> Command {
        let component = match side {
            Side::Native => {
                let mut command = Command::new(&of.native);
                command.envs(environment.iter().copied());
                return command;
            }
            Side::WasiLibc => &of.wasi_libc,
            Side::Ours => &of.ours,
            Side::ByHand => &self.by_hand,
        };
        let toolchain = &self.built.toolchain;
        let mut command = Command::new(&toolchain.wasmtime);
        // As wps-run does it.
        command.env("RUST_LIB_BACKTRACE", "0");
        command.arg("run").args(&toolchain.wasmtime_options);
        command.arg("-Sinherit-network=y,allow-ip-name-lookup=y,tcp=y,udp=y");
        for (name, value) in environment {
            command.arg(format!("--env={name}={value}"));
        }
        match compiled {
            Compiled::Before => {
                command.args(["-C", "cache=n", "--allow-precompiled"]);
                command.arg(precompiled(component));
            }
            Compiled::Cached => {
                command
                    .arg("-C")
                    .arg(format!("cache=y,cache-config={}", cache_file().display()));
                command.arg(component);
            }
            Compiled::AtStart | Compiled::Native => {
                command.args(["-C", "cache=n"]).arg(component);
            }
        }
        command
    }

    /// The size of the stripped component made of `source`.
    pub fn size(&self, side: Side, source: &str) -> Result<u64> {
        let folder = results::folder().join("size");
        std::fs::create_dir_all(&folder)?;
        let name = Path::new(source)
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        let folder_name = Path::new(source).parent().unwrap_or(Path::new(""));
        let output = folder.join(format!("{}-{name}-{side:?}.wasm", folder_name.display()));
        link(&self.built, side, &sources(&[source]), &output)?;
        Ok(std::fs::metadata(&output)?.len())
    }
}

fn cache_file() -> PathBuf {
    results::folder().join("cache.toml")
}

fn precompiled(component: &Path) -> PathBuf {
    component.with_extension("cwasm")
}

fn sources(names: &[&str]) -> Vec<PathBuf> {
    names.iter().map(|name| paths::root().join(name)).collect()
}

fn refs(paths: &[PathBuf]) -> Vec<&Path> {
    paths.iter().map(PathBuf::as_path).collect()
}

fn trio(built: &Built, name: &str, from: &[&str]) -> Result<Trio> {
    let folder = results::folder();
    let trio = Trio {
        native: folder.join(name),
        wasi_libc: folder.join(format!("{name}-wasi-libc.wasm")),
        ours: folder.join(format!("{name}-ours.wasm")),
    };
    let sources = sources(from);
    link(built, Side::Native, &sources, &trio.native)?;
    for (side, component) in [(Side::WasiLibc, &trio.wasi_libc), (Side::Ours, &trio.ours)] {
        link(built, side, &sources, component)?;
        let mut compile = Command::new(&built.toolchain.wasmtime);
        compile
            .arg("compile")
            .args(code_options(&built.toolchain.wasmtime_options));
        compile.arg(component).arg("-o").arg(precompiled(component));
        cmd::output(&mut compile)?;
    }
    Ok(trio)
}

/// Those of the host's options that are about code, and so must be the same when compiling.
fn code_options(options: &[String]) -> impl Iterator<Item = &String> {
    options.iter().filter(|option| option.starts_with("-W"))
}

/// The same flags for all: optimised and stripped.
fn link(built: &Built, side: Side, sources: &[PathBuf], output: &Path) -> Result<()> {
    let sources = refs(sources);
    let flags = |more: &[&'static str]| [&["-O2", "-s"], more].concat();
    match side {
        Side::Native => compile::compile_native(&sources, output, &flags(&[])),
        Side::WasiLibc | Side::ByHand => {
            compile::compile_plain(built, None, &sources, output, &flags(&WASI_LIBC_FLAGS))
        }
        Side::Ours => compile::compile_wasm(built, None, &sources, output, &flags(&OUR_FLAGS)),
    }
}
