//! Shrinks a script that shows a difference to the calls that it takes.

use super::compare::{Difference, compare};
use super::program::Runner;
use super::script::Script;
use anyhow::Result;

/// How slow the network may be while shrinking.
const SLOW: u32 = 2;

/// The difference with as few calls as will show it.
pub fn shrink(runner: &Runner, difference: Difference) -> Result<Difference> {
    let mut best = cut(difference);
    let mut size = (best.script.calls.len() / 2).max(1);
    loop {
        let pieces = best.script.calls.len().div_ceil(size);
        let candidates: Vec<Script> = (0..pieces)
            .map(|piece| best.script.without(|i| i / size == piece))
            .collect();
        let found = showing(runner, &best, &candidates)?;
        // Pieces that can be spared one by one can often be spared together.
        let sparable: Vec<usize> = (0..pieces).filter(|p| found[*p].is_some()).collect();
        if sparable.is_empty() {
            if size == 1 {
                return simplify(runner, best);
            }
            size = (size / 2).max(1);
            continue;
        }
        let without = |spared: &[usize]| best.script.without(|i| spared.contains(&(i / size)));
        let halves: Vec<Script> = [
            &sparable[..],
            &sparable[..sparable.len().div_ceil(2)],
            &sparable[sparable.len() / 2..],
            &sparable[..1],
        ]
        .map(without)
        .to_vec();
        let together = showing(runner, &best, &halves)?;
        match together.into_iter().flatten().next() {
            Some(smaller) => best = cut(smaller),
            None if size == 1 => return simplify(runner, best),
            None => size = (size / 2).max(1),
        }
    }
}

/// Nothing after the call that differs matters.
fn cut(mut difference: Difference) -> Difference {
    difference.script.calls.truncate(difference.at + 1);
    difference
}

/// Which candidates show the same difference.
fn showing(
    runner: &Runner,
    of: &Difference,
    candidates: &[Script],
) -> Result<Vec<Option<Difference>>> {
    let mut numbered = candidates.to_vec();
    for (i, script) in numbered.iter_mut().enumerate() {
        script.seed = i as u64;
    }
    let mut found = vec![None; candidates.len()];
    for mut difference in compare(runner, &numbered, SLOW)?.differences {
        let i = usize::try_from(difference.script.seed).unwrap_or_default();
        if difference.signature() == of.signature() {
            difference.script.seed = of.script.seed;
            found[i] = Some(difference);
        }
    }
    Ok(found)
}

/// Makes arguments simpler where that changes nothing.
fn simplify(runner: &Runner, mut best: Difference) -> Result<Difference> {
    let mut candidates = Vec::new();
    for (i, call) in best.script.calls.iter().enumerate() {
        for (j, argument) in call.arguments.iter().enumerate() {
            let simpler: Vec<&str> = if argument.contains('|') {
                argument.split('|').collect()
            } else if argument.parse::<i64>().is_ok_and(|number| number > 100) {
                vec!["1", "10", "100"]
            } else {
                continue;
            };
            for value in simpler {
                let mut script = best.script.clone();
                value.clone_into(&mut script.calls[i].arguments[j]);
                candidates.push(((i, j, value.to_owned()), script));
            }
        }
    }
    let scripts: Vec<Script> = candidates
        .iter()
        .map(|(_, script)| script.clone())
        .collect();
    let found = showing(runner, &best, &scripts)?;
    let mut all = best.script.clone();
    let mut changed = Vec::new();
    for (((i, j, value), _), found) in candidates.iter().zip(&found) {
        if found.is_some() && !changed.contains(&(*i, *j)) {
            changed.push((*i, *j));
            value.clone_into(&mut all.calls[*i].arguments[*j]);
        }
    }
    if let Some(Some(simpler)) = showing(runner, &best, &[all])?.into_iter().next() {
        best = cut(simpler);
    }
    Ok(best)
}
