//! What is declared is defined: every function and object that libc's headers declare, as a program
//! sees them through the overlay, and those of the overlay.

use crate::Context;
use crate::files;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

/// Declared by libc, and not to be had; each with the reason.
const NEVER_DEFINED: [(&str, &str); 12] = [
    ("alloca", "the compiler's own, declared as a function too"),
    ("setjmp", "the compiler must see the call itself"),
    ("_setjmp", "a macro over setjmp"),
    ("sigsetjmp", "a macro over setjmp"),
    (
        "authtype_names",
        "the program defines it with AUTHTYPE_NAMES, as on Linux",
    ),
    (
        "encrypt_names",
        "the program defines it with ENCRYPT_NAMES, as on Linux",
    ),
    (
        "enctype_names",
        "the program defines it with ENCRYPT_NAMES, as on Linux",
    ),
    (
        "slc_names",
        "the program defines it with SLC_NAMES, as on Linux",
    ),
    (
        "__wps_libc_tmpfile",
        "libc's tmpfile, given another name while it is declared",
    ),
    (
        "__wps_libc_tmpnam",
        "libc's tmpnam, given another name while it is declared",
    ),
    (
        "__wasilibc_openat_nomode",
        "a part of libc that no version has",
    ),
    (
        "__wasilibc_enable_futex_busywait_on_current_thread",
        "a part of libc that only its threads have",
    ),
];

/// Headers that are not C's: the C bindings of WASI, for what is linked with these.
const NOT_LIBC: &str = "wasi/";

/// Takes the address of all that is declared, and links.
pub fn declared_is_defined(context: &Context, libc: &str) -> Result<(), String> {
    let built = xtask::build().map_err(|e| format!("{e:#}"))?;
    let own = context.toolchain.libc(Some(libc))?;
    let theirs = own.sysroot.join("include").join(&own.target);
    let mut headers: BTreeSet<String> = context.headers.iter().cloned().collect();
    headers.extend(files::headers_in(&theirs));
    headers.retain(|h| {
        !["__", "bits/", "c++/", NOT_LIBC]
            .iter()
            .any(|p| h.starts_with(p))
    });
    let includes: String = headers
        .iter()
        .map(|h| format!("#include <{h}>\n"))
        .collect();
    let dir = files::scratch(&format!("sweep-{libc}"));
    let wps_cc = |arguments: &[&str], file: &Path| -> Result<Output, String> {
        let mut cc = Command::new(built.prefix.wps_cc());
        cc.arg(format!("--wps-libc={libc}"))
            .args(["-std=gnu17", "-D_GNU_SOURCE", "-w"])
            .args(arguments)
            .arg(file);
        cc.output().map_err(|e| format!("cannot start wps-cc: {e}"))
    };

    let file = dir.join("declare.c");
    std::fs::write(&file, &includes).map_err(|e| e.to_string())?;
    let dump = [
        "-fsyntax-only",
        "-fno-color-diagnostics",
        "-Xclang",
        "-ast-dump",
    ];
    let tree = wps_cc(&dump, &file)?;
    let said = String::from_utf8_lossy(&tree.stderr);
    if !tree.status.success() {
        return Err(format!("the headers do not compile together:\n{said}"));
    }
    let names = declared(&String::from_utf8_lossy(&tree.stdout));
    if names.len() < 1500 {
        return Err(format!("only {} names were found", names.len()));
    }

    let mut source = includes;
    let left_out = |name: &str| matches!(name, "setjmp" | "_setjmp");
    for name in names.iter().filter(|name| !left_out(name)) {
        writeln!(source, "#undef {name}").expect("a String grows");
    }
    source.push_str("volatile void *place;\nint main(void) {\n");
    for name in names.iter().filter(|name| !left_out(name)) {
        writeln!(source, "\tplace = (void *)&{name};").expect("a String grows");
    }
    source.push_str("\treturn place == 0;\n}\n");
    let file = dir.join("link.c");
    std::fs::write(&file, source).map_err(|e| e.to_string())?;
    let output = dir.join("link.wasm").display().to_string();
    let link = wps_cc(&["-Wl,--error-limit=0", "-o", &output], &file)?;
    let said = String::from_utf8_lossy(&link.stderr);
    let undefined: BTreeSet<&str> = said
        .lines()
        .filter_map(|l| Some(l.split_once("undefined symbol: ")?.1))
        .collect();
    if !link.status.success() && undefined.is_empty() {
        return Err(format!("wps-cc failed:\n{said}"));
    }
    let excused: BTreeMap<&str, &str> = NEVER_DEFINED.into_iter().collect();
    let missing: Vec<_> = undefined
        .iter()
        .filter(|name| !excused.contains_key(**name))
        .collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!("declared, but in no archive: {missing:?}")),
    }
}

/// The functions and objects with external linkage that stand in clang's syntax tree.
fn declared(tree: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut local = BTreeSet::new();
    for line in tree.lines() {
        let top = line
            .get(2..)
            .filter(|_| matches!(line.get(..2), Some("|-" | "`-")));
        let Some((head, tail)) = top.and_then(|text| text.split_once(" '")) else {
            continue;
        };
        let after = tail.split_once('\'').map_or("", |(_, after)| after);
        let name = head.rsplit(' ').next().unwrap_or_default();
        let words: BTreeSet<&str> = after.split(' ').collect();
        if head.split(' ').any(|word| word == "implicit") {
            // A builtin, before its declaration.
            continue;
        }
        if head.starts_with("FunctionDecl ") {
            let own = words.contains("static") || words.contains("inline");
            if own { &mut local } else { &mut all }.insert(name.to_owned());
        } else if head.starts_with("VarDecl ") && words.contains("extern") {
            all.insert(name.to_owned());
        }
    }
    // What is defined in a header as well needs no archive.
    all.retain(|name| !local.contains(name) && !name.starts_with("__builtin"));
    all
}

/// What is excused is declared, or the excuse is of no use.
pub fn excuses_are_needed(context: &Context, _: &str) -> Result<(), String> {
    let mut text = String::new();
    for libc in &context.toolchain.libcs {
        let folder = libc.sysroot.join("include").join(&libc.target);
        for header in files::headers_in(&folder) {
            text += &std::fs::read_to_string(folder.join(header)).unwrap_or_default();
        }
    }
    for header in &context.headers {
        text += &std::fs::read_to_string(files::include_dir().join(header)).unwrap_or_default();
    }
    let absent: Vec<_> = NEVER_DEFINED
        .into_iter()
        .filter(|(name, _)| !text.contains(name))
        .collect();
    match absent.is_empty() {
        true => Ok(()),
        false => Err(format!("no header has these: {absent:?}")),
    }
}
