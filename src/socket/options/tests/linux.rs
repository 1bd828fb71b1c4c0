//! Compares every option with what Linux did with it (linux.txt, recorded by record.c).

use super::fake::{Fake, SOL_SOCKET};
use crate::errno::Errno;
use crate::fd::file::{Domain, Type};
use crate::socket::options::rule::{Class, kind_of};
use crate::socket::options::table::Level;
use std::collections::BTreeMap;

const RECORD: &str = include_str!("linux.txt");

/// The values that record.c sets.
const VALUES: [i32; 22] = [
    -2, -1, 0, 1, 2, 3, 7, 30, 42, 64, 127, 128, 200, 255, 1000, 1279, 1280, 32767, 32768, 65535,
    1048576, 2147483647,
];

struct Line<'a> {
    ident: &'a str,
    level: i32,
    name: i32,
    kinds: Vec<&'a str>,
    results: BTreeMap<&'a str, &'a str>,
}

fn lines() -> impl Iterator<Item = Line<'static>> {
    RECORD.lines().map(|line| {
        let mut words = line.split(' ');
        let mut next = || words.next().unwrap();
        let (ident, level, name, kinds) = (next(), next(), next(), next());
        Line {
            ident,
            level: if level == "1" {
                SOL_SOCKET
            } else {
                level.parse().unwrap()
            },
            name: name.parse().unwrap(),
            kinds: kinds.split(',').collect(),
            results: words
                .map(|word| word.split_once(['=', ':']).unwrap())
                .collect(),
        }
    })
}

fn fresh(kind: &str) -> Fake {
    match kind {
        "tcp4" => Fake::tcp(),
        "tcp6" => Fake::tcp6(),
        "udp4" => Fake::udp(),
        "udp6" => Fake::new(Domain::Inet6, Type::Datagram),
        "unix" => Fake::unix(),
        other => panic!("{other}"),
    }
}

/// What the table says of an option; `None` if it does not have it.
fn class(line: &Line, kind: &str) -> Option<Class> {
    let fake = fresh(kind);
    let bit = kind_of(fake.domain, fake.kind);
    let level = Level::of(line.level, bit)?;
    let row = level
        .rows()
        .iter()
        .position(|row| i32::from(row.name) == line.name && row.kinds & bit != 0)?;
    Some(level.docs()[row].class)
}

fn errno_name(errno: Errno) -> &'static str {
    macro_rules! names {
        ($($name:ident)*) => { match errno.0 { $(libc::$name => stringify!($name),)* _ => "?" } };
    }
    names! { EACCES EADDRNOTAVAIL EDOM EFAULT EINVAL ENODEV ENOENT ENOPROTOOPT ENOTCONN EOPNOTSUPP EPERM EPROTO }
}

fn show_get(kind: &str, line: &Line, room: usize) -> String {
    match fresh(kind).get(line.level, line.name, room) {
        Ok(value) => {
            let hex: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{}:{hex}", value.len())
        }
        Err(errno) => errno_name(errno).into(),
    }
}

fn show_set(kind: &str, line: &Line, value: i32) -> String {
    let fake = fresh(kind);
    if let Err(errno) = fake.set_int(line.level, line.name, value) {
        return errno_name(errno).into();
    }
    match fake.get(line.level, line.name, 4) {
        Err(errno) => format!("ok,{}", errno_name(errno)),
        Ok(back) if back.len() != 4 => "ok".into(),
        Ok(back) if back == value.to_ne_bytes() => "same".into(),
        Ok(back) => i32::from_ne_bytes(back.try_into().unwrap()).to_string(),
    }
}

fn show_length(kind: &str, line: &Line, length: usize) -> String {
    match fresh(kind).set(line.level, line.name, &[1, 0, 0, 0, 0][..length]) {
        Ok(()) => "ok".into(),
        Err(errno) => errno_name(errno).into(),
    }
}

/// Where the outcome may differ from the record, and why.
fn allowed(line: &Line, kind: &str, what: &str, ours: &str) -> bool {
    match (line.ident, what) {
        // The C library's own numbers.
        ("SO_TYPE" | "SO_DOMAIN", "get" | "get1") => true,
        // A number of its own for each socket.
        ("SO_COOKIE", "get") => ours.starts_with("8:"),
        // What WASI does not tell is 0; the state (7, closed) comes first.
        ("TCP_INFO", "get") => ours.starts_with("64:070000"),
        // An unsigned long, which is shorter here.
        ("SO_MAX_PACING_RATE", "get") => ours == "4:ffffffff",
        // The recording machine's limits are larger than Linux's usual ones.
        ("SO_RCVBUF" | "SO_SNDBUF", _) if kind == "unix" => ours == "425984",
        ("SO_RCVLOWAT", _) if kind.starts_with("tcp") => ours == "3145728",
        _ => false,
    }
}

#[test]
fn what_is_not_refused_is_as_on_linux() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for line in lines() {
        for &kind in &line.kinds {
            if class(&line, kind) == Some(Class::Refused) {
                continue;
            }
            let mut compare = |what: &str, ours: String, theirs: &str| {
                compared += 1;
                if ours != theirs && !allowed(&line, kind, what, &ours) {
                    wrong.push(format!(
                        "{} {kind} {what}: Linux {theirs}, here {ours}",
                        line.ident
                    ));
                }
            };
            compare("get", show_get(kind, &line, 64), line.results["get"]);
            compare("get1", show_get(kind, &line, 1), line.results["get1"]);
            let mut theirs = "";
            for value in VALUES {
                theirs = line
                    .results
                    .get(value.to_string().as_str())
                    .unwrap_or(&theirs);
                // A value that reads back is "same" even where its neighbours are rounded to it.
                compare(&value.to_string(), show_set(kind, &line, value), theirs);
            }
            for length in 0..=5 {
                theirs = line
                    .results
                    .get(format!("L{length}").as_str())
                    .unwrap_or(&theirs);
                compare(
                    &format!("length {length}"),
                    show_length(kind, &line, length),
                    theirs,
                );
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(compared > 5000, "only {compared} comparisons");
}

#[test]
fn what_is_refused_changes_nothing() {
    for line in lines() {
        for &kind in &line.kinds {
            if class(&line, kind) != Some(Class::Refused) {
                continue;
            }
            let fake = fresh(kind);
            let before = fake.get(line.level, line.name, 64);
            let get = show_get(kind, &line, 64);
            // A value is told only where it is Linux's too.
            let told = get.contains(':') && line.ident != "SO_TIMESTAMPING";
            assert!(
                !told || get == line.results["get"],
                "{} {kind}: {get}",
                line.ident
            );
            let mut refusals = 0;
            let mut theirs = "";
            for value in VALUES {
                let set = fake.set_int(line.level, line.name, value);
                refusals += usize::from(set.is_err());
                // What Linux refuses cannot be right here.
                theirs = line
                    .results
                    .get(value.to_string().as_str())
                    .unwrap_or(&theirs);
                assert!(
                    set.is_err() || !theirs.starts_with('E'),
                    "{} {kind} {value}",
                    line.ident
                );
                let after = fake.get(line.level, line.name, 64);
                let negative_peek_offset = line.ident == "SO_PEEK_OFF" && value < 0;
                assert!(
                    after == before || negative_peek_offset,
                    "{} {kind} {value}",
                    line.ident
                );
            }
            assert!(refusals > 0, "{} {kind} is not refused at all", line.ident);
        }
    }
}

#[test]
fn every_option_of_the_table_was_recorded() {
    for level in [SOL_SOCKET, 0, 41, 6, 17] {
        let rows = [Fake::tcp6(), Fake::new(Domain::Inet6, Type::Datagram)]
            .iter()
            .filter_map(|fake| Level::of(level, kind_of(fake.domain, fake.kind)))
            .flat_map(Level::rows)
            .collect::<Vec<_>>();
        assert!(!rows.is_empty());
        for row in rows {
            let recorded =
                lines().any(|line| line.level == level && line.name == i32::from(row.name));
            assert!(recorded, "level {level} option {}", row.name);
        }
    }
}
