//! What there is to run: the programs of `c-tests/`, their subtests, and the variants.

use crate::differences::Hosts;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// One program, `c-tests/AREA/NAME.c`.
#[derive(Debug)]
pub struct Program {
    pub area: String,
    pub name: String,
    pub source: PathBuf,
    /// The names in its `RUN(...)`s, in order.
    pub subtests: Vec<String>,
    /// The ids in its `SKIP_WASM("...")`s and `KNOWN_WASM("...")`s.
    pub differences: Vec<String>,
    /// What its line `wps-run: ...` says: options of wps-run. Such a program shows what happens on
    /// a host that denies something, so it has no native run.
    pub host_options: Option<Vec<String>>,
}

/// How a program is built and run: natively, or with one of the libcs under wasmtime, or under
/// another host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Variant {
    Native,
    Wasm(String),
    /// With the libc given.
    Jco(String),
    /// The same, under the wasmtime with long-term support.
    Lts(String),
}

impl Variant {
    pub fn name(&self) -> &str {
        match self {
            Self::Native => "native",
            Self::Wasm(libc) => libc,
            Self::Jco(_) => "jco",
            Self::Lts(_) => "wasmtime-lts",
        }
    }

    /// The libc that it is linked with.
    pub fn libc(&self) -> Option<&str> {
        match self {
            Self::Native => None,
            Self::Wasm(libc) | Self::Jco(libc) | Self::Lts(libc) => Some(libc),
        }
    }
}

/// The libcs that must be tried. One that the machine lacks is reported as ignored, loudly.
pub const LIBCS: [&str; 3] = ["wasip1", "wasip2", "wasip2-2026"];

impl Program {
    /// The variants it runs in.
    pub fn variants(&self, differences: &Hosts) -> Vec<Variant> {
        let native = self.host_options.is_none().then_some(Variant::Native);
        let all = everywhere(differences, &self.area, &self.name);
        native.into_iter().filter(wanted).chain(all).collect()
    }
}

/// The name of the host with long-term support.
const LTS: &str = "wasmtime-lts";

/// The one host that the tests are narrowed down to.
fn host() -> Option<&'static str> {
    static HOST: OnceLock<Option<String>> = OnceLock::new();
    HOST.get_or_init(|| std::env::var("WPS_TEST_HOST").ok())
        .as_deref()
}

/// A program's variants as a component, on all hosts that are asked for.
pub fn everywhere(differences: &Hosts, area: &str, program: &str) -> impl Iterator<Item = Variant> {
    let wasm = LIBCS.iter().map(|libc| Variant::Wasm((*libc).to_owned()));
    let jco = Variant::Jco(differences.jco.libc(area, program).to_owned());
    let lts = Variant::Lts(differences.lts.libc(area, program).to_owned());
    let quick = differences.lts.is_quick(area, program);
    let lts = Some(lts).filter(|_| quick || host() == Some(LTS));
    wasm.chain([jco]).chain(lts).filter(wanted)
}

/// Whether the variant runs: `WPS_TEST_HOST` narrows the tests down to one host.
pub fn wanted(variant: &Variant) -> bool {
    match host() {
        Some("jco") => matches!(variant, Variant::Jco(_)),
        Some("wasmtime") => matches!(variant, Variant::Wasm(_)),
        Some(LTS) => matches!(variant, Variant::Lts(_)),
        _ => true,
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All programs, in the order of their names.
pub fn discover() -> Result<Vec<Arc<Program>>> {
    let mut programs = Vec::new();
    for area in sorted(&root().join("c-tests"))? {
        if !area.is_dir() {
            continue;
        }
        for source in sorted(&area)? {
            if source.extension().is_some_and(|e| e == "c") {
                programs.push(Arc::new(examine(&area, source)?));
            }
        }
    }
    Ok(programs)
}

fn sorted(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).with_context(|| format!("reading {}", dir.display()))?;
    let mut paths = entries
        .map(|e| e.map(|e| e.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn examine(area: &Path, source: PathBuf) -> Result<Program> {
    let text = std::fs::read_to_string(&source)
        .with_context(|| format!("reading {}", source.display()))?;
    let code: String = text
        .lines()
        .filter(|l| !l.trim_start().starts_with("#define"))
        .flat_map(|l| [l, "\n"])
        .collect();
    let subtests = arguments(&code, "RUN(");
    let differences = ["SKIP_WASM(", "KNOWN_WASM("]
        .iter()
        .flat_map(|name| arguments(&code, name))
        .map(|id| id.trim_matches('"').to_owned())
        .collect();
    for (i, name) in subtests.iter().enumerate() {
        ensure!(
            !subtests[..i].contains(name),
            "{} runs {name} twice",
            source.display()
        );
    }
    let host_options = text
        .lines()
        .find_map(|l| l.trim_start_matches([' ', '*']).strip_prefix("wps-run: "))
        .map(|options| options.split_whitespace().map(str::to_owned).collect());
    ensure!(!subtests.is_empty(), "{} has no RUN(...)", source.display());
    Ok(Program {
        area: file_name(area),
        name: source.file_stem().map(lossy).unwrap_or_default(),
        source,
        subtests,
        differences,
        host_options,
    })
}

fn file_name(path: &Path) -> String {
    path.file_name().map(lossy).unwrap_or_default()
}

fn lossy(name: &std::ffi::OsStr) -> String {
    name.to_string_lossy().into_owned()
}

/// The arguments of each call of `function` (given with its parenthesis) in the source.
fn arguments(code: &str, function: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(function) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + function.len()..];
        if let Some(end) = rest.find(')') {
            found.push(rest[..end].trim().to_owned());
        }
    }
    found
}
