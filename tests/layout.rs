//! What `docs/ARCHITECTURE.md` promises about `src/`, and what the archive in the prefix asks of
//! the link: where `unsafe` stands, which way the layers' arrows point, how long files are, and
//! that each wrapping function has its linker flag.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The layers, and what each may name. A layer may always name itself and `errno`.
const LAYERS: [(&str, &[&str]); 9] = [
    (
        "abi",
        &[
            "resolver", "wait", "socket", "event", "netdb", "folders", "fd", "host",
        ],
    ),
    ("resolver", &["wait", "netdb", "host"]),
    ("wait", &["socket", "event", "fd", "host"]),
    ("socket", &["fd", "host"]),
    ("event", &["fd", "host"]),
    ("netdb", &[]),
    ("folders", &[]),
    ("fd", &["host"]),
    ("host", &[]),
];

/// Longer than this, a file is about more than one thing.
const LINES: usize = 450;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Each Rust file below `folder`: its name from the root, and its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut folders = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 1, "{folder} is not where this test looks");
    found
}

/// The words of the code in `text`, comments left out, each with the number of its line.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(at, line)| {
        let code = line.split("//").next().unwrap_or_default();
        code.split(|c: char| !c.is_alphanumeric() && c != '_')
            .map(move |word| (at + 1, word))
    })
}

/// The lines of `text` in which `unsafe` stands.
fn unsafe_lines(text: &str) -> Vec<usize> {
    words(text)
        .filter(|(_, word)| *word == "unsafe")
        .map(|(line, _)| line)
        .collect()
}

#[test]
fn unsafe_stands_in_abi_and_wasi_alone() {
    assert_eq!(
        unsafe_lines("// unsafe\n#![deny(unsafe_code)]\nlet x = unsafe { y() };"),
        [3]
    );
    let (mut inside, mut wrong) = (0, Vec::new());
    for (name, text) in sources("src") {
        let lines = unsafe_lines(&text);
        if name.starts_with("src/abi/") || name.starts_with("src/host/") {
            inside += lines.len();
            continue;
        }
        wrong.extend(lines.iter().map(|line| format!("{name}:{line}: unsafe")));
        if text.contains("allow(unsafe_code)") {
            wrong.push(format!("{name}: allow(unsafe_code)"));
        }
    }
    assert!(
        inside > 20,
        "no unsafe was found where it belongs: {inside}"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    assert!(
        lib.contains("#![deny(unsafe_code)]"),
        "src/lib.rs no longer denies unsafe code"
    );
}

#[test]
fn arrows_between_the_layers_point_down() {
    let (mut arrows, mut wrong) = (0, Vec::new());
    for (layer, below) in LAYERS {
        for (name, text) in sources(&format!("src/{layer}")) {
            for (at, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for rest in code.split("crate::").skip(1) {
                    let used: String = rest
                        .chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '_')
                        .collect();
                    let is_layer = LAYERS.iter().any(|(other, _)| *other == used);
                    arrows += usize::from(is_layer);
                    if used.is_empty()
                        || (is_layer && used != layer && !below.contains(&used.as_str()))
                    {
                        wrong.push(format!("{name}:{}: {}", at + 1, line.trim()));
                    }
                }
            }
        }
    }
    assert!(arrows > 100, "the layers were not found: {arrows}");
    assert!(
        wrong.is_empty(),
        "these name a layer above, or none that can be seen:\n{}",
        wrong.join("\n")
    );
}

/// The paths in the code of `text`, what stands in braces spelt out.
fn paths(text: &str) -> BTreeSet<Vec<String>> {
    let code: Vec<&str> = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect();
    let code = code.join("\n");
    let mut found = BTreeSet::new();
    let start = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = code.as_str();
    while let Some(at) = rest.find(start) {
        rest = &rest[at..];
        let end = rest.find(|c| !start(c)).unwrap_or(rest.len());
        if rest[end..].starts_with("::") {
            rest = spell_out(rest, &[], &mut found);
        } else {
            rest = &rest[end..];
        }
    }
    found
}

/// Reads one path, with what its braces stand for; returns what follows it.
fn spell_out<'a>(
    mut rest: &'a str,
    before: &[String],
    found: &mut BTreeSet<Vec<String>>,
) -> &'a str {
    let mut path = before.to_vec();
    loop {
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        if end > 0 {
            path.push(rest[..end].to_owned());
        }
        rest = &rest[end..];
        let Some(next) = rest.strip_prefix("::") else {
            found.insert(path);
            return rest;
        };
        rest = next;
        let Some(inside) = rest.strip_prefix('{') else {
            if !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                found.insert(path);
                return rest;
            }
            continue;
        };
        rest = inside.trim_start();
        while !rest.is_empty() && !rest.starts_with('}') {
            let length = rest.len();
            rest = spell_out(rest, &path, found)
                .trim_start_matches(|c: char| c == ',' || c.is_whitespace());
            if rest.len() == length {
                rest = &rest[1..];
            }
        }
        return rest.strip_prefix('}').unwrap_or(rest);
    }
}

/// What each module of `files` (by their paths from `src`) names of the others.
fn uses(files: &[(String, String)]) -> BTreeMap<String, BTreeSet<String>> {
    let module = |name: &str| -> String {
        let name = name.strip_prefix("src/").unwrap_or(name);
        let name = name.strip_suffix(".rs").unwrap_or(name);
        name.strip_suffix("/mod").unwrap_or(name).replace('/', "::")
    };
    let modules: BTreeSet<String> = files.iter().map(|(name, _)| module(name)).collect();
    let mut all = BTreeMap::new();
    for (name, text) in files {
        let me = module(name);
        let mut named = BTreeSet::new();
        for path in paths(text) {
            let mut base: Vec<&str> = me.split("::").collect();
            let mut path = path.iter().map(String::as_str).peekable();
            match path.peek().copied() {
                Some("crate") => {
                    base.clear();
                    path.next();
                }
                Some("self") => drop(path.next()),
                _ => {}
            }
            while path.peek() == Some(&"super") {
                base.pop();
                path.next();
            }
            base.extend(path);
            // The file in which the path ends.
            let owner = (1..=base.len())
                .rev()
                .map(|length| base[..length].join("::"))
                .find(|name| modules.contains(name));
            named.extend(owner.filter(|owner| *owner != me));
        }
        all.insert(me, named);
    }
    all
}

/// The modules that reach themselves by way of others.
fn in_circles(uses: &BTreeMap<String, BTreeSet<String>>) -> Vec<&String> {
    let reaches_itself = |from: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(at) = next.pop() {
            for to in uses.get(at).into_iter().flatten() {
                if to == from {
                    return true;
                }
                if seen.insert(to) {
                    next.push(to);
                }
            }
        }
        false
    };
    uses.keys().filter(|name| reaches_itself(name)).collect()
}

#[test]
fn no_circles_of_files_between_netdb_and_resolv() {
    let file = |name: &str, text: &str| (format!("src/abi/{name}.rs"), text.to_owned());
    let round = [
        file("a", "use super::{b::{self, c}, x};"),
        file("b", "fn f() { crate::abi::b::d::g() } // super::a::h()"),
        file("b/d", "use super::super::a::g;"),
        file("e", "use super::a;\nmod a_child;"),
    ];
    assert_eq!(in_circles(&uses(&round)), ["abi::a", "abi::b", "abi::b::d"]);
    let mut uses = uses(&sources("src/abi"));
    // Not yet of the others: libc's files, poll and its cache, and the clocks name each other.
    let names = [
        "abi::netdb",
        "abi::resolv",
        "abi::h_errno",
        "abi::under_way",
    ];
    uses.retain(|name, _| names.iter().any(|start| name.starts_with(start)));
    let arrows: usize = uses.values().map(BTreeSet::len).sum();
    assert!(arrows > 20, "what the files name was not found: {arrows}");
    let circles: Vec<String> = in_circles(&uses)
        .iter()
        .map(|name| format!("{name}: {:?}", uses[*name]))
        .collect();
    assert!(
        circles.is_empty(),
        "files that name each other in a circle:\n{}",
        circles.join("\n")
    );
}

#[test]
fn files_are_about_one_thing() {
    let mut wrong = Vec::new();
    for folder in ["src", "compat/src", "driver/src", "xtask/src"] {
        for (name, text) in sources(folder) {
            let lines = text.lines().count();
            if lines > LINES {
                wrong.push(format!("{name}: {lines} lines, {LINES} at most"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The symbols that the members of `archive` define, or, with `undefined`, those they refer to.
fn symbols(nm: &Path, archive: &Path, kind: &str) -> BTreeSet<String> {
    let mut command = Command::new(nm);
    let output = command
        .args(["--quiet", "--format=just-symbols", kind])
        .arg(archive)
        .output();
    let output = output.unwrap_or_else(|error| panic!("cannot run {}: {error}", nm.display()));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// What the sources promise (see `wrapped_names.rs`) holds for what the compiler made of them.
#[test]
fn the_archives_wrap_what_the_flags_say() {
    let prefix = xtask::build()
        .unwrap_or_else(|error| panic!("{error:#}"))
        .prefix;
    let config = std::fs::read_to_string(prefix.config()).unwrap();
    let flags: BTreeSet<String> = config
        .lines()
        .filter_map(|line| line.trim_start_matches('$').strip_prefix("-Wl,--wrap="))
        .map(str::to_owned)
        .collect();
    assert!(
        flags.len() > 20,
        "no --wrap flags in {}",
        prefix.config().display()
    );

    let nm: PathBuf = prefix.root().join("bin/wps-nm");
    let (mut wrappers, mut reals) = (BTreeSet::new(), BTreeSet::new());
    for archive in ["libwasi_posix_sockets.a", "libwasi_posix_compat.a"] {
        let archive = prefix.root().join("lib").join(archive);
        let with = |kind: &str, mark: &str| -> BTreeSet<String> {
            let all = symbols(&nm, &archive, kind);
            all.iter()
                .filter_map(|name| name.strip_prefix(mark))
                .map(str::to_owned)
                .collect()
        };
        wrappers.extend(with("--defined-only", "__wrap_"));
        reals.extend(with("--undefined-only", "__real_"));
    }
    assert_eq!(
        flags, wrappers,
        "--wrap flags (left) and __wrap_ functions in the archives (right)"
    );
    assert!(
        reals.len() > 10,
        "the archives refer to too little of libc: {reals:?}"
    );
    let strange: Vec<_> = reals.difference(&flags).collect();
    assert!(
        strange.is_empty(),
        "referred to as __real_ without a --wrap flag: {strange:?}"
    );
}
