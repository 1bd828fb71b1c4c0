//! The numbers in the Rust sources are those of the headers.

use crate::Context;
use crate::compiler;
use crate::files;
use crate::programs;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use xtask::paths;

/// Every integer constant of the Rust sources that has the name of a macro in the headers has its
/// value too.
pub fn agree(context: &Context, libc: &str) -> Result<(), String> {
    let mut source = String::new();
    for header in &context.headers {
        writeln!(source, "#include <{header}>").expect("a String grows");
    }
    let mut count = 0;
    for file in rust_sources() {
        let text =
            std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
        let place = file
            .strip_prefix(paths::root())
            .unwrap_or(&file)
            .display()
            .to_string();
        for (name, value) in text.lines().filter_map(constant) {
            writeln!(
                source,
                "#ifdef {name}\n_Static_assert((long long)({name}) == (long long)({value}), \"{name} in {place}\");\n#endif"
            )
            .expect("a String grows");
            count += 1;
        }
    }
    if count < 20 {
        return Err(format!(
            "only {count} constants were found in the Rust sources"
        ));
    }
    let path = files::scratch(&format!("constants-{libc}")).join("constants.c");
    std::fs::write(&path, source).map_err(|e| e.to_string())?;
    let complaints = compiler::run(&context.toolchain, &programs::gnu(context, libc, path)?)?;
    match complaints.first() {
        None => Ok(()),
        Some(first) => Err(first.text.clone()),
    }
}

fn rust_sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for dir in ["src", "compat/src"] {
        collect(&paths::root().join(dir), &mut found);
    }
    found.sort();
    found
}

fn collect(dir: &Path, found: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
    {
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// `const NAME: TYPE = NUMBER;` with an upper-case name, an integer type and a plain number, or a
/// shift of two: the name and the number as C writes it.
fn constant(line: &str) -> Option<(String, String)> {
    let line = line.trim_start();
    let line = line.split_once("const ")?;
    if !matches!(line.0, "" | "pub " | "pub(crate) " | "pub(super) ") {
        return None;
    }
    let (name, rest) = line.1.split_once(':')?;
    let (kind, rest) = rest.split_once('=')?;
    let integer = [
        "c_int", "c_uint", "c_short", "c_long", "c_ulong", "i8", "u8", "i16", "u16", "i32", "u32",
        "i64", "u64",
    ];
    let kind = kind.trim().rsplit("::").next()?;
    let upper = name
        .chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    // One word alone, such as NOFILE, means something of the file's own; these are C's.
    let of_c = name.contains('_') || ["E", "POLL", "SIG"].iter().any(|p| name.starts_with(p));
    if !upper || !of_c || !integer.contains(&kind) {
        return None;
    }
    let value = rest.split_once(';')?.0.trim().replace('_', "");
    let plain = |text: &str| {
        let text = text.trim().trim_start_matches('-');
        match text.strip_prefix("0x") {
            Some(hex) => !hex.is_empty() && hex.chars().all(|c| c.is_ascii_hexdigit()),
            None => !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()),
        }
    };
    // A leading zero means octal in C only.
    let octal = value.len() > 1 && value.starts_with('0') && !value.starts_with("0x");
    if octal || !value.split("<<").all(plain) {
        return None;
    }
    let value = if value.contains("<<") {
        format!("1LL * {value}")
    } else {
        value
    };
    Some((name.to_owned(), value))
}
