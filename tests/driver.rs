//! `wps-cc` and `wps-run` as a build system meets them: every way of calling the compiler, programs
//! that run by themselves, and errors that say what to do.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use xtask::build::Built;

const HELLO: &str = r#"
#include <stdio.h>
int main(int argc, char **argv) {
    for (int i = 0; i < argc; i++) printf("%s%s", i ? " " : "", argv[i]);
    printf("\n");
    return 0;
}
"#;

/// A folder of its own for each test, and the prefix.
struct Place {
    dir: PathBuf,
    built: Built,
}

impl Place {
    fn new(test: &str) -> Self {
        let built = xtask::build().unwrap_or_else(|error| panic!("{error:#}"));
        let dir = xtask::paths::target().join("driver-tests").join(test);
        xtask::paths::remove_folder(&dir).unwrap();
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("hello.c"), HELLO).unwrap();
        Self { dir, built }
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.dir.join(name), text).unwrap();
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .env_remove("WPS_RUN_FLAGS");
        command
    }

    /// Runs `wps-cc` and expects success without a word of complaint.
    fn cc(&self, args: &[&str]) -> String {
        let output = self.try_cc(args);
        let said = stderr(&output);
        assert!(
            output.status.success() && said.is_empty(),
            "wps-cc {args:?}: {said}"
        );
        stdout(&output)
    }

    fn try_cc(&self, args: &[&str]) -> Output {
        self.command(self.built.prefix.wps_cc())
            .args(args)
            .output()
            .unwrap()
    }

    fn wps_run(&self, args: &[&str]) -> Output {
        self.command(self.built.prefix.wps_run())
            .args(args)
            .output()
            .unwrap()
    }

    fn run(&self, program: &str, args: &[&str]) -> Output {
        self.command(self.dir.join(program))
            .args(args)
            .output()
            .unwrap()
    }

    fn head(&self, name: &str, length: usize) -> Vec<u8> {
        let bytes = std::fs::read(self.dir.join(name)).unwrap();
        bytes[..length.min(bytes.len())].to_vec()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

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
