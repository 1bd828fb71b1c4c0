//! Limits: programs that do no more than call the host, for what a goal could reach at most.

use super::cases::{Subject, subject};

/// The limit of some connections (up to 64), alone or among idle ones: a service of the common server that
/// asks the busy ones alone.
pub const DIRECT: &str = "libc-direct";

/// The same for a single connection with busy polling: it hardly ever sleeps.
pub const SPIN: &str = "libc-spin";

/// `benches/by_hand.c`, which is the limit of the others, by itself.
const BY_HAND: &str = "hand";
/// The same, but waiting for listener and connection together, as poll() has to.
const POLL: &str = "hand-poll";
/// With one datagram a call, and with as many as the host takes. Of batches to receive, 8 and 16 are
/// as fast as each other, and up to a tenth faster than 1 to 4, while the host's allocator keeps what
/// it is given back (`src/socket/batching.rs` says when it does not), which it does in these runs.
const SINGLE: &str = "hand-1";
const BATCH: &str = "hand-16";

/// The echo over TCP that this is the limit of.
pub const SEVERAL: usize = 32;

/// Whether a subject is a limit of others.
pub fn is_limit(key: &str) -> bool {
    [DIRECT, SPIN, BY_HAND, POLL, SINGLE, BATCH].contains(&key)
}

/// Which subject of a case is the limit of another one, if there is any.
pub fn of(case: &str, subject: &str) -> Option<&'static str> {
    let (kind, size) = case.rsplit_once('-').unwrap_or((case, ""));
    match kind {
        // Not idle-cpu, where nothing is to be done.
        "idle" if size.parse::<usize>().is_ok() => Some(DIRECT),
        "echo" if size.parse() == Ok(SEVERAL) => Some(DIRECT),
        "echo" if ["ours-poll-busy", "ours-poll-variable"].contains(&subject) => Some(SPIN),
        "connect" => Some(POLL),
        "tcp-sink" | "tcp-source" => Some(BY_HAND),
        // Receiving one datagram takes from a batch, too.
        "udp-sink" => Some(BATCH),
        "udp-echo" | "udp-source" => Some(if subject.ends_with("-mmsg") {
            BATCH
        } else {
            SINGLE
        }),
        _ => None,
    }
}

pub fn connect(load: &str) -> Vec<Subject> {
    vec![
        subject(POLL, "connect-poll", load),
        subject(BY_HAND, "connect", load),
    ]
}

pub fn bulk(service: &str, chunk: u32) -> Vec<Subject> {
    vec![subject(BY_HAND, &format!("{service} {chunk}"), service)]
}

pub fn udp(service: &str, size: u32, load: &str) -> Vec<Subject> {
    let server = format!("udp-{service} {size}");
    let single = subject(SINGLE, &format!("{server} 1"), load);
    let batch = subject(BATCH, &format!("{server} 16"), load);
    match service {
        "sink" => vec![batch],
        _ => vec![single, batch],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::cases::{self, Side};

    #[test]
    fn limits_are_measured_in_their_cases() {
        for case in cases::all() {
            let ours = case.subjects.iter().filter(|s| s.side == Side::Ours);
            for limit in ours.filter_map(|subject| of(&case.id, subject.key)) {
                assert!(is_limit(limit), "{limit}");
                let found = case.subjects.iter().any(|subject| subject.key == limit);
                assert!(found, "{}: {limit}", case.id);
            }
        }
    }

    #[test]
    fn every_limit_is_the_limit_of_something() {
        for case in cases::all() {
            // The other way to serve new connections stands beside the one that goals have as theirs.
            let shown = |key: &str| is_limit(key) && (&*case.id, key) != ("connect", BY_HAND);
            for limit in case.subjects.iter().filter(|s| shown(s.key)) {
                let mut ours = case.subjects.iter().filter(|s| s.side == Side::Ours);
                let any = ours.any(|subject| of(&case.id, subject.key) == Some(limit.key));
                assert!(any, "{}: {}", case.id, limit.key);
            }
        }
    }

    #[test]
    fn the_right_limit_is_taken() {
        assert_eq!(of("idle-1000", "ours-epoll"), Some(DIRECT));
        assert_eq!(of("idle-cpu", "ours-epoll"), None);
        assert_eq!(of("echo-32", "ours-poll"), Some(DIRECT));
        assert_eq!(of("echo-1", "ours-poll"), None);
        assert_eq!(of("echo-1", "ours-poll-busy"), Some(SPIN));
        assert_eq!(of("udp-source-64", "ours-mmsg"), Some(BATCH));
        assert_eq!(of("udp-source-64", "ours"), Some(SINGLE));
        assert_eq!(of("answers", "ours-poll"), None);
    }
}
