//! `cargo xtask size`: how many bytes the library adds to a program.

use crate::build::Built;
use crate::{build, compile, paths};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

const EMPTY: &str = "int main(void) { return 0; }\n";

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// An empty main.
    Empty,
    /// `tests/size/echo.c`, which wasi-libc's own sockets can do too.
    Echo,
    /// `examples/echo.c`: TCP, UDP and names.
    EchoExample,
    /// `examples/httpd.c`
    Httpd,
}

impl Program {
    const ALL: [Program; 4] = [
        Program::Empty,
        Program::Echo,
        Program::EchoExample,
        Program::Httpd,
    ];

    fn describe(self) -> &'static str {
        match self {
            Program::Empty => "an empty main",
            Program::Echo => "a plain TCP echo server",
            Program::EchoExample => "examples/echo.c",
            Program::Httpd => "examples/httpd.c",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Program::Empty => "empty",
            Program::Echo => "plain",
            Program::EchoExample => "echo",
            Program::Httpd => "httpd",
        }
    }

    fn source(self) -> Result<PathBuf> {
        Ok(match self {
            Program::Empty => {
                let empty = folder()?.join("empty.c");
                paths::write_if_changed(&empty, EMPTY.as_bytes())?;
                empty
            }
            Program::Echo => paths::root().join("tests/size/echo.c"),
            Program::EchoExample => paths::root().join("examples/echo.c"),
            Program::Httpd => paths::root().join("examples/httpd.c"),
        })
    }
}

fn folder() -> Result<PathBuf> {
    let folder = paths::target().join("size");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn output(libc: &str, program: Program, whose: &str, flags: &[&str]) -> Result<PathBuf> {
    let name = format!("{}-{libc}-{whose}{}.wasm", program.name(), flags.concat());
    Ok(folder()?.join(name))
}

/// The program with the library, compiled with `-O2` and `flags`.
pub fn ours(built: &Built, libc: &str, program: Program, flags: &[&str]) -> Result<PathBuf> {
    let output = output(libc, program, "ours", flags)?;
    let flags = [&["-O2"], flags].concat();
    compile::compile_wasm(built, Some(libc), &[&program.source()?], &output, &flags)?;
    Ok(output)
}

/// The program on the C library alone: clang without our configuration file. Fails where the C
/// library lacks what it calls.
pub fn theirs(built: &Built, libc: &str, program: Program, flags: &[&str]) -> Result<PathBuf> {
    let output = output(libc, program, "theirs", flags)?;
    let flags = [&["-O2"], flags].concat();
    compile::compile_plain(built, Some(libc), &[&program.source()?], &output, &flags)?;
    Ok(output)
}

/// Prints a table: archives, then components, linked with `-O2 -s`, for each libc.
pub fn size() -> Result<()> {
    let built = build()?;
    for archive in ["libwasi_posix_sockets.a", "libwasi_posix_compat.a"] {
        let file = built.prefix.root().join("lib").join(archive);
        println!("{archive:<42} {:>9} bytes", length(&file)?);
    }
    println!("\n{:<42} {:>9} {:>9} {:>6}", "", "here", "libc's", "ratio");
    for libc in &built.toolchain.libcs {
        for program in Program::ALL {
            let what = format!("{}: {}", libc.name, program.describe());
            let with = length(&ours(&built, &libc.name, program, &["-s"])?)?;
            // Old versions of libc have no sockets, or not all that the program calls.
            match theirs(&built, &libc.name, program, &["-s"]) {
                Ok(file) => {
                    let without = length(&file)?;
                    let ratio = with as f64 / without as f64;
                    println!("{what:<42} {with:>9} {without:>9} {ratio:>6.2}");
                }
                Err(_) => println!("{what:<42} {with:>9} {:>9}", "-"),
            }
        }
    }
    Ok(())
}

fn length(file: &Path) -> Result<u64> {
    let data = std::fs::metadata(file).with_context(|| format!("{} is missing", file.display()))?;
    Ok(data.len())
}
