//! `wps-cc` in the place of gcc: the options that makefiles, libtool and distributions pass. The C
//! compiler of this machine is asked first: it must take what is taken here.

use crate::place::{Place, stderr, stdout};
use std::process::Output;

const PROGRAM: &str = "\
#include <math.h>
#include <stdio.h>
int main(int argc, char **argv) {
    (void)argv;
    printf(\"%d\\n\", sin(argc) > 2);
    return 3;
}
";

/// Options that this machine's compiler takes, one line a command.
const TAKEN: &[&str] = &[
    // What dpkg-buildflags prints, with all its hardening.
    "-g -O2 -Werror=implicit-function-declaration -ffile-prefix-map=/x=. -fstack-protector-strong \
     -fstack-clash-protection -Wformat -Werror=format-security -fcf-protection -Wdate-time \
     -D_FORTIFY_SOURCE=2 -D_LARGEFILE_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -fPIE -pie \
     -Wl,-z,relro -Wl,-z,now",
    "-O2 -flto=auto -ffat-lto-objects -fno-omit-frame-pointer -fdebug-prefix-map=/x=. \
     -Wl,-Bsymbolic-functions -Wl,--as-needed",
    // What rpm --eval %optflags and %build_ldflags print, without the spec files it brings along.
    "-O2 -flto=auto -ffat-lto-objects -fexceptions -g -grecord-gcc-switches -pipe -Wall \
     -Werror=format-security -Wp,-U_FORTIFY_SOURCE,-D_FORTIFY_SOURCE=2 -Wp,-D_GLIBCXX_ASSERTIONS \
     -fstack-protector-strong -m64 -march=x86-64 -mtune=generic -fasynchronous-unwind-tables \
     -fstack-clash-protection -fcf-protection -fno-omit-frame-pointer \
     -mno-omit-leaf-frame-pointer -Wl,-z,relro -Wl,--as-needed -Wl,-z,now -Wl,--build-id=sha1",
    // libtool's links.
    "-Wl,-rpath -Wl,/usr/local/lib -Wl,--export-dynamic",
    "-Wl,--rpath -Wl,/x -Wl,-rpath-link,/x -Wl,--whole-archive -Wl,--no-whole-archive",
    "-Wl,-soname -Wl,libx.so.1",
    // Other build systems', and what one finds in makefiles.
    "-Wl,--start-group -lm -Wl,--end-group -Wl,-O1 -Wl,--gc-sections -Wl,--no-undefined -rdynamic",
    "-Wl,-E -Wl,--hash-style=gnu -Wl,--sort-common -Wl,--warn-common -Wl,--no-copy-dt-needed-entries",
    "-Wl,--push-state,--as-needed -lm -Wl,--pop-state -Wl,--disable-new-dtags",
    "-Xlinker --as-needed -Xlinker -rpath -Xlinker /x -z now -z noexecstack",
    "-pthread -lpthread -lrt -ldl -lutil -lresolv -lanl -static-libgcc -no-pie",
    "-march=native -msse2 -mfpmath=sse -fno-tree-vectorize -fno-plt -fno-semantic-interposition",
    "-fwhole-program -fno-strict-overflow -funroll-loops -fno-ident --param max-inline-insns-auto=9",
    "-Wno-maybe-uninitialized -Wlogical-op -Wno-no-such-warning -Wno-stringop-truncation",
    "-Wa,--noexecstack -O6 -ggdb3 -gdwarf-4 -s -Wl,-s -Wl,-S -Wl,-x",
    "-I/usr/include -isystem /usr/include -L/usr/lib -L /usr/local/lib -Wl,-Map,/dev/null",
    "-L/usr/lib/x86_64-linux-gnu -Wl,-u,main -Wl,-z,defs -fuse-ld=bfd -Wl,--relax",
];

fn cc(place: &Place, program: &str, args: &[&str]) -> Output {
    place.command(program).args(args).output().unwrap()
}

#[test]
fn options_of_distributions_and_build_systems_are_taken_in_silence() {
    let place = Place::new("taken");
    place.write("program.c", PROGRAM);
    let wps_cc = place.built.prefix.wps_cc();
    for line in TAKEN {
        // gcc itself knows no warning by another name than its own.
        let native = ["-c", "program.c", "-o", "native.o"];
        let words: Vec<&str> = line.split_whitespace().collect();
        let here = cc(&place, "cc", &[words.as_slice(), &native].concat());
        assert!(here.status.success(), "cc {line}: {}", stderr(&here));
        let mut command = place.command(&wps_cc);
        let output = command
            .args(["-Werror", "program.c", "-o", "program", "-lm"])
            .args(&words)
            .output()
            .unwrap();
        let said = stderr(&output);
        assert!(output.status.success() && said.is_empty(), "{line}: {said}");
        let ran = place.run("program", &[]);
        assert_eq!(
            (stdout(&ran).as_str(), ran.status.code()),
            ("0\n", Some(3)),
            "{line}"
        );
    }
}

/// gcc lists what it knows: each optimization and each option of this machine, on and off.
#[test]
fn every_option_that_gcc_can_switch_is_known() {
    let place = Place::new("switches");
    let mut switches = Vec::new();
    for class in ["optimizers", "target", "common"] {
        let listed = stdout(&cc(&place, "cc", &["-Q", &format!("--help={class}")]));
        for line in listed.lines() {
            let mut words = line.split_whitespace();
            let name = words.next().unwrap_or_default();
            let switch = matches!(words.next(), None | Some("[enabled]" | "[disabled]"));
            let kind = ["-f", "-m", "-g"]
                .iter()
                .find(|kind| name.starts_with(**kind));
            if let Some(kind) = kind
                && switch
                && !name.contains(['=', '<'])
                && !name.ends_with('-')
            {
                switches.push(name.to_owned());
                if *kind != "-g" {
                    switches.push(format!("{kind}no-{}", &name[2..]));
                }
            }
        }
    }
    if switches.len() < 100 {
        eprintln!("NOT TESTED: this machine's cc lists no options, so it is not gcc");
        return;
    }
    // What programs could notice, and clang cannot do for WebAssembly.
    const MISSING: &[&str] = &[
        "-finstrument-functions",
        "-fgnu-tm",
        "-fleading-underscore",
        "-fnon-call-exceptions",
        "-fpcc-struct-return",
        "-fprofile-arcs",
        "-fprofile-generate",
        "-frandom-seed",
        "-ftime-report",
        "-freg-struct-return",
        "-fsingle-precision-constant",
        "-fno-single-precision-constant",
        "-fsplit-stack",
        "-ftest-coverage",
        "-fno-no-threadsafe-statics",
        "-m16",
        "-mlong-double-64",
        "-mlong-double-80",
    ];
    switches.retain(|s| !MISSING.contains(&s.as_str()));
    let mut command = place.command(place.built.prefix.wps_cc());
    let output = command
        .args(["-c", "hello.c", "-o", "hello.o"])
        .args(&switches)
        .output()
        .unwrap();
    let said = stderr(&output);
    assert!(output.status.success(), "{said}");
    // Some of them, all at once, contradict each other, and clang says so.
    let strange: Vec<&str> = said
        .lines()
        .filter(|l| !l.contains("complex range"))
        .collect();
    assert!(strange.concat().is_empty(), "{said}");
}

#[test]
fn what_cannot_be_had_is_refused_in_one_sentence() {
    let place = Place::new("refused");
    std::fs::write(place.dir.join("lib.so"), b"\x7fELF\x02").unwrap();
    for (option, sentence) in [
        ("-shared", "shared libraries cannot be made for WASI"),
        (
            "-fsanitize=address",
            "-fsanitize=address: there is no library",
        ),
        ("-fsanitize=undefined", "-fsanitize-trap=undefined"),
        ("-fopenmp", "-fopenmp: there are no threads"),
        ("-pg", "-pg: there is no profiling"),
        ("--coverage", "--coverage: there is no library"),
        ("-fsplit-stack", "-Wl,-z,stack-size=N"),
        ("-finstrument-functions", "return addresses"),
        ("-Tlink.ld", "a linker script"),
        ("-Wl,-T,link.ld", "a linker script"),
        ("-Wl,--defsym,a=main", "alias"),
        ("-Wl,-shared", "shared libraries cannot be made for WASI"),
        ("lib.so", "lib.so is for this machine"),
    ] {
        let output = place.try_cc(&["hello.c", option, "-o", "refused"]);
        let said = stderr(&output);
        assert!(!output.status.success(), "{option}");
        let ours: Vec<&str> = said
            .lines()
            .filter(|l| !l.starts_with("clang: error: linker"))
            .collect();
        assert!(
            ours.len() == 1 && ours[0].contains(sentence),
            "{option}: {said}"
        );
        assert!(!place.dir.join("refused").exists(), "{option}");
    }
}

#[test]
fn the_verbose_compiler_tells_once_what_it_left_out() {
    let place = Place::new("left-out");
    let output = place.try_cc(&[
        "-v",
        "-march=native",
        "-pie",
        "-Wl,--as-needed",
        "hello.c",
        "-o",
        "hello",
    ]);
    let said = stderr(&output);
    let notes: Vec<&str> = said.lines().filter(|l| l.contains("left out:")).collect();
    assert_eq!(
        notes,
        [
            "wps-cc: note: without meaning here, left out: -march=native -pie",
            "wasm-component-ld: note: without meaning here, left out: --as-needed"
        ],
        "{said}"
    );
}

#[test]
fn questions_of_build_systems_are_answered() {
    let place = Place::new("questions");
    let ask = |args: &[&str]| {
        let output = place.try_cc(args);
        assert!(output.status.success(), "{args:?}: {}", stderr(&output));
        stdout(&output).trim_end().to_owned()
    };
    assert_eq!(ask(&["-print-multi-os-directory"]), ".");
    assert_eq!(ask(&["-print-multiarch"]), "");
    assert!(ask(&["-print-search-dirs"]).contains("libraries: ="));
    assert_eq!(ask(&["-dumpfullversion"]), ask(&["-dumpversion"]));
    let sysroot = &place.built.toolchain.libc(None).unwrap().sysroot;
    assert_eq!(ask(&["-print-sysroot"]), sysroot.to_string_lossy());
    // Meson looks for LLD, libtool for GNU.
    let version = ask(&["-Wl,--version"]);
    assert!(
        version.starts_with("LLD ") && version.contains("GNU") && !version.contains('\n'),
        "{version}"
    );
    assert_eq!(ask(&["-Wl,-v"]), version);
    let linker = ask(&["-print-prog-name=ld"]);
    for args in [&["-v"] as &[&str], &["--version"]] {
        assert_eq!(stdout(&cc(&place, &linker, args)).trim_end(), version);
    }
    for tool in ["ar", "nm", "ranlib"] {
        let program = ask(&[&format!("-print-prog-name={tool}")]);
        assert!(
            stdout(&cc(&place, &program, &["--version"])).contains("LLVM"),
            "{program}"
        );
    }
    for option in ["-V", "-qversion"] {
        assert!(!place.try_cc(&[option]).status.success(), "{option}");
    }
}

#[test]
fn the_linker_by_itself_makes_one_object_of_several() {
    let place = Place::new("ld-r");
    place.write("a.c", "int a(void) { return 1; }\n");
    place.write("b.c", "int a(void);\nint main(void) { return a() + 1; }\n");
    place.cc(&["-c", "a.c", "b.c"]);
    let linker = place.cc(&["-print-prog-name=ld"]);
    let output = cc(
        &place,
        linker.trim(),
        &["-m", "elf_x86_64", "-r", "-o", "both.o", "a.o", "b.o"],
    );
    assert!(output.status.success(), "{}", stderr(&output));
    place.cc(&["both.o", "-o", "both"]);
    assert_eq!(place.run("both", &[]).status.code(), Some(2));
}

#[test]
fn response_files_are_read_before_options_are_judged() {
    let place = Place::new("response");
    place.write("args", "-march=native \"-DTEXT=\\\"a b\\\"\" @more");
    place.write("more", "-pthread\n'-o' text");
    place.write(
        "text.c",
        "#include <stdio.h>\nint main(void) { puts(TEXT); return _REENTRANT; }\n",
    );
    place.cc(&["text.c", "@args"]);
    let ran = place.run("text", &[]);
    assert_eq!(
        (stdout(&ran).as_str(), ran.status.code()),
        ("a b\n", Some(1))
    );

    // More than a command line may hold.
    let many: String = (0..40_000)
        .map(|n| format!("-DA_RATHER_LONG_NAME_WITH_THE_NUMBER_{n}={n}\n"))
        .collect();
    place.write("many", &many);
    place.write(
        "many.c",
        "int main(void) { return A_RATHER_LONG_NAME_WITH_THE_NUMBER_39999 - 39990; }\n",
    );
    place.cc(&["@many", "many.c", "-o", "many"]);
    assert_eq!(place.run("many", &[]).status.code(), Some(9));
    let objects = "hello.o ".repeat(30_000);
    place.cc(&["-c", "hello.c"]);
    place.cc(&["-r", "hello.o", "-o", "one.o"]);
    let line = format!("{} -Wl,--allow-multiple-definition -o long", objects);
    place.write("long", &line);
    place.cc(&["@long"]);
    assert!(place.run("long", &["x"]).status.success());
}

/// Whether libraries are linked through calls that they answer in place of libc's is seen by these.
const OURS: &str = "\
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
static int got;
static void on(int signo) { got = signo; }
int main(void) {
    struct sigaction sa = {.sa_handler = on};
    struct rusage usage;
    void *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct pollfd p = {fd, POLLOUT, 0};
    sigaction(SIGUSR1, &sa, NULL);
    raise(SIGUSR1);
    printf(\"%d %d %d %d %d\\n\", got == SIGUSR1, map != MAP_FAILED, fd > 2, poll(&p, 1, 0) >= 0,
           getpid() > 0 && getrusage(RUSAGE_SELF, &usage) == 0);
    return 0;
}
";

#[test]
fn our_functions_win_over_libcs_in_whatever_order_libraries_are_named() {
    let place = Place::new("order");
    place.write("ours.c", OURS);
    const EMULATED: &str = "-lwasi-emulated-mman -lwasi-emulated-signal \
        -lwasi-emulated-process-clocks -lwasi-emulated-getpid";
    for libc in &place.built.toolchain.libcs {
        let libc = format!("--wps-libc={}", libc.name);
        for (before, after) in [
            (EMULATED, ""),
            ("", EMULATED),
            ("-lc", "-lc -lm"),
            ("-Wl,--whole-archive", ""),
            (
                "-l:libwasi-emulated-signal.a -Wl,--start-group",
                "-Wl,--end-group -lpthread",
            ),
            ("-lsetjmp -lwasi_posix_compat", "-lwasi_posix_sockets"),
        ] {
            let args: Vec<&str> = [libc.as_str()]
                .into_iter()
                .chain(before.split_whitespace())
                .chain(["ours.c"])
                .chain(after.split_whitespace())
                .chain(["-o", "ours"])
                .collect();
            place.cc(&args);
            let ran = place.run("ours", &[]);
            assert_eq!(stdout(&ran), "1 1 1 1 1\n", "{args:?}: {}", stderr(&ran));
        }
    }
}

#[test]
fn link_time_optimization_knows_setjmp() {
    let place = Place::new("lto");
    if place.built.toolchain.clang_version < 20 {
        eprintln!("NOT TESTED: this clang has no setjmp");
        return;
    }
    place.write(
        "jump.c",
        "#include <setjmp.h>\nstatic jmp_buf env;\nvoid leave(void) { longjmp(env, 5); }\n\
         int main(void) { int value = setjmp(env); if (!value) leave(); return value; }\n",
    );
    for option in ["-flto", "-flto=auto", "-flto=4", "-flto=thin"] {
        place.cc(&[option, "-O2", "-c", "jump.c"]);
        place.cc(&[option, "-O2", "jump.o", "-o", "jump"]);
        assert_eq!(place.run("jump", &[]).status.code(), Some(5), "{option}");
    }
}

#[test]
fn return_addresses_are_unknown_rather_than_an_error() {
    let place = Place::new("return-address");
    place.write(
        "caller.c",
        "#include <stdio.h>\n\
         static void *caller(void) { return __builtin_return_address(0); }\n\
         static void *real(void) { return __builtin_extract_return_addr(__builtin_return_address(0)); }\n\
         static void *frame(void) { return __builtin_frame_address(0); }\n\
         int main(void) { printf(\"%d %d\\n\", caller() == real(), frame() != NULL); return 0; }\n",
    );
    place.cc(&[
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        "caller.c",
        "-o",
        "caller",
    ]);
    assert_eq!(stdout(&place.run("caller", &[])), "1 1\n");
}
