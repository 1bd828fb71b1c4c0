//! The prefix as a whole: clang without `wps-cc`, moving it, the tools and files beside.

use crate::place::{Place, stderr, stdout};
use std::path::Path;
use std::process::Command;

#[test]
fn a_link_without_the_configuration_file_names_it() {
    let place = Place::new("no-config");
    place.write(
        "socket.c",
        "#include <sys/socket.h>\nint main(void) { return socket(1, 6, 0); }\n",
    );
    let toolchain = &place.built.toolchain;
    let libc = toolchain.libc(None).unwrap();
    let output = place
        .command(&toolchain.clang)
        .arg("--target=wasm32-wasip2")
        .arg(format!("--sysroot={}", libc.sysroot.display()))
        .arg(format!(
            "-fuse-ld={}",
            place.built.prefix.linker().display()
        ))
        .arg(format!(
            "-L{}",
            place.built.prefix.root().join("lib").display()
        ))
        .args(["socket.c", "-lwasi_posix_sockets", "-o", "socket.wasm"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = stderr(&output);
    assert!(
        said.contains("undefined symbol: link_with_clang_config_wps_cfg"),
        "{said}"
    );
}

/// An rlib carries rustc's metadata, more bytes than all objects together.
#[test]
fn the_archives_hold_objects_alone() {
    let place = Place::new("archives");
    let root = place.built.prefix.root();
    for archive in ["libwasi_posix_sockets.a", "libwasi_posix_compat.a"] {
        let output = place
            .command(root.join("bin/wps-ar"))
            .arg("t")
            .arg(root.join("lib").join(archive))
            .output()
            .unwrap();
        let members = stdout(&output);
        assert!(members.lines().count() > 10, "{archive}: {members}");
        let strange = members.lines().find(|name| !name.ends_with(".o"));
        assert_eq!(strange, None, "{archive}");
    }
}

/// What old programs do, and what clang has made errors of since.
#[test]
fn old_c_compiles_with_warnings() {
    let place = Place::new("old-c");
    place.write(
        "old.c",
        "extern void take(long *);\n\
         count() { int n = 0; take(&n); undeclared(n); return n; }\n\
         char *text = 42;\n",
    );
    let output = place.try_cc(&["-std=gnu89", "-c", "old.c", "-o", "old.o"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("incompatible-pointer-types"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn clang_itself_works_with_the_configuration_file() {
    let place = Place::new("config");
    let toolchain = &place.built.toolchain;
    let libc = toolchain.libc(None).unwrap();
    let output = place
        .command(&toolchain.clang)
        .arg(format!(
            "--config={}",
            place.built.prefix.config().display()
        ))
        .arg(format!("--sysroot={}", libc.sysroot.display()))
        .args(["-Werror", "hello.c", "-o", "hello"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(
        place.head("hello", 4),
        b"\0asm",
        "no line before it: clang was not asked for one"
    );
    assert!(place.wps_run(&["hello"]).status.success());
}

#[test]
fn a_prefix_may_be_moved_even_to_a_name_with_blanks() {
    let place = Place::new("moved");
    let moved = place.dir.join("a prefix, it's moved");
    let copy = Command::new("cp")
        .arg("-a")
        .arg(place.built.prefix.root())
        .arg(&moved)
        .output()
        .unwrap();
    assert!(copy.status.success());
    let output = place
        .command(moved.join("bin/wps-cc"))
        .args(["hello.c", "-o", "hello"])
        .output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(place.head("hello", 10), b"#!/bin/sh\n");
    let output = place.run("hello", &["a b"]);
    assert!(
        stdout(&output).ends_with("hello a b\n"),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
}

#[test]
fn the_archive_tools_work_on_our_objects() {
    let place = Place::new("tools");
    place.write("part.c", "int part(void) { return 0; }\n");
    place.write(
        "whole.c",
        "int part(void);\nint main(void) { return part(); }\n",
    );
    place.cc(&["-c", "part.c"]);
    let bin = place.built.prefix.root().join("bin");
    let tool = |name: &str, args: &[&str]| {
        let output = place.command(bin.join(name)).args(args).output().unwrap();
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        stdout(&output)
    };
    tool("wps-ar", &["cr", "libpart.a", "part.o"]);
    tool("wps-ranlib", &["libpart.a"]);
    assert!(tool("wps-nm", &["libpart.a"]).contains(" T part"));
    place.cc(&["whole.c", "-L.", "-lpart", "-o", "whole"]);
    assert!(place.run("whole", &[]).status.success());
}

#[test]
fn pkg_config_and_cmake_files_are_installed_with_the_version_filled_in() {
    let place = Place::new("metadata");
    let root: &Path = place.built.prefix.root();
    let version = env!("CARGO_PKG_VERSION");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let pc = read("lib/pkgconfig/wasi-posix-sockets.pc");
    assert!(pc.contains(&format!("Version: {version}\n")), "{pc}");
    let cmake = read("lib/cmake/WasiPosixSockets/WasiPosixSocketsConfigVersion.cmake");
    assert!(cmake.contains(&format!("\"{version}\"")), "{cmake}");
    for file in [
        "share/wps/wps-toolchain.cmake",
        "lib/cmake/WasiPosixSockets/WasiPosixSocketsConfig.cmake",
    ] {
        assert!(!read(file).contains("@VERSION@"), "{file}");
    }
}
