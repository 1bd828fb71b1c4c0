//! Which folders a program sees, and what it is told about the others.

use crate::place::{Place, stderr, stdout};
use std::process::{Command, Output};

/// Makes a file of each name that is an argument; prints whether it could, and the current folder.
const MAKE: &str = r#"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv) {
    char here[4096];
    for (int i = 1; i < argc; i++) {
        int fd = open(argv[i], O_CREAT | O_WRONLY, 0600);
        printf("%s\n", fd >= 0 ? "made" : errno == ENOENT ? "ENOENT" : "?");
    }
    printf("%s\n", getcwd(here, sizeof here) && !chdir("/") && !chdir(here) ? here : "?");
    return argc > 2 ? 3 : 0;
}
"#;

fn place(test: &str) -> Place {
    let place = Place::new(test);
    place.write("make.c", MAKE);
    std::fs::create_dir(place.dir.join("given")).unwrap();
    place
}

/// The program's file in that libc.
fn made(place: &Place, libc: &str) -> String {
    let file = format!("make-{libc}.wasm");
    place.cc(&[&format!("--wps-libc={libc}"), "make.c", "-o", &file]);
    file
}

fn in_given(place: &Place, args: &[&str]) -> Output {
    let mut command = place.command(place.built.prefix.wps_run());
    command.current_dir(place.dir.join("given"));
    command.args(args).output().unwrap()
}

/// Plain wasmtime, without an environment.
fn wasmtime(place: &Place, args: &[&str]) -> Output {
    let mut command = place.command(&place.built.toolchain.wasmtime);
    command.current_dir(place.dir.join("given"));
    command
        .arg("run")
        .args(&place.built.toolchain.wasmtime_options);
    command.args(args).output().unwrap()
}

fn files(place: &Place) -> Vec<String> {
    let entries = std::fs::read_dir(place.dir.join("given")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn data_goes_to_the_place_it_is_sent_to_or_nowhere() {
    let place = place("folders-outside");
    for libc in &place.built.toolchain.libcs {
        let file = format!("../{}", made(&place, &libc.name));
        let here = place.dir.join("given");
        let absolute = here.join("absolute").display().to_string();
        let said = format!("ENOENT\nmade\nmade\n{}\n", here.display());
        let output = in_given(&place, &[&file, "/wps-outside", "relative", &absolute]);
        assert_eq!(stdout(&output), said, "{}: {}", libc.name, stderr(&output));
        assert_eq!(files(&place), ["absolute", "relative"], "{}", libc.name);

        // Nobody tells it where it is.
        let output = wasmtime(&place, &["--dir", ".", &file, "/wps-outside", "relative"]);
        let said = "ENOENT\nmade\n/proc/self/cwd\n";
        assert_eq!(stdout(&output), said, "{}: {}", libc.name, stderr(&output));
        assert_eq!(files(&place), ["absolute", "relative"], "{}", libc.name);

        // The folder is given as the root.
        let output = wasmtime(&place, &["--dir", ".::/", &file, "/rooted", "relative"]);
        assert_eq!(
            stdout(&output),
            "made\nmade\n/\n",
            "{}: {}",
            libc.name,
            stderr(&output)
        );
        assert_eq!(files(&place), ["absolute", "relative", "rooted"]);

        // No folder at all.
        let output = in_given(&place, &["--no-cwd", &file, "none", &absolute]);
        assert_eq!(
            stdout(&output),
            "ENOENT\nENOENT\n/\n",
            "{}: {}",
            libc.name,
            stderr(&output)
        );
        assert!(!here.join("none").exists());
        for name in files(&place) {
            std::fs::remove_file(here.join(name)).unwrap();
        }
    }
}

#[test]
fn the_current_folder_is_found_under_the_shells_name_too() {
    let place = place("folders-alias");
    let file = format!("../{}", made(&place, "wasip2-2026"));
    std::os::unix::fs::symlink("given", place.dir.join("alias")).unwrap();
    let alias = place.dir.join("alias");
    let run = |pwd: &std::path::Path| {
        let mut command = place.command(place.built.prefix.wps_run());
        command.current_dir(place.dir.join("given")).env("PWD", pwd);
        let argument = alias.join("by-alias");
        command.arg(&file).arg(argument).output().unwrap()
    };
    let here = place.dir.join("given").display().to_string();
    let output = run(&alias);
    assert_eq!(
        stdout(&output),
        format!("made\n{here}\n"),
        "{}",
        stderr(&output)
    );
    assert_eq!(files(&place), ["by-alias"]);
    // A PWD that is that of another folder counts for nothing.
    let output = run(&place.dir);
    assert_eq!(
        stdout(&output),
        format!("ENOENT\n{here}\n"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn wps_run_says_once_which_folder_was_missing() {
    let place = place("folders-hint");
    std::fs::create_dir(place.dir.join("other")).unwrap();
    let other = place.dir.join("other").display().to_string();
    let asked = format!("{other}/file");
    for libc in &place.built.toolchain.libcs {
        let file = format!("../{}", made(&place, &libc.name));
        let args: &[&str] = &[&file, &asked, "/tmp/wps-x/y", "/tmp/wps-y", &asked];
        let output = in_given(&place, args);
        let line = stderr(&output);
        assert!(
            line.starts_with("wps-run: ") && line.contains(&asked),
            "{line}"
        );
        assert!(line.contains(&format!(" --dir {other} --tmp ")), "{line}");
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(!output.status.success());
        assert!(stdout(&output).starts_with("ENOENT\nENOENT\nENOENT\nENOENT\n"));

        let quiet = in_given(&place, &[&["--quiet"], args].concat());
        assert_eq!(stderr(&quiet), "", "{}", libc.name);
        assert_eq!(stdout(&quiet), stdout(&output));
        assert_eq!(quiet.status.code(), output.status.code());
    }
    // As a program of its own, which keeps its exit status; silenced by the variable.
    place.cc(&["make.c", "-o", "make"]);
    let run = |flags: &str, args: &[&str]| {
        let mut command: Command = place.command(place.dir.join("make"));
        command.env("WPS_RUN_FLAGS", flags).env_remove("TMPDIR");
        command.args(args).output().unwrap()
    };
    let output = run("", &["/wps-outside/x", "given/y"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        stderr(&output).contains(" --dir /wps-outside "),
        "{}",
        stderr(&output)
    );
    assert_eq!(stderr(&run("--quiet", &["/wps-outside/x"])), "");
    // What it says helps.
    let name = format!("/tmp/wps-hint-{}", std::process::id());
    assert!(stderr(&run("", &[&name])).contains(" --tmp "));
    let output = run("--tmp", &[&name]);
    assert!(stdout(&output).starts_with("made\n") && stderr(&output).is_empty());
    std::fs::remove_file(name).unwrap();
    let help = format!("--dir {other}");
    assert!(stdout(&run(&help, &[&asked])).starts_with("made\n"));
}

#[test]
fn what_the_library_looks_for_itself_is_not_worth_a_word() {
    let place = Place::new("folders-own");
    place.write(
        "own.c",
        r#"
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
    struct addrinfo *found = NULL;
    int fd = open("/dev/null", O_WRONLY);
    printf("%d %d\n", getaddrinfo("localhost", "http", NULL, &found), fd >= 0);
    return access("here", F_OK) == 0;
}
"#,
    );
    for libc in &place.built.toolchain.libcs {
        let libc = format!("--wps-libc={}", libc.name);
        place.cc(&[&libc, "own.c", "-o", "own.wasm"]);
        let output = place.wps_run(&["own.wasm"]);
        assert_eq!(stdout(&output), "0 1\n");
        assert_eq!(stderr(&output), "");
    }
}
