//! `docs/BENCHMARKS.md`: goals, tables, machine.

use super::cases::{self, Case, Side, Subject, Unit};
use super::goals::{self, Bound, Outcome};
use super::limits;
use super::results::{Of, Results, Spread};
use std::fmt::Write as _;

const TOP: &str = "\
# Benchmarks

Written by `cargo xtask bench`, which builds one server in C (`benches/`) for Linux, with wasi-libc's own
sockets, and with this library, and asks all of them with one native load generator. A second program, which
calls WASI by hand, shows the limit. Every round measures all programs of a case by turns; a ratio is taken
within each round. Tables give the median of the rounds and, in brackets, the least and the most.

```sh
cargo xtask bench            # all of this
cargo xtask bench --quick    # what the goals need, in two minutes
cargo xtask bench --check    # and fail where a goal is missed
```

![This library and Linux beside wasi-libc](benchmarks.svg)
";

const GOALS: &str = "
## Goals

Ratios of medians would hide a machine that changes its pace, so these are medians of ratios. The limit is
the same ratio for a program that does no more than call the host (see the end of this page), where there is
one: it is what the host leaves to be reached, on this machine and with this much on the way.

| case | compared | goal | found | met | limit |
|---|---|---|--:|---|--:|
";

const NOTES: &str = "
## How to read this

* Everything runs on one machine: server and load generator share its processors. Native figures with one
  connection depend much on where the scheduler puts the two.
* All programs of a case stay while it is measured, and have many short turns, in another order each time: this
  machine's processors may be half as fast for a second as in the one before, and what a program leaves
  behind the next one finds. A turn begins with some time that does not count. A round is the sum of all turns,
  at full pace of three starts of the programs: the same program, started again, may run a sixth faster or
  slower for as long as it runs.
* A fixed number of requests is on the way at any time. p50 and p99 are latencies, the medians over turns and
  rounds. The server's column is the processor time that it, or the host that runs it, used for each
  operation: all threads, user and system.
* The components are in the host's cache, as when `wps-run` starts them, except where the table says
  otherwise. wasi-libc's program is given an 8 MiB stack, without which its `poll()` faults above about 2,000
  descriptors.
* `select()` natively and in wasi-libc ends at 1,024 descriptors; this library's headers let FD_SETSIZE be
  raised.
* UDP in: datagrams that the server took while it was flooded. UDP out: datagrams that its calls
  accepted. mmsg: 16 datagrams a call with `sendmmsg()` or `recvmmsg()`, which wasi-libc lacks.
* Busy ones asked by hand: the least that host calls can do, in place of an event loop. The connections that
  were ready lately are read from again and again, and nobody else is asked while they are busy. No server
  can do that; it is the limit for a poll() or epoll_wait().
* Asked again and again by hand: the same, and hardly ever asleep; no busy polling can answer sooner. What Linux
  takes so is the part that the load generator and the kernel have in each answer.
* WASI by hand: `benches/by_hand.c`, a component that calls the functions of wasi:sockets and wasi:io itself
  and does nothing else: no descriptors, no event loop, no allocation, no copies, one connection at a time.
  What it takes is the host's. 1 or 16 a call: datagrams in each call of send or receive; wasmtime moves no
  more. Where this library is ahead of a limit, the machine was faster at the time, or the other way round.
* New connections by hand: with poll, the program waits for the listener and the connection together, as a
  server with an event loop has to; that is the limit of the goals. Without, it waits in the host for the one
  thing that comes next, needs no pollable for a connection, and looks for the end of a connection only when
  the next one is there, so that it sleeps once for each instead of twice or three times.
* With one or two connections in a tight loop this library is faster than a sleep lets it be: while that mostly
  saves the sleep it asks for up to 50 µs first (see ARCHITECTURE). The server's column tells what that costs.
* Busy polling: SO_BUSY_POLL of 50 µs, set by the program, or for all sockets by WPS_BUSY_POLL. It asks each
  time, whether that pays or not.
* The foreign programs are Debian's own and the ports of the same version; wasi-libc cannot build them.
";

/// A number with commas and, when small, decimals.
pub fn thousands(number: f64) -> String {
    if number < 10.0 {
        return format!("{number:.2}");
    }
    if number < 100.0 {
        let text = format!("{number:.1}");
        return text.strip_suffix(".0").unwrap_or(&text).to_owned();
    }
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a subject is called.
pub fn name(key: &str) -> String {
    let (side, rest) = key.split_once('-').unwrap_or((key, ""));
    let side = match side {
        "native" => "Linux",
        "libc" => "wasi-libc",
        "hand" => "WASI by hand",
        _ => "this library",
    };
    match calls(rest) {
        "" => side.to_owned(),
        calls => format!("{side} ({calls})"),
    }
}

/// By which calls a subject does its work, from its key without the side.
pub fn calls(rest: &str) -> &str {
    match rest {
        "poll-busy" => "poll, busy polling",
        "poll-variable" => "poll, WPS_BUSY_POLL",
        "direct" => "busy ones asked by hand",
        "spin" => "asked again and again by hand",
        "1" => "1 a call",
        "16" => "16 a call",
        other => other,
    }
}

fn unit(unit: Unit) -> String {
    match unit {
        Unit::Rate(what) => format!("{what}/s"),
        Unit::BytesPerSecond => "GB/s".to_owned(),
        Unit::Milliseconds => "ms".to_owned(),
        Unit::Bytes => "bytes".to_owned(),
        Unit::Percent => "% of one processor".to_owned(),
    }
}

/// A value in the unit's own scale.
pub fn value(of: Unit, number: f64) -> String {
    match of {
        Unit::BytesPerSecond => format!("{:.2}", number / 1e9),
        Unit::Percent => format!("{number:.2}"),
        _ => thousands(number),
    }
}

fn spread(of: Unit, spread: Spread) -> String {
    let shown = |number| value(of, number);
    if shown(spread.least) == shown(spread.most) {
        return shown(spread.median);
    }
    let (least, most) = (shown(spread.least), shown(spread.most));
    format!("{} ({least}–{most})", shown(spread.median))
}

/// A ratio with three digits, however small.
fn ratio(number: f64) -> String {
    if number < 0.1 {
        format!("{number:.4}")
    } else {
        thousands(number)
    }
}

/// The subject of a case that others are compared with: the first of its side, or a certain one.
fn baseline<'a>(case: &'a Case, side: Side, key: Option<&str>) -> Option<&'a Subject> {
    let fits =
        |subject: &&Subject| subject.side == side && key.is_none_or(|key| subject.key == key);
    case.subjects.iter().find(fits)
}

fn table(results: &Results, case: &Case, text: &mut String) {
    let Some(measured) = results.cases.get(&case.id) else {
        return;
    };
    let shown = |of: Of| {
        let mut samples = measured.samples.values().flatten();
        samples.any(|sample| sample.get(of).is_some())
    };
    let more: Vec<(&str, Of)> = [
        ("p50, µs", Of::P50),
        ("p99, µs", Of::P99),
        (
            match case.unit {
                Unit::BytesPerSecond => "server, µs/MB",
                _ => "server, µs",
            },
            Of::Server,
        ),
    ]
    .into_iter()
    .filter(|(_, of)| shown(*of))
    .collect();
    let over: Vec<(&str, &Subject)> = [
        ("over wasi-libc", baseline(case, Side::WasiLibc, None)),
        (
            if case
                .subjects
                .iter()
                .any(|subject| subject.key == "native-poll")
            {
                "over Linux (poll)"
            } else {
                "over Linux"
            },
            baseline(case, Side::Native, None),
        ),
        (
            "over Linux (epoll)",
            baseline(case, Side::Native, Some("native-epoll")),
        ),
    ]
    .into_iter()
    .filter_map(|(title, subject)| Some((title, subject?)))
    .collect();

    let less = if case.unit.more_is_better() {
        ""
    } else {
        "; less is better"
    };
    let _ = writeln!(text, "\n### {}\n", upper(&case.title));
    let mut head = format!("| | {}{less} |", unit(case.unit));
    for (title, _) in &more {
        let _ = write!(head, " {title} |");
    }
    for (title, _) in &over {
        let _ = write!(head, " {title} |");
    }
    let columns = head.matches('|').count() - 1;
    let _ = writeln!(text, "{head}\n|---{}|", "|--:".repeat(columns - 1));
    for subject in &case.subjects {
        let Some(found) = measured.spread(subject.key, Of::Value) else {
            continue;
        };
        let mut row = format!("| {} | {} |", name(subject.key), spread(case.unit, found));
        for (_, of) in &more {
            let shown = measured.spread(subject.key, *of);
            let shown = shown.map_or(String::new(), |s| thousands(s.median));
            let _ = write!(row, " {shown} |");
        }
        for (_, base) in &over {
            let shown = (subject.side == Side::Ours || limits::is_limit(subject.key))
                .then(|| measured.ratio(subject.key, base.key, Of::Value))
                .flatten();
            let _ = write!(
                row,
                " {} |",
                shown.map_or(String::new(), |s| ratio(s.median))
            );
        }
        let _ = writeln!(text, "{row}");
    }
}

fn upper(text: &str) -> String {
    let mut chars = text.chars();
    let names = ["lighttpd", "nginx", "mosquitto", "unbound"];
    if names.iter().any(|name| text.starts_with(name)) {
        return text.to_owned();
    }
    chars.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn bound(bound: Bound) -> String {
    let (word, limit) = match bound {
        Bound::AtLeast(limit) => ("at least", limit),
        Bound::AtMost(limit) => ("at most", limit),
    };
    format!("{word} {limit}")
}

/// One goal as a row of a table.
fn goal(outcome: &Outcome) -> String {
    let found = match outcome.found {
        Some(found) => {
            let (least, most) = (ratio(found.least), ratio(found.most));
            let median = ratio(found.median);
            if least == most {
                median
            } else {
                format!("{median} ({least}–{most})")
            }
        }
        None => "not measured".to_owned(),
    };
    let met = match outcome.met() {
        Some(true) => "yes",
        Some(false) => "**no**",
        None => "",
    };
    let limit = outcome
        .limit
        .map_or(String::new(), |limit| ratio(limit.median));
    let (what, compared, wanted) = (
        outcome.goal.what,
        outcome.compared(),
        bound(outcome.goal.bound),
    );
    format!("| {what} | {compared} | {wanted} | {found} | {met} | {limit} |")
}

/// What is missed, as a sentence for each.
pub fn misses(outcomes: &[Outcome]) -> Vec<String> {
    let missed = outcomes
        .iter()
        .filter(|outcome| outcome.met() == Some(false));
    missed
        .map(|outcome| {
            let found = outcome
                .found
                .map_or(String::new(), |found| ratio(found.median));
            let limit = outcome.limit.map_or(String::new(), |limit| {
                format!("; by hand it is {}", ratio(limit.median))
            });
            format!(
                "{}: {} should be {} and is {found}{limit}",
                outcome.goal.what,
                outcome.compared(),
                bound(outcome.goal.bound)
            )
        })
        .collect()
}

fn machine(results: &Results) -> String {
    let m = &results.machine;
    let mut whens: Vec<&str> = results
        .cases
        .values()
        .map(|case| case.when.as_str())
        .collect();
    whens.sort_unstable();
    whens.dedup();
    let (when, more) = match whens.as_slice() {
        [] => ("never", String::new()),
        [when] => (*when, String::new()),
        [first, .., last] => (*first, format!(" to {last}; each case within one run")),
    };
    let pace = if results.quick {
        " (`--quick`: short measurements)"
    } else {
        ""
    };
    format!(
        "\n## Where and when\n\n| | |\n|---|---|\n| date | {when} UTC{more} |\n| rounds | {}{pace} |\n\
         | machine | {}, {} processors |\n| system | {}, {} |\n| host | {} |\n\
         | wasi-libc | {} |\n| compiler, components | {} |\n| compiler, native | {} |\n\
         | this library | {}, archive {} |\n",
        results.rounds,
        m.processor,
        m.processors,
        m.system,
        m.kernel,
        m.host,
        m.libc,
        m.compiler,
        m.native_compiler,
        m.revision,
        m.archive
    )
}

/// Says so where the machine had other things to do.
fn warning(results: &Results) -> Option<String> {
    let load = results
        .cases
        .values()
        .map(|case| case.load)
        .fold(0.0, f64::max);
    let processors = results.machine.processors;
    // A build just before, or another run, is no more than this.
    (load > 2.0 * processors as f64).then(|| {
        format!(
            "\n**Other programs kept this machine busy (load {} on {processors} processors): \
             these figures mean little.**\n",
            thousands(load)
        )
    })
}

/// The whole page.
pub fn page(results: &Results) -> String {
    let mut text = TOP.to_owned();
    text += &warning(results).unwrap_or_default();
    text += GOALS;
    for outcome in goals::outcomes(results) {
        text += &goal(&outcome);
        text.push('\n');
    }
    let mut group = "";
    for case in cases::all() {
        if !results.cases.contains_key(&case.id) {
            continue;
        }
        if case.group != group {
            group = case.group;
            let _ = write!(text, "\n## {group}\n");
        }
        table(results, &case, &mut text);
    }
    text + NOTES + &machine(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_rounded() {
        let shown = [0.1234, 9.5, 41.26, 1000.0, 1_234_567.8].map(thousands);
        assert_eq!(shown, ["0.12", "9.50", "41.3", "1,000", "1,234,568"]);
        assert_eq!(ratio(0.0021), "0.0021");
    }

    #[test]
    fn subjects_have_names() {
        assert_eq!(name("libc"), "wasi-libc");
        assert_eq!(name("native-epoll"), "Linux (epoll)");
        assert_eq!(name("ours-poll-busy"), "this library (poll, busy polling)");
        assert_eq!(name("hand"), "WASI by hand");
        assert_eq!(name("hand-16"), "WASI by hand (16 a call)");
    }
}
