//! What the prefix brings for build systems beside the compiler: pkg-config, autoconf's site file,
//! Meson's cross file, strip.

use crate::place::{Place, stderr, stdout};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use xtask::cmd::on_path;

fn pkg_config(place: &Place, args: &[&str], change: impl Fn(&mut Command)) -> Output {
    let mut command = place.command(place.built.prefix.root().join("bin/wasm32-wasi-pkg-config"));
    for variable in [
        "PKG_CONFIG_PATH",
        "PKG_CONFIG_LIBDIR",
        "WPS_PKG_CONFIG_PATH",
        "WPS_PKG_CONFIG",
    ] {
        command.env_remove(variable);
    }
    change(command.args(args));
    command.output().unwrap()
}

/// A pkg-config that prints what it is given.
const SHOWS: &str =
    "#!/bin/sh\necho \"$PKG_CONFIG_LIBDIR|$PKG_CONFIG_PATH|$PKG_CONFIG_SYSROOT_DIR|$*\"\n";

#[test]
fn pkg_config_is_shown_no_folder_of_this_machine() {
    let place = Place::new("pkg-config-folders");
    let shows = place.dir.join("shows");
    std::fs::write(&shows, SHOWS).unwrap();
    std::fs::set_permissions(&shows, std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = pkg_config(&place, &["--libs", "a b"], |command| {
        command
            .env("WPS_PKG_CONFIG", &shows)
            .env("WPS_PKG_CONFIG_PATH", "/my own:/other")
            .env(
                "PKG_CONFIG_PATH",
                "/usr/lib/x86_64-linux-gnu/pkgconfig:/third:/usr/local/lib/pkgconfig",
            )
            .env("PKG_CONFIG_LIBDIR", "/usr/lib/pkgconfig")
            .env("PKG_CONFIG_SYSROOT_DIR", "/elsewhere");
    });
    let said = stdout(&output);
    let parts: Vec<&str> = said.trim_end().split('|').collect();
    let [libdir, path, sysroot, args] = parts[..] else {
        panic!("{said}: {}", stderr(&output))
    };
    let root = place.built.prefix.root().canonicalize().unwrap();
    let own = format!("{0}/lib/pkgconfig:{0}/share/pkgconfig", root.display());
    assert!(libdir.starts_with(&own), "{libdir}");
    for libc in &place.built.toolchain.libcs {
        let folder = libc.lib_dir().join("pkgconfig");
        assert!(
            libdir.split(':').any(|f| f == folder.to_string_lossy()),
            "{libdir}"
        );
    }
    assert!(
        !libdir
            .split(':')
            .any(|folder| folder == "/usr/lib/pkgconfig"),
        "{libdir}"
    );
    assert_eq!(
        (path, sysroot, args),
        ("/my own:/other:/third", "", "--static --libs a b")
    );
}

#[test]
fn pkg_config_finds_what_is_for_wasi() {
    let place = Place::new("pkg-config");
    if on_path("pkgconf").or(on_path("pkg-config")).is_none() {
        let output = pkg_config(&place, &["--version"], |_| {});
        assert_eq!(output.status.code(), Some(127));
        assert!(stderr(&output).contains("install one"));
        eprintln!("NOT TESTED further: this machine has no pkg-config");
        return;
    }
    std::fs::create_dir(place.dir.join("pc")).unwrap();
    place.write(
        "pc/mine.pc",
        "Name: mine\nDescription: x\nVersion: 2\nLibs: -L/opt/mine -lmine\nLibs.private: -lbelow\n",
    );
    let own = pkg_config(&place, &["--libs", "wasi-posix-sockets"], |_| {});
    assert!(stdout(&own).contains("wps.cfg"), "{}", stderr(&own));
    for variable in ["WPS_PKG_CONFIG_PATH", "PKG_CONFIG_PATH"] {
        let output = pkg_config(&place, &["--libs", "mine"], |command| {
            command.env(variable, place.dir.join("pc"));
        });
        assert_eq!(stdout(&output).trim(), "-L/opt/mine -lmine -lbelow");
    }
    // Whatever is installed on this machine.
    let all = stdout(&pkg_config(&place, &["--list-all"], |_| {}));
    let names: Vec<&str> = all
        .lines()
        .filter_map(|l| l.split_whitespace().next())
        .collect();
    let ours: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| !name.starts_with("pkg"))
        .collect();
    assert_eq!(ours, ["wasi-posix-sockets"], "{all}");
}

/// How configure reads its site file, and what autoconf makes of AC_PROG_CC and AC_RUN_IFELSE.
const CONFIGURE: &str = r#"
cross_compiling=no
if test -n "$HOST_ALIAS"; then cross_compiling=yes; fi
for ac_site_file in $CONFIG_SITE; do . "$ac_site_file"; done
echo 'int main(void) { return 0; }' > conftest.c
$CC conftest.c -o conftest || exit 1
if test "$cross_compiling" != yes; then
  if ./conftest; then cross_compiling=no; else
    if test "$cross_compiling" = maybe; then cross_compiling=yes; else exit 77; fi
  fi
fi
echo "$cross_compiling $enable_shared"
for tool in "$AR" "$RANLIB" "$NM" "$STRIP" "$LD"; do "$tool" --version >/dev/null || exit 2; done
echo "$PKG_CONFIG"
echo "$CC"
"#;

#[test]
fn the_site_file_names_the_tools_and_lets_probes_run() {
    let place = Place::new("site");
    place.write("configure", CONFIGURE);
    let root = place.built.prefix.root();
    let configure = |change: &dyn Fn(&mut Command)| {
        let mut command = place.command("sh");
        command
            .arg("configure")
            .env("CONFIG_SITE", root.join("share/config.site"));
        for variable in [
            "CC",
            "CXX",
            "AR",
            "RANLIB",
            "NM",
            "LD",
            "STRIP",
            "PKG_CONFIG",
            "enable_shared",
        ] {
            command.env_remove(variable);
        }
        change(&mut command);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let pkg_config = root.join("bin/wasm32-wasi-pkg-config");
    let expected = format!(
        "no no\n{}\n{}\n",
        pkg_config.display(),
        place.built.prefix.wps_cc().display()
    );
    for host in ["", "wasm32-wasi"] {
        let said = configure(&|c| {
            c.env("HOST_ALIAS", host);
        });
        assert_eq!(said, expected);
    }
    let chosen = configure(&|c| {
        let cc = format!(
            "{} --wps-libc=wasip1",
            place.built.prefix.wps_cc().display()
        );
        c.env("CC", cc)
            .env("PKG_CONFIG", "mine")
            .env("enable_shared", "yes");
    });
    assert!(
        chosen.starts_with("no yes\nmine\n") && chosen.ends_with("--wps-libc=wasip1\n"),
        "{chosen}"
    );
}

#[test]
fn autoconf_guesses_nothing() {
    let place = Place::new("autoconf");
    if on_path("autoconf").is_none() {
        eprintln!("NOT TESTED: this machine has no autoconf");
        return;
    }
    place.write(
        "configure.ac",
        "AC_INIT([probe], [1])\nAC_PROG_CC\nAC_CHECK_LIB([z], [inflate])\n\
         AC_SEARCH_LIBS([gethostbyname], [nsl])\n\
         AC_RUN_IFELSE([AC_LANG_PROGRAM([], [return 0;])], [echo ran], [echo failed], [echo guessed])\n\
         AC_OUTPUT\n",
    );
    let run = |command: &mut Command| {
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{}{}",
            stdout(&output),
            stderr(&output)
        );
        stdout(&output)
    };
    run(&mut place.command("autoconf"));
    let site = place.built.prefix.root().join("share/config.site");
    let said = run(place
        .command("./configure")
        .args(["--build=x86_64-pc-linux-gnu", "--host=wasm32-wasi"])
        .env("CONFIG_SITE", site)
        .env_remove("CC"));
    for line in [
        "checking whether we are cross compiling... no",
        "checking for inflate in -lz... no",
        "checking for library containing gethostbyname... none required",
        "ran",
    ] {
        assert!(said.lines().any(|l| l == line), "no `{line}` in:\n{said}");
    }
}

#[test]
fn meson_builds_and_tests() {
    let place = Place::new("meson");
    if on_path("meson").is_none() || on_path("ninja").is_none() {
        eprintln!("NOT TESTED: this machine has no Meson");
        return;
    }
    place.write(
        "meson.build",
        "project('probe', 'c', default_options: ['werror=true', 'warning_level=2'])\n\
         cc = meson.get_compiler('c')\n\
         assert(not dependency('zlib', required: false).found())\n\
         assert(cc.has_function('epoll_wait', prefix: '#include <sys/epoll.h>'))\n\
         assert(not cc.has_function('no_such_function'))\n\
         assert(cc.sizeof('long') == 4)\n\
         assert(cc.run('int main(void) { return 3; }').returncode() == 3)\n\
         part = library('part', 'part.c')\n\
         test('prog', executable('prog', 'prog.c', link_with: part,\n\
           dependencies: [dependency('threads'), cc.find_library('m')]))\n",
    );
    place.write("part.c", "int part(void);\nint part(void) { return 4; }\n");
    place.write(
        "prog.c",
        "int part(void);\nint main(void) { return part() - 4; }\n",
    );
    let bin = place.built.prefix.root().join("bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path =
        std::env::join_paths(std::iter::once(bin).chain(std::env::split_paths(&path))).unwrap();
    let cross = place.built.prefix.root().join("share/wps/wps-meson.ini");
    let meson = |args: &[&str]| {
        let output = place
            .command("meson")
            .args(args)
            .env("PATH", &path)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{args:?}: {}{}",
            stdout(&output),
            stderr(&output)
        );
    };
    meson(&["setup", "--cross-file", &cross.to_string_lossy(), "build"]);
    meson(&["compile", "-C", "build"]);
    meson(&["test", "-C", "build"]);
}

#[test]
fn cmake_builds_tests_and_strips() {
    let place = Place::new("cmake");
    if on_path("cmake").is_none() || on_path("ninja").or(on_path("make")).is_none() {
        eprintln!("NOT TESTED: this machine has no CMake");
        return;
    }
    place.write(
        "CMakeLists.txt",
        "cmake_minimum_required(VERSION 3.10)\nproject(probe C)\n\
         set(THREADS_PREFER_PTHREAD_FLAG ON)\nfind_package(Threads REQUIRED)\n\
         find_library(M m)\nfind_library(NSL nsl)\nfind_library(Z z)\n\
         if(Z)\n  message(FATAL_ERROR \"${Z}\")\nendif()\n\
         add_library(part SHARED part.c)\nadd_executable(prog prog.c)\n\
         target_link_libraries(prog part Threads::Threads ${M} ${NSL} -Wl,--as-needed)\n\
         install(TARGETS prog DESTINATION bin)\nenable_testing()\nadd_test(NAME prog COMMAND prog)\n",
    );
    place.write("part.c", "int part(void) { return 4; }\n");
    place.write(
        "prog.c",
        "int part(void);\nint main(void) { return part() - 4; }\n",
    );
    let run = |program: &str, args: &[&str]| {
        let output = place.command(program).args(args).output().unwrap();
        assert!(
            output.status.success(),
            "{args:?}: {}{}",
            stdout(&output),
            stderr(&output)
        );
    };
    let file = place
        .built
        .prefix
        .root()
        .join("share/wps/wps-toolchain.cmake");
    let file = format!("-DCMAKE_TOOLCHAIN_FILE={}", file.display());
    let generator = if on_path("ninja").is_some() {
        "Ninja"
    } else {
        "Unix Makefiles"
    };
    run(
        "cmake",
        &[
            "-G",
            generator,
            "-B",
            "build",
            &file,
            "-DCMAKE_BUILD_TYPE=Release",
        ],
    );
    run("cmake", &["--build", "build"]);
    run(
        "cmake",
        &["--install", "build", "--strip", "--prefix", "out"],
    );
    assert!(place.run("build/prog", &[]).status.success());
    assert!(place.run("out/bin/prog", &[]).status.success());
    let archive = place.head("build/libpart.a", 8);
    assert_eq!(archive, b"!<arch>\n", "libraries are static");
}

#[test]
fn strip_makes_programs_smaller_that_run_as_before() {
    let place = Place::new("strip");
    let strip = place.built.prefix.root().join("bin/wps-strip");
    let run = |args: &[&str]| {
        let output = place.command(&strip).args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    };
    let size = |name: &str| std::fs::metadata(place.dir.join(name)).unwrap().len();
    place.cc(&["-g", "hello.c", "-o", "hello"]);
    place.cc(&["-g", "hello.c", "-o", "hello.wasm"]);
    place.cc(&["-g", "-c", "hello.c"]);
    let before = ["hello", "hello.wasm", "hello.o"].map(size);
    run(&["-o", "other", "hello"]);
    assert_eq!(size("hello"), before[0]);
    run(&["--strip-unneeded", "hello", "hello.wasm"]);
    run(&["-g", "hello.o"]);
    let after = ["hello", "hello.wasm", "hello.o"].map(size);
    assert!(
        after[0] * 2 < before[0] && after[1] * 2 < before[1] && after[2] < before[2],
        "{before:?} {after:?}"
    );
    assert_eq!(size("other"), after[0]);
    for name in ["hello", "other"] {
        assert!(stdout(&place.run(name, &["x"])).ends_with(" x\n"));
    }
    assert_eq!(
        stdout(&place.wps_run(&["hello.wasm", "x"])),
        "hello.wasm x\n"
    );
    place.cc(&["hello.o", "-o", "again"]);
    let absent = place.command(&strip).arg("absent").output().unwrap();
    assert!(!absent.status.success() && stderr(&absent).contains("absent"));
}
