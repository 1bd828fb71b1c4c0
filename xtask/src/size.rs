//! `cargo xtask size`: how many bytes the library adds to a program. `--write` puts the table into
//! `docs/SIZES.md`.

use crate::build::Built;
use crate::{build, cmd, compile, paths};
use anyhow::{Context, Result};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const EMPTY: &str = "int main(void) { return 0; }\n";

const CLIENT: &str = r#"
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
int main(void) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(7)};
  char text[16] = "hello";
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&to, sizeof to))
    return 1;
  send(fd, text, 5, 0);
  recv(fd, text, sizeof text, 0);
  return close(fd);
}
"#;

const WAIT: &str = r#"
#include <poll.h>
#include <sys/socket.h>
int main(void) {
  struct pollfd one = {.fd = socket(AF_INET, SOCK_DGRAM, 0), .events = POLLIN};
  return poll(&one, 1, 1000);
}
"#;

const LOOKUP: &str = r#"
#include <netdb.h>
#include <stddef.h>
int main(int count, char **names) {
  struct addrinfo *found = NULL;
  return getaddrinfo(names[count - 1], "80", NULL, &found);
}
"#;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// An empty main.
    Empty,
    /// socket, connect, send, recv, close.
    Client,
    /// poll over one UDP socket.
    Wait,
    /// getaddrinfo.
    Lookup,
    /// `tests/size/echo.c`, which wasi-libc's own sockets can do too.
    Echo,
    /// `examples/echo.c`: TCP, UDP and names.
    EchoExample,
    /// `examples/httpd.c`
    Httpd,
}

/// Where a program is.
enum Source {
    Text(&'static str),
    File(&'static str),
}

impl Program {
    const ALL: [Program; 7] = [
        Program::Empty,
        Program::Client,
        Program::Wait,
        Program::Lookup,
        Program::Echo,
        Program::EchoExample,
        Program::Httpd,
    ];

    /// What it is, the name of its files, and its source.
    fn about(self) -> (&'static str, &'static str, Source) {
        use Source::{File, Text};
        match self {
            Program::Empty => ("an empty main", "empty", Text(EMPTY)),
            Program::Client => (
                "a client: socket, connect, send, recv, close",
                "client",
                Text(CLIENT),
            ),
            Program::Wait => ("a wait: poll over one UDP socket", "wait", Text(WAIT)),
            Program::Lookup => ("a lookup: getaddrinfo", "lookup", Text(LOOKUP)),
            Program::Echo => (
                "a plain TCP echo server",
                "plain",
                File("tests/size/echo.c"),
            ),
            Program::EchoExample => ("`examples/echo.c`", "echo", File("examples/echo.c")),
            Program::Httpd => ("`examples/httpd.c`", "httpd", File("examples/httpd.c")),
        }
    }

    fn source(self) -> Result<PathBuf> {
        Ok(match self.about() {
            (_, name, Source::Text(text)) => {
                let file = folder()?.join(format!("{name}.c"));
                paths::write_if_changed(&file, text.as_bytes())?;
                file
            }
            (_, _, Source::File(file)) => paths::root().join(file),
        })
    }
}

fn folder() -> Result<PathBuf> {
    let folder = paths::target().join("size");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn output(libc: &str, program: Program, whose: &str, flags: &[&str]) -> Result<PathBuf> {
    let (_, name, _) = program.about();
    let name = format!("{name}-{libc}-{whose}{}.wasm", flags.concat());
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

const HEAD: &str = "\
# Sizes

Bytes of the archives, and of components linked with `-O2 -s`: with this library, and with libc
alone where libc has what the program calls. Written by `cargo xtask size --write`; every other
compiler or libc gives somewhat other numbers, and no test compares them.

";

/// Measures and prints the table; with `write`, puts it into the document.
pub fn size(write: bool) -> Result<()> {
    let built = build()?;
    let table = archives(&built)? + &components(&built)? + &measured_with(&built)?;
    print!("{table}");
    if write {
        let page = paths::root().join("docs/SIZES.md");
        paths::write_if_changed(&page, format!("{HEAD}{table}").as_bytes())?;
        println!("written to {}", page.display());
    }
    Ok(())
}

fn archives(built: &Built) -> Result<String> {
    let mut table = String::from("| archive | bytes |\n|---|---:|\n");
    for archive in ["libwasi_posix_sockets.a", "libwasi_posix_compat.a"] {
        let file = built.prefix.root().join("lib").join(archive);
        writeln!(table, "| `{archive}` | {} |", grouped(length(&file)?))?;
    }
    table.push_str("\nA program links of them only what it uses.\n\n");
    Ok(table)
}

fn components(built: &Built) -> Result<String> {
    let libcs = &built.toolchain.libcs;
    let mut table = String::from("| program |");
    let mut line = String::from("|---|");
    for libc in libcs {
        write!(
            table,
            " {0}: libc alone | {0}: with this library |",
            libc.name
        )?;
        line.push_str("---:|---:|");
    }
    writeln!(table, "\n{line}")?;
    for program in Program::ALL {
        write!(table, "| {} |", program.about().0)?;
        for libc in libcs {
            // Old versions of libc have no sockets, or not all that the program calls.
            match theirs(built, &libc.name, program, &["-s"]) {
                Ok(file) => write!(table, " {} |", grouped(length(&file)?))?,
                Err(_) => table.push_str(" - |"),
            }
            let file = ours(built, &libc.name, program, &["-s"])?;
            write!(table, " {} |", grouped(length(&file)?))?;
        }
        table.push('\n');
    }
    Ok(table)
}

/// The tools that were used, by which one may tell whether the figures still hold.
fn measured_with(built: &Built) -> Result<String> {
    let clang = cmd::output(Command::new(&built.toolchain.clang).arg("--version"))?;
    let rustc = cmd::output(cmd::rustc().arg("--version"))?;
    let first = |text: &str| text.lines().next().unwrap_or_default().trim().to_owned();
    let commit = cmd::output(Command::new("git").current_dir(paths::root()).args([
        "log",
        "-1",
        "--format=%h of %cs",
    ]));
    let commit = commit.map_or_else(|_| "unknown".to_owned(), |text| first(&text));
    Ok(format!(
        "\nMeasured after commit {commit}, with {} and {}.\n",
        first(&clang),
        first(&rustc)
    ))
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn length(file: &Path) -> Result<u64> {
    let data = std::fs::metadata(file).with_context(|| format!("{} is missing", file.display()))?;
    Ok(data.len())
}
