//! What programs meet when they run, with `wps-run` or by themselves.

use crate::place::{Place, stderr, stdout};
use std::io::Write;
use std::process::{Command, Stdio};

#[test]
fn a_program_runs_by_itself_with_every_libc() {
    let place = Place::new("runs");
    for libc in &place.built.toolchain.libcs {
        place.cc(&[
            &format!("--wps-libc={}", libc.name),
            "-Werror",
            "hello.c",
            "-o",
            "hello",
        ]);
        let output = place.run("hello", &["one", "--two", "--", "-3"]);
        let name = place.dir.join("hello");
        let expected = format!("{} one --two -- -3\n", name.display());
        assert_eq!(
            stdout(&output),
            expected,
            "{}: {}",
            libc.name,
            stderr(&output)
        );
        assert!(output.status.success());
    }
}

#[test]
fn a_program_sees_its_environment_its_folder_and_its_input() {
    let place = Place::new("surroundings");
    place.write(
        "look.c",
        r#"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
    char line[100] = "";
    const char *value = getenv("WPS_TEST_VALUE");
    printf("%s\n", value ? value : "(unset)");
    for (int i = 1; i < argc; i++) printf("%d\n", fopen(argv[i], "r") != NULL);
    if (fgets(line, sizeof line, stdin)) printf("%s", line);
    return line[0] == 'f' ? 7 : 0;
}
"#,
    );
    place.write("seen.txt", "x");
    place.cc(&["look.c", "-o", "look"]);
    let absolute = place.dir.join("seen.txt").to_string_lossy().into_owned();
    let outside = place.dir.parent().unwrap().join("outside.txt");
    std::fs::write(&outside, "x").unwrap();
    let outside = outside.to_string_lossy().into_owned();

    let look = |change: &dyn Fn(&mut Command), input: &str| {
        let mut command = place.command(place.dir.join("look"));
        command.args(["seen.txt", &absolute, &outside]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        change(&mut command);
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    };
    let plain = look(
        &|c| {
            c.env("WPS_TEST_VALUE", "given");
        },
        "hello\n",
    );
    assert_eq!(
        stdout(&plain),
        "given\n1\n1\n0\nhello\n",
        "{}",
        stderr(&plain)
    );
    assert!(plain.status.success());

    let parent = place.dir.parent().unwrap().display().to_string();
    let flags = format!("--dir {parent} --env WPS_TEST_VALUE=flag");
    let more = look(
        &|c| {
            c.env("WPS_RUN_FLAGS", &flags);
        },
        "hello\n",
    );
    assert_eq!(stdout(&more), "flag\n1\n1\n1\nhello\n", "{}", stderr(&more));

    let hidden = look(
        &|c| {
            c.env("WPS_RUN_FLAGS", "--no-cwd");
        },
        "fail\n",
    );
    assert_eq!(
        stdout(&hidden),
        "(unset)\n0\n0\n0\nfail\n",
        "{}",
        stderr(&hidden)
    );
    assert_eq!(hidden.status.code(), Some(7));
}

#[test]
fn exit_statuses_arrive_as_they_would_on_linux() {
    let place = Place::new("status");
    place.write(
        "status.c",
        r#"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static void at_exit(void) { printf(" handler"); }
int main(int argc, char **argv) {
    int status = argc > 2 ? atoi(argv[2]) : 0;
    atexit(at_exit);
    printf("main");
    if (!strcmp(argv[1], "exit")) exit(status);
    if (!strcmp(argv[1], "_exit")) _exit(status);
    return status;
}
"#,
    );
    for libc in &place.built.toolchain.libcs {
        let libc = format!("--wps-libc={}", libc.name);
        place.cc(&[&libc, "status.c", "-o", "status"]);
        for (way, said) in [
            ("exit", "main handler"),
            ("return", "main handler"),
            ("_exit", ""),
        ] {
            for (status, seen) in [("0", 0), ("1", 1), ("77", 77), ("255", 255), ("256", 0)] {
                let output = place.run("status", &[way, status]);
                let case = format!("{libc} {way} {status}: {}", stderr(&output));
                assert_eq!(output.status.code(), Some(seen), "{case}");
                assert_eq!(stdout(&output), said, "{case}");
            }
        }
        // A plain component runs on hosts that know success and failure only.
        place.cc(&[&libc, "status.c", "-o", "status.wasm"]);
        let output = place.wps_run(&["status.wasm", "return", "77"]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    }
}

#[test]
fn without_the_network_there_are_no_sockets() {
    let place = Place::new("no-network");
    place.write(
        "net.c",
        r#"
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
int main(void) {
    struct sockaddr_in any = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    puts(fd >= 0 && !bind(fd, (struct sockaddr *)&any, sizeof any) ? "bound" : "refused");
    return 0;
}
"#,
    );
    place.cc(&["net.c", "-o", "net"]);
    let output = place.wps_run(&["--no-network", "net"]);
    assert_eq!(stdout(&output), "refused\n", "{}", stderr(&output));
    assert_eq!(stdout(&place.wps_run(&["net"])), "bound\n");
}

#[test]
fn wps_run_reports_what_it_cannot_run() {
    let place = Place::new("cannot-run");
    place.write("script", "#!/bin/sh\necho no\n");
    let cases: [(&[&str], i32, &str); 6] = [
        (&["--frobnicate", "x"], 2, "--frobnicate"),
        (&["-v"], 2, "-v"),
        (&[], 2, "no program to run"),
        (&["absent"], 127, "cannot run absent"),
        (
            &["script"],
            126,
            "neither a component nor a program made by wps-cc",
        ),
        (
            &["hello.c"],
            126,
            "neither a component nor a program made by wps-cc",
        ),
    ];
    for (args, status, sentence) in cases {
        let output = place.wps_run(args);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{args:?}: {}",
            stderr(&output)
        );
        assert!(
            stderr(&output).contains(sentence),
            "{args:?}: {}",
            stderr(&output)
        );
    }
    let help = place.wps_run(&["--help"]);
    assert!(help.status.success() && stdout(&help).starts_with("Usage: wps-run"));
}

#[test]
fn longjmp_and_a_big_stack_work() {
    let place = Place::new("stack");
    place.write(
        "stack.c",
        r#"
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
static jmp_buf env;
static int deep(int n) {
    volatile char block[65536];
    memset((char *)block, n, sizeof block);
    if (n == 0) longjmp(env, 42);
    return deep(n - 1) + block[n];
}
int main(void) {
    int value = setjmp(env);
    if (value == 0) return deep(100);
    printf("%d\n", value);
    return 0;
}
"#,
    );
    for libc in &place.built.toolchain.libcs {
        place.cc(&[
            &format!("--wps-libc={}", libc.name),
            "stack.c",
            "-o",
            "stack",
        ]);
        let output = place.run("stack", &[]);
        assert_eq!(
            stdout(&output),
            "42\n",
            "{}: {}",
            libc.name,
            stderr(&output)
        );
    }
}

#[test]
fn recursion_may_be_as_deep_as_linux_lets_it() {
    let place = Place::new("recursion");
    place.write(
        "recursion.c",
        r#"
#include <stdio.h>
#include <stdlib.h>
static int depth(volatile int n) {
    volatile int here = n;
    return n == 0 ? 0 : 1 + depth(n - 1) + (here - n);
}
int main(int argc, char **argv) {
    printf("%d\n", depth(argc > 1 ? atoi(argv[1]) : 0));
    return 0;
}
"#,
    );
    place.cc(&["-O2", "recursion.c", "-o", "recursion"]);
    let output = place.run("recursion", &["60000"]);
    assert_eq!(stdout(&output), "60000\n", "{}", stderr(&output));
}
