//! GNU ld's options, as they reach our linker by `-Wl,`, `-Xlinker` or a makefile's own `$(LD)`.

use super::gnu_ld::{KEPT, KEPT_VALUES, MEANINGLESS, MEANINGLESS_VALUES};
use super::{Sifted, Verdict, is_of_this_machine, listed};
use std::ffi::{OsStr, OsString};

pub const NO_SHARED: &str = "shared libraries cannot be made for WASI; link statically";
pub const NO_SCRIPTS: &str =
    "a linker script or an address (-T) cannot be followed: WebAssembly has no sections to place";

/// Reads the arguments of a linker.
pub fn sift(args: &[OsString]) -> Result<Sifted, String> {
    let mut sifted = Sifted::default();
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        let next = args.get(at + 1);
        let (verdict, two) = judge(arg.to_str().unwrap_or(""), next.and_then(|n| n.to_str()));
        let both: Vec<&OsStr> = std::iter::once(arg)
            .chain(next.filter(|_| two))
            .map(OsString::as_os_str)
            .collect();
        sifted.apply(verdict, &both)?;
        at += both.len();
    }
    Ok(sifted)
}

/// What becomes of `arg`, and whether the argument after it is its value.
fn judge(arg: &str, next: Option<&str>) -> (Verdict, bool) {
    let Some(rest) = arg.strip_prefix('-').filter(|rest| !rest.is_empty()) else {
        return (Verdict::Keep, false);
    };
    let long = rest.strip_prefix('-');
    let whole = long.unwrap_or(rest);
    let (name, inline) = match whole.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (whole, None),
    };
    if long.is_none()
        && let Some(answer) = short(rest, next)
    {
        return answer;
    }
    // The value of an option that needs one, and whether it is the next argument.
    let value = inline.or(next).unwrap_or("");
    let two = inline.is_none() && next.is_some();
    let keep = |name: &str| (Verdict::instead(format!("--{name}={value}")), two);
    match name {
        "shared" | "Bshareable" | "dll" => (Verdict::refuse(NO_SHARED), false),
        "script" | "default-script" | "mri-script" | "section-start" | "Ttext" | "Tdata"
        | "Tbss" | "Ttext-segment" | "Trodata-segment" | "Tldata-segment" | "image-base" => {
            (Verdict::refuse(NO_SCRIPTS), false)
        }
        "defsym" => refuse_here(
            "--defsym: wasm-ld gives no symbol a second name; write \
            __attribute__((alias)) instead",
        ),
        "init" | "fini" => refuse_here(
            "-init and -fini: write __attribute__((constructor)) or \
            ((destructor)) instead",
        ),
        "format" => format_of(value, two),
        "oformat" => match value {
            "binary" | "ihex" | "srec" => refuse_here("--oformat: components are all that is made"),
            _ => (Verdict::Drop, two),
        },
        "just-symbols" => (just_symbols(value), two),
        "library" => (Verdict::instead(format!("-l{value}")), two),
        "library-path" => (library_path(value), two),
        "output" => (Verdict::Instead(vec!["-o".into(), value.into()]), two),
        "require-defined" => keep("undefined"),
        "ignore-unresolved-symbol" => (Verdict::Drop, two),
        "Ur" => (Verdict::instead("-r"), false),
        "EB" => refuse_here("-EB: WebAssembly is little-endian"),
        "verbose" => (Verdict::instead("--verbose"), false),
        "build-id" => match inline {
            Some("none") => (Verdict::Drop, false),
            Some("md5" | "tree") => (Verdict::instead("--build-id"), false),
            _ => (Verdict::instead(format!("--{whole}")), false),
        },
        "demangle" => (Verdict::instead("--demangle"), false),
        "unresolved-symbols" => match value {
            "ignore-in-object-files" => (Verdict::instead("--unresolved-symbols=ignore-all"), two),
            "ignore-in-shared-libs" => (Verdict::Drop, two),
            _ => keep(name),
        },
        "threads" if inline.is_none() => (Verdict::Drop, false),
        "no-threads" | "no-undefined" => (Verdict::Drop, false),
        _ if listed(name, MEANINGLESS_VALUES) => (Verdict::Drop, two),
        _ if listed(name, KEPT_VALUES) => keep(name),
        _ if listed(name, KEPT) => (Verdict::instead(format!("--{whole}")), false),
        _ if listed(name.strip_prefix("no-").unwrap_or(name), MEANINGLESS) => {
            (Verdict::Drop, false)
        }
        _ => (Verdict::Keep, false),
    }
}

fn refuse_here(sentence: &str) -> (Verdict, bool) {
    (Verdict::refuse(sentence), false)
}

/// Options of one letter, whose value may follow at once. `None` for what only looks like one.
fn short(rest: &str, next: Option<&str>) -> Option<(Verdict, bool)> {
    let mut letters = rest.chars();
    let letter = letters.next()?;
    let joined = letters.as_str();
    let two = joined.is_empty() && next.is_some();
    let value = if joined.is_empty() {
        next.unwrap_or("")
    } else {
        joined
    };
    let verdict = match letter {
        'L' => library_path(value),
        'l' => library(value),
        'o' => Verdict::Instead(vec!["-o".into(), value.into()]),
        'z' => keyword(value),
        'm' if value.starts_with("wasm") => Verdict::Keep,
        'm' if ["elf", "i386", "aarch64", "shelf"]
            .iter()
            .any(|m| value.starts_with(m)) =>
        {
            Verdict::Drop
        }
        'O' if joined.is_empty() => return Some((Verdict::Drop, false)),
        'O' => Verdict::Keep,
        // `-entry=main` and the like are long options with one dash.
        'u' if !rest.starts_with("un") => Verdict::instead(format!("--undefined={value}")),
        'e' if joined.is_empty() => Verdict::instead(format!("--entry={value}")),
        'y' => Verdict::instead(format!("--trace-symbol={value}")),
        'T' => Verdict::refuse(NO_SCRIPTS),
        'R' => just_symbols(value),
        'b' if joined.is_empty() => return Some(format_of(value, two)),
        'c' if joined.is_empty() => Verdict::refuse(NO_SCRIPTS),
        'i' if joined.is_empty() => return Some((Verdict::instead("-r"), false)),
        'G' => Verdict::Drop,
        'I' | 'A' | 'Y' | 'P' if !joined.is_empty() => return Some((Verdict::Drop, false)),
        _ => return None,
    };
    Some((verdict, two))
}

/// `-z KEYWORD`. Nearly all are about ELF; the size of the stack is wasm-ld's as well.
fn keyword(value: &str) -> Verdict {
    match value {
        "muldefs" => Verdict::instead("--allow-multiple-definition"),
        _ if value.starts_with("stack-size=") => Verdict::Instead(vec!["-z".into(), value.into()]),
        _ => Verdict::Drop,
    }
}

/// `-b FORMAT`, which says what the files after it are.
fn format_of(format: &str, two: bool) -> (Verdict, bool) {
    match format {
        "binary" => {
            refuse_here("-b binary: a file becomes part of a program by #embed, .incbin or xxd -i")
        }
        _ => (Verdict::Drop, two),
    }
}

/// `-R` names a folder for the dynamic linker, or a program for its symbols.
fn just_symbols(value: &str) -> Verdict {
    if std::path::Path::new(value).is_file() {
        Verdict::refuse("-R FILE: there are no symbols to take from another program")
    } else {
        Verdict::Drop
    }
}

fn library_path(folder: &str) -> Verdict {
    if is_of_this_machine(folder, &["lib", "lib64"]) {
        Verdict::Drop
    } else {
        Verdict::instead(format!("-L{folder}"))
    }
}

/// `-lNAME`: gcc's C++ library is LLVM's here.
fn library(name: &str) -> Verdict {
    match name {
        "stdc++" => Verdict::Instead(vec!["-lc++".into(), "-lc++abi".into()]),
        "supc++" => Verdict::instead("-lc++abi"),
        _ => Verdict::instead(format!("-l{name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn os(args: &str) -> Vec<OsString> {
        args.split_whitespace().map(OsString::from).collect()
    }

    fn kept(args: &str) -> String {
        let sifted = sift(&os(args)).unwrap();
        let words: Vec<_> = sifted.args.iter().map(|a| a.to_string_lossy()).collect();
        words.join(" ")
    }

    fn refused(args: &str) -> String {
        sift(&os(args)).unwrap_err()
    }

    #[test]
    fn what_is_about_elf_and_shared_libraries_goes() {
        let args = "--as-needed -as-needed -z relro -z now -zdefs --hash-style=gnu --hash-style gnu \
            -rpath /x -rpath-link=/x -soname x.so.1 -h x --version-script=v.map -E --export-dynamic \
            --no-undefined -Bsymbolic-functions --warn-common --sort-common=descending \
            --start-group --end-group -( -) --no-warn-rwx-segments -plugin p --plugin-opt=x -x -X \
            --package-metadata={} -Bstatic -Bdynamic --no-dynamic-linker --dynamic-linker /ld.so \
            -I/ld.so -m elf_x86_64 -melf_i386 -R/lib -no-pie --enable-new-dtags -O \
            -L/usr/lib -L /usr/lib/x86_64-linux-gnu --no-copy-dt-needed-entries --no-relax";
        assert_eq!(kept(args), "");
    }

    #[test]
    fn what_wasm_ld_knows_stays_in_its_spelling() {
        let args = "-m wasm32 --wasm-ld-path /x -L/s -La -L b crt1.o -lfoo -l bar -o out --gc-sections -s -S \
            --wrap=close -wrap read -u sym -usym -undefined sym --undefined=sym -e start -z stack-size=5 \
            -Map x.map -Map=y.map --whole-archive -no-whole-archive -O2 --build-id=sha1 -build-id=md5 -v \
            --stack-first --require-defined=a -y s -t --mllvm=-x -zmuldefs";
        assert_eq!(
            kept(args),
            "-m wasm32 --wasm-ld-path /x -L/s -La -Lb crt1.o -lfoo -lbar -o out --gc-sections -s -S \
             --wrap=close --wrap=read --undefined=sym --undefined=sym --undefined=sym --undefined=sym \
             --entry=start -z stack-size=5 --Map=x.map --Map=y.map --whole-archive \
             --no-whole-archive -O2 --build-id=sha1 --build-id -v \
             --stack-first --undefined=a --trace-symbol=s -t --mllvm=-x --allow-multiple-definition"
        );
    }

    #[test]
    fn other_names_of_the_same_are_understood() {
        assert_eq!(
            kept("-ofile --output=x -i -Ur --library=m --library-path x"),
            "-o file -o x -r -r -lm -Lx"
        );
        assert_eq!(kept("-lstdc++ -lsupc++"), "-lc++ -lc++abi -lc++abi");
        assert_eq!(kept("--verbose=2 --print-output-format -q"), "--verbose");
    }

    #[test]
    fn what_cannot_be_had_is_refused() {
        for shared in ["-shared", "--shared", "-Bshareable"] {
            assert_eq!(refused(shared), NO_SHARED);
        }
        for script in [
            "-T x.ld",
            "-Tx.ld",
            "--script=x",
            "-Ttext 0",
            "-Ttext=0",
            "--section-start=.a=0",
        ] {
            assert_eq!(refused(script), NO_SCRIPTS);
        }
        assert!(refused("--defsym=a=b").contains("alias"));
        assert!(refused("--defsym a=b").contains("alias"));
        assert!(refused("-b binary x").contains(".incbin"));
        assert!(refused("-EB").contains("little-endian"));
    }

    #[test]
    fn an_option_at_the_end_without_its_value_is_taken_too() {
        assert_eq!(kept("-rpath"), "");
        assert_eq!(kept("a.o -"), "a.o -");
    }
}
