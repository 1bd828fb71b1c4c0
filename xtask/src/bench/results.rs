//! What was measured, its file, and the arithmetic on it.

use super::machine::Machine;
use crate::paths;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One measurement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// In the case's unit.
    pub value: f64,
    /// Latency that half of the requests did not exceed, in microseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p50: Option<f64>,
    /// That 99 of 100 did not exceed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p99: Option<f64>,
    /// Processor time of the server, in microseconds for each operation or megabyte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<f64>,
}

/// All rounds of one case, measured in one run: what ratios are made of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// When the run began, UTC.
    pub when: String,
    /// How many programs wanted a processor in the minute before (the system's load average).
    #[serde(default)]
    pub load: f64,
    /// Each subject's samples, one a round.
    pub samples: BTreeMap<String, Vec<Sample>>,
}

/// The contents of `results.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    pub machine: Machine,
    pub quick: bool,
    pub rounds: usize,
    /// By the cases' ids.
    pub cases: BTreeMap<String, Measured>,
}

/// Median and extremes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    /// Of at least one number.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let (least, most) = (*numbers.first()?, *numbers.last()?);
        let middle = numbers.len() / 2;
        let median = if numbers.len() % 2 == 1 {
            numbers[middle]
        } else {
            f64::midpoint(numbers[middle - 1], numbers[middle])
        };
        Some(Self {
            median,
            least,
            most,
        })
    }
}

/// Which number of a sample is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Value,
    P50,
    P99,
    Server,
}

impl Sample {
    pub fn get(&self, of: Of) -> Option<f64> {
        match of {
            Of::Value => Some(self.value),
            Of::P50 => self.p50,
            Of::P99 => self.p99,
            Of::Server => self.server,
        }
    }
}

impl Measured {
    /// A subject's numbers.
    pub fn spread(&self, subject: &str, of: Of) -> Option<Spread> {
        let samples = self.samples.get(subject)?;
        Spread::of(samples.iter().filter_map(|sample| sample.get(of)))
    }

    /// One subject over another. Each round is a ratio of its own, of two measurements that were
    /// made next to each other, so that a machine that changes its pace does not matter.
    pub fn ratio(&self, subject: &str, over: &str, of: Of) -> Option<Spread> {
        let pairs = self
            .samples
            .get(subject)?
            .iter()
            .zip(self.samples.get(over)?);
        Spread::of(pairs.filter_map(|(this, other)| {
            let ratio = this.get(of)? / other.get(of)?;
            ratio.is_finite().then_some(ratio)
        }))
    }
}

/// Where results are kept.
pub fn folder() -> PathBuf {
    paths::target().join("bench")
}

impl Results {
    fn file() -> PathBuf {
        folder().join("results.json")
    }

    /// Reads what an earlier run left, if it is there.
    pub fn read() -> Result<Option<Self>> {
        let file = Self::file();
        let text = match std::fs::read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", file.display()));
            }
        };
        let results = serde_json::from_slice(&text);
        results
            .map(Some)
            .with_context(|| format!("{} is damaged; remove it", file.display()))
    }

    pub fn write(&self) -> Result<()> {
        paths::write_if_changed(&Self::file(), &serde_json::to_vec_pretty(self)?)
    }

    /// Puts the cases of a later run in the place of their older selves. Whole cases only, so that
    /// no ratio is made of two runs; and none of a machine or a build that was another.
    pub fn merge(self, newer: Self) -> Self {
        let same = self.machine == newer.machine
            && self.quick == newer.quick
            && self.rounds == newer.rounds;
        if !same {
            return newer;
        }
        let mut cases = self.cases;
        cases.extend(newer.cases);
        Self { cases, ..newer }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(when: &str, ours: &[f64], theirs: &[f64]) -> Measured {
        let samples = |values: &[f64]| {
            let sample = |value: &f64| Sample {
                value: *value,
                p50: Some(2.0 * value),
                ..Sample::default()
            };
            values.iter().map(sample).collect()
        };
        Measured {
            when: when.into(),
            load: 0.0,
            samples: [
                ("ours".to_owned(), samples(ours)),
                ("libc".to_owned(), samples(theirs)),
            ]
            .into(),
        }
    }

    fn results(machine: &str, cases: &[(&str, Measured)]) -> Results {
        Results {
            machine: Machine {
                processor: machine.into(),
                ..Machine::default()
            },
            quick: false,
            rounds: 3,
            cases: cases
                .iter()
                .map(|(id, case)| ((*id).to_owned(), case.clone()))
                .collect(),
        }
    }

    #[test]
    fn medians_of_odd_and_even_numbers() {
        let spread = Spread::of([3.0, 1.0, 2.0]).unwrap();
        assert_eq!((spread.least, spread.median, spread.most), (1.0, 2.0, 3.0));
        assert_eq!(Spread::of([4.0, 1.0]).unwrap().median, 2.5);
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn a_ratio_is_taken_within_each_round() {
        // A machine that gets three times as fast in the second round.
        let case = measured("", &[10.0, 30.0, 10.0], &[5.0, 15.0, 4.0]);
        let ratio = case.ratio("ours", "libc", Of::Value).unwrap();
        assert_eq!((ratio.least, ratio.median, ratio.most), (2.0, 2.0, 2.5));
        assert_eq!(case.ratio("ours", "libc", Of::P50).unwrap().median, 2.0);
        assert_eq!(case.ratio("ours", "libc", Of::P99), None);
        assert_eq!(case.ratio("ours", "native", Of::Value), None);
        assert_eq!(
            measured("", &[1.0], &[0.0]).ratio("ours", "libc", Of::Value),
            None
        );
    }

    #[test]
    fn a_later_run_replaces_whole_cases_of_the_same_build_only() {
        let old = results(
            "a",
            &[
                ("x", measured("1", &[1.0], &[1.0])),
                ("y", measured("1", &[1.0], &[1.0])),
            ],
        );
        let new = results("a", &[("y", measured("2", &[2.0], &[2.0]))]);
        let merged = old.clone().merge(new.clone());
        assert_eq!(merged.cases["x"].when, "1");
        assert_eq!(merged.cases["y"], new.cases["y"]);
        let other = results("b", &[("y", measured("2", &[2.0], &[2.0]))]);
        assert_eq!(old.merge(other.clone()), other);
    }
}
