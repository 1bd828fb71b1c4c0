//! `docs/COMPAT.md` says of each function what its comment says. Set WPS_BLESS=1 to write it.

mod common;

use common::{Export, exports, root};
use std::fmt::Write;

const START: &str = "<!-- From here on generated from compat/src by compat/tests/table.rs. -->\n";

#[test]
fn the_table_is_current() {
    let path = root().join("../docs/COMPAT.md");
    let page = std::fs::read_to_string(&path).expect("docs/COMPAT.md is there");
    let (head, committed) = page
        .split_once(START)
        .expect("the page has a generated part");
    let generated = table(&exports());
    if std::env::var_os("WPS_BLESS").is_some() {
        std::fs::write(&path, format!("{head}{START}{generated}"))
            .expect("the page can be written");
    } else {
        assert!(
            committed == generated,
            "run WPS_BLESS=1 cargo test -p wasi-posix-compat --test table"
        );
    }
}

#[test]
fn every_export_is_described() {
    for export in exports() {
        let ends = export.text.ends_with('.') || export.text.ends_with(')');
        assert!(
            export.text.len() > 5 && ends,
            "{} has no full comment",
            export.name
        );
    }
}

fn table(exports: &[Export]) -> String {
    let mut page = String::new();
    let mut file = "";
    for export in exports {
        if export.file != file {
            file = &export.file;
            let title = export.about.trim_end_matches('.');
            let _ = write!(page, "\n## {title}\n\n`compat/{}`\n\n", source(file));
            page.push_str("| name | behaviour | source |\n|---|---|---|\n");
        }
        let (text, origin) = split(&export.text);
        let _ = writeln!(page, "| `{}` | {text} | {origin} |", export.name);
    }
    page
}

fn source(file: &str) -> String {
    match file.strip_prefix("glue/") {
        Some(name) => format!("glue/{name}.c"),
        None => format!("src/{file}.rs"),
    }
}

/// Takes the standard or man page out of a comment: the last words in brackets that name one.
fn split(text: &str) -> (String, String) {
    let origins = [
        "POSIX", "ISO C", "glibc", "BSD", "4.2BSD", "4.3BSD", "4.4BSD", "SVr4", "X/Open", "LFS",
    ];
    let mut from = 0;
    let mut best = None;
    while let Some(open) = text[from..].find('(').map(|at| at + from) {
        let mut depth = 0;
        let close = text[open..].char_indices().find(|&(_, c)| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let Some(close) = close.map(|(at, _)| at + open) else {
            break;
        };
        let inside = &text[open + 1..close];
        let page = inside.ends_with("(2)") || inside.ends_with("(3)");
        if page || origins.iter().any(|origin| inside.starts_with(origin)) {
            best = Some((open, close));
        }
        from = open + 1;
    }
    match best {
        Some((open, close)) => {
            let rest = format!("{}{}", text[..open].trim_end(), &text[close + 1..]);
            (rest.replace('|', "\\|"), text[open + 1..close].to_owned())
        }
        None => (text.replace('|', "\\|"), String::new()),
    }
}
