//! `jco.toml` and `wasmtime-lts.toml`: which subtests end otherwise under these hosts, and why.

use crate::programs::{Program, Variant, root};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where each difference is described, its id in backquotes.
pub const HOSTS: &str = "docs/HOSTS.md";

/// The lists of all hosts that have one.
#[derive(Debug)]
pub struct Hosts {
    pub jco: Differences,
    pub lts: Differences,
}

impl Hosts {
    pub fn read() -> Result<Self> {
        Ok(Self {
            jco: Differences::read("jco")?,
            lts: Differences::read("wasmtime-lts")?,
        })
    }

    /// The list of a variant's host.
    pub fn of(&self, variant: &Variant) -> Option<&Differences> {
        match variant {
            Variant::Native | Variant::Wasm(_) => None,
            Variant::Jco(_) => Some(&self.jco),
            Variant::Lts(_) => Some(&self.lts),
        }
    }

    /// As [`Differences::check`], for all.
    pub fn check(&self, programs: &[Arc<Program>], others: &[String]) -> Result<()> {
        self.jco.check(programs, others)?;
        self.lts.check(programs, others)
    }
}

/// The list of one host. Subtests are named `AREA::PROGRAM::SUBTEST`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Differences {
    /// The libc of all programs but those in `libcs`.
    default_libc: String,
    /// Other libcs, and the programs (`AREA::PROGRAM`) that use them.
    #[serde(default)]
    libcs: BTreeMap<String, Vec<String>>,
    /// The programs that run under this host when it is not asked for; where there are none, all.
    #[serde(default)]
    quick: Vec<String>,
    /// By id.
    #[serde(default)]
    difference: BTreeMap<String, Difference>,
}

/// What one cause leads to.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Difference {
    /// Fail, always.
    fails: Vec<String>,
    /// Never end; run only when `WPS_TEST_HANGING` is set.
    hangs: Vec<String>,
    /// Programs that do not start, so that all in them fails.
    programs: Vec<String>,
}

/// What is known of a subtest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Fails,
    Hangs,
}

impl Differences {
    fn read(host: &str) -> Result<Self> {
        let file = root().join(format!("tests/conformance/{host}.toml"));
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("reading {}", file.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is damaged", file.display()))
    }

    /// The libc that a program is linked with.
    pub fn libc(&self, area: &str, program: &str) -> &str {
        let name = format!("{area}::{program}");
        let other = self.libcs.iter().find(|(_, users)| users.contains(&name));
        other.map_or(&self.default_libc, |(libc, _)| libc)
    }

    /// Whether a program runs even when this host is not asked for.
    pub fn is_quick(&self, area: &str, program: &str) -> bool {
        self.quick.is_empty() || self.quick.contains(&format!("{area}::{program}"))
    }

    /// Whether a program is listed as one that does not start.
    pub fn starts(&self, area: &str, program: &str) -> bool {
        let name = format!("{area}::{program}");
        let mut all = self.difference.values();
        !all.any(|difference| difference.programs.contains(&name))
    }

    /// The id under which a subtest is listed, and as what.
    pub fn of(&self, subtest: &str) -> Option<(&str, Expected)> {
        self.difference.iter().find_map(|(id, difference)| {
            let listed = |list: &[String]| list.iter().any(|name| name == subtest);
            let program = subtest.rsplit_once("::").map(|(program, _)| program);
            let stays = |name: &String| Some(name.as_str()) == program;
            let expected = if listed(&difference.fails) || difference.programs.iter().any(stays) {
                Expected::Fails
            } else if listed(&difference.hangs) {
                Expected::Hangs
            } else {
                return None;
            };
            Some((id.as_str(), expected))
        })
    }

    /// Each id is described, each name is that of a test, and none is listed twice. `others` are
    /// names of tests that no program has.
    pub fn check(&self, programs: &[Arc<Program>], others: &[String]) -> Result<()> {
        let text = std::fs::read_to_string(root().join(HOSTS)).unwrap_or_default();
        let subtests = programs.iter().flat_map(|program| {
            let Program { area, name, .. } = &**program;
            let names = program.subtests.iter();
            names.map(move |subtest| format!("{area}::{name}::{subtest}"))
        });
        let mut rest: Vec<String> = subtests.chain(others.iter().cloned()).collect();
        for (id, difference) in &self.difference {
            ensure!(
                text.contains(&format!("`{id}`")),
                "{HOSTS} does not describe `{id}`"
            );
            for name in difference.fails.iter().chain(&difference.hangs) {
                let at = rest.iter().position(|other| other == name);
                let at = at.with_context(|| format!("{id}: {name} is no test, or listed twice"))?;
                rest.swap_remove(at);
            }
        }
        let starting = self.difference.values().flat_map(|d| &d.programs);
        let named = self.libcs.values().flatten().chain(&self.quick);
        for user in named.chain(starting) {
            let known = |p: &Arc<Program>| format!("{}::{}", p.area, p.name) == *user;
            ensure!(programs.iter().any(known), "there is no program {user}");
        }
        Ok(())
    }
}

/// Whether what is known to hang runs too.
pub fn run_hanging() -> bool {
    std::env::var_os("WPS_TEST_HANGING").is_some_and(|value| !value.is_empty())
}
