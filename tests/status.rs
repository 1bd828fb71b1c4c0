//! `docs/STATUS.md` against everything it speaks of: the archives, the headers, the option table and
//! the tests. The manifest is `docs/status/`; WPS_BLESS=1 writes the page anew.

#[path = "status/evidence.rs"]
mod evidence;
#[path = "status/manifest.rs"]
mod manifest;
#[path = "headers/modes.rs"]
mod modes;
#[path = "status/options.rs"]
mod options;
#[path = "status/page.rs"]
mod page;
#[path = "status/programs.rs"]
mod programs;
#[path = "status/symbols.rs"]
mod symbols;

use evidence::Evidence;
use manifest::{Is, Manifest};
use programs::Programs;
use std::collections::BTreeSet;
use std::process::Command;
use xtask::build::Built;
use xtask::paths;

fn built() -> Built {
    xtask::build().unwrap_or_else(|error| panic!("{error:#}"))
}

fn libcs(built: &Built) -> Vec<String> {
    let libcs = built.toolchain.libcs.iter();
    libcs.map(|libc| libc.name.clone()).collect()
}

/// The constants that must each be listed, as a name in the manifest or as a socket option.
const FAMILIES: [&str; 35] = [
    "MSG_",
    "SOCK_",
    "AI_",
    "NI_",
    "EAI_",
    "EPOLL",
    "POLL",
    "EFD_",
    "TFD_",
    "SFD_",
    "SO_",
    "TCP_",
    "UDP_",
    "IP_",
    "IPV6_",
    "MCAST_",
    "SIOC",
    "FIO",
    "SHUT_",
    "SCM_",
    "SPLICE_F_",
    "CMSG_",
    "FD_",
    "GAI_",
    "AF_",
    "F_",
    "O_",
    "SA_",
    "LOCK_",
    "RLIMIT_",
    "RES_",
    "LOG_",
    "MAP_",
    "CLOCK_",
    "IFF_",
];

#[test]
fn every_name_is_listed_once() {
    let manifest = Manifest::read();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for group in &manifest.group {
        let needs_reason = !matches!(group.is, Is::Real | Is::Number);
        if needs_reason && group.why.len() < 10 {
            wrong.push(format!(
                "{}: {:?} without a reason",
                group.header, group.names
            ));
        }
        for (name, _) in group.entries() {
            if !seen.insert(name.to_owned()) {
                wrong.push(format!("{name} is listed twice"));
            }
        }
    }
    for name in manifest.internal() {
        if !seen.insert(name.to_owned()) {
            wrong.push(format!("{name} is listed twice"));
        }
    }
    assert!(
        seen.len() > 500,
        "the manifest is not where this test looks"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_archives_define_what_is_listed() {
    let built = built();
    let manifest = Manifest::read();
    let exports = symbols::exports(&built, &manifest);
    let internal = manifest.internal();
    let names = manifest.names();
    let macros = symbols::macros(&built, &libcs(&built)[0]);
    let unlisted: Vec<_> = exports
        .keys()
        .filter(|name| !names.contains(name.as_str()) && !internal.contains(name.as_str()))
        .collect();
    assert!(
        unlisted.is_empty(),
        "exported, but in no file of docs/status (a [[group]], or [[internal]]): {unlisted:?}"
    );
    let absent: Vec<_> = names
        .iter()
        .chain(&internal)
        .filter(|name| !exports.contains_key(**name) && !macros.contains(**name))
        .collect();
    assert!(
        absent.is_empty(),
        "in docs/status, but neither exported nor a macro: {absent:?}"
    );
}

#[test]
fn the_headers_declare_what_is_listed() {
    let built = built();
    let manifest = Manifest::read();
    for libc in libcs(&built) {
        let errors = symbols::undeclared(&built, &libc, &manifest);
        assert!(errors.is_empty(), "with {libc}:\n{}", errors.join("\n"));
    }
}

#[test]
fn every_header_is_listed() {
    let manifest = Manifest::read();
    let here = symbols::headers();
    let listed = manifest.headers();
    let missing: Vec<_> = here
        .iter()
        .filter(|h| !listed.contains(h.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "in include/, but not in docs/status: {missing:?}"
    );
    for header in manifest.headers.values().flatten() {
        assert!(here.contains(header), "{header} is not in include/");
    }
}

#[test]
fn every_flag_request_and_option_is_listed() {
    let built = built();
    let manifest = Manifest::read();
    let rows = options::rows();
    let options: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    let names = manifest.names();
    for libc in libcs(&built) {
        let macros = symbols::macros(&built, &libc);
        let known = |name: &str| names.contains(name) || options.contains(name);
        let unlisted: Vec<_> = macros
            .iter()
            .filter(|name| FAMILIES.iter().any(|start| name.starts_with(start)) && !known(name))
            .collect();
        assert!(
            unlisted.is_empty(),
            "defined with {libc}, but neither in docs/status nor in the option table: {unlisted:?}"
        );
        let absent: Vec<_> = options
            .iter()
            .filter(|name| !macros.contains(**name) && !NOT_LINUX.contains(name))
            .collect();
        assert!(
            absent.is_empty(),
            "options that no header defines with {libc}: {absent:?}"
        );
    }
    let twice: Vec<_> = options
        .iter()
        .filter(|name| names.contains(**name))
        .collect();
    assert!(twice.is_empty(), "options have their own table: {twice:?}");
}

/// Options by a number that Linux's headers have no name for.
const NOT_LINUX: [&str; 1] = ["IPV6_USE_MIN_MTU"];

#[test]
fn every_test_that_is_named_shows_it() {
    let manifest = Manifest::read();
    let evidence = Evidence::default();
    let mut wrong = Vec::new();
    for group in &manifest.group {
        for (name, test) in group.entries() {
            match test {
                Some(test) => {
                    let fault = evidence.fault(test, name);
                    wrong.extend(fault.map(|fault| format!("{name}: {fault}")));
                }
                None if group.is == Is::Number => {}
                None => wrong.push(format!("{name}: no test")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each row of the option table has a subtest that shows what is taken, what is given and what is
/// refused, and what the library acts on has one that shows it at work.
#[test]
fn every_option_is_shown() {
    let manifest = Manifest::read();
    let evidence = Evidence::default();
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for row in options::rows() {
        known.insert(row.name.clone());
        let shown = manifest.option.iter().find(|part| part.level == row.level);
        let Some(shown) = shown else {
            wrong.push(format!("{}: no [[option]] of docs/status", row.level));
            continue;
        };
        let acts = row.word.trim_matches('*') == "acts";
        let mut tests = vec![shown.test_of(&row.name)];
        match shown.work.get(&row.name) {
            Some(test) => tests.push(test.clone()),
            None if acts => wrong.push(format!("{} acts: no test shows it at work", row.name)),
            None => {}
        }
        for test in tests {
            let fault = evidence.fault(&test, &row.name);
            wrong.extend(fault.map(|fault| format!("{}: {fault}", row.name)));
        }
    }
    for part in &manifest.option {
        let strange = part.work.keys().filter(|name| !known.contains(*name));
        wrong.extend(strange.map(|name| format!("{name} is no option of the table")));
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_is_current() {
    let built = built();
    let manifest = Manifest::read();
    let page = page::page(&page::Sources {
        exports: &symbols::exports(&built, &manifest),
        manifest: &manifest,
        programs: &Programs::read(),
        libcs: &libcs(&built),
    });
    let file = paths::root().join("docs/STATUS.md");
    if std::env::var_os("WPS_BLESS").is_some() {
        std::fs::write(&file, &page).expect("the page can be written");
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == page,
        "docs/STATUS.md is not what docs/status makes; run WPS_BLESS=1 cargo test --test status"
    );
}

/// What is said of the symbols that programs need is true: a program that uses them all links.
#[test]
fn what_programs_need_links() {
    let built = built();
    let manifest = Manifest::read();
    let programs = Programs::read();
    let exports = symbols::exports(&built, &manifest);
    for symbol in programs.symbols().keys() {
        let places = [
            exports.contains_key(*symbol),
            programs.libc.contains_key(*symbol),
            programs.headers.contains_key(*symbol),
            programs.missing.contains_key(*symbol),
        ];
        let count = places.iter().filter(|there| **there).count();
        assert_eq!(
            count, 1,
            "{symbol}: in the archives, of libc, a macro or missing, one of these"
        );
    }
    let macros = symbols::macros(&built, &libcs(&built)[0]);
    let absent: Vec<_> = programs
        .headers
        .keys()
        .filter(|name| !macros.contains(*name))
        .collect();
    assert!(absent.is_empty(), "no header defines {absent:?}");
    let folder = paths::target().join("status-test");
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    let file = folder.join("programs.c");
    std::fs::write(&file, programs.source()).expect("the target folder can be written");
    for libc in libcs(&built) {
        let mut compiler = Command::new(built.prefix.wps_cc());
        compiler
            .arg(format!("--wps-libc={libc}"))
            .args(["-w", "-O1"]);
        compiler
            .arg(&file)
            .arg("-o")
            .arg(folder.join("programs.wasm"));
        let output = compiler.output().expect("the compiler runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "with {libc}: {said}");
    }
}
