//! `--wps-casts`: calls through function pointers of another type.

use crate::place::{Place, stderr, stdout};

/// Each line is a way in which old programs call functions by other types than their own.
const CALLS: &str = r#"
#include <pthread.h>
#include <search.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int seen;
static jmp_buf env;

static void none(void) { seen++; }
static int one(int a) { seen += a; return a; }
static void *three(char *a, unsigned b, const char *c) { seen += (int)(intptr_t)a + (int)b + *c; return a; }
static long long wide(long long a, double b, char *c) { seen += (int)b + (c != NULL); return a * 2; }
static float narrow(float x) { return x / 2; }
static void jumps(void *value) { longjmp(env, (int)(intptr_t)value); }
static void many(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, int k,
                 int l, int m, int n, int o, int p, int q, int r, int s, int t) {
    seen += a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + r + s + t;
}

typedef void (*callback_t)(void *, void *, void *);
static struct { const char *name; callback_t call; } table[] = {
    {"none", (callback_t)none}, {"one", (callback_t)one}, {"three", (callback_t)three},
};

static int by_int(const int *a, const int *b) { return (*a > *b) - (*a < *b); }
static int by_text(const char **a, const char **b) { return strcmp(*a, *b); }
static int handler(int signo, int code) { (void)code; seen += signo; return 1; }
static int plain(void) { seen++; return 0; }
static void proper(int signo) { seen += signo; }
static void leaves(void) { puts("exit handler"); }
static void *volatile hidden;

int main(void) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        table[i].call((void *)5, NULL, "\2");
    printf("table %d\n", seen);

    /* A pointer kept as another type and called as its own is a call like any. */
    hidden = (void *)wide;
    printf("wide %lld\n", ((long long (*)(long long, double, char *))hidden)(1LL << 40, 2.5, NULL));
    hidden = (void *)narrow;
    printf("narrow %.2f\n", ((float (*)(float))hidden)(2.5f));
    hidden = (void *)many;
    seen = 0;
    ((void (*)(int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int, int,
               int, int, int))hidden)(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    printf("many %d\n", seen);

    int numbers[] = {3, 1, 2};
    const char *words[] = {"pear", "apple", "fig"};
    qsort(numbers, 3, sizeof *numbers, (int (*)(const void *, const void *))by_int);
    qsort(words, 3, sizeof *words, (int (*)(const void *, const void *))by_text);
    printf("qsort %d%d%d %s %s %s\n", numbers[0], numbers[1], numbers[2], words[0], words[1], words[2]);

    seen = 0;
    signal(SIGUSR1, (void (*)(int))handler);
    signal(SIGUSR2, (void (*)(int))plain);
    signal(SIGHUP, proper);
    raise(SIGUSR1), raise(SIGUSR2), raise(SIGHUP);
    printf("signals %d\n", seen == SIGUSR1 + 1 + SIGHUP);

    int value = setjmp(env);
    if (value == 0)
        ((void (*)(int, int))jumps)(7, 8);
    printf("longjmp %d\n", value);
    atexit((void (*)(void))leaves);
    return 0;
}
"#;

const EXPECTED: &str = "table 13\nwide 2199023255552\nnarrow 1.25\nmany 20\nqsort 123 apple fig pear\n\
    signals 1\nlongjmp 7\nexit handler\n";

#[test]
fn functions_are_called_by_any_type() {
    let place = Place::new("casts");
    place.write("calls.c", CALLS);
    if place.built.toolchain.wasm_opt.is_none() {
        eprintln!("NOT TESTED: wasm-opt could not be had on this machine");
        return;
    }
    let flags = ["-std=gnu17", "-w", "calls.c"];
    let native = place
        .command("cc")
        .args(flags)
        .args(["-o", "native"])
        .output()
        .unwrap();
    assert!(native.status.success(), "{}", stderr(&native));
    assert_eq!(
        stdout(&place.run("native", &[])),
        EXPECTED,
        "this machine's own run"
    );
    let cc = |libc: &str, more: &[&str]| {
        let libc = format!("--wps-libc={libc}");
        place.cc(&[&[libc.as_str()], flags.as_slice(), more].concat());
    };
    for libc in &place.built.toolchain.libcs {
        for more in [&["-O0"] as &[&str], &["-O2", "-s"], &["-O1", "-flto", "-g"]] {
            cc(
                &libc.name,
                &[&["--wps-casts", "-o", "calls"], more].concat(),
            );
            let ran = place.run("calls", &[]);
            assert_eq!(
                stdout(&ran),
                EXPECTED,
                "{} {more:?}: {}",
                libc.name,
                stderr(&ran)
            );
        }
    }
    // As a plain component, and in two steps, where only the link needs the option.
    place.cc(&["-c", "-w", "-std=gnu17", "calls.c"]);
    place.cc(&["--wps-casts", "calls.o", "-o", "calls.wasm"]);
    assert_eq!(stdout(&place.wps_run(&["calls.wasm"])), EXPECTED);
}

#[test]
fn without_the_option_nothing_changes() {
    let place = Place::new("no-casts");
    place.write("calls.c", CALLS);
    place.cc(&["-w", "-std=gnu17", "-c", "calls.c"]);
    place.cc(&["calls.o", "-o", "calls.wasm"]);
    let ran = place.wps_run(&["calls.wasm"]);
    assert!(!ran.status.success());
    assert!(
        stderr(&ran).contains("indirect call type mismatch"),
        "{}",
        stderr(&ran)
    );
}

#[test]
fn a_prefix_without_the_optimizer_says_what_to_do() {
    let place = Place::new("no-optimizer");
    let moved = place.dir.join("prefix");
    let copy = place
        .command("cp")
        .arg("-a")
        .arg(place.built.prefix.root())
        .arg(&moved)
        .output()
        .unwrap();
    assert!(copy.status.success());
    let mut toolchain = place.built.toolchain.clone();
    toolchain.wasm_opt = None;
    std::fs::write(moved.join("share/wps/toolchain.toml"), toolchain.to_toml()).unwrap();
    let output = place
        .command(moved.join("bin/wps-cc"))
        .args(["--wps-casts", "hello.c", "-o", "hello"])
        .output()
        .unwrap();
    let said = stderr(&output);
    assert!(
        !output.status.success() && said.contains("install it so that it is on PATH"),
        "{said}"
    );
}
