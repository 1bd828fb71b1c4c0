//! What a host that gives no network, or a part of it, means for a program: an errno, never a
//! trap. The flags are those that `docs/PERMISSIONS.md` names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use xtask::build::Built;
use xtask::compile::{compile_native, compile_wasm};

/// Calls that need the network, and what they say with it: the one connects to a port where
/// nobody listens.
const NETWORK: [(&str, &str); 8] = [
    ("bind", "ok"),
    ("listen", "ok"),
    ("listen-unbound", "ok"),
    ("connect", "ECONNREFUSED"),
    ("connect-later", "ECONNREFUSED"),
    ("udp-bind", "ok"),
    ("udp-sendto", "ok"),
    ("udp-sendto-unbound", "ok"),
];

/// Calls that need no permission.
const ALWAYS: [(&str, &str); 6] = [
    ("numeric", "ok"),
    ("localhost", "ok"),
    ("socketpair", "ok"),
    ("pair-write", "ok"),
    ("pair-read", "ok"),
    ("end", "y"),
];

/// A name that exists nowhere. It is asked only of hosts that refuse to look: nothing is sent.
const NAME: &str = "permissions.invalid";

fn built() -> Built {
    xtask::build().unwrap_or_else(|error| panic!("{error:#}"))
}

fn folder() -> PathBuf {
    let folder = xtask::paths::target().join("permissions-test");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn source() -> PathBuf {
    xtask::paths::root().join("tests/permissions/calls.c")
}

/// The test program as a plain component with each libc.
fn components(built: &Built, test: &str) -> Vec<PathBuf> {
    let compile = |libc: &xtask::toolchain::Libc| {
        let program = folder().join(format!("{test}-{}.wasm", libc.name));
        compile_wasm(built, Some(&libc.name), &[&source()], &program, &["-O1"])
            .unwrap_or_else(|error| panic!("{}: {error:#}", libc.name));
        program
    };
    built.toolchain.libcs.iter().map(compile).collect()
}

/// Runs a command, which must end well, and gives what it says of each call.
fn outcomes(command: &mut Command) -> BTreeMap<String, String> {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{said}{complaint}",
        output.status
    );
    let pair = |line: &str| {
        line.split_once(' ')
            .map(|(call, what)| (call.to_owned(), what.to_owned()))
    };
    said.lines().filter_map(pair).collect()
}

fn expect(calls: &[(&str, &str)], found: &BTreeMap<String, String>, how: &str) {
    for (call, wanted) in calls {
        let said = found.get(*call).map(String::as_str);
        assert_eq!(said, Some(*wanted), "{call}, {how}: {found:?}");
    }
}

fn expect_denied(found: &BTreeMap<String, String>, how: &str) {
    let denied: Vec<_> = NETWORK.iter().map(|(call, _)| (*call, "EACCES")).collect();
    expect(&denied, found, how);
    expect(&ALWAYS, found, how);
}

/// A host without the right to look up answers so, or says what is missing.
fn expect_no_lookup(found: &BTreeMap<String, String>, how: &str) {
    let said = found.get("name").map(String::as_str);
    assert!(
        matches!(said, Some("EAI_FAIL" | "EAI_SYSTEM EACCES")),
        "{how}: {found:?}"
    );
}

fn host(built: &Built, flags: &[&str], program: &Path) -> Command {
    let mut command = Command::new(&built.toolchain.wasmtime);
    command.arg("run").args(flags).arg(program);
    command
}

#[test]
fn natively_nothing_is_denied() {
    let program = folder().join("native");
    compile_native(&[&source()], &program, &["-O1"]).unwrap_or_else(|error| panic!("{error:#}"));
    let found = outcomes(&mut Command::new(&program));
    expect(&NETWORK, &found, "native");
    expect(&ALWAYS, &found, "native");
}

#[test]
fn without_flags_every_call_says_eacces() {
    let built = built();
    for program in components(&built, "none") {
        // The first is how a host denies by itself, the second leaves the sockets but no address.
        for flags in [&[][..], &["-S", "tcp=y,udp=y"]] {
            let how = format!("{} with {flags:?}", program.display());
            let found = outcomes(host(&built, flags, &program).arg(NAME));
            expect_denied(&found, &how);
            expect_no_lookup(&found, &how);
        }
    }
}

#[test]
fn the_network_and_name_lookup_are_two_permissions() {
    let built = built();
    for program in components(&built, "part") {
        let how = program.display().to_string();
        let found = outcomes(host(&built, &["-S", "inherit-network=y"], &program).arg(NAME));
        expect(&NETWORK, &found, &how);
        expect(&ALWAYS, &found, &how);
        expect_no_lookup(&found, &how);
    }
}

#[test]
fn with_the_documented_flags_all_is_allowed() {
    let built = built();
    let flags = [
        "-S",
        "inherit-network=y,allow-ip-name-lookup=y",
        "--dir",
        ".",
    ];
    for program in components(&built, "all") {
        let how = program.display().to_string();
        let found = outcomes(&mut host(&built, &flags, &program));
        expect(&NETWORK, &found, &how);
        expect(&ALWAYS, &found, &how);
    }
}

#[test]
fn wps_run_gives_the_network_and_takes_it_away() {
    let built = built();
    let program = folder().join("calls");
    compile_wasm(&built, None, &[&source()], &program, &["-O1"])
        .unwrap_or_else(|error| panic!("{error:#}"));

    let found = outcomes(Command::new(&program).env_remove("WPS_RUN_FLAGS"));
    expect(&NETWORK, &found, "./calls");
    let found = outcomes(
        Command::new(&program)
            .env("WPS_RUN_FLAGS", "--no-network")
            .arg(NAME),
    );
    expect_denied(&found, "WPS_RUN_FLAGS=--no-network ./calls");
    expect_no_lookup(&found, "WPS_RUN_FLAGS=--no-network ./calls");
    let wps_run = built.prefix.wps_run();
    let found = outcomes(
        Command::new(&wps_run)
            .arg("--no-network")
            .arg(&program)
            .arg(NAME),
    );
    expect_denied(&found, "wps-run --no-network");
    expect_no_lookup(&found, "wps-run --no-network");
}
