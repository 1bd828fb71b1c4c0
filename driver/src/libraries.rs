//! The files that a link names: files of this machine among them are told in a sentence, and our
//! own libraries come after all others, in whatever order they were named.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Libraries that the configuration file, or clang, puts at the end of each link. In any other place
/// they would be searched before ours, or twice.
const AT_THE_END: &[&str] = &[
    "c",
    "setjmp",
    "wasi_posix_sockets",
    "wasi_posix_compat",
    "wasi-emulated-signal",
    "wasi-emulated-process-clocks",
    "wasi-emulated-getpid",
    "wasi-emulated-mman",
];

/// The first of ours.
const FIRST: &str = "-lwasi_posix_sockets";

/// Leaves of each library in [`AT_THE_END`] only the last mention, and ends what a
/// `--whole-archive` before them began.
pub fn ours_last(args: Vec<OsString>) -> Vec<OsString> {
    let last = |name: &str| {
        let option = format!("-l{name}");
        args.iter().rposition(|arg| arg == option.as_str())
    };
    let first = args.iter().rposition(|arg| arg == FIRST);
    let mut whole = false;
    let mut out = Vec::with_capacity(args.len() + 1);
    for (at, arg) in args.iter().enumerate() {
        match arg.to_str() {
            Some("--whole-archive") => whole = true,
            Some("--no-whole-archive") => whole = false,
            _ => {}
        }
        let name = name_of(arg).filter(|name| AT_THE_END.contains(name));
        if name.and_then(last).is_some_and(|last| at < last) {
            continue;
        }
        if first == Some(at) && whole {
            out.push("--no-whole-archive".into());
        }
        out.push(arg.clone());
    }
    out
}

/// The library that an argument names, by `-lNAME`, `-l:libNAME.a` or the path of an archive.
fn name_of(arg: &OsStr) -> Option<&str> {
    let of_file = |file: &'_ str| -> Option<(usize, usize)> {
        let start = file.rfind('/').map_or(0, |slash| slash + 1) + "lib".len();
        let end = file.len().checked_sub(".a".len())?;
        (file.ends_with(".a") && start <= end && file[..start].ends_with("lib"))
            .then_some((start, end))
    };
    let text = arg.to_str()?;
    let file = match text.strip_prefix("-l") {
        Some(name) => match name.strip_prefix(':') {
            Some(file) => file,
            None => return Some(name),
        },
        None if text.starts_with('-') => return None,
        None => text,
    };
    of_file(file).map(|(start, end)| &file[start..end])
}

/// Looks at the files that are named, and at those that `-l` finds. A library of this machine's is
/// passed over where `-l` finds another one; else the error says what it is.
pub fn of_webassembly(args: Vec<OsString>) -> Result<Vec<OsString>, String> {
    let folders: Vec<PathBuf> = args
        .iter()
        .filter_map(|arg| arg.to_str()?.strip_prefix("-L").map(PathBuf::from))
        .collect();
    let mut out = Vec::with_capacity(args.len());
    let mut values = 0;
    for arg in args {
        let text = arg.to_str().unwrap_or("");
        if values > 0 || text == "-o" || text == "--wasm-ld-path" {
            values = usize::from(values == 0);
        } else if let Some(name) = text.strip_prefix("-l") {
            if let Some(file) = search(name, &folders)? {
                out.push(file.into());
                continue;
            }
        } else if !text.starts_with('-') && is_foreign(Path::new(&arg)) {
            let name = Path::new(&arg).display();
            return Err(format!(
                "{name} is for this machine, not for WASI; build it with wps-cc too"
            ));
        }
        out.push(arg);
    }
    Ok(out)
}

/// The file to link for `-lNAME` where the one that the linker would find is this machine's.
fn search(name: &str, folders: &[PathBuf]) -> Result<Option<PathBuf>, String> {
    let (archive, shared) = match name.strip_prefix(':') {
        Some(file) => (file.to_owned(), None),
        None => (format!("lib{name}.a"), Some(format!("lib{name}.so"))),
    };
    let mut foreign = None;
    for folder in folders {
        let file = folder.join(&archive);
        if !file.is_file() {
            continue;
        }
        if !is_foreign(&file) {
            return Ok(foreign.map(|_| file));
        }
        foreign.get_or_insert(file);
    }
    let shared = || {
        let shared = shared?;
        folders.iter().map(|f| f.join(&shared)).find(|f| f.exists())
    };
    match foreign {
        Some(file) => Err(format!(
            "there is no lib{name}.a for WASI; {} is for this machine",
            file.display()
        )),
        None => match shared() {
            Some(file) => Err(format!(
                "programs for WASI are linked statically: build lib{name}.a beside {}",
                file.display()
            )),
            None => Ok(None),
        },
    }
}

const ELF: &[u8] = b"\x7fELF";
const ARCHIVE: &[u8] = b"!<arch>\n";
/// What stands before each member of an archive.
const MEMBER: usize = 60;

/// Whether a file is an object, a shared library or an archive in the format of Linux's programs.
fn is_foreign(file: &Path) -> bool {
    let mut head = Vec::new();
    let Ok(mut file) = File::open(file) else {
        return false;
    };
    // The first members of an archive are its tables of symbols and of long names, of any length.
    if Read::by_ref(&mut file)
        .take(8)
        .read_to_end(&mut head)
        .is_err()
    {
        return false;
    }
    head.starts_with(ELF) || (head == ARCHIVE && holds_elf(file).unwrap_or(false))
}

/// Whether the first member that is no table is an ELF object. `file` stands before the first.
fn holds_elf(mut file: File) -> std::io::Result<bool> {
    use std::io::{Seek, SeekFrom};
    loop {
        let mut header = [0; MEMBER];
        file.read_exact(&mut header)?;
        if header[0] != b'/' || header[1].is_ascii_digit() {
            let mut magic = [0; ELF.len()];
            file.read_exact(&mut magic)?;
            return Ok(magic == ELF);
        }
        let size = String::from_utf8_lossy(&header[48..58]);
        let size: i64 = size.trim().parse().unwrap_or(i64::MAX / 2);
        file.seek(SeekFrom::Current(size + size % 2))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn os(args: &str) -> Vec<OsString> {
        args.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn our_libraries_are_searched_before_libcs_whatever_the_order() {
        let args = os("a.o -lc -lwasi-emulated-mman -l:libwasi-emulated-signal.a \
            /s/libwasi-emulated-getpid.a --whole-archive -lown -lsetjmp -lwasi_posix_sockets \
            -lwasi_posix_compat -lwasi-emulated-signal -lwasi-emulated-getpid -lwasi-emulated-mman -lc");
        assert_eq!(
            ours_last(args),
            os(
                "a.o --whole-archive -lown -lsetjmp --no-whole-archive -lwasi_posix_sockets \
                -lwasi_posix_compat -lwasi-emulated-signal -lwasi-emulated-getpid -lwasi-emulated-mman -lc"
            )
        );
        let alone = os("a.o -nostdlib -lc libc.a");
        assert_eq!(ours_last(alone.clone()), alone);
    }

    #[test]
    fn files_of_this_machine_are_told() {
        let folder = std::env::temp_dir().join(format!("wps-foreign-{}", std::process::id()));
        let (theirs, ours) = (folder.join("theirs"), folder.join("ours"));
        std::fs::create_dir_all(&theirs).unwrap();
        std::fs::create_dir_all(&ours).unwrap();
        let member = |name: &str, body: &[u8]| {
            let mut out = format!(
                "{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n",
                0,
                0,
                0,
                644,
                body.len()
            );
            assert_eq!(out.len(), MEMBER);
            out.extend(body.iter().map(|b| char::from(*b)));
            out.extend((body.len() % 2 == 1).then_some('\n'));
            out.into_bytes()
        };
        let archive = |members: &[Vec<u8>]| [ARCHIVE.to_vec(), members.concat()].concat();
        let elf = archive(&[member("/", b"abc"), member("//", b"x"), member("a.o/", ELF)]);
        let wasm = archive(&[member("/", b"abc"), member("a.o/", b"\0asm")]);
        std::fs::write(theirs.join("libz.a"), &elf).unwrap();
        std::fs::write(theirs.join("libs.so"), ELF).unwrap();
        std::fs::write(theirs.join("libempty.a"), ARCHIVE).unwrap();
        let link = |more: &str| {
            let line = format!("-L{} -L{} {more}", theirs.display(), ours.display());
            of_webassembly(os(&line))
        };
        assert!(link("-lz").unwrap_err().contains("no libz.a for WASI"));
        assert!(link("-ls").unwrap_err().contains("linked statically"));
        std::fs::write(ours.join("libz.a"), &wasm).unwrap();
        let found = link("-lz -lempty -labsent -o theirs/libs.so").unwrap();
        assert_eq!(found[2], ours.join("libz.a"));
        assert_eq!(found[3..], os("-lempty -labsent -o theirs/libs.so"));
        let shared = theirs.join("libs.so");
        assert!(
            link(&shared.to_string_lossy())
                .unwrap_err()
                .contains("for this machine")
        );
        assert!(link(&ours.join("libz.a").to_string_lossy()).is_ok());
        std::fs::remove_dir_all(folder).unwrap();
    }
}
