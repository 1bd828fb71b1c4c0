//! What is measured: the cases, and for each the programs that are compared.

mod footprint;

use super::limits;
use footprint::footprint;

/// What a program under test is linked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Linux, without a host in between.
    Native,
    /// A component with wasi-libc's own sockets.
    WasiLibc,
    /// A component with this library.
    Ours,
    /// A component without sockets: `benches/by_hand.c`.
    ByHand,
}

/// How one program is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Arguments of `benches/server.c`, more environment for it, arguments of `benches/load.c`.
    Load {
        server: Vec<String>,
        environment: Vec<(&'static str, &'static str)>,
        load: Vec<String>,
    },
    /// The processor time of a server with this many connections on which nothing happens.
    Idle {
        looping: &'static str,
        connections: usize,
    },
    /// From the start of `benches/hello.c` to its end.
    Start(Compiled),
    /// The size of the stripped component made of this source.
    Size(&'static str),
    /// wrk asks a web server, by its recipe's name, for a small file.
    Http(&'static str),
    /// `load mqtt` through the broker mosquitto.
    Mqtt,
    /// dnsperf asks unbound for what it knows by itself.
    Dns,
}

/// When the host compiles a component to machine code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compiled {
    /// Nothing is to be compiled: a native program.
    Native,
    /// At each start.
    AtStart,
    /// At the first start; later ones take it from the host's cache.
    Cached,
    /// Before, by `wasmtime compile`.
    Before,
}

/// One program in a case.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Unique in its case.
    pub key: &'static str,
    pub side: Side,
    pub work: Work,
}

/// In what a case is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// So many a second.
    Rate(&'static str),
    BytesPerSecond,
    Milliseconds,
    Bytes,
    /// Of one processor.
    Percent,
}

impl Unit {
    /// Whether a larger number is the better one.
    pub fn more_is_better(self) -> bool {
        matches!(self, Self::Rate(_) | Self::BytesPerSecond)
    }
}

/// Programs that do the same, so that they can be compared.
#[derive(Debug, Clone)]
pub struct Case {
    /// For `--case` and for the results' file.
    pub id: String,
    /// The heading it stands under in the report.
    pub group: &'static str,
    pub title: String,
    pub unit: Unit,
    pub subjects: Vec<Subject>,
    /// Whether `--quick` measures it.
    pub quick: bool,
}

impl Case {
    /// Whether its subjects are measured by turns, with all of their servers there at once.
    pub fn by_turns(&self) -> bool {
        let mut works = self.subjects.iter().map(|subject| &subject.work);
        works.all(|work| matches!(work, Work::Load { .. }))
    }
}

pub const ECHO: &str = "Echo over TCP";
pub const IDLE: &str = "A few busy connections among idle ones";
pub const CONNECTIONS: &str = "Answers in pieces, and new connections";
pub const BULK: &str = "One TCP connection, as fast as it goes";
pub const UDP: &str = "UDP";
pub const PROGRAMS: &str = "Foreign programs";
pub const FOOTPRINT: &str = "Start, size, idling";

/// Words to arguments.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

pub fn subject(key: &'static str, server: &str, load: &str) -> Subject {
    let side = match key.split('-').next() {
        Some("native") => Side::Native,
        Some("libc") => Side::WasiLibc,
        Some("hand") => Side::ByHand,
        _ => Side::Ours,
    };
    Subject {
        key,
        side,
        work: Work::Load {
            server: words(server),
            environment: Vec::new(),
            load: words(load),
        },
    }
}

/// One subject for each key, with the loop that the key's second word names.
fn by_loop(keys: &[&'static str], service: &str, load: &str) -> Vec<Subject> {
    keys.iter()
        .map(|key| {
            let looping = key.split('-').nth(1).unwrap_or("poll");
            subject(key, &format!("{service} {looping}"), load)
        })
        .collect()
}

fn case(id: String, group: &'static str, title: String, subjects: Vec<Subject>) -> Case {
    Case {
        id,
        group,
        title,
        unit: Unit::Rate("requests"),
        subjects,
        quick: false,
    }
}

const LOOPS: [&str; 5] = [
    "native-poll",
    "native-epoll",
    "libc-poll",
    "ours-poll",
    "ours-epoll",
];

fn echo() -> Vec<Case> {
    let of = |connections: usize| {
        let load = format!("echo busy={connections} size=64");
        let mut subjects = by_loop(&LOOPS, "echo", &load);
        if connections == 1 {
            let busy = "echo poll 65536 1 50";
            subjects.push(subject("ours-poll-busy", busy, &load));
            let mut variable = subject("ours-poll-variable", "echo poll", &load);
            if let Work::Load { environment, .. } = &mut variable.work {
                environment.push(("WPS_BUSY_POLL", "50"));
            }
            subjects.push(variable);
            for key in ["native-spin", limits::SPIN] {
                subjects.push(subject(key, "spin poll", &load));
            }
        }
        if connections == limits::SEVERAL {
            subjects.push(subject(limits::DIRECT, "direct poll", &load));
        }
        let plural = if connections == 1 { "" } else { "s" };
        let title = format!("64 B, {connections} connection{plural}");
        let mut case = case(format!("echo-{connections}"), ECHO, title, subjects);
        case.quick = connections < 256;
        case
    };
    [1, 32, 256].map(of).into()
}

/// The C libraries' FD_SETSIZE is 1,024; this library's headers let the program raise it.
const SELECT_LIMIT: usize = 1000;

fn idle() -> Vec<Case> {
    let of = |idle: usize| {
        let load = format!("echo busy=8 idle={idle} size=64");
        let mut subjects = by_loop(&LOOPS, "echo", &load);
        if idle <= SELECT_LIMIT {
            subjects.extend(by_loop(&["native-select", "libc-select"], "echo", &load));
        }
        subjects.extend(by_loop(&["ours-select"], "echo", &load));
        subjects.push(subject(limits::DIRECT, "direct poll", &load));
        let title = format!("8 busy, {} idle", super::report::thousands(idle as f64));
        let mut case = case(format!("idle-{idle}"), IDLE, title, subjects);
        case.quick = idle == 1000 || idle == 5000;
        case
    };
    [100, 1000, 5000, 10_000].map(of).into()
}

/// Programs that read small pieces and write each on: id, title, service, arguments of the load.
const SMALL_PIECES: [(&str, &str, &str, &str); 3] = [
    (
        "pieces",
        "4 connections, 4,096 B read and sent back by 512 B",
        "echo",
        "echo busy=4 size=4096",
    ),
    (
        "relay",
        "4 pairs of connections, 4,096 B moved each way by 512 B",
        "relay",
        "relay busy=4 size=4096",
    ),
    (
        "lines",
        "1 connection, 16 lines of 256 B sent back by stdio",
        "lines",
        "echo busy=1 size=4096",
    ),
];

fn connections() -> Vec<Case> {
    let keys = ["native-poll", "libc-poll", "ours-poll"];
    let load = "echo busy=4 size=64 answer=4096";
    let answers = case(
        "answers".into(),
        CONNECTIONS,
        "4 connections, answers of 8 × 512 B".into(),
        by_loop(&keys, "answers", load),
    );
    let mut small: Vec<Case> = SMALL_PIECES
        .iter()
        .map(|&(id, title, service, load)| {
            let server = format!("{service} poll 512");
            let subjects = keys.map(|key| subject(key, &server, load));
            case(id.into(), CONNECTIONS, title.into(), subjects.into())
        })
        .collect();
    let load = "connect size=64";
    let mut connect = case(
        "connect".into(),
        CONNECTIONS,
        "connect, echo of 64 B, close".into(),
        by_loop(&LOOPS, "echo", load),
    );
    connect.unit = Unit::Rate("connections");
    connect.subjects.extend(limits::connect(load));
    let mut cases = vec![answers];
    cases.append(&mut small);
    cases.push(connect);
    cases.iter_mut().for_each(|case| case.quick = true);
    cases
}

fn bulk() -> Vec<Case> {
    let mut cases = Vec::new();
    for (service, does) in [("sink", "receives"), ("source", "sends")] {
        for kilobytes in [4, 16, 64] {
            let chunk = kilobytes * 1024;
            let subjects = ["native", "libc", "ours"].map(|key| {
                let server = format!("{service} poll {chunk}");
                subject(key, &server, service)
            });
            let title = format!("the server {does} {kilobytes} KiB a call");
            let id = format!("tcp-{service}-{kilobytes}");
            let mut case = case(id, BULK, title, subjects.into());
            case.unit = Unit::BytesPerSecond;
            case.subjects.extend(limits::bulk(service, chunk));
            case.quick = kilobytes == 64;
            cases.push(case);
        }
    }
    cases
}

fn udp() -> Vec<Case> {
    let mut cases = Vec::new();
    for (service, does) in [
        ("echo", "echoes"),
        ("sink", "receives"),
        ("source", "sends"),
    ] {
        for size in [64, 1400] {
            let load = format!("udp-{service} size={size}");
            let single = format!("udp-{service} poll {size}");
            let batch = format!("{single} 16");
            let subjects = vec![
                subject("native", &single, &load),
                subject("native-mmsg", &batch, &load),
                subject("libc", &single, &load),
                subject("ours", &single, &load),
                subject("ours-mmsg", &batch, &load),
            ];
            let size_shown = super::report::thousands(f64::from(size));
            let title = format!("the server {does} {size_shown} B");
            let mut case = case(format!("udp-{service}-{size}"), UDP, title, subjects);
            case.unit = Unit::Rate("datagrams");
            case.subjects.extend(limits::udp(service, size, &load));
            case.quick = size == 64 && service != "echo";
            cases.push(case);
        }
    }
    cases
}

fn plain(key: &'static str, side: Side, work: Work) -> Subject {
    Subject { key, side, work }
}

fn programs() -> Vec<Case> {
    let pair = |work: Work| {
        vec![
            plain("native", Side::Native, work.clone()),
            plain("ours", Side::Ours, work),
        ]
    };
    let http = |name: &'static str| {
        let title = format!("{name}: a file of 1 KiB over 32 connections");
        case(
            format!("http-{name}"),
            PROGRAMS,
            title,
            pair(Work::Http(name)),
        )
    };
    let title = "mosquitto: messages of 64 B from 1 client to 50".to_owned();
    let mut mqtt = case("mqtt-fan-out".into(), PROGRAMS, title, pair(Work::Mqtt));
    mqtt.unit = Unit::Rate("deliveries");
    let title = "unbound: local data over UDP".to_owned();
    let mut dns = case("dns-unbound".into(), PROGRAMS, title, pair(Work::Dns));
    dns.unit = Unit::Rate("questions");
    vec![http("lighttpd"), http("nginx"), mqtt, dns]
}

/// All cases, in the report's order.
pub fn all() -> Vec<Case> {
    [
        echo(),
        idle(),
        connections(),
        bulk(),
        udp(),
        programs(),
        footprint(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique() {
        let cases = all();
        let ids: BTreeSet<_> = cases.iter().map(|case| &case.id).collect();
        assert_eq!(ids.len(), cases.len());
        for case in &cases {
            let keys: BTreeSet<_> = case.subjects.iter().map(|subject| subject.key).collect();
            assert_eq!(keys.len(), case.subjects.len(), "{}", case.id);
        }
    }

    #[test]
    fn every_case_measures_this_library() {
        for case in all() {
            let ours = |subject: &Subject| subject.side == Side::Ours;
            assert!(case.subjects.iter().any(ours), "{}", case.id);
        }
    }
}
