//! The three places that know which functions of libc are wrapped agree: the linker flags, the
//! entry points, and the table that brings libc's own functions into the link.

use std::collections::BTreeSet;
use std::fs::{read_dir, read_to_string};
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The identifiers that follow `prefix` in `text`.
fn names(text: &str, prefix: &str) -> BTreeSet<String> {
    text.split(prefix)
        .skip(1)
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect::<String>()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

fn sources(folder: &Path, into: &mut String) {
    for entry in read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path
            .extension()
            .is_some_and(|ending| ending == "rs" || ending == "c")
        {
            into.push_str(&read_to_string(path).unwrap());
        }
    }
}

/// Functions that take a path: only the program and libc's own functions call them, and so have them
/// loaded themselves (see `src/glue/files.c`).
const LOADED_BY_CALLERS: [&str; 16] = [
    "__wasilibc_nocwd___wasilibc_rmdirat",
    "__wasilibc_nocwd___wasilibc_unlinkat",
    "__wasilibc_nocwd_faccessat",
    "__wasilibc_nocwd_fstatat",
    "__wasilibc_nocwd_linkat",
    "__wasilibc_nocwd_mkdirat_nomode",
    "__wasilibc_nocwd_openat_nomode",
    "__wasilibc_nocwd_readlinkat",
    "__wasilibc_nocwd_renameat",
    "__wasilibc_nocwd_symlinkat",
    "__wasilibc_nocwd_utimensat",
    "__wasilibc_open_nomode",
    "open",
    "remove",
    "unlink",
    "unlinkat",
];

#[test]
fn every_wrapped_function_is_defined_and_loaded() {
    let mut code = String::new();
    sources(&root().join("src"), &mut code);
    let flags = names(
        &read_to_string(root().join("link/wps.cfg")).unwrap(),
        "--wrap=",
    );
    let used = names(&code, "fn __real_");
    sources(&root().join("compat/src"), &mut code);
    let defined: BTreeSet<_> = names(&code, "fn __wrap_")
        .union(&names(&code, "void __wrap_"))
        .cloned()
        .collect();
    assert!(flags.len() > 20, "the flags were not found");
    assert_eq!(
        flags, defined,
        "--wrap flags (left) and __wrap_ functions (right)"
    );

    let glue = read_to_string(root().join("src/glue/glue.c")).unwrap();
    let loaded = names(&glue, "(function *)");
    assert!(used.len() > 10, "the functions of libc were not found");
    let missing: Vec<&String> = used.difference(&loaded).collect();
    assert_eq!(missing, LOADED_BY_CALLERS, "not in __wps_wrapped");
}
