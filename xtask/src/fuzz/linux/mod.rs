//! `cargo xtask fuzz linux`: random sequences of calls, made on Linux and as a component, and
//! compared call by call.

mod areas;
mod compare;
mod files;
mod generate;
mod program;
mod random;
mod rules;
mod run;
mod script;
mod shrink;

use crate::ui;
use anyhow::{Result, bail};
use areas::{AREAS, Area};
use compare::{Difference, Summary, compare_surely};
pub use program::Runner;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

/// What to do.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// One area instead of all.
    pub area: Option<String>,
    /// The first seed.
    pub seed: u64,
    /// How many seeds of each area.
    pub seeds: u64,
    /// Go on with further seeds for so long.
    pub minutes: Option<u64>,
    /// The component's libc, else the default one.
    pub libc: Option<String>,
}

/// How many scripts run in one process.
const BATCH: u64 = 50;

/// The names of the areas.
pub fn areas() -> impl Iterator<Item = &'static str> {
    AREAS.iter().map(|area| area.name)
}

/// Compares, shows what differs as short programs, and fails if anything does.
pub fn fuzz(options: &Options) -> Result<()> {
    let built = crate::build()?;
    let chosen = chosen(options.area.as_deref())?;
    let runner = Runner::build(&built, options.libc.as_deref())?;
    let end = options
        .minutes
        .map(|minutes| Instant::now() + Duration::from_secs(60 * minutes));
    let mut found: BTreeMap<String, (Difference, usize)> = BTreeMap::new();
    let mut seed = options.seed;
    let mut total: BTreeMap<&str, Summary> = BTreeMap::new();
    loop {
        let last = if end.is_some() {
            seed + BATCH
        } else {
            (options.seed + options.seeds).min(seed + BATCH)
        };
        for area in &chosen {
            let scripts: Vec<_> = (seed..last).map(|seed| area.script(seed)).collect();
            let mut summary = compare_surely(&runner, &scripts)?;
            for difference in std::mem::take(&mut summary.differences) {
                let signature = format!("{}: {}", area.name, difference.signature());
                if let Some((_, count)) = found.get_mut(&signature) {
                    *count += 1;
                    continue;
                }
                let what = format!("shrinking seed {} of {}", difference.script.seed, area.name);
                println!(
                    "\n{}",
                    ui::with_progress(&what, || shown(&runner, &difference))?
                );
                found.insert(signature, (difference, 1));
            }
            total.entry(area.name).or_default().add(summary);
        }
        seed = last;
        let over = end.map_or(seed >= options.seed + options.seeds, |end| {
            Instant::now() >= end
        });
        if over {
            break;
        }
    }
    report(&total, options.seed, seed);
    if found.is_empty() {
        return Ok(());
    }
    for (signature, (difference, count)) in &found {
        println!("{count:>5} {signature}   (seed {})", difference.script.seed);
    }
    bail!("{} kinds of differences that nothing explains", found.len())
}

/// What the fixed seeds of an area gave.
#[derive(Debug)]
pub struct Checked {
    /// How many calls were compared.
    pub calls: usize,
    /// What nothing explains: the calls that show it, and where the program is.
    pub found: Vec<String>,
}

/// Compares the scripts of some seeds.
pub fn check(runner: &Runner, area: &str, seeds: RangeInclusive<u64>) -> Result<Checked> {
    let area = chosen(Some(area))?[0];
    let scripts: Vec<_> = seeds.map(|seed| area.script(seed)).collect();
    let summary = compare_surely(runner, &scripts)?;
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for difference in summary.differences {
        let signature = difference.signature();
        if let Entry::Vacant(place) = found.entry(signature) {
            place.insert(shown(runner, &difference)?);
        }
    }
    Ok(Checked {
        calls: summary.calls,
        found: found.into_values().collect(),
    })
}

fn chosen(name: Option<&str>) -> Result<Vec<Area>> {
    let chosen: Vec<Area> = AREAS
        .iter()
        .filter(|area| name.is_none_or(|name| name == area.name))
        .copied()
        .collect();
    if chosen.is_empty() {
        let all: Vec<_> = areas().collect();
        bail!("there is no such area; there are {}", all.join(", "));
    }
    Ok(chosen)
}

/// Shrinks a difference, keeps the program, and gives its calls and outcomes.
fn shown(runner: &Runner, difference: &Difference) -> Result<String> {
    let (area, seed) = (difference.script.area, difference.script.seed);
    let short = shrink::shrink(runner, difference.clone())?;
    let linux = short.linux.last().map_or("", String::as_str);
    let about = format!(
        "cargo xtask fuzz linux --seed {seed} {area}\n * Linux says `{linux}`, the component `{}`.",
        short.component
    );
    let text = program::short_program(&short.script, &short.linux, &about)?;
    let file = program::save(&format!("{area}-{seed}.c"), &text)?;
    let mut text = format!("{area}, seed {seed}: {}", file.display());
    for (call, line) in short.script.calls.iter().zip(&short.linux) {
        write!(text, "\n    {:<50} {line}", call.in_c())?;
    }
    write!(
        text,
        "\n    {:<50} {}   <- the component",
        "", short.component
    )?;
    Ok(text)
}

fn report(total: &BTreeMap<&str, Summary>, first: u64, end: u64) {
    println!("\nseeds {first} to {}", end - 1);
    for (area, summary) in total {
        println!(
            "{area:>9}: {} calls in {} scripts, {} of them not reproducible to their end",
            summary.calls, summary.scripts, summary.unstable
        );
        for (id, count) in &summary.accepted {
            println!("{:>9}  {count} times {id}", "");
        }
    }
    let calls: usize = total.values().map(|summary| summary.calls).sum();
    println!("{calls} calls compared");
}
