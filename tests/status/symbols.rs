//! What the archives define and the headers declare, asked of the tools.

use crate::manifest::Manifest;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;
use xtask::build::Built;
use xtask::{cmd, paths};

/// The archives, by the name that the page has for them.
pub const ARCHIVES: [(&str, &str); 2] = [
    ("sockets", "libwasi_posix_sockets.a"),
    ("compat", "libwasi_posix_compat.a"),
];

/// The C symbols that an archive's own objects define. What comes with Rust (its compiler's support
/// for arithmetic, the generated bindings) is left out.
fn defined(built: &Built, archive: &str) -> BTreeSet<String> {
    let archive = built.prefix.root().join("lib").join(archive);
    let mut nm = Command::new(built.toolchain.llvm_bin.join("llvm-nm"));
    nm.args(["--defined-only", "--extern-only", "--quiet"])
        .arg(&archive);
    let text = cmd::output(&mut nm).unwrap_or_else(|error| panic!("{error:#}"));
    let glue = glue();
    let mut own = false;
    let mut found = BTreeSet::new();
    for line in text.lines() {
        if let Some(member) = line.strip_suffix(':') {
            let stem = member.trim_end_matches(".o");
            let stem = stem.rsplit_once('-').map_or(stem, |(_, stem)| stem);
            own = member.contains("wasi_posix_") || glue.iter().any(|name| name == stem);
        } else if let [_, _, name] = line.split_whitespace().collect::<Vec<_>>()[..]
            && own
            && !["_R", "_ZN", "anon.", "wit_bindgen_"]
                .iter()
                .any(|start| name.starts_with(start))
        {
            found.insert(name.to_owned());
        }
    }
    assert!(found.len() > 50, "{} defines {found:?}", archive.display());
    found
}

/// The names of the C files that are compiled into the archives, without their ending.
fn glue() -> Vec<String> {
    let mut names = Vec::new();
    for folder in ["src/glue", "compat/glue"] {
        for entry in std::fs::read_dir(paths::root().join(folder)).expect("the glue is there") {
            let path = entry.expect("the glue can be listed").path();
            names.extend(
                path.file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned()),
            );
        }
    }
    names
}

/// What programs can call: the name that they say, and the archive that has it.
pub fn exports(built: &Built, manifest: &Manifest) -> BTreeMap<String, &'static str> {
    let mut all = BTreeMap::new();
    for (short, archive) in ARCHIVES {
        for symbol in defined(built, archive) {
            let name = symbol.strip_prefix("__wrap_").unwrap_or(&symbol);
            let name = manifest.bound.get(name).map_or(name, String::as_str);
            all.insert(name.to_owned(), short);
        }
    }
    all
}

/// The headers of the overlay that programs include.
pub fn headers() -> BTreeSet<String> {
    let root = paths::root().join("include");
    let mut folders = vec![root.clone()];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("include can be listed") {
            let path = entry.expect("include can be listed").path();
            let name = path
                .strip_prefix(&root)
                .expect("it is below")
                .display()
                .to_string();
            let part = name.starts_with("wps") || name.starts_with("__");
            if path.is_dir() {
                folders.push(path);
            } else if !part && name != "wasi_posix_sockets.h" {
                found.insert(name);
            }
        }
    }
    found
}

fn scratch(libc: &str) -> PathBuf {
    let folder = paths::target().join("status-test").join(libc);
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

fn compiler(built: &Built, libc: &str) -> Command {
    let mut compiler = Command::new(built.prefix.wps_cc());
    compiler.arg(format!("--wps-libc={libc}"));
    compiler.args(["-std=gnu17", "-D_GNU_SOURCE", "-w"]);
    compiler
}

/// The macros that the public headers define together, libc's among them.
pub fn macros(built: &Built, libc: &str) -> BTreeSet<String> {
    let file = scratch(libc).join("all.c");
    // libc's own, which names options too.
    let mut headers = headers();
    headers.insert("netinet/udp.h".to_owned());
    let text: String = headers
        .iter()
        .map(|h| format!("#include <{h}>\n"))
        .collect();
    std::fs::write(&file, text).expect("the target folder can be written");
    let mut compiler = compiler(built, libc);
    let text = cmd::output(compiler.args(["-E", "-dM"]).arg(&file));
    let text = text.unwrap_or_else(|error| panic!("{error:#}"));
    let names = text
        .lines()
        .filter_map(|line| line.strip_prefix("#define "));
    let names = names.filter_map(|line| line.split([' ', '(']).next());
    names.map(str::to_owned).collect()
}

/// Names that their header does not declare or define: what the compiler says of them.
pub fn undeclared(built: &Built, libc: &str, manifest: &Manifest) -> Vec<String> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for group in &manifest.group {
        let entries = group.entries().map(|(name, _)| name);
        names.entry(&group.header).or_default().extend(entries);
    }
    let folder = scratch(libc);
    let mut files = Vec::new();
    for (header, names) in names {
        let mut text = format!("#include <{header}>\n");
        for name in names {
            text += &format!("#ifndef {name}\nstatic __typeof__(&{name}) has_{name};\n#endif\n");
        }
        let file = folder.join(format!("{}.c", header.replace('/', "-")));
        std::fs::write(&file, text).expect("the target folder can be written");
        files.push(file);
    }
    let mut compiler = compiler(built, libc);
    compiler
        .args(["-fsyntax-only", "-ferror-limit=0"])
        .args(&files);
    let output = compiler.output().expect("the compiler runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let errors = said.lines().filter(|line| line.contains("error:"));
    let errors: Vec<String> = errors.map(str::to_owned).collect();
    assert!(output.status.success() || !errors.is_empty(), "{said}");
    errors
}
