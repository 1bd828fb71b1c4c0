//! Turns programs into trials of the test harness, and results into their verdicts.

use crate::jobs::{self, Job};
use crate::programs::{LIBCS, Program, Variant, root};
use crate::run::Outcome;
use anyhow::Result;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use std::path::Path;
use std::sync::Arc;

/// Where each known difference is described, its id in backquotes.
const DIFFERENCES: &str = "docs/DIFFERENCES.md";

/// The name of the trial about a program as a whole.
const WHOLE: &str = "(program)";

/// All trials. Those that the arguments select are already being worked on when this returns.
pub fn trials(programs: &[Arc<Program>], args: &Arguments, workers: usize) -> Result<Vec<Trial>> {
    let installed = installed_libcs(args, programs)?;
    let mut trials = vec![differences_are_described(programs)];
    let mut started = Vec::new();
    for program in programs {
        for variant in program.variants() {
            let name = |subtest: &str| {
                let variant = variant.name();
                format!("{}::{}::{subtest}::{variant}", program.area, program.name)
            };
            if let Variant::Wasm(libc) = &variant
                && !installed.iter().any(|i| i == libc)
            {
                trials.extend(program.subtests.iter().map(|s| missing(name(s), libc)));
                continue;
            }
            let selected = |subtest: &&String| !filtered_out(args, &name(subtest));
            let mut wanted: Vec<_> = program.subtests.iter().filter(selected).cloned().collect();
            let whole = name(WHOLE);
            let run = !wanted.is_empty() || !filtered_out(args, &whole);
            if wanted.is_empty() {
                wanted.clone_from(&program.subtests);
            }
            let job = Arc::new(Job::new(Arc::clone(program), variant.clone(), wanted));
            for subtest in &program.subtests {
                trials.push(subtest_trial(name(subtest), subtest.clone(), &job));
            }
            if run {
                started.push(Arc::clone(&job));
            }
            trials.push(whole_trial(whole, &job));
        }
    }
    trials.extend(crate::exit::trials(&installed));
    trials.extend(crate::gather::trials(&installed));
    if !args.list {
        jobs::start(&started, workers);
    }
    Ok(trials)
}

/// The libcs of the toolchain. Nothing is set up when only native tests, or none, are asked for.
fn installed_libcs(args: &Arguments, programs: &[Arc<Program>]) -> Result<Vec<String>> {
    let all = || LIBCS.iter().map(|l| (*l).to_owned()).collect();
    let needed = programs.iter().any(|p| {
        LIBCS.iter().any(|libc| {
            p.subtests.iter().any(|s| {
                let name = format!("{}::{}::{s}::{libc}", p.area, p.name);
                !filtered_out(args, &name)
            })
        })
    });
    if args.list || !needed {
        return Ok(all());
    }
    let libcs = &crate::compile::built()?.toolchain.libcs;
    Ok(libcs.iter().map(|l| l.name.clone()).collect())
}

/// The harness's own rule, needed before it runs to know what to start.
fn filtered_out(args: &Arguments, name: &str) -> bool {
    let matches = |pattern: &String| {
        if args.exact {
            name == pattern
        } else {
            name.contains(pattern.as_str())
        }
    };
    args.filter.as_ref().is_some_and(|f| !matches(f)) || args.skip.iter().any(matches)
}

fn missing(name: String, libc: &str) -> Trial {
    let reason = format!("NOT TESTED: the libc {libc} could not be had on this machine");
    Trial::ignorable_test(name, move || Ok(Completion::ignored_with(reason)))
}

fn subtest_trial(name: String, subtest: String, job: &Arc<Job>) -> Trial {
    let job = Arc::clone(job);
    Trial::ignorable_test(name, move || {
        let results = job.results();
        let results = results
            .as_ref()
            .as_ref()
            .map_err(|e| Failed::from(job.why_nothing(e)))?;
        match (results.outcomes.get(&subtest), &job.variant) {
            (Some(Outcome::Ok), _) => Ok(Completion::Completed),
            (Some(Outcome::Failed(what)), _) => Err(what.clone().into()),
            (Some(Outcome::Skipped(id)), Variant::Wasm(_)) => Ok(Completion::ignored_with(
                format!("known difference `{id}`, see {DIFFERENCES}"),
            )),
            (Some(Outcome::Skipped(why)), Variant::Native) => match absent_file(why) {
                Some(file) => Ok(Completion::ignored_with(format!(
                    "NOT TESTED: this machine has no {file} (Debian's package netbase)"
                ))),
                None => Err(format!("skipped natively, where nothing may be: {why}").into()),
            },
            (None, _) => Err("the program said nothing about it".into()),
        }
    })
}

/// The only reason to skip something natively: a file of libc's that this machine really lacks.
fn absent_file(why: &str) -> Option<&str> {
    let file = why.strip_prefix("absent ")?;
    (file.starts_with("/etc/") && !Path::new(file).exists()).then_some(file)
}

/// Fails for what belongs to no subtest: other names reported, a wrong exit status, stray output.
fn whole_trial(name: String, job: &Arc<Job>) -> Trial {
    let job = Arc::clone(job);
    Trial::test(name, move || {
        let results = job.results();
        let results = results
            .as_ref()
            .as_ref()
            .map_err(|e| Failed::from(job.why_nothing(e)))?;
        if results.complaints.is_empty() {
            Ok(())
        } else {
            Err(results.complaints.join("\n").into())
        }
    })
}

/// Every id that a test may skip with is described.
fn differences_are_described(programs: &[Arc<Program>]) -> Trial {
    let used: Vec<(String, String)> = programs
        .iter()
        .flat_map(|p| {
            let place = format!("{}/{}.c", p.area, p.name);
            p.differences
                .iter()
                .map(move |id| (id.clone(), place.clone()))
        })
        .collect();
    Trial::test("differences_are_described", move || {
        let text = std::fs::read_to_string(root().join(DIFFERENCES)).unwrap_or_default();
        let unknown: Vec<String> = used
            .iter()
            .filter(|(id, _)| !text.contains(&format!("`{id}`")))
            .map(|(id, place)| format!("{DIFFERENCES} does not describe `{id}` ({place})"))
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(unknown.join("\n").into())
        }
    })
}
