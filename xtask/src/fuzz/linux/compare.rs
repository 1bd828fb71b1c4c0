//! Compares what Linux said, twice, with what the component said.

use super::program::Runner;
use super::rules::{Case, accepted};
use super::run::{Outcome, Side, run};
use super::script::Script;
use anyhow::{Result, bail};
use std::collections::BTreeMap;

/// A call that ended otherwise than on Linux.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub script: Script,
    /// The place of the call.
    pub at: usize,
    /// What Linux said, to each call up to this one.
    pub linux: Vec<String>,
    /// What the component said to it.
    pub component: String,
}

impl Difference {
    /// What it has in common with others of the same cause: the call, and both outcomes without
    /// numbers.
    pub fn signature(&self) -> String {
        let linux = self.linux.last().map_or("", String::as_str);
        let [linux, component] = [linux, &self.component].map(without_numbers);
        let outcome = |text: &str| text.split(' ').take(2).collect::<Vec<_>>().join(" ");
        if outcome(&linux) == outcome(&component) {
            format!("{linux} | {component}")
        } else {
            format!("{} | {}", outcome(&linux), outcome(&component))
        }
    }
}

/// The text with every number, hash and port the same.
fn without_numbers(text: &str) -> String {
    let mut plain = String::new();
    for word in text.split(' ') {
        if !plain.is_empty() {
            plain.push(' ');
        }
        if word.starts_with('#') {
            plain.push('#');
        } else if word.starts_with(|c: char| c.is_ascii_digit()) && word != "0" {
            plain.push('N');
        } else {
            plain.push_str(word);
        }
    }
    plain
}

/// What comparing scripts gave.
#[derive(Debug, Default)]
pub struct Summary {
    pub scripts: usize,
    /// Calls whose outcomes were compared.
    pub calls: usize,
    /// Scripts of which Linux itself gives different outcomes, so that only the beginning counts.
    pub unstable: usize,
    /// How often each accepted difference was met.
    pub accepted: BTreeMap<&'static str, usize>,
    /// One per script at most.
    pub differences: Vec<Difference>,
}

impl Summary {
    /// Adds what another comparison gave.
    pub fn add(&mut self, other: Self) {
        self.scripts += other.scripts;
        self.calls += other.calls;
        self.unstable += other.unstable;
        for (id, count) in other.accepted {
            *self.accepted.entry(id).or_default() += count;
        }
        self.differences.extend(other.differences);
    }
}

/// Runs the scripts on both sides and compares.
pub fn compare(runner: &Runner, scripts: &[Script], slow: u32) -> Result<Summary> {
    let (linux, component) = std::thread::scope(|scope| {
        let linux = scope.spawn(|| {
            let first = run(runner, Side::Linux, scripts, slow)?;
            anyhow::Ok((first, run(runner, Side::Linux, scripts, slow)?))
        });
        let component = run(runner, Side::Component, scripts, slow);
        (linux.join(), component)
    });
    let (first, second) = linux.map_err(|_| anyhow::anyhow!("the thread for Linux failed"))??;
    let component = component?;
    let mut summary = Summary::default();
    for (i, script) in scripts.iter().enumerate() {
        one(script, [&first[i], &second[i]], &component[i], &mut summary)?;
    }
    Ok(summary)
}

fn one(
    script: &Script,
    linux: [&Outcome; 2],
    component: &Outcome,
    summary: &mut Summary,
) -> Result<()> {
    summary.scripts += 1;
    for outcome in linux {
        if let Some(broken) = &outcome.broken {
            let call = script
                .calls
                .get(outcome.lines.len())
                .map(ToString::to_string);
            bail!(
                "seed {} of {} {broken} on Linux: {}",
                script.seed,
                script.area,
                call.unwrap_or_default()
            );
        }
    }
    for at in 0..script.calls.len() {
        let (Some(expected), Some(again)) = (linux[0].lines.get(at), linux[1].lines.get(at)) else {
            bail!(
                "seed {} of {}: no line for call {at}",
                script.seed,
                script.area
            );
        };
        if expected != again {
            summary.unstable += 1;
            return Ok(());
        }
        summary.calls += 1;
        let said = component.lines.get(at);
        if said == Some(expected) {
            continue;
        }
        if said.is_some()
            && let Some(rule) = accepted(&Case {
                script,
                at,
                linux: &linux[0].lines,
                component: &component.lines,
            })
        {
            *summary.accepted.entry(rule.id).or_default() += 1;
            if rule.goes_on {
                continue;
            }
            return Ok(());
        }
        let broken = || {
            component
                .broken
                .clone()
                .unwrap_or_else(|| "nothing".to_owned())
        };
        summary.differences.push(Difference {
            script: script.clone(),
            at,
            linux: linux[0].lines[..=at].to_vec(),
            component: said.cloned().unwrap_or_else(broken),
        });
        return Ok(());
    }
    Ok(())
}

/// Compares, and looks again, more slowly, at what differed: the network may just have been late.
pub fn compare_surely(runner: &Runner, scripts: &[Script]) -> Result<Summary> {
    let mut summary = compare(runner, scripts, 1)?;
    for slow in [5, 15] {
        let doubtful: Vec<Script> = summary
            .differences
            .iter()
            .map(|d| d.script.clone())
            .collect();
        if doubtful.is_empty() {
            break;
        }
        summary.differences = compare(runner, &doubtful, slow)?.differences;
    }
    Ok(summary)
}
