//! gcc's options, as `wps-cc` meets them before clang does.

use super::gcc::{self, CPLUSPLUS, NO_LINK, WITH_VALUE};
use super::{Sifted, Verdict, is_of_this_machine, listed};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What is asked of a command line as a whole.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Purpose {
    /// It ends with a link, if it names any input.
    pub links: bool,
    /// `-v`, `-###`: it is to say what it does.
    pub verbose: bool,
    /// There is C++ among the inputs, or its library.
    pub cplusplus: bool,
}

/// Finds out what `args` are for.
pub fn purpose(args: &[OsString]) -> Purpose {
    let mut purpose = Purpose {
        links: true,
        ..Purpose::default()
    };
    let mut args = args.iter().map(|a| a.to_str().unwrap_or(""));
    while let Some(arg) = args.next() {
        match arg {
            "-v" | "--verbose" | "-###" => purpose.verbose = true,
            "-lstdc++" | "-lc++" | "-xc++" => purpose.cplusplus = true,
            "-x" => purpose.cplusplus |= args.next() == Some("c++"),
            _ if NO_LINK.contains(&arg) => purpose.links = false,
            _ if WITH_VALUE.contains(&arg) => drop(args.next()),
            _ if arg.starts_with('-') => {}
            file => {
                let ending = Path::new(file).extension().and_then(OsStr::to_str);
                purpose.cplusplus |= ending.is_some_and(|e| CPLUSPLUS.contains(&e));
            }
        }
    }
    purpose
}

/// Reads the arguments of a compiler. `links` tells what they are for.
pub fn sift(args: &[OsString], links: bool) -> Result<Sifted, String> {
    let traps = args.iter().any(|a| {
        let a = a.to_string_lossy();
        a.starts_with("-fsanitize-trap") || a == "-fsanitize-undefined-trap-on-error"
    });
    let mut sifted = Sifted::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let text = arg.to_str().unwrap_or("");
        if WITH_VALUE.contains(&text) {
            let value = args.next();
            let verdict = with_value(text, value.and_then(|v| v.to_str()).unwrap_or(""));
            let both: Vec<&OsStr> = std::iter::once(arg)
                .chain(value)
                .map(|a| a.as_os_str())
                .collect();
            sifted.apply(verdict, &both)?;
        } else {
            sifted.apply(alone(text, links, traps), &[arg])?;
        }
    }
    Ok(sifted)
}

fn with_value(option: &str, value: &str) -> Verdict {
    match option {
        "-I" | "-isystem" | "-idirafter" if is_of_this_machine(value, &["include"]) => {
            Verdict::Drop
        }
        "-L" if is_of_this_machine(value, &["lib", "lib64"]) => Verdict::Drop,
        "-T" => Verdict::refuse(super::linker::NO_SCRIPTS),
        "-Xassembler" if !listed(value, gcc::ASSEMBLER) => Verdict::Drop,
        "-aux-info" | "-dumpbase" | "-dumpbase-ext" | "-dumpdir" | "-specs" => Verdict::Drop,
        _ => Verdict::Keep,
    }
}

fn alone(arg: &str, links: bool, traps: bool) -> Verdict {
    match arg {
        // gcc defines the same; that threads need more of the linker is clang's idea.
        "-pthread" => return Verdict::instead("-D_REENTRANT"),
        "-shared" | "--shared" | "-dynamiclib" | "-bundle" => {
            return if links {
                Verdict::refuse(super::linker::NO_SHARED)
            } else {
                Verdict::Drop
            };
        }
        "-pg" | "-p" | "--profile" => {
            return Verdict::refuse(format!(
                "{arg}: there is no profiling by gprof for WASI; `wps-run --wasmtime --profile=guest` \
                 profiles any program"
            ));
        }
        "-dumpfullversion" => return Verdict::instead("-dumpversion"),
        "-m16" | "-mbig-endian" | "-EB" | "-mlong-double-64" | "-mlong-double-80" => {
            return Verdict::refuse(format!(
                "{arg}: WebAssembly has one byte order and one size for each type of C"
            ));
        }
        _ => {}
    }
    if listed(arg, gcc::OTHERS) {
        return Verdict::Drop;
    }
    let starts = |prefix: &str| arg.strip_prefix(prefix);
    if let Some(folder) = starts("-I").or_else(|| starts("-isystem")) {
        return drop_if(is_of_this_machine(folder, &["include"]));
    }
    if let Some(folder) = starts("-L") {
        return drop_if(is_of_this_machine(folder, &["lib", "lib64"]));
    }
    if starts("-T").is_some() {
        return Verdict::refuse(super::linker::NO_SCRIPTS);
    }
    if let Some(list) = starts("-Wa,") {
        return assembler(list);
    }
    if let Some(level) = starts("-O") {
        // clang warns of what gcc takes for -O3.
        let high = level.parse::<u32>().is_ok_and(|level| level > 3);
        return if high {
            Verdict::instead("-O3")
        } else {
            Verdict::Keep
        };
    }
    if let Some(name) = starts("-f") {
        return flag(arg, name, traps);
    }
    if let Some(name) = starts("-m") {
        return machine(name);
    }
    if let Some(name) = starts("-g") {
        return debug(name);
    }
    if arg == "--coverage" || arg == "-coverage" {
        return Verdict::refuse(no_profile(arg));
    }
    Verdict::Keep
}

fn drop_if(meaningless: bool) -> Verdict {
    if meaningless {
        Verdict::Drop
    } else {
        Verdict::Keep
    }
}

/// `-Wa,A,B`: words for an assembler.
fn assembler(list: &str) -> Verdict {
    let words: Vec<&str> = list.split(',').collect();
    let kept: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !word.starts_with('-') || listed(word, gcc::ASSEMBLER))
        .collect();
    match kept.len() {
        0 => Verdict::Drop,
        n if n == words.len() => Verdict::Keep,
        _ => Verdict::instead(format!("-Wa,{}", kept.join(","))),
    }
}

/// `-fNAME`.
fn flag(arg: &str, name: &str, traps: bool) -> Verdict {
    let (name, on) = match name.strip_prefix("no-") {
        Some(name) => (name, false),
        None => (name, true),
    };
    let (name, value) = match name.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (name, None),
    };
    match (name, value) {
        ("sanitize", Some(list)) if on => return sanitizer(list, traps),
        ("openmp" | "openacc", _) if on => {
            return Verdict::refuse(format!(
                "{arg}: there are no threads; without this option the program does its work in one"
            ));
        }
        ("split-stack", _) if on => {
            return Verdict::refuse(
                "-fsplit-stack: a program's stack is one piece, of 8 MiB; -Wl,-z,stack-size=N asks \
                 for another size",
            );
        }
        ("instrument-functions", _) if on => {
            return Verdict::refuse(
                "-finstrument-functions passes return addresses, which WebAssembly does not show",
            );
        }
        (
            "profile-arcs"
            | "test-coverage"
            | "profile-generate"
            | "profile-instr-generate"
            | "cs-profile-generate"
            | "coverage-mapping"
            | "condition-coverage",
            _,
        ) if on => return Verdict::refuse(no_profile(arg)),
        // gcc's profiles are read by gcc alone, and change nothing but speed.
        ("profile-use", file) if on => {
            return drop_if(!file.is_some_and(|f| f.ends_with(".profdata")));
        }
        ("lto", Some(value)) if !matches!(value, "full" | "thin") => {
            return Verdict::instead("-flto");
        }
        _ => {}
    }
    let off = !on && listed(name, gcc::OFF);
    drop_if(off || listed(name, gcc::FLAGS) && !gcc::KNOWN_FLAGS.contains(&name))
}

fn no_profile(option: &str) -> String {
    format!("{option}: there is no library for WASI that writes the counts of a run")
}

/// `-fsanitize=LIST`.
fn sanitizer(list: &str, traps: bool) -> Verdict {
    let needy = list.split(',').find(|name| listed(name, gcc::SANITIZERS));
    if let Some(name) = needy {
        return Verdict::refuse(format!(
            "-fsanitize={name}: there is no library for it on WASI; \
             -fsanitize=undefined -fsanitize-trap=undefined works"
        ));
    }
    if traps {
        return Verdict::Keep;
    }
    Verdict::refuse(format!(
        "-fsanitize={list}: there is no library on WASI that would report what it finds; with \
         -fsanitize-trap={list} the program traps there"
    ))
}

/// `-mNAME`.
fn machine(name: &str) -> Verdict {
    let name = name.strip_prefix("no-").unwrap_or(name);
    let known = match name.strip_prefix("cpu=") {
        Some(processor) => gcc::PROCESSORS.contains(&processor),
        None => listed(name, gcc::MACHINE),
    };
    drop_if(!known)
}

/// `-gNAME`.
fn debug(name: &str) -> Verdict {
    if listed(name, gcc::DEBUG_FORMATS) {
        return Verdict::instead("-g");
    }
    match name.strip_prefix("no-") {
        Some(name) => drop_if(listed(name, gcc::DEBUG) || listed(name, gcc::DEBUG_FORMATS)),
        None => drop_if(name != "z" && listed(name, gcc::DEBUG)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn os(args: &str) -> Vec<OsString> {
        args.split_whitespace().map(OsString::from).collect()
    }

    fn kept(args: &str) -> String {
        let sifted = sift(&os(args), true).unwrap();
        let words: Vec<_> = sifted.args.iter().map(|a| a.to_string_lossy()).collect();
        words.join(" ")
    }

    fn refused(args: &str) -> String {
        sift(&os(args), true).unwrap_err()
    }

    #[test]
    fn what_distributions_build_with_is_taken() {
        let debian = "-g -O2 -ffile-prefix-map=/x=. -fstack-protector-strong \
            -fstack-clash-protection -Wformat -fcf-protection -D_FORTIFY_SOURCE=2 -pie";
        assert_eq!(
            kept(debian),
            "-g -O2 -ffile-prefix-map=/x=. -fstack-protector-strong -Wformat -D_FORTIFY_SOURCE=2"
        );
        let fedora = "-flto=auto -ffat-lto-objects -fexceptions -grecord-gcc-switches -pipe \
            -Wp,-D_GLIBCXX_ASSERTIONS -specs=/usr/lib/rpm/redhat/redhat-hardened-cc1 -m64 \
            -march=x86-64-v3 -mtune=generic -fasynchronous-unwind-tables \
            -mno-omit-leaf-frame-pointer -fno-plt";
        assert_eq!(
            kept(fedora),
            "-flto -fexceptions -grecord-gcc-switches -pipe -Wp,-D_GLIBCXX_ASSERTIONS \
             -fasynchronous-unwind-tables -fno-plt"
        );
    }

    #[test]
    fn what_is_about_another_machine_goes_and_what_is_about_this_one_stays() {
        assert_eq!(
            kept("-msse4.2 -mno-sse -mfpmath=sse -march=native -mcpu=cortex-a72 -m32"),
            ""
        );
        let ours = "-msimd128 -mno-bulk-memory -mcpu=mvp -mexec-model=reactor -mllvm -m64";
        assert_eq!(kept(ours), ours);
    }

    #[test]
    fn values_are_no_options() {
        let args = "-o -m64 -D -pg -MF -shared -Xlinker -pie -include -p -Xclang -fcf-protection";
        assert_eq!(kept(args), args);
        assert_eq!(kept("-o"), "-o");
    }

    #[test]
    fn the_machines_own_headers_and_libraries_are_left_out() {
        assert_eq!(
            kept(
                "-I/usr/include -I /usr/local/include -Iinc -isystem /usr/include -L/usr/lib -L lib"
            ),
            "-Iinc -L lib"
        );
    }

    #[test]
    fn what_cannot_be_had_is_refused_by_name() {
        for option in [
            "-pg",
            "--coverage",
            "-fprofile-arcs",
            "-fprofile-generate=/x",
            "-fopenmp",
            "-fsplit-stack",
            "-finstrument-functions",
            "-fsanitize=address",
            "-mlong-double-64",
        ] {
            assert!(refused(option).starts_with(option), "{}", refused(option));
        }
        assert!(refused("-shared").starts_with("shared libraries"));
        assert!(
            refused("-Tx.ld").contains("linker script")
                && refused("-T x").contains("linker script")
        );
        assert_eq!(
            kept("-fno-openmp -fopenmp-simd -fno-split-stack"),
            "-fno-openmp -fopenmp-simd -fno-split-stack"
        );
    }

    #[test]
    fn undefined_behaviour_may_trap() {
        let traps = "-fsanitize=undefined,bounds -fsanitize-trap=undefined";
        assert_eq!(kept(traps), traps);
        assert!(refused("-fsanitize=undefined").contains("-fsanitize-trap=undefined"));
        assert!(
            refused("-fsanitize=undefined,address -fsanitize-trap=all")
                .contains("-fsanitize=address")
        );
        assert_eq!(kept("-fno-sanitize=address"), "-fno-sanitize=address");
    }

    #[test]
    fn other_spellings_become_clangs() {
        assert_eq!(
            kept("-O9 -O2 -Ofast -gstabs+ -flto=8 -flto=thin"),
            "-O3 -O2 -Ofast -g -flto -flto=thin"
        );
        assert_eq!(
            kept("-Wa,--noexecstack,-mtune=x -Wa,-mx -pthread -gz"),
            "-Wa,--noexecstack -D_REENTRANT -gz"
        );
    }

    #[test]
    fn compiling_alone_makes_nothing_shared() {
        let sifted = sift(&os("-shared -c a.c"), false).unwrap();
        assert_eq!(sifted.args, os("-c a.c"));
        assert_eq!(
            sifted.note().unwrap(),
            "note: without meaning here, left out: -shared"
        );
        assert!(!purpose(&os("-c -v a.c")).links && purpose(&os("-c -v a.c")).verbose);
        assert!(purpose(&os("-o -c a.o")).links);
        assert!(purpose(&os("a.cc")).cplusplus && purpose(&os("-x c++ a.c")).cplusplus);
        assert!(!purpose(&os("-x c a.c -o a.C")).cplusplus);
    }
}
