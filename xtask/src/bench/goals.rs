//! What this library is to reach, as ratios within one run, and whether it does.

use super::limits;
use super::results::{Of, Results, Spread};

/// A limit, and on which side of it is good.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

/// One ratio, or one figure where `over` is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    pub what: &'static str,
    pub case: &'static str,
    pub subject: &'static str,
    pub over: Option<&'static str>,
    pub of: Of,
    pub bound: Bound,
}

/// What became of a goal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    pub goal: Goal,
    /// Absent where it was not measured.
    pub found: Option<Spread>,
    /// The same ratio for what the host gives at most, where that was measured.
    pub limit: Option<Spread>,
}

const fn rate(
    what: &'static str,
    case: &'static str,
    subject: &'static str,
    over: &'static str,
    least: f64,
) -> Goal {
    let (over, of, bound) = (Some(over), Of::Value, Bound::AtLeast(least));
    Goal {
        what,
        case,
        subject,
        over,
        of,
        bound,
    }
}

/// No small write may wait for an acknowledgement: the time for one answer in microseconds, or over that of
/// another program.
const fn stall(what: &'static str, case: &'static str, over: Option<&'static str>) -> Goal {
    let most = if over.is_some() { 1.0 / 50.0 } else { 1000.0 };
    Goal {
        what,
        case,
        subject: "ours-poll",
        over,
        of: Of::P50,
        bound: Bound::AtMost(most),
    }
}

const BUSY_1000: &str = "8 busy and 1,000 idle";
const BUSY_5000: &str = "8 busy and 5,000 idle";
const ANSWERS: &str = "answers of 8 × 512 B: p50";
const PIECES: &str = "echo by 512 B: p50";
const RELAY: &str = "relay by 512 B: p50";
const LINES: &str = "16 lines by stdio: p50";
const ECHO_32: &str = "echo, 32 connections";
const CONNECT: &str = "new connections";
const SINK: &str = "TCP in, 64 KiB a call";
const SOURCE: &str = "TCP out, 64 KiB a call";

/// All goals, in the report's order.
pub const GOALS: [Goal; 28] = [
    rate(BUSY_1000, "idle-1000", "ours-poll", "libc-poll", 3.5),
    rate(BUSY_1000, "idle-1000", "ours-poll", "native-poll", 2.5),
    rate(BUSY_1000, "idle-1000", "ours-epoll", "native-epoll", 0.4),
    rate(BUSY_5000, "idle-5000", "ours-poll", "libc-poll", 12.0),
    rate(BUSY_5000, "idle-5000", "ours-poll", "native-poll", 8.0),
    rate(BUSY_5000, "idle-5000", "ours-epoll", "libc-poll", 12.0),
    rate(BUSY_5000, "idle-5000", "ours-epoll", "native-poll", 8.0),
    rate(BUSY_5000, "idle-5000", "ours-epoll", "native-epoll", 0.4),
    stall(ANSWERS, "answers", Some("libc-poll")),
    stall("answers of 8 × 512 B: p50, µs", "answers", None),
    stall(PIECES, "pieces", Some("libc-poll")),
    stall("echo by 512 B: p50, µs", "pieces", None),
    stall(RELAY, "relay", Some("libc-poll")),
    stall("relay by 512 B: p50, µs", "relay", None),
    stall(LINES, "lines", Some("libc-poll")),
    stall("16 lines by stdio: p50, µs", "lines", None),
    rate(ECHO_32, "echo-32", "ours-poll", "libc-poll", 1.0),
    rate(ECHO_32, "echo-32", "ours-poll", "native-poll", 0.5),
    Goal {
        what: "echo, 1 connection, busy polling: p50",
        case: "echo-1",
        subject: "ours-poll-busy",
        over: Some("libc-poll"),
        of: Of::P50,
        bound: Bound::AtMost(0.4),
    },
    rate(CONNECT, "connect", "ours-poll", "libc-poll", 1.05),
    rate(CONNECT, "connect", "ours-poll", "native-poll", 0.45),
    rate(SINK, "tcp-sink-64", "ours", "libc", 1.0),
    rate(SINK, "tcp-sink-64", "ours", "native", 0.9),
    rate(SOURCE, "tcp-source-64", "ours", "libc", 1.0),
    rate(SOURCE, "tcp-source-64", "ours", "native", 0.9),
    rate("UDP in, 64 B", "udp-sink-64", "ours", "libc", 1.15),
    rate(
        "UDP out, sendmmsg of 16 × 64 B",
        "udp-source-64",
        "ours-mmsg",
        "libc",
        1.3,
    ),
    Goal {
        what: "size of an echo server",
        case: "size",
        subject: "ours",
        over: Some("libc"),
        of: Of::Value,
        bound: Bound::AtMost(1.25),
    },
];

impl Bound {
    pub fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(limit) => value >= limit,
            Self::AtMost(limit) => value <= limit,
        }
    }
}

impl Outcome {
    /// Whether the median is on the good side; nothing where it was not measured.
    pub fn met(&self) -> Option<bool> {
        self.found.map(|found| self.goal.bound.holds(found.median))
    }

    /// What is compared, in words.
    pub fn compared(&self) -> String {
        let Goal { subject, over, .. } = self.goal;
        match over {
            Some(over) => format!(
                "{} over {}",
                super::report::name(subject),
                super::report::name(over)
            ),
            None => super::report::name(subject),
        }
    }
}

/// Compares the results with the goals.
pub fn outcomes(results: &Results) -> Vec<Outcome> {
    let outcome = |goal: &Goal| {
        let of = |subject: &str| {
            let case = results.cases.get(goal.case)?;
            match goal.over {
                Some(over) => case.ratio(subject, over, goal.of),
                None => case.spread(subject, goal.of),
            }
        };
        Outcome {
            goal: *goal,
            found: of(goal.subject),
            limit: limits::of(goal.case, goal.subject).and_then(of),
        }
    };
    GOALS.iter().map(outcome).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::cases;
    use crate::bench::results::{Measured, Sample};

    #[test]
    fn goals_name_what_is_measured_also_in_a_quick_run() {
        let cases = cases::all();
        for goal in GOALS {
            let case = cases.iter().find(|case| case.id == goal.case);
            let case = case.unwrap_or_else(|| panic!("no case {}", goal.case));
            assert!(case.quick, "{}", goal.case);
            for key in [Some(goal.subject), goal.over].into_iter().flatten() {
                let found = case.subjects.iter().any(|subject| subject.key == key);
                assert!(found, "{}: {key}", goal.case);
            }
        }
    }

    #[test]
    fn the_median_of_the_rounds_decides() {
        let samples = |values: [f64; 3]| {
            values.map(|value| Sample {
                value,
                ..Sample::default()
            })
        };
        let measured = Measured {
            when: String::new(),
            load: 0.0,
            samples: [
                ("ours".to_owned(), samples([10.0, 13.0, 14.0]).into()),
                ("libc".to_owned(), samples([10.0, 10.0, 10.0]).into()),
                ("hand-16".to_owned(), samples([30.0, 20.0, 15.0]).into()),
            ]
            .into(),
        };
        let results = Results {
            machine: Default::default(),
            quick: true,
            rounds: 3,
            cases: [
                ("udp-sink-64".to_owned(), measured.clone()),
                ("size".to_owned(), measured),
            ]
            .into(),
        };
        let outcomes = outcomes(&results);
        let met = |case: &str| {
            let outcome = outcomes.iter().find(|outcome| outcome.goal.case == case);
            outcome.unwrap().met()
        };
        assert_eq!(met("udp-sink-64"), Some(true));
        assert_eq!(met("size"), Some(false));
        assert_eq!(met("connect"), None);
        let limit = |case: &str| {
            let outcome = outcomes.iter().find(|outcome| outcome.goal.case == case);
            outcome.unwrap().limit.map(|limit| limit.median)
        };
        assert_eq!(limit("udp-sink-64"), Some(2.0));
        assert_eq!(limit("size"), None);
    }
}
