//! What the library adds to a program, in bytes. `cargo xtask size` prints the whole table.

use std::path::Path;
use xtask::size::{self, Program};

/// The libc that has sockets of its own to compare with.
const LIBC: &str = "wasip2-2026";

/// In hundredths: a plain echo server, stripped, against the same on wasi-libc's own sockets. More than
/// half of what is left are the sets of poll(), which those do not have.
const ECHO_RATIO: u64 = 127;

/// What a program that uses none of it may grow by: the allocator, through which the host hands over
/// memory, and which every program that allocates has anyway.
const EMPTY_GROWTH: u64 = 9_500;

/// The same for a program that has an allocator.
const GROWTH: u64 = 300;

fn built() -> xtask::build::Built {
    xtask::build().unwrap_or_else(|error| panic!("{error:#}"))
}

fn length(file: &Path) -> u64 {
    std::fs::metadata(file).unwrap().len()
}

#[test]
fn a_plain_echo_server_is_little_larger_than_with_the_c_librarys_sockets() {
    let built = built();
    let ours = length(&size::ours(&built, LIBC, Program::Echo, &["-s"]).unwrap());
    let theirs = length(&size::theirs(&built, LIBC, Program::Echo, &["-s"]).unwrap());
    assert!(
        ours * 100 <= theirs * ECHO_RATIO,
        "{ours} bytes, where wasi-libc alone makes {theirs}: over {ECHO_RATIO} %"
    );
}

#[test]
fn a_program_that_uses_nothing_pays_next_to_nothing() {
    let built = built();
    for libc in &built.toolchain.libcs {
        let ours = length(&size::ours(&built, &libc.name, Program::Empty, &["-s"]).unwrap());
        let theirs = length(&size::theirs(&built, &libc.name, Program::Empty, &["-s"]).unwrap());
        assert!(
            ours <= theirs + EMPTY_GROWTH,
            "{}: {ours} bytes, {theirs} without the library",
            libc.name
        );
    }
    // This version of libc brings the allocator into every program itself.
    let ours = length(&size::ours(&built, LIBC, Program::Empty, &["-s"]).unwrap());
    let theirs = length(&size::theirs(&built, LIBC, Program::Empty, &["-s"]).unwrap());
    assert!(ours <= theirs + GROWTH, "{ours} bytes, {theirs} without");
}

/// The names of the functions in the program's modules.
fn functions(component: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for payload in wasmparser::Parser::new(0).parse_all(component) {
        let wasmparser::Payload::CustomSection(section) = payload.unwrap() else {
            continue;
        };
        let wasmparser::KnownCustom::Name(subsections) = section.as_known() else {
            continue;
        };
        for subsection in subsections {
            if let wasmparser::Name::Function(map) = subsection.unwrap() {
                names.extend(
                    map.into_iter()
                        .map(|naming| naming.unwrap().name.to_owned()),
                );
            }
        }
    }
    names
}

#[test]
fn no_formatting_and_nothing_unused_is_linked_into_a_plain_echo_server() {
    let built = built();
    for libc in &built.toolchain.libcs {
        let program = size::ours(&built, &libc.name, Program::Echo, &[]).unwrap();
        let names = functions(&std::fs::read(program).unwrap());
        assert!(
            names
                .iter()
                .any(|name| name.contains("wasi_posix_sockets::socket::tcp")),
            "{}: the names are missing",
            libc.name
        );
        let unwanted = [
            "core::fmt",
            "core..fmt",
            "::udp::",
            "socket::local::endpoint",
            "::netdb::",
            "::epoll::",
            "::event::",
            "::connect_to",
            "options::table",
            "options::set::",
            "Options::reapply",
            "TcpSocket::set_option",
            "LibcFile",
        ];
        // libc's, which calls its own files by these names, and what closing would have to look at.
        let unwanted_of_libc = ["file_fstat", "__wasilibc_add_file"];
        let is_unwanted = |name: &&String| {
            unwanted.iter().any(|part| name.contains(part))
                || unwanted_of_libc.contains(&name.as_str())
        };
        let found: Vec<&String> = names.iter().filter(is_unwanted).collect();
        assert!(found.is_empty(), "{}: {found:?}", libc.name);
    }
}
