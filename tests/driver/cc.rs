//! `wps-cc` called in all the ways that build systems call a compiler.

use crate::place::{HELLO, Place, stderr, stdout};
use std::io::Write;
use std::process::Stdio;

#[test]
fn the_output_is_a_out_without_a_name_and_plain_with_the_name_of_a_component() {
    let place = Place::new("outputs");
    place.cc(&["hello.c"]);
    assert!(place.head("a.out", 2) == b"#!" && place.run("a.out", &[]).status.success());
    place.cc(&["hello.c", "-o", "hello.wasm"]);
    assert_eq!(place.head("hello.wasm", 4), b"\0asm");
    assert_eq!(
        stdout(&place.wps_run(&["hello.wasm", "x"])),
        "hello.wasm x\n"
    );
    place.cc(&["hello.c", "-o", "/dev/null"]);
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn clangs_own_ways_of_being_called_work_and_warn_of_nothing() {
    let place = Place::new("forms");
    place.write("other.c", "int other(void) { return 0; }\n");
    place.write("args", "-c hello.c -o from-file.o\n");
    for libc in &place.built.toolchain.libcs {
        let libc = format!("--wps-libc={}", libc.name);
        let cc = |args: &[&str]| {
            let all: Vec<&str> = [libc.as_str(), "-Werror"]
                .iter()
                .chain(args)
                .copied()
                .collect();
            place.cc(&all)
        };
        cc(&["-c", "hello.c", "other.c"]);
        cc(&["hello.o", "other.o", "-o", "linked"]);
        assert!(place.run("linked", &[]).status.success());
        assert!(cc(&["-E", "hello.c"]).contains("printf"));
        assert!(cc(&["-S", "-o", "-", "other.c"]).contains("other:"));
        assert!(cc(&["-M", "hello.c"]).contains("stdio.h"));
        cc(&["-MMD", "-MF", "hello.d", "-c", "hello.c"]);
        assert!(place.dir.join("hello.d").is_file());
        cc(&["@args"]);
        assert!(place.dir.join("from-file.o").is_file());
        cc(&["-fsyntax-only", "hello.c"]);
        cc(&["-r", "hello.o", "other.o", "-o", "both.o"]);
        cc(&["both.o", "-o", "from-both"]);
        assert!(place.run("from-both", &[]).status.success());
        assert!(cc(&["-print-file-name=libc.a"]).trim().ends_with("libc.a"));
        assert!(cc(&["-dumpmachine"]).starts_with("wasm32-"));
        assert!(cc(&["--version"]).contains("clang version"));
    }
    let shown = place.try_cc(&["-###", "hello.c"]);
    assert!(shown.status.success() && stderr(&shown).contains("wasm-component-ld"));
    assert!(place.try_cc(&["-v"]).status.success());
}

#[test]
fn the_source_may_come_from_standard_input() {
    let place = Place::new("stdin");
    let mut cc = place.command(place.built.prefix.wps_cc());
    let mut child = cc
        .args(["-x", "c", "-", "-o", "piped"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(HELLO.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
    assert!(place.run("piped", &[]).status.success());
}

#[test]
fn mistakes_are_told_in_a_sentence() {
    let place = Place::new("mistakes");
    let cases: [(&[&str], &str); 4] = [
        (
            &["--wps-libc=glibc", "hello.c"],
            "no libc is called glibc; installed are:",
        ),
        (
            &["-shared", "hello.c", "-o", "x.so"],
            "shared libraries cannot be made for WASI",
        ),
        (&["absent.c"], "no such file or directory: 'absent.c'"),
        (&[], "no input files"),
    ];
    for (args, sentence) in cases {
        let output = place.try_cc(args);
        assert!(!output.status.success(), "{args:?}");
        assert!(
            stderr(&output).contains(sentence),
            "{args:?}: {}",
            stderr(&output)
        );
    }
}
