//! `include/wasi_posix_sockets.h`: as generated from the sources, in agreement with the system
//! headers of every libc, and complete: it declares what the archive defines, no less and no more.

use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::build::Built;
use xtask::{cmd, compile, paths};

const NAME: &str = "wasi_posix_sockets.h";

/// The languages of a check: the file's ending and the mode.
const MODES: [(&str, &str); 4] = [
    ("c", "-std=gnu11"),
    ("c", "-std=gnu17"),
    ("cc", "-std=gnu++17"),
    ("cc", "-std=gnu++20"),
];

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = vec![
        trial("committed_as_generated", committed_as_generated),
        trial("no_types_of_its_own", no_types_of_its_own),
        trial("archive_defines_exactly_these", || {
            archive_defines_exactly_these(&xtask::build()?)
        }),
        trial("installed", || installed(&xtask::build()?)),
    ];
    match xtask::setup(false) {
        Ok(toolchain) => {
            for libc in toolchain.libcs {
                for (ending, mode) in MODES {
                    let name = format!("prototypes_agree::{}::{mode}", libc.name);
                    let libc = libc.name.clone();
                    trials.push(trial(&name, move || prototypes_agree(&libc, ending, mode)));
                }
                trials.push(trial(
                    &format!("system_declares::{}", libc.name),
                    move || system_declares(&libc.name),
                ));
            }
        }
        Err(error) => trials.push(trial("toolchain", move || Err(error))),
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn trial(name: &str, check: impl FnOnce() -> Result<()> + Send + 'static) -> Trial {
    Trial::test(name, || check().map_err(|e| Failed::from(format!("{e:#}"))))
}

fn committed() -> PathBuf {
    paths::root().join("include").join(NAME)
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// `WPS_BLESS=1` writes the header anew instead.
fn committed_as_generated() -> Result<()> {
    let generated = read(Path::new(env!("WPS_GENERATED_HEADER")))?;
    if std::env::var("WPS_BLESS").is_ok_and(|v| v == "1") {
        return paths::write_if_changed(&committed(), generated.as_bytes());
    }
    let old = read(&committed())?;
    let mut lines = old.lines().zip(generated.lines()).zip(1..);
    if let Some(((old, new), number)) = lines.find(|((old, new), _)| old != new) {
        bail!("include/{NAME}:{number} is {old:?}, should be {new:?}; WPS_BLESS=1 writes it anew");
    }
    ensure!(
        old == generated,
        "include/{NAME} has another length than generated; WPS_BLESS=1 writes it anew"
    );
    Ok(())
}

/// Its lines without comments.
fn code() -> Result<String> {
    let text = read(&committed())?;
    let code = text.lines().filter(|line| !line.starts_with("//"));
    Ok(code.flat_map(|line| [line, "\n"]).collect())
}

/// A definition would clash with libc's own.
fn no_types_of_its_own() -> Result<()> {
    for line in code()?.lines() {
        let defines = ["typedef ", "struct ", "union ", "enum "]
            .iter()
            .any(|word| line.starts_with(word))
            && (line.ends_with('{') || line.starts_with("typedef "));
        ensure!(!defines, "the header defines a type: {line}");
    }
    Ok(())
}

/// The functions it declares: the name before the parenthesis that opens a statement's parameters.
fn declared() -> Result<BTreeSet<String>> {
    let code = code()?;
    let body = code
        .split_once("extern \"C\" {")
        .context("there is no extern \"C\" block")?
        .1;
    let statements = body
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect::<Vec<_>>()
        .join("\n");
    let names: BTreeSet<String> = statements
        .split(';')
        .filter_map(|statement| statement.split_once('('))
        .filter_map(|(before, _)| before.split([' ', '*', '\n']).next_back())
        .map(str::to_owned)
        .collect();
    // The least that a header which lost its contents does not have.
    for known in ["socket", "poll", "epoll_wait", "getaddrinfo", "__res_state"] {
        ensure!(names.contains(known), "{known} is not declared");
    }
    Ok(names)
}

/// Whether programs do not call the function by name: reserved names, and what the component model
/// and the bindings generator export.
fn internal(name: &str) -> bool {
    let generated = name == "cabi_realloc" || name.starts_with("wit_bindgen_");
    generated || (name.starts_with('_') && name != "__res_state")
}

fn archive_defines_exactly_these(built: &Built) -> Result<()> {
    let nm = built.toolchain.llvm_bin.join("llvm-nm");
    let [(archive, _), _] = xtask::build::archives(&paths::target())?;
    let symbols = cmd::output(
        Command::new(nm)
            .args(["--defined-only", "--extern-only"])
            .arg(&archive),
    )?;
    let defined: BTreeSet<String> = symbols
        .lines()
        .filter_map(
            |line| match line.split_whitespace().collect::<Vec<_>>()[..] {
                [_, "T" | "t", name] if !internal(name) => Some(name.to_owned()),
                _ => None,
            },
        )
        .collect();
    let declared = declared()?;
    let absent: Vec<_> = declared
        .iter()
        .filter(|name| !defined.contains(*name) && !internal(name))
        .collect();
    ensure!(
        absent.is_empty(),
        "declared, but not in the archive: {absent:?}"
    );
    let undeclared: Vec<_> = defined.difference(&declared).collect();
    ensure!(
        undeclared.is_empty(),
        "in the archive, but not declared: {undeclared:?}"
    );
    ensure!(
        symbols.lines().any(|line| line.ends_with(" T __res_state")),
        "__res_state is not in the archive"
    );
    Ok(())
}

fn installed(built: &Built) -> Result<()> {
    let copy = paths::target().join("wps/include").join(NAME);
    ensure!(
        built.prefix.wps_cc().is_file() && read(&copy)? == read(&committed())?,
        "{} is not the header in include/",
        copy.display()
    );
    Ok(())
}

fn compile_only(libc: &str, mode: &str, source: &Path) -> Result<()> {
    let built = xtask::build()?;
    let mut compiler = Command::new(built.prefix.wps_cc());
    compiler
        .arg(format!("--wps-libc={libc}"))
        .args(compile::C_FLAGS)
        .args([mode, "-fsyntax-only"])
        .arg(source);
    cmd::output(&mut compiler).map(|_| ())
}

/// The compiler compares each prototype with the system header's, which it has read before.
fn prototypes_agree(libc: &str, ending: &str, mode: &str) -> Result<()> {
    let folder = paths::root().join("tests/public_header");
    compile_only(libc, mode, &folder.join(format!("prototypes.{ending}")))
}

/// Each function is declared by a system header: otherwise nothing was compared above.
fn system_declares(libc: &str) -> Result<()> {
    let header = read(&committed())?;
    let includes = header.lines().filter(|line| line.starts_with("#include <"));
    let mut source = String::new();
    source.extend(includes.flat_map(|line| [line, "\n"]));
    for (number, name) in declared()?.iter().enumerate() {
        source.push_str(&format!("extern __typeof__(&{name}) wps_has_{number};\n"));
    }
    let folder = paths::target().join("public-header-test");
    let file = folder.join(format!("declared-{libc}.c"));
    paths::write_if_changed(&file, source.as_bytes())?;
    compile_only(libc, "-std=gnu17", &file)
}
