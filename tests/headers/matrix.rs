//! Every header in every mode over every libc.

use crate::Context;
use crate::compiler::{self, Batch, Complaint};
use crate::files;
use crate::modes::{C_STANDARDS, CXX_FEATURES, CXX_STANDARDS, FEATURES};
use std::path::PathBuf;
use std::sync::OnceLock;
use xtask::toolchain::Libc;

const STRICT: [&str; 3] = ["-Wall", "-Wextra", "-Werror"];

/// A way to compile: the language, and flags beside `STRICT`.
struct Mode {
    cxx: bool,
    flags: Vec<String>,
}

/// All ways in which a program may meet the headers.
fn modes() -> Vec<Mode> {
    // With -I our headers' own warnings count; the configuration file says -isystem, and there
    // -pedantic must not trip over anything either.
    let include = files::include_dir().display().to_string();
    let (user, system) = (format!("-I{include}"), format!("-isystem{include}"));
    let mut all = Vec::new();
    let mut add = |cxx: bool, standard: &str, more: &[&str]| {
        let mut flags = vec![format!("-std={standard}")];
        flags.extend(
            more.iter()
                .filter(|f| !f.is_empty())
                .map(|f| (*f).to_owned()),
        );
        all.push(Mode { cxx, flags });
    };
    for standard in C_STANDARDS {
        for feature in FEATURES {
            add(false, standard, &[feature, &user]);
        }
        add(false, standard, &["-pedantic", &system]);
    }
    for standard in CXX_STANDARDS {
        for feature in CXX_FEATURES {
            let flags: Vec<&str> = feature.split_whitespace().chain([user.as_str()]).collect();
            add(true, standard, &flags);
        }
        add(true, standard, &["-pedantic", &system]);
    }
    all
}

fn batch(libc: &Libc, mode: &Mode, files: Vec<PathBuf>) -> Batch {
    let language = if mode.cxx { "-xc++" } else { "-xc" };
    let mut flags = vec![language.to_owned()];
    flags.extend(STRICT.iter().map(|f| (*f).to_owned()));
    flags.extend(mode.flags.iter().cloned());
    Batch {
        libc: libc.clone(),
        flags,
        files,
    }
}

/// `header` compiles as the first one of a file, and again after itself, in every mode. The whole
/// matrix runs once; each header reports its own part.
pub fn self_contained(context: &Context, header: &str) -> Result<(), String> {
    static MATRIX: OnceLock<Result<Vec<Complaint>, String>> = OnceLock::new();
    let complaints = MATRIX
        .get_or_init(|| {
            let units = context.headers.iter().map(|h| unit(h)).collect::<Vec<_>>();
            let mut batches = Vec::new();
            for libc in &context.toolchain.libcs {
                for mode in modes() {
                    batches.push(batch(libc, &mode, units.clone()));
                }
            }
            compiler::run_all(&context.toolchain, batches)
        })
        .as_ref()?;
    let own = unit_path(header);
    report(complaints.iter().filter(|c| c.file == own))
}

fn unit_path(header: &str) -> PathBuf {
    files::scratch("alone").join(header.replace('/', "-"))
}

/// A file that includes `header` twice and nothing else.
fn unit(header: &str) -> PathBuf {
    let path = unit_path(header);
    // A translation unit must not be empty in strict C.
    let text = format!("#include <{header}>\n#include <{header}>\nextern int something;\n");
    std::fs::write(&path, text).expect("the target folder can be written");
    path
}

fn report<'a>(complaints: impl Iterator<Item = &'a Complaint>) -> Result<(), String> {
    let all: Vec<&Complaint> = complaints.collect();
    let Some(first) = all.first() else {
        return Ok(());
    };
    let mut text = format!(
        "fails in {} ways; the first, {} {}:\n",
        all.len(),
        first.libc,
        first.mode
    );
    text.push_str(&first.text);
    Err(text)
}

/// The modes in which include orders are tried.
fn order_modes() -> Vec<Mode> {
    let user = format!("-I{}", files::include_dir().display());
    [
        (false, "c89", "-D_XOPEN_SOURCE=700"),
        (false, "gnu17", ""),
        (false, "c23", "-D_GNU_SOURCE"),
        (true, "c++17", ""),
    ]
    .into_iter()
    .map(|(cxx, standard, feature)| {
        let mut flags = vec![format!("-std={standard}"), user.clone()];
        flags.extend((!feature.is_empty()).then(|| feature.to_owned()));
        Mode { cxx, flags }
    })
    .collect()
}

/// How many shuffled orders are tried; with this many, each pair of headers meets both ways, and
/// one chance in a thousand million that a given pair does not.
const ORDERS: u64 = 30;

/// All headers together compile in alphabetical, reverse and shuffled order.
pub fn any_order(context: &Context, libc: &str) -> Result<(), String> {
    let dir = files::scratch(&format!("order-{libc}"));
    let mut units = Vec::new();
    for order in 0..ORDERS + 2 {
        let mut headers = context.headers.clone();
        match order {
            0 => {}
            1 => headers.reverse(),
            seed => shuffle(&mut headers, seed),
        }
        let path = dir.join(format!("order-{order}"));
        let text: String = headers
            .iter()
            .map(|h| format!("#include <{h}>\n"))
            .collect();
        std::fs::write(&path, text).map_err(|e| e.to_string())?;
        units.push(path);
    }
    let libc = context.toolchain.libc(Some(libc))?;
    let batches = order_modes()
        .iter()
        .map(|m| batch(libc, m, units.clone()))
        .collect();
    report(compiler::run_all(&context.toolchain, batches)?.iter())
}

/// A program may define _GNU_SOURCE after its first headers. glibc has decided by then and gives no more;
/// libc gives the later headers' names, and ours must not fall over that.
pub fn late_macros(context: &Context, libc: &str) -> Result<(), String> {
    let dir = files::scratch(&format!("late-{libc}"));
    let libc = context.toolchain.libc(Some(libc))?;
    let mut units = Vec::new();
    for seed in 1..=ORDERS / 2 {
        let mut headers = context.headers.clone();
        headers.extend(libcs_own(context, libc));
        shuffle(&mut headers, seed);
        let (before, after) = headers.split_at(1 + seed as usize * 7 % (headers.len() - 1));
        let include = |part: &[String]| -> String {
            part.iter().map(|h| format!("#include <{h}>\n")).collect()
        };
        let late = "#ifndef _GNU_SOURCE\n#define _GNU_SOURCE\n#endif\n";
        let path = dir.join(format!("late-{seed}"));
        let text = include(before) + late + &include(after);
        std::fs::write(&path, text).map_err(|e| e.to_string())?;
        units.push(path);
    }
    let user = format!("-I{}", files::include_dir().display());
    let batches = ["gnu17", "c99"].map(|standard| {
        let flags = vec![format!("-std={standard}"), user.clone(), "-w".to_owned()];
        batch(libc, &Mode { cxx: false, flags }, units.clone())
    });
    report(compiler::run_all(&context.toolchain, batches.into())?.iter())
}

/// Shuffles the same way on every run: a failure can be had again.
fn shuffle(items: &mut [String], seed: u64) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for i in (1..items.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        items.swap(i, (state % (i as u64 + 1)) as usize);
    }
}

/// Where libc has a header of the same name, reading libc's own first or last changes nothing.
pub fn beside_libc(context: &Context, libc: &str) -> Result<(), String> {
    let dir = files::scratch(&format!("beside-{libc}"));
    let libc = context.toolchain.libc(Some(libc))?;
    let own = libc.sysroot.join("include").join(&libc.target);
    let mut units = Vec::new();
    for header in &context.headers {
        let theirs = own.join(header);
        if !theirs.is_file() {
            continue;
        }
        let (ours, theirs) = (
            format!("#include <{header}>\n"),
            format!("#include \"{}\"\n", theirs.display()),
        );
        let flat = header.replace('/', "-");
        for (name, text) in [
            ("before", theirs.clone() + &ours),
            ("after", ours + &theirs),
        ] {
            let path = dir.join(format!("{name}-{flat}"));
            std::fs::write(&path, text).map_err(|e| e.to_string())?;
            units.push(path);
        }
    }
    if units.is_empty() {
        return Err(format!("{} holds none of the headers", own.display()));
    }
    let mut batches: Vec<Batch> = order_modes()
        .iter()
        .map(|m| batch(libc, m, units.clone()))
        .collect();
    for batch in &mut batches {
        // libc's header read by its path is not a system header: its warnings are its own.
        batch.flags.push("-w".to_owned());
        batch
            .flags
            .extend(compiler::EMULATIONS.iter().map(|f| (*f).to_owned()));
    }
    report(compiler::run_all(&context.toolchain, batches)?.iter())
}

/// Headers of libc that the overlay leaves alone, without the fragments of others.
fn libcs_own(context: &Context, libc: &Libc) -> Vec<String> {
    let own = libc.sysroot.join("include").join(&libc.target);
    let mut headers = files::headers_in(&own);
    headers.retain(|header| {
        let fragment = ["__", "bits/", "wasi/", "c++/"]
            .iter()
            .any(|p| header.starts_with(p));
        !fragment && !context.headers.contains(header)
    });
    headers
}

/// Headers of libc that the overlay leaves alone still compile with it in front of them.
pub fn libc_headers(context: &Context, libc: &str) -> Result<(), String> {
    let dir = files::scratch(&format!("libc-{libc}"));
    let libc = context.toolchain.libc(Some(libc))?;
    let own = libc.sysroot.join("include").join(&libc.target);
    let mut units = Vec::new();
    for header in libcs_own(context, libc) {
        let path = dir.join(header.replace('/', "-"));
        let text = format!("#include <{header}>\nextern int something;\n");
        std::fs::write(&path, text).map_err(|e| e.to_string())?;
        units.push(path);
    }
    if units.is_empty() {
        return Err(format!("{} has no headers of its own", own.display()));
    }
    let mut batches: Vec<Batch> = order_modes()
        .iter()
        .map(|m| batch(libc, m, units.clone()))
        .collect();
    for batch in &mut batches {
        batch.flags.push("-w".to_owned());
    }
    report(compiler::run_all(&context.toolchain, batches)?.iter())
}
