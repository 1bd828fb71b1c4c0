//! getaddrinfo's rules, against what glibc 2.36 answers.

use super::super::fake::Fake;
use super::*;

const ANY: Hints = Hints {
    flags: 0,
    family: AF_UNSPEC,
    socktype: 0,
    protocol: 0,
};
const STREAM: Hints = Hints {
    socktype: SOCK_STREAM,
    ..ANY
};

fn flags(flags: i32) -> Hints {
    Hints { flags, ..STREAM }
}

fn family(family: i32, flags: i32) -> Hints {
    Hints {
        flags,
        family,
        ..STREAM
    }
}

fn ask(env: &mut Fake, node: &str, service: &str, hints: Hints) -> Result<Vec<String>, Eai> {
    resolve(env, Some(node.as_bytes()), Some(service.as_bytes()), hints).map(|answer| show(&answer))
}

fn show(answer: &Answer) -> Vec<String> {
    let list = answer.entries.iter();
    list.map(|e| format!("{} {} {}/{}", e.address, e.port, e.socktype, e.protocol))
        .collect()
}

/// Addresses alone, for questions about one transport.
fn addresses(env: &mut Fake, node: &str, hints: Hints) -> Result<Vec<String>, Eai> {
    resolve(env, Some(node.as_bytes()), None, hints).map(|answer| {
        answer
            .entries
            .iter()
            .map(|e| e.address.to_string())
            .collect()
    })
}

#[test]
fn no_node_is_loopback_or_with_passive_the_wildcard() {
    let env = &mut Fake::dual_stack();
    let get = |env: &mut Fake, hints| resolve(env, None, Some(b"80"), hints).map(|a| show(&a));
    assert_eq!(
        get(env, ANY).unwrap(),
        [
            "::1 80 6/6",
            "::1 80 5/17",
            "::1 80 3/0",
            "127.0.0.1 80 6/6",
            "127.0.0.1 80 5/17",
            "127.0.0.1 80 3/0",
        ]
    );
    assert_eq!(
        get(env, flags(AI_PASSIVE)).unwrap(),
        ["0.0.0.0 80 6/6", ":: 80 6/6"]
    );
    assert_eq!(
        get(env, family(AF_INET6, AI_PASSIVE)).unwrap(),
        [":: 80 6/6"]
    );
    assert_eq!(get(env, family(AF_INET, 0)).unwrap(), ["127.0.0.1 80 6/6"]);
    assert!(env.lookups.is_empty());
}

#[test]
fn wrong_questions_get_glibcs_errors() {
    let env = &mut Fake::dual_stack();
    assert_eq!(resolve(env, None, None, ANY), Err(Eai::NONAME));
    assert_eq!(resolve(env, Some(b"*"), Some(b"*"), ANY), Err(Eai::NONAME));
    assert_eq!(
        resolve(env, None, Some(b"80"), flags(AI_CANONNAME)),
        Err(Eai::BADFLAGS)
    );
    for (hints, error) in [
        (flags(0x10000), Eai::BADFLAGS),
        (flags(i32::MIN), Eai::BADFLAGS),
        (family(77, 0), Eai::FAMILY),
        (family(AF_UNIX, 0), Eai::FAMILY),
        (family(-1, 0), Eai::FAMILY),
        (
            Hints {
                socktype: 75,
                ..ANY
            },
            Eai::SOCKTYPE,
        ),
        (
            Hints {
                socktype: SOCK_STREAM,
                protocol: IPPROTO_UDP,
                ..ANY
            },
            Eai::SOCKTYPE,
        ),
        (
            Hints {
                socktype: SOCK_RAW,
                ..ANY
            },
            Eai::SERVICE,
        ),
        (
            Hints {
                protocol: 77,
                ..ANY
            },
            Eai::SERVICE,
        ),
    ] {
        assert_eq!(ask(env, "127.0.0.1", "80", hints), Err(error), "{hints:?}");
    }
}

#[test]
fn transports_follow_the_hints() {
    let env = &mut Fake::dual_stack();
    let raw = Hints {
        socktype: SOCK_RAW,
        protocol: 1,
        ..ANY
    };
    let answer = resolve(env, Some(b"127.0.0.1"), None, raw).unwrap();
    assert_eq!(show(&answer), ["127.0.0.1 0 3/1"]);
    for (hints, shown) in [
        (
            Hints {
                protocol: IPPROTO_TCP,
                ..ANY
            },
            "127.0.0.1 80 6/6",
        ),
        (
            Hints {
                protocol: IPPROTO_UDP,
                ..ANY
            },
            "127.0.0.1 80 5/17",
        ),
        (
            Hints {
                protocol: IPPROTO_SCTP,
                ..ANY
            },
            "127.0.0.1 80 6/132",
        ),
        (
            Hints {
                socktype: SOCK_SEQPACKET,
                ..ANY
            },
            "127.0.0.1 80 7/132",
        ),
        (
            Hints {
                socktype: SOCK_DGRAM,
                ..ANY
            },
            "127.0.0.1 80 5/17",
        ),
    ] {
        assert_eq!(
            ask(env, "127.0.0.1", "80", hints).unwrap(),
            [shown],
            "{hints:?}"
        );
    }
}

#[test]
fn services_by_name_choose_their_transports() {
    let env = &mut Fake::dual_stack();
    let host = "127.0.0.1";
    assert_eq!(ask(env, host, "http", ANY).unwrap(), ["127.0.0.1 80 6/6"]);
    assert_eq!(ask(env, host, "tftp", ANY).unwrap(), ["127.0.0.1 69 5/17"]);
    assert_eq!(
        ask(env, host, "domain", ANY).unwrap(),
        ["127.0.0.1 53 6/6", "127.0.0.1 53 5/17"]
    );
    let dgram = Hints {
        socktype: SOCK_DGRAM,
        ..ANY
    };
    assert_eq!(ask(env, host, "http", dgram), Err(Eai::SERVICE));
    assert_eq!(ask(env, host, "nosuch", ANY), Err(Eai::SERVICE));
    assert_eq!(
        ask(env, host, "http", flags(AI_NUMERICSERV)),
        Err(Eai::NONAME)
    );
    // The service is judged before the node.
    assert_eq!(ask(env, "no such", "nosuch", STREAM), Err(Eai::SERVICE));
}

#[test]
fn port_numbers_are_cut_to_16_bits_as_on_linux() {
    let env = &mut Fake::dual_stack();
    for (text, port) in [
        ("", 0),
        (" 80", 80),
        ("65535", 65535),
        ("65536", 0),
        ("*", 0),
    ] {
        let shown = format!("127.0.0.1 {port} 6/6");
        assert_eq!(
            ask(env, "127.0.0.1", text, STREAM).unwrap(),
            [shown],
            "{text}"
        );
    }
    for text in ["-1", "80x", "0x50", "99999999999999999999", " "] {
        assert_eq!(
            ask(env, "127.0.0.1", text, STREAM),
            Err(Eai::SERVICE),
            "{text}"
        );
    }
}

#[test]
fn literals_need_no_lookup_and_mind_the_family() {
    let env = &mut Fake::dual_stack();
    for (node, hints, expected) in [
        ("127.1", STREAM, Ok("127.0.0.1")),
        ("0x7f.1", flags(AI_NUMERICHOST), Ok("127.0.0.1")),
        ("999", flags(AI_NUMERICHOST), Ok("0.0.3.231")),
        ("::1", STREAM, Ok("::1")),
        ("::1", family(AF_INET, 0), Err(Eai::ADDRFAMILY)),
        ("127.0.0.1", family(AF_INET6, 0), Err(Eai::ADDRFAMILY)),
        ("127.0.0.1", family(AF_INET6, AI_ALL), Err(Eai::ADDRFAMILY)),
        (
            "127.0.0.1",
            family(AF_INET6, AI_V4MAPPED),
            Ok("::ffff:127.0.0.1"),
        ),
        ("::ffff:1.2.3.4", family(AF_INET, 0), Ok("1.2.3.4")),
        ("::ffff:1.2.3.4", STREAM, Ok("::ffff:1.2.3.4")),
        ("1.2.3.256", flags(AI_NUMERICHOST), Err(Eai::NONAME)),
        ("localhost", flags(AI_NUMERICHOST), Err(Eai::NONAME)),
        ("4294967296", flags(AI_NUMERICHOST), Err(Eai::NONAME)),
        ("127.0.0.1%lo", flags(AI_NUMERICHOST), Err(Eai::NONAME)),
        ("127.0.0.1 ", flags(AI_NUMERICHOST), Err(Eai::NONAME)),
    ] {
        let expected = expected.map(|address| vec![address.to_owned()]);
        assert_eq!(addresses(env, node, hints), expected, "{node} {hints:?}");
    }
    assert!(env.lookups.is_empty());
    assert_eq!(env.routes_asked, 0);
}

#[test]
fn scopes_are_interface_names_or_numbers() {
    let env = &mut Fake::dual_stack();
    let scope = |env: &mut Fake, node: &str| {
        resolve(env, Some(node.as_bytes()), None, STREAM).map(|answer| answer.entries[0].scope)
    };
    assert_eq!(scope(env, "fe80::1%lo"), Ok(1));
    assert_eq!(scope(env, "fe80::1%7"), Ok(7));
    assert_eq!(scope(env, "ff02::1%lo"), Ok(1));
    assert_eq!(scope(env, "::1%7"), Ok(7));
    assert_eq!(scope(env, "fe80::1"), Ok(0));
    for bad in [
        "fe80::1%nope",
        "::1%lo",
        "fe80::1%",
        "fe80::1%1x",
        "fe80::1%4294967296",
    ] {
        assert_eq!(scope(env, bad), Err(Eai::NONAME), "{bad}");
    }
}
