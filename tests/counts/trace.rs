//! Runs a program and counts, for each of its cases, the calls to the host.
//!
//! wasmtime logs every call of a WASI function by name; the resources that are dropped are the
//! only calls it says nothing about. The program brackets each case with a call for one random
//! byte and one for two.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// What one run of a case took.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sample {
    /// How many operations it was.
    pub operations: u32,
    /// Calls to the host by the name of the function.
    pub calls: BTreeMap<String, u32>,
    /// Calls of malloc and its like.
    pub allocations: u64,
    /// Bytes moved by memory.copy.
    pub copied: u64,
}

impl Sample {
    /// Calls of any kind.
    pub fn total(&self) -> u32 {
        self.calls.values().sum()
    }
}

/// The samples of each case, in the order in which the cases came.
pub type Cases = Vec<(String, Vec<Sample>)>;

/// Runs `program`; fails with what it said when something was not as it expects.
pub fn samples(wps_run: &Path, program: &Path) -> Result<Cases, String> {
    let output = Command::new(wps_run)
        .arg(program)
        .env("WASMTIME_LOG", "wasmtime_wasi=trace,wasmtime_wasi_io=trace")
        // Errors such as would-block would each be logged with a backtrace.
        .env("RUST_BACKTRACE", "0")
        .env("RUST_LIB_BACKTRACE", "0")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let said: Vec<&str> = log
            .lines()
            .filter(|line| !line.contains("wit-bindgen import{"))
            .collect();
        let tail = said[said.len().saturating_sub(10)..].join("\n");
        return Err(format!("{} failed: {tail}", program.display()));
    }
    let brackets = brackets(&log);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = stdout.lines().collect();
    assert!(!lines.is_empty(), "{} did nothing", program.display());
    assert_eq!(
        lines.len(),
        brackets.len(),
        "cases told and found in the log"
    );
    let mut found = Cases::new();
    for (line, calls) in lines.into_iter().zip(brackets) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, operations, allocations, copied] = fields[..] else {
            panic!("not a case: {line:?}");
        };
        let sample = Sample {
            operations: operations.parse().unwrap(),
            calls,
            allocations: allocations.parse().unwrap(),
            copied: copied.parse().unwrap(),
        };
        match found.iter_mut().find(|(known, _)| known == name) {
            Some((_, samples)) => samples.push(sample),
            None => found.push((name.to_owned(), vec![sample])),
        }
    }
    Ok(found)
}

/// The sample that most runs of a case gave. The first ones make what is kept from then on, and a
/// timer that runs out meanwhile is made anew.
pub fn usual(samples: &[Sample]) -> &Sample {
    let count = |sample| samples.iter().filter(|&other| other == sample).count();
    samples.iter().max_by_key(|&sample| count(sample)).unwrap()
}

/// The calls between each pair of marks.
fn brackets(log: &str) -> Vec<BTreeMap<String, u32>> {
    let mut all = Vec::new();
    let mut open: Option<BTreeMap<String, u32>> = None;
    for (function, arguments) in log.lines().filter_map(call) {
        match (function.as_str(), arguments) {
            ("get-random-bytes", "len=1") => open = Some(BTreeMap::new()),
            ("get-random-bytes", "len=2") => all.extend(open.take()),
            _ => {
                if let Some(calls) = &mut open {
                    *calls.entry(function).or_default() += 1;
                }
            }
        }
    }
    all
}

/// The function that a line of the log says was called, and the arguments.
fn call(line: &str) -> Option<(String, &str)> {
    let (_, rest) = line.split_once("wit-bindgen import{")?;
    let (_, rest) = rest.split_once("function=\"")?;
    let (function, rest) = rest.split_once("\"}:")?;
    // The module that logs stands before it, unless the log is set not to tell.
    let rest = rest.trim_start();
    let message = match rest.split_once(": ") {
        Some((module, message)) if !module.contains(' ') => message,
        _ => rest,
    };
    let (word, arguments) = message.split_once(' ').unwrap_or((message, ""));
    if word != "call" {
        return None;
    }
    // "[method]tcp-socket.accept" is a function like any other.
    let name = function.split_once(']').map_or(function, |(_, name)| name);
    Some((name.to_owned(), arguments.trim()))
}

#[test]
fn the_log_is_understood() {
    let line = |function: &str, rest: &str| {
        format!("1T TRACE wit-bindgen import{{module=\"m\" function=\"{function}\"}}: {rest}\n")
    };
    let log = [
        line("now", "a::b: call"),
        line("get-random-bytes", "a::random: call len=1"),
        line("get-random-bytes", "a::random: return result=\"...\""),
        line(
            "[method]input-stream.read",
            "a::b: call self_=Resource { rep: 2 } len=9",
        ),
        line(
            "[method]input-stream.read",
            "a::b: return result=Err(would-block: call me",
        ),
        line("now", "call"),
        line("now", "call"),
        line("get-random-bytes", "a::random: call len=2"),
        line("now", "call"),
    ]
    .concat();
    let expected = BTreeMap::from([("input-stream.read".to_owned(), 1), ("now".to_owned(), 2)]);
    assert_eq!(brackets(&log), [expected]);
}
