//! `cargo xtask bench`: one server for Linux, for wasi-libc and for this library, measured side by
//! side, and the host without any sockets layer as the limit. Sources in `benches/`, report in
//! `docs/BENCHMARKS.md`, figures in `target/bench`.

mod cases;
mod goals;
mod limits;
mod machine;
mod measure;
mod plot;
mod programs;
mod report;
mod results;
mod services;

use crate::{build, paths};
use anyhow::{Result, bail, ensure};
use cases::{Case, Work};
use indicatif::{ProgressBar, ProgressStyle};
use machine::Machine;
use measure::{Meter, Pace};
use programs::Programs;
use results::{Measured, Of, Results};
use services::Services;
use std::time::{Duration, Instant};

/// What `cargo xtask bench` was asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Short measurements of what the goals need.
    pub quick: bool,
    /// How often each program is measured; 5, or 3 when quick.
    pub rounds: Option<usize>,
    /// Only cases whose name contains one of these.
    pub cases: Vec<String>,
    /// Fail where a goal is missed.
    pub check: bool,
    /// Measure nothing; write the report from what is there.
    pub report_only: bool,
    /// Leave the foreign programs out.
    pub own: bool,
}

/// Measures, writes the report and says where it is.
pub fn bench(options: &Options) -> Result<()> {
    let results = if options.report_only {
        let Some(results) = Results::read()? else {
            bail!("nothing has been measured yet: run `cargo xtask bench` first");
        };
        results
    } else {
        let newer = measure_all(options)?;
        let results = match Results::read()? {
            Some(older) if !options.cases.is_empty() => older.merge(newer),
            _ => newer,
        };
        results.write()?;
        results
    };
    write_report(&results)?;
    let outcomes = goals::outcomes(&results);
    let misses = report::misses(&outcomes);
    let unknown = outcomes
        .iter()
        .filter(|outcome| outcome.met().is_none())
        .count();
    println!(
        "{} of {} goals are met, {} are missed, {unknown} were not measured",
        outcomes.len() - misses.len() - unknown,
        outcomes.len(),
        misses.len()
    );
    for miss in &misses {
        println!("  {miss}");
    }
    ensure!(
        !options.check || misses.is_empty(),
        "{} goals are missed",
        misses.len()
    );
    Ok(())
}

/// The cases that the options choose.
fn chosen(options: &Options) -> Result<Vec<Case>> {
    let mut cases = cases::all();
    cases.retain(|case| !options.own || case.group != cases::PROGRAMS);
    if options.cases.is_empty() {
        cases.retain(|case| case.quick || !options.quick);
        return Ok(cases);
    }
    let known: Vec<String> = cases.iter().map(|case| case.id.clone()).collect();
    cases.retain(|case| {
        options
            .cases
            .iter()
            .any(|pattern| case.id.contains(pattern))
    });
    ensure!(
        !cases.is_empty(),
        "no case is called so; there are: {}",
        known.join(", ")
    );
    Ok(cases)
}

fn measure_all(options: &Options) -> Result<Results> {
    let mut cases = chosen(options)?;
    let built = build()?;
    // Each connection is a file in the server, or in the host that runs it.
    wps_driver::run::raise_file_limit();
    let machine = Machine::examine(&built)?;
    let services = Services::prepare(&mut cases);
    let programs = Programs::build(built)?;
    let (pace, rounds) = if options.quick {
        (Pace::QUICK, 3)
    } else {
        (Pace::FULL, 5)
    };
    let rounds = options.rounds.unwrap_or(rounds).max(1);
    let meter = Meter {
        programs: &programs,
        services: &services,
        pace,
    };

    let (when, load) = (machine::time(), machine::load());
    let mut results = Results {
        machine,
        quick: options.quick,
        rounds,
        cases: Default::default(),
    };
    let steps: usize = cases.iter().map(|case| case.subjects.len() * rounds).sum();
    let progress = Progress::new(steps);
    for round in 0..rounds {
        for case in &cases {
            let measured = results
                .cases
                .entry(case.id.clone())
                .or_insert_with(|| Measured {
                    when: when.clone(),
                    load,
                    ..Measured::default()
                });
            measure_round(&meter, case, round, measured, &progress)?;
            progress.tell(&told(case, measured, round, rounds));
        }
    }
    progress.finish();
    Ok(results)
}

/// Measures all subjects of a case once. Each round begins with another one, so that none always
/// comes first.
fn measure_round(
    meter: &Meter,
    case: &Case,
    round: usize,
    measured: &mut Measured,
    progress: &Progress,
) -> Result<()> {
    let count = case.subjects.len();
    if case.by_turns() {
        progress.step(&case.title, count);
        let samples = meter.measure_by_turns(case, round)?;
        for (subject, sample) in case.subjects.iter().zip(samples) {
            let known = measured.samples.entry(subject.key.to_owned()).or_default();
            known.push(sample);
        }
        return Ok(());
    }
    for at in 0..count {
        let subject = &case.subjects[(at + round) % count];
        progress.step(&format!("{}: {}", case.title, report::name(subject.key)), 1);
        let known = measured.samples.entry(subject.key.to_owned()).or_default();
        // A size is the same in each round.
        let sample = match (&subject.work, known.first()) {
            (Work::Size(_), Some(sample)) => *sample,
            _ => meter.measure(case, subject)?,
        };
        known.push(sample);
    }
    Ok(())
}

/// A line on what a round has found.
fn told(case: &Case, measured: &Measured, round: usize, rounds: usize) -> String {
    let latest = |key: &str| measured.samples.get(key)?.get(round)?.get(Of::Value);
    let values = case.subjects.iter().filter_map(|subject| {
        let shown = report::value(case.unit, latest(subject.key)?);
        Some(format!("{} {shown}", subject.key))
    });
    let values: Vec<String> = values.collect();
    format!("{}/{rounds} {}: {}", round + 1, case.id, values.join(", "))
}

/// All of our own programs at full pace belong into the documents, less than that beside its
/// figures. Foreign programs may be missing: they cannot be had everywhere.
fn write_report(results: &Results) -> Result<()> {
    let cases = cases::all();
    let mut own = cases.iter().filter(|case| case.group != cases::PROGRAMS);
    let complete = own.all(|case| results.cases.contains_key(&case.id));
    let folder = if complete && !results.quick {
        paths::root().join("docs")
    } else {
        results::folder()
    };
    let page = folder.join("BENCHMARKS.md");
    paths::write_if_changed(&page, report::page(results).as_bytes())?;
    paths::write_if_changed(
        &folder.join("benchmarks.svg"),
        plot::picture(results).as_bytes(),
    )?;
    println!("{} is written", page.display());
    Ok(())
}

/// Measures nothing, but lets every case work on a few requests, of which all data is compared.
/// For tests. Foreign programs are left out: their recipes have tests of their own.
pub fn smoke(done: impl Fn(&str)) -> Result<()> {
    let mut cases = cases::all();
    cases.retain(|case| case.group != cases::PROGRAMS);
    let built = build()?;
    wps_driver::run::raise_file_limit();
    let programs = Programs::build(built)?;
    let services = Services::default();
    let meter = Meter {
        programs: &programs,
        services: &services,
        pace: Pace::SMOKE,
    };
    for case in &cases {
        let start = Instant::now();
        let samples = match case.by_turns() {
            true => meter.measure_by_turns(case, 0)?,
            false => {
                let subjects = case.subjects.iter();
                let samples = subjects.map(|subject| meter.measure(case, subject));
                samples.collect::<Result<_>>()?
            }
        };
        for (subject, sample) in case.subjects.iter().zip(samples) {
            ensure!(
                sample.value.is_finite() && sample.value >= 0.0,
                "{}, {}: {sample:?}",
                case.id,
                subject.key
            );
        }
        done(&format!(
            "{} ({:.1} s)",
            case.id,
            start.elapsed().as_secs_f32()
        ));
    }
    Ok(())
}

/// How far a run is.
struct Progress(ProgressBar);

impl Progress {
    fn new(steps: usize) -> Self {
        let bar = ProgressBar::new(steps as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}, {eta} left: {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        Self(bar)
    }

    fn step(&self, what: &str, count: usize) {
        self.0.set_message(what.to_owned());
        self.0.inc(count as u64);
    }

    /// Prints a line that stays.
    fn tell(&self, line: &str) {
        if self.0.is_hidden() {
            eprintln!("{line}");
        } else {
            self.0.println(line);
        }
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}
