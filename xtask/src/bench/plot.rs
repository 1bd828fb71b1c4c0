//! `docs/benchmarks.svg`: for each case, this library as a bar and Linux as a mark, both over
//! wasi-libc, on a logarithmic scale.

use super::cases::{self, Case, Side, Subject, Unit};
use super::report;
use super::results::{Of, Results};
use svg::Document;
use svg::node::element::{Group, Line, Rectangle, Text, Title};

const WIDTH: f64 = 900.0;
/// Where the bars' area begins and ends.
const LEFT: f64 = 400.0;
const RIGHT: f64 = 840.0;
const TOP: f64 = 78.0;
const ROW: f64 = 19.0;

const OURS: &str = "#2a6fb0";
const LINUX: &str = "#d9822b";
const LINES: &str = "#8c959f";
const INK: &str = "#1f2328";

/// One bar.
struct Bar {
    label: String,
    /// How many times better than wasi-libc: the library, and Linux doing the same.
    ours: f64,
    linux: Option<f64>,
}

/// Bars of all cases that wasi-libc takes part in.
fn bars(results: &Results) -> Vec<(&'static str, Vec<Bar>)> {
    let mut groups: Vec<(&'static str, Vec<Bar>)> = Vec::new();
    for case in cases::all() {
        let more: Vec<Bar> = case
            .subjects
            .iter()
            .filter_map(|s| bar(results, &case, s))
            .collect();
        match groups.last_mut() {
            Some((group, bars)) if *group == case.group => bars.extend(more),
            _ if more.is_empty() => {}
            _ => groups.push((case.group, more)),
        }
    }
    groups
}

fn bar(results: &Results, case: &Case, subject: &Subject) -> Option<Bar> {
    // Idling is next to nothing for all of them; a ratio of two such figures says nothing.
    if subject.side != Side::Ours || case.unit == Unit::Percent {
        return None;
    }
    let measured = results.cases.get(&case.id)?;
    let theirs = case.subjects.iter().find(|s| s.side == Side::WasiLibc)?;
    // Where answers stall, or one request is on the way, latency is what matters.
    let latency = case.id == "answers" || case.id == "echo-1";
    let of = if latency { Of::P50 } else { Of::Value };
    let better = |key: &str| {
        let ratio = measured.ratio(key, theirs.key, of)?.median;
        let inverse = latency || !case.unit.more_is_better();
        Some(if inverse { 1.0 / ratio } else { ratio })
    };
    // Linux by the same calls.
    let (_, calls) = subject.key.split_once('-').unwrap_or(("", ""));
    let same = if calls.is_empty() {
        "native".to_owned()
    } else {
        format!("native-{calls}")
    };
    let mut label = case.title.clone();
    if !calls.is_empty() {
        label = format!("{label}: {}", report::calls(calls));
    }
    if latency {
        label += " (latency)";
    }
    Some(Bar {
        label,
        ours: better(subject.key)?,
        linux: better(&same),
    })
}

/// The powers of two that the scale goes from and to.
fn powers(groups: &[(&str, Vec<Bar>)]) -> (i32, i32) {
    let all = groups.iter().flat_map(|(_, bars)| bars);
    let values = all.flat_map(|bar| [Some(bar.ours), bar.linux]).flatten();
    let (mut least, mut most) = (-1, 1);
    for value in values.filter(|value| value.is_finite() && *value > 0.0) {
        least = least.min(value.log2().floor() as i32);
        most = most.max(value.log2().ceil() as i32);
    }
    (least, most)
}

fn text(x: f64, y: f64, anchor: &str, words: impl Into<String>) -> Text {
    Text::new(words)
        .set("x", x)
        .set("y", y)
        .set("text-anchor", anchor)
}

/// The picture as SVG.
pub fn picture(results: &Results) -> String {
    let groups = bars(results);
    let (least, most) = powers(&groups);
    let place = |value: f64| {
        let share = (value.log2() - f64::from(least)) / f64::from(most - least);
        LEFT + share.clamp(0.0, 1.0) * (RIGHT - LEFT)
    };
    let rows: usize = groups.iter().map(|(_, bars)| bars.len() + 2).sum();
    let bottom = TOP + rows as f64 * ROW;
    let height = bottom + 12.0;

    let mut lines = Group::new();
    for power in least..=most {
        let at = place(2f64.powi(power));
        let (width, label) = match power {
            0 => (2, "wasi-libc = 1".to_owned()),
            1.. => (1, format!("{}×", 1u64 << power)),
            _ => (1, format!("1/{}", 1u64 << -power)),
        };
        let line = Line::new()
            .set("x1", at)
            .set("x2", at)
            .set("y1", TOP - 6.0)
            .set("y2", bottom);
        lines = lines.add(
            line.set("stroke", LINES)
                .set("stroke-width", width)
                .set("stroke-opacity", 0.6),
        );
        // Of a long scale, every second label.
        if power == 0 || most - least <= 8 || power % 2 == 0 {
            lines = lines.add(text(at, TOP - 12.0, "middle", label));
        }
    }

    let mut marks = Group::new();
    let mut y = TOP;
    for (group, bars) in &groups {
        y += 1.5 * ROW;
        marks = marks.add(text(10.0, y, "start", *group).set("font-weight", "bold"));
        for bar in bars {
            y += ROW;
            marks = marks.add(row(bar, y, &place));
        }
        y += 0.5 * ROW;
    }

    let background = Rectangle::new()
        .set("width", WIDTH)
        .set("height", height)
        .set("fill", "#ffffff");
    let legend = Group::new()
        .add(
            Rectangle::new()
                .set("x", 10)
                .set("y", 32)
                .set("width", 22)
                .set("height", 11)
                .set("fill", OURS),
        )
        .add(text(38.0, 42.0, "start", "this library"))
        .add(
            Rectangle::new()
                .set("x", 132)
                .set("y", 30)
                .set("width", 4)
                .set("height", 15)
                .set("fill", LINUX),
        )
        .add(text(
            142.0,
            42.0,
            "start",
            "Linux, native, by the same calls",
        ));
    let heading =
        "How many times better than wasi-libc's own sockets (logarithmic; to the right is better)";
    let document = Document::new()
        .set("viewBox", (0.0, 0.0, WIDTH, height))
        .set("width", WIDTH)
        .set("height", height)
        .set("font-family", "sans-serif")
        .set("font-size", 12)
        .set("fill", INK)
        .add(Title::new("Benchmarks of wasi-posix-sockets"))
        .add(background)
        .add(
            text(10.0, 20.0, "start", heading)
                .set("font-size", 15)
                .set("font-weight", "bold"),
        )
        .add(legend)
        .add(lines)
        .add(marks);
    format!("{document}\n")
}

fn row(bar: &Bar, y: f64, place: &impl Fn(f64) -> f64) -> Group {
    let (one, end) = (place(1.0), place(bar.ours));
    let rectangle = Rectangle::new()
        .set("x", one.min(end))
        .set("y", y - 10.0)
        .set("width", (end - one).abs().max(1.0))
        .set("height", 11)
        .set("fill", OURS);
    let mut group = Group::new()
        .add(text(LEFT - 12.0, y, "end", bar.label.clone()))
        .add(rectangle);
    let mut beside = end.max(one);
    if let Some(linux) = bar.linux {
        let at = place(linux);
        beside = beside.max(at);
        let mark = Rectangle::new()
            .set("x", at - 2.0)
            .set("y", y - 12.0)
            .set("width", 4)
            .set("height", 15);
        group = group.add(mark.set("fill", LINUX));
    }
    group.add(text(
        beside + 6.0,
        y,
        "start",
        format!("{}×", report::thousands(bar.ours)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::results::{Measured, Sample};

    #[test]
    fn a_case_becomes_a_bar_and_a_mark() {
        let sample = |value| {
            vec![Sample {
                value,
                ..Sample::default()
            }]
        };
        let measured = Measured {
            when: String::new(),
            load: 0.0,
            samples: [
                ("native-poll".to_owned(), sample(4.0)),
                ("libc-poll".to_owned(), sample(2.0)),
                ("ours-poll".to_owned(), sample(16.0)),
            ]
            .into(),
        };
        let results = Results {
            machine: Default::default(),
            quick: false,
            rounds: 1,
            cases: [("idle-1000".to_owned(), measured)].into(),
        };
        let groups = bars(&results);
        assert_eq!(groups.len(), 1);
        assert_eq!(
            (groups[0].1[0].ours, groups[0].1[0].linux),
            (8.0, Some(2.0))
        );
        assert_eq!(powers(&groups), (-1, 3));
        let picture = picture(&results);
        assert!(
            picture.starts_with("<svg") && picture.contains("8.00×"),
            "{picture}"
        );
    }
}
