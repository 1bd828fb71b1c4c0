//! What real network programs ask of libc: `docs/status/programs.toml`.

use crate::manifest::{Is, Manifest, PROGRAMS};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use xtask::paths;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programs {
    /// Undefined symbols of each program, less what wasi-libc has.
    pub program: BTreeMap<String, Vec<String>>,
    /// How many of all programs that were looked at need a symbol, two at least.
    pub needed_by: BTreeMap<String, u32>,
    /// Symbols that libc has, and with which of its versions.
    pub libc: BTreeMap<String, String>,
    /// Symbols that a header makes something else of.
    pub headers: BTreeMap<String, String>,
    /// Symbols that are not to be had, and why.
    pub missing: BTreeMap<String, String>,
}

impl Programs {
    pub fn read() -> Programs {
        let file = paths::root().join("docs/status").join(PROGRAMS);
        let text = std::fs::read_to_string(&file).expect("the list of programs is there");
        toml::from_str(&text).unwrap_or_else(|error| panic!("{PROGRAMS}: {error}"))
    }

    /// Every symbol, and the programs that are known to need it.
    pub fn symbols(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (program, symbols) in &self.program {
            for symbol in symbols {
                all.entry(symbol).or_default().insert(program);
            }
        }
        for symbol in self.needed_by.keys() {
            all.entry(symbol).or_default();
        }
        all
    }

    /// How many programs need a symbol.
    fn count(&self, symbol: &str, listed: usize) -> usize {
        let all = self.needed_by.get(symbol).copied().unwrap_or(0) as usize;
        all.max(listed)
    }

    pub fn section(&self, manifest: &Manifest, exports: &BTreeMap<String, &'static str>) -> String {
        let symbols = self.symbols();
        let mut rows: BTreeMap<(usize, &str), String> = BTreeMap::new();
        let (mut here, mut libc, mut macros, mut missing) = (0, 0, 0, 0);
        for (symbol, programs) in &symbols {
            let from = match exports.get(*symbol) {
                Some(archive) => {
                    here += 1;
                    let group = manifest.find(symbol);
                    let is = group.map_or(Is::Real, |group| group.is);
                    format!("{is}, {archive} archive")
                }
                None if self.libc.contains_key(*symbol) => {
                    libc += 1;
                    format!("libc: {}", self.libc[*symbol])
                }
                None if self.headers.contains_key(*symbol) => {
                    macros += 1;
                    format!("a macro: {}", self.headers[*symbol])
                }
                None => {
                    missing += 1;
                    format!(
                        "**missing**: {}",
                        self.missing.get(*symbol).map_or("", |why| why)
                    )
                }
            };
            let count = self.count(symbol, programs.len());
            let names: Vec<&str> = programs.iter().copied().collect();
            let row = format!("| `{symbol}` | {count} | {from} | {} |\n", names.join(", "));
            rows.insert((usize::MAX - count, symbol), row);
        }
        let mut page = String::new();
        let _ = write!(
            page,
            "\n## What programs need\n\nThe undefined symbols of Debian's own builds of {} network programs, less \
             what wasi-libc for\nwasip2 (August 2026) has: {} symbols. Here are {here}, libc has {libc}, {macros} is a macro of \
             a header,\n{missing} are missing. A C program that refers to each of the functions links with \
             every libc\n(`tests/status.rs`). The number is how many programs need a symbol; not all of them are \
             listed by name.\n\n| symbol | programs | from | |\n|---|---|---|---|\n",
            COUNT,
            symbols.len()
        );
        rows.values().for_each(|row| page.push_str(row));
        page
    }

    /// A C program that refers to every function that is not missing.
    pub fn source(&self) -> String {
        let mut text = String::from("typedef void function(void);\n");
        let mut uses = String::new();
        for symbol in self.symbols().keys().filter(|symbol| {
            !self.missing.contains_key(**symbol) && !self.headers.contains_key(**symbol)
        }) {
            // Under another name in the program, whatever type the compiler knows the symbol by.
            let _ = writeln!(text, "extern function use_{symbol} __asm__(\"{symbol}\");");
            let _ = writeln!(uses, "  use_{symbol},");
        }
        text + "function *volatile all[] = {\n"
            + &uses
            + "};\nint main(void) { return all[0] == all[1]; }\n"
    }
}

/// How many programs were looked at.
const COUNT: usize = 19;
