//! Response files: `@FILE` on a command line stands for the arguments in that file. gcc, clang and
//! the linkers read them alike: words apart by blanks, quotes, and a backslash before anything.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

/// A file that names itself would never end.
const DEEPEST: usize = 32;

/// From this length on a command line is handed on as a file: systems limit them, Linux to 2 MiB
/// together with the environment.
pub const LONG: usize = 128 * 1024;

/// `args` with the words of the files in the place of their names. A name without a file is an
/// argument like any other.
pub fn expand(args: Vec<OsString>) -> Vec<OsString> {
    let mut out = Vec::with_capacity(args.len());
    for arg in args {
        expand_one(arg, DEEPEST, &mut out);
    }
    out
}

fn expand_one(arg: OsString, depth: usize, out: &mut Vec<OsString>) {
    let text = arg
        .as_bytes()
        .strip_prefix(b"@")
        .filter(|_| depth > 0)
        .and_then(|name| std::fs::read(Path::new(OsStr::from_bytes(name))).ok());
    match text {
        Some(text) => {
            for word in words(&text) {
                expand_one(word, depth - 1, out);
            }
        }
        None => out.push(arg),
    }
}

fn words(text: &[u8]) -> Vec<OsString> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match (byte, quote) {
            (b'\\', _) => word
                .get_or_insert_default()
                .extend(bytes.next().filter(|b| *b != b'\n')),
            (_, Some(end)) if byte == end => quote = None,
            (b'"' | b'\'', None) => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (_, None) if byte.is_ascii_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    words.into_iter().map(OsString::from_vec).collect()
}

/// The contents of a file that [`expand`] makes `args` of.
pub fn file_of(args: &[OsString]) -> Vec<u8> {
    let mut text = Vec::new();
    for arg in args {
        text.push(b'"');
        for byte in arg.as_bytes() {
            if matches!(byte, b'"' | b'\\') {
                text.push(b'\\');
            }
            text.push(*byte);
        }
        text.extend_from_slice(b"\"\n");
    }
    text
}

/// How many bytes the system is given for `args`.
pub fn length(args: &[OsString]) -> usize {
    args.iter().map(|arg| arg.len() + 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn os(args: &[&str]) -> Vec<OsString> {
        args.iter().map(OsString::from).collect()
    }

    #[test]
    fn words_are_read_as_compilers_read_them() {
        let text = br#"-c  a.c "-DNAME=\"a b\"" 'it''s' '' -I\ x
            -o a.o"#;
        let expected = os(&[
            "-c",
            "a.c",
            "-DNAME=\"a b\"",
            "its",
            "",
            "-I x",
            "-o",
            "a.o",
        ]);
        assert_eq!(words(text), expected);
        assert_eq!(words(&file_of(&expected)), expected);
        assert_eq!(words(b" \n"), os(&[]));
    }

    #[test]
    fn files_may_name_files_and_what_is_no_file_stays() {
        let folder = std::env::temp_dir().join(format!("wps-response-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let name = |n: &str| format!("@{}", folder.join(n).display());
        std::fs::write(folder.join("outer"), format!("-a {} -d", name("inner"))).unwrap();
        std::fs::write(folder.join("inner"), "-b -c").unwrap();
        std::fs::write(folder.join("self"), format!("-x {}", name("self"))).unwrap();
        let args = os(&["-z", &name("outer"), "@absent", "@"]);
        assert_eq!(
            expand(args),
            os(&["-z", "-a", "-b", "-c", "-d", "@absent", "@"])
        );
        assert_eq!(expand(os(&[&name("self")])).len(), DEEPEST + 1);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
