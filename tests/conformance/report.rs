//! Turns programs into trials of the test harness, and results into their verdicts.

use crate::differences::Expected::Hangs;
use crate::differences::{self, HOSTS, Hosts};
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
pub fn trials(
    programs: &[Arc<Program>],
    differences: Hosts,
    args: &Arguments,
    workers: usize,
) -> Result<Vec<Trial>> {
    let machine = Machine::look(programs, &differences, args)?;
    let differences = Arc::new(differences);
    let mut trials = vec![
        differences_are_described(programs),
        differences_of_hosts_are_described(programs, &differences),
    ];
    let mut started = Vec::new();
    for program in programs {
        for variant in program.variants(&differences) {
            let (area, short) = (&program.area, &program.name);
            let name = |subtest: &str| format!("{area}::{short}::{subtest}::{}", variant.name());
            if let Some(reason) = machine.lacks(&variant) {
                let names = program.subtests.iter().map(|s| name(s));
                trials.extend(names.map(|name| missing(name, &reason)));
                continue;
            }
            let runs = |subtest: &&String| {
                let list = differences.of(&variant);
                let known = list.and_then(|l| l.of(&format!("{area}::{short}::{subtest}")));
                !matches!(known, Some((_, Hangs))) || differences::run_hanging()
            };
            let runnable: Vec<_> = program.subtests.iter().filter(runs).cloned().collect();
            let selected = |subtest: &&String| !filtered_out(args, &name(subtest));
            let mut wanted: Vec<_> = runnable.iter().filter(selected).cloned().collect();
            let whole = name(WHOLE);
            let run = !wanted.is_empty() || !filtered_out(args, &whole) && !runnable.is_empty();
            if wanted.is_empty() {
                wanted = runnable;
            }
            let job = Arc::new(Job::new(Arc::clone(program), variant.clone(), wanted));
            for subtest in &program.subtests {
                let known = Arc::clone(&differences);
                trials.push(subtest_trial(name(subtest), subtest.clone(), &job, known));
            }
            let list = differences.of(&variant);
            if run {
                started.push(Arc::clone(&job));
            }
            if run && list.is_none_or(|list| list.starts(area, short)) {
                trials.push(whole_trial(whole, &job));
            }
        }
    }
    trials.extend(crate::exit::trials(&machine, &differences));
    trials.extend(crate::gather::trials(&machine.libcs));
    trials.extend(crate::limits::trials(&machine.libcs));
    if !args.list {
        jobs::start(&started, workers);
    }
    Ok(trials)
}

/// What there is on this machine to run tests with.
pub struct Machine {
    libcs: Vec<String>,
    /// Why jco's host cannot be had.
    no_jco: Option<String>,
    /// The same of the wasmtime with long-term support.
    no_lts: Option<String>,
}

impl Machine {
    /// Nothing is set up for what is not asked for.
    fn look(programs: &[Arc<Program>], differences: &Hosts, args: &Arguments) -> Result<Self> {
        let needed = |wanted: fn(&Variant) -> bool| {
            let selected = |program: &Program, variant: &Variant| {
                let (area, name) = (&program.area, &program.name);
                let mut names = program.subtests.iter().map(String::as_str).chain([WHOLE]);
                names.any(|s| {
                    !filtered_out(args, &format!("{area}::{name}::{s}::{}", variant.name()))
                })
            };
            !args.list
                && programs.iter().any(|program| {
                    let variants = program.variants(differences);
                    variants.iter().any(|v| wanted(v) && selected(program, v))
                })
        };
        let libcs = if needed(|variant| variant.libc().is_some()) {
            let libcs = &crate::compile::built()?.toolchain.libcs;
            libcs.iter().map(|l| l.name.clone()).collect()
        } else {
            LIBCS.iter().map(|l| (*l).to_owned()).collect()
        };
        let first_line = |error: anyhow::Error| {
            let text = format!("{error:#}");
            text.lines().next().unwrap_or_default().to_owned()
        };
        let no_jco = needed(|variant| matches!(variant, Variant::Jco(_)))
            .then(|| xtask::jco::jco().err().map(first_line));
        let no_lts = needed(|variant| matches!(variant, Variant::Lts(_)))
            .then(|| xtask::toolchain::wasmtime::lts().err().map(first_line));
        Ok(Self {
            libcs,
            no_jco: no_jco.flatten(),
            no_lts: no_lts.flatten(),
        })
    }

    /// Why a variant cannot run here, if so.
    pub fn lacks(&self, variant: &Variant) -> Option<String> {
        let libc = variant.libc()?;
        if !self.libcs.iter().any(|l| l == libc) {
            return Some(format!("the libc {libc} could not be had on this machine"));
        }
        let (host, why) = match variant {
            Variant::Jco(_) => ("jco's host", self.no_jco.as_ref()?),
            Variant::Lts(_) => ("wasmtime's long-term support", self.no_lts.as_ref()?),
            _ => return None,
        };
        Some(format!("{host} could not be had: {why}"))
    }
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

/// A trial that cannot run on this machine.
pub fn missing(name: String, why: &str) -> Trial {
    let reason = format!("NOT TESTED: {why}");
    Trial::ignorable_test(name, move || Ok(Completion::ignored_with(reason)))
}

fn subtest_trial(name: String, subtest: String, job: &Arc<Job>, differences: Arc<Hosts>) -> Trial {
    let job = Arc::clone(job);
    Trial::ignorable_test(name, move || {
        let Program { area, name, .. } = &*job.program;
        let full = format!("{area}::{name}::{subtest}");
        verdict(&job.variant, &full, &differences, || {
            match job.results().as_ref() {
                Ok(results) => match results.outcomes.get(&subtest) {
                    Some(outcome) => outcome.clone(),
                    None => Outcome::Failed("the program said nothing about it".into()),
                },
                Err(error) => Outcome::Failed(job.why_nothing(error)),
            }
        })
    })
}

/// What is reported of the subtest called `name`; `run` works its outcome out.
pub fn verdict(
    variant: &Variant,
    name: &str,
    differences: &Hosts,
    run: impl FnOnce() -> Outcome,
) -> std::result::Result<Completion, Failed> {
    let known = differences.of(variant).and_then(|list| list.of(name));
    let differs = |id: &str| {
        let reason = format!("known difference `{id}`, see {HOSTS}");
        Ok(Completion::ignored_with(reason))
    };
    if let Some((id, Hangs)) = known
        && !differences::run_hanging()
    {
        return differs(id);
    }
    match (run(), variant, known) {
        (Outcome::Ok, _, None) => Ok(Completion::Completed),
        (Outcome::Ok, _, Some((id, _))) => {
            let list = format!("tests/conformance/{}.toml", variant.name());
            Err(format!("it passes: take it out of `{id}` in {list}").into())
        }
        (Outcome::Failed(_), _, Some((id, _))) => differs(id),
        (Outcome::Failed(what), _, None) => Err(what.into()),
        (Outcome::Skipped(why), Variant::Native, _) => match absent_file(&why) {
            Some(file) => Ok(Completion::ignored_with(format!(
                "NOT TESTED: this machine has no {file} (Debian's package netbase)"
            ))),
            None => Err(format!("skipped natively, where nothing may be: {why}").into()),
        },
        (Outcome::Skipped(id), ..) => Ok(Completion::ignored_with(format!(
            "known difference `{id}`, see {DIFFERENCES}"
        ))),
    }
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

/// The same of what differs under other hosts; and their lists name tests that there are.
fn differences_of_hosts_are_described(
    programs: &[Arc<Program>],
    differences: &Arc<Hosts>,
) -> Trial {
    let (programs, differences) = (programs.to_vec(), Arc::clone(differences));
    Trial::test("differences_of_hosts_are_described", move || {
        let check = differences.check(&programs, &crate::exit::names());
        check.map_err(|error| format!("{error:#}").into())
    })
}
