//! The archive keeps its promise: an object for each function, so that a program may define any
//! of them itself and pays only for those that it uses.

mod common;

use anyhow::{Context, Result, ensure};
use common::exports;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::build::Built;

/// Symbols that only the archive itself and the overlay's headers name.
const INTERNAL: [&str; 3] = [
    "__wps_call_handler",
    "__wps_handler_shape",
    "__wps_program_name",
];

fn archive(built: &Built) -> PathBuf {
    built.prefix.root().join("lib/libwasi_posix_compat.a")
}

/// The symbols of each member: its type letter and name.
fn members(built: &Built) -> Result<BTreeMap<String, Vec<(char, String)>>> {
    let mut nm = Command::new(built.toolchain.llvm_bin.join("llvm-nm"));
    let text = String::from_utf8(nm.arg(archive(built)).output()?.stdout)?;
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut member = String::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [name] if name.ends_with(':') => member = name.to_owned(),
            [.., kind, name] if kind.len() == 1 => {
                let kind = kind.chars().next().context("a letter")?;
                all.entry(member.clone())
                    .or_default()
                    .push((kind, name.to_owned()));
            }
            _ => {}
        }
    }
    Ok(all)
}

fn is_rust_name(name: &str) -> bool {
    name.starts_with("_ZN") || name.starts_with("_R")
}

fn is_defined(kind: char) -> bool {
    matches!(kind, 'T' | 'W' | 'D' | 'V' | 'B' | 'R')
}

#[test]
fn each_function_has_an_object_of_its_own() -> Result<()> {
    let built = xtask::build()?;
    let mut found = BTreeSet::new();
    for (member, symbols) in members(&built)? {
        let here: Vec<_> = symbols
            .iter()
            .filter(|(kind, name)| is_defined(*kind) && !is_rust_name(name))
            .collect();
        ensure!(here.len() <= 1, "{member} holds {here:?}");
        found.extend(here.into_iter().map(|(_, name)| name.clone()));
        let foreign = symbols.iter().find(|(kind, name)| {
            *kind == 'U' && is_rust_name(name) && !name.contains("wasi_posix_compat")
        });
        ensure!(
            foreign.is_none(),
            "{member} needs {foreign:?} of Rust's runtime"
        );
    }
    let mut wanted: BTreeSet<String> = exports().into_iter().map(|export| export.name).collect();
    wanted.extend(INTERNAL.map(str::to_owned));
    let missing: Vec<_> = wanted.difference(&found).collect();
    let extra: Vec<_> = found.difference(&wanted).collect();
    ensure!(
        missing.is_empty() && extra.is_empty(),
        "missing {missing:?}, not in the sources {extra:?}"
    );
    Ok(())
}

/// Links a C program with every libc, without the step that makes a component of it.
fn link_everywhere(
    built: &Built,
    name: &str,
    source: &str,
    each: impl Fn(&str) -> Result<()>,
) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("wps-compat-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{name}.c"));
    std::fs::write(&file, source)?;
    let libcs: Vec<String> = built
        .toolchain
        .libcs
        .iter()
        .map(|libc| libc.name.clone())
        .collect();
    for libc in libcs {
        let said = link(built, &libc, &file, &file.with_extension("out"))?;
        each(&said).with_context(|| format!("with {libc}"))?;
    }
    std::fs::remove_file(&file)?;
    Ok(())
}

fn link(built: &Built, libc: &str, source: &Path, output: &Path) -> Result<String> {
    let mut cc = Command::new(built.prefix.wps_cc());
    cc.arg(format!("--wps-libc={libc}"));
    // The names are given other types than their own, which the linker only remarks.
    cc.args([
        "-w",
        "-O1",
        "-fno-builtin",
        "-Wl,--trace",
        "-Wl,--skip-wit-component",
    ]);
    let result = cc.arg(source).arg("-o").arg(output).output()?;
    let said = String::from_utf8_lossy(&result.stdout).into_owned()
        + &String::from_utf8_lossy(&result.stderr);
    ensure!(
        result.status.success(),
        "linking {} with {libc} failed:\n{said}",
        source.display()
    );
    let _ = std::fs::remove_file(output);
    Ok(said)
}

/// For every two functions there is a program here that defines the one and uses the other.
#[test]
fn a_program_may_define_any_of_them() -> Result<()> {
    let built = xtask::build()?;
    let names: Vec<String> = exports()
        .into_iter()
        .filter(|e| !e.is_data)
        .map(|e| e.name)
        .collect();
    let bits = usize::BITS - names.len().leading_zeros();
    for round in 0..2 * bits {
        let own = |index: usize| (index >> (round / 2)) & 1 == (round & 1) as usize;
        let mut source = String::from("typedef void function(void);\n");
        let mut uses = String::new();
        for (index, name) in names.iter().enumerate() {
            if own(index) {
                source += &format!("void {name}(void) {{ }}\n");
            } else {
                source += &format!("extern function {name};\n");
            }
            uses += &format!("  {name},\n");
        }
        source += &format!("function *volatile all[] = {{\n{uses}}};\n");
        source += "int main(void) { return all[0] == all[1]; }\n";
        link_everywhere(&built, &format!("own{round}"), &source, |_| Ok(()))?;
    }
    Ok(())
}

/// A program that uses none of it links none of it.
#[test]
fn what_is_not_used_costs_nothing() -> Result<()> {
    let built = xtask::build()?;
    let source = "#include <sys/socket.h>\n#include <stdio.h>\n#include <unistd.h>\n#include <poll.h>\n\
        int main(void) {\n  char text[64];\n  int fd = accept(socket(AF_INET, SOCK_STREAM, 0), 0, 0);\n\
        struct pollfd item = {.fd = fd, .events = POLLIN};\n  poll(&item, 1, -1);\n\
        long n = recv(fd, text, sizeof text, 0);\n  printf(\"%ld\\n\", n);\n  send(fd, text, n, 0);\n\
        return close(fd);\n}\n";
    link_everywhere(&built, "unused", source, |said| {
        let linked = said
            .lines()
            .find(|line| line.contains("libwasi_posix_compat.a("));
        ensure!(linked.is_none(), "the program links {linked:?}");
        ensure!(
            said.contains("libwasi_posix_sockets.a"),
            "the linker names no files:\n{said}"
        );
        Ok(())
    })
}

/// One function does not bring the others: what `getuid` adds is its own object and no other.
#[test]
fn what_is_used_costs_only_itself() -> Result<()> {
    let built = xtask::build()?;
    let source = "#include <unistd.h>\nint main(void) { return getuid() == 0; }\n";
    link_everywhere(&built, "single", source, |said| {
        let linked: Vec<_> = said
            .lines()
            .filter(|line| line.contains("libwasi_posix_compat.a("))
            .collect();
        ensure!(linked.len() == 1, "the program links {linked:#?}");
        Ok(())
    })
}
