//! getaddrinfo on names: the hosts file, the host's resolver, AI_ADDRCONFIG.

use super::super::Failure;
use super::super::fake::Fake;
use super::*;

const STREAM: Hints = Hints {
    flags: 0,
    family: AF_UNSPEC,
    socktype: SOCK_STREAM,
    protocol: 0,
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

/// Addresses alone: there is one transport.
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
fn localhost_needs_neither_file_nor_lookup() {
    let env = &mut Fake::dual_stack();
    for name in ["localhost", "LOCALHOST", "localhost."] {
        assert_eq!(
            addresses(env, name, STREAM).unwrap(),
            ["::1", "127.0.0.1"],
            "{name}"
        );
    }
    assert_eq!(
        addresses(env, "localhost", family(AF_INET6, 0)).unwrap(),
        ["::1"]
    );
    assert_eq!(addresses(env, "ip6-localhost", STREAM).unwrap(), ["::1"]);
    assert!(env.lookups.is_empty());
    // A file that knows the name has the last word.
    let env = &mut Fake::dual_stack().with_hosts("127.0.0.1 localhost\n");
    assert_eq!(addresses(env, "localhost", STREAM).unwrap(), ["127.0.0.1"]);
    assert_eq!(
        addresses(env, "localhost", family(AF_INET6, 0)),
        Err(Eai::NONAME)
    );
    assert!(env.lookups.is_empty());
}

const FILE: &str = "\
127.0.0.1 localhost
::1 localhost ip6-localhost
192.0.2.9 multi.example multi # comment
10.0.0.1 multi.example other
fd00::9 multi.example
2001:db8::5 multi.example
bad line
1.2.3 short
fe80::5%eth0 scoped
0x7f.1 hexy
1.2.3.4
::ffff:9.8.7.6 mapped
5.6.7.8 UPPER.Example
";

// Read off glibc 2.36 with this very file, on a machine with 192.0.2.2/24 and fd00::2/64.
#[test]
fn the_hosts_file_answers_as_under_glibc() {
    let mut fake = Fake::dual_stack().with_hosts(FILE);
    fake.source_v6 = Some("fd00::2".parse().unwrap());
    let env = &mut fake;
    for (node, hints, expected) in [
        ("localhost", STREAM, "::1 127.0.0.1"),
        ("localhost", family(AF_INET, 0), "127.0.0.1 127.0.0.1"),
        ("localhost", family(AF_INET6, AI_V4MAPPED), "::1"),
        (
            "localhost",
            family(AF_INET6, AI_V4MAPPED | AI_ALL),
            "::1 ::ffff:127.0.0.1 ::ffff:127.0.0.1",
        ),
        ("ip6-localhost", STREAM, "::1"),
        ("ip6-localhost", family(AF_INET, 0), "127.0.0.1"),
        (
            "multi.example",
            STREAM,
            "fd00::9 192.0.2.9 10.0.0.1 2001:db8::5",
        ),
        ("multi.example", family(AF_INET, 0), "192.0.2.9 10.0.0.1"),
        ("multi.example", family(AF_INET6, 0), "fd00::9 2001:db8::5"),
        (
            "multi.example",
            family(AF_INET6, AI_V4MAPPED | AI_ALL),
            "fd00::9 ::ffff:192.0.2.9 ::ffff:10.0.0.1 2001:db8::5",
        ),
        ("multi", family(AF_INET6, AI_V4MAPPED), "::ffff:192.0.2.9"),
        ("mapped", STREAM, "::ffff:9.8.7.6"),
        ("mapped", family(AF_INET, 0), "9.8.7.6"),
        ("upper.example", STREAM, "5.6.7.8"),
    ] {
        assert_eq!(
            addresses(env, node, hints).unwrap().join(" "),
            expected,
            "{node} {hints:?}"
        );
    }
    for name in ["short", "scoped", "hexy", "line", "comment", "nosuch"] {
        assert_eq!(addresses(env, name, STREAM), Err(Eai::NONAME), "{name}");
    }
    assert_eq!(
        addresses(env, "multi", family(AF_INET6, 0)),
        Err(Eai::NONAME)
    );
}

#[test]
fn the_canonical_name_comes_only_when_asked_for() {
    let env = &mut Fake::dual_stack()
        .with_hosts(FILE)
        .with_name("far.example", &["1.2.3.4"]);
    let canonical = |env: &mut Fake, node: &str, flags_: i32| {
        let answer = resolve(env, Some(node.as_bytes()), None, flags(flags_)).unwrap();
        answer
            .canonical
            .map(|name| String::from_utf8(name).unwrap())
    };
    assert_eq!(
        canonical(env, "multi", AI_CANONNAME).as_deref(),
        Some("multi.example")
    );
    assert_eq!(
        canonical(env, "upper.example", AI_CANONNAME).as_deref(),
        Some("UPPER.Example")
    );
    assert_eq!(
        canonical(env, "127.1", AI_CANONNAME).as_deref(),
        Some("127.1")
    );
    assert_eq!(
        canonical(env, "fe80::1%1", AI_CANONNAME).as_deref(),
        Some("fe80::1%1")
    );
    assert_eq!(
        canonical(env, "far.example", AI_CANONNAME).as_deref(),
        Some("far.example")
    );
    assert_eq!(canonical(env, "multi", 0), None);
}

#[test]
fn the_hosts_resolver_keeps_its_order_and_its_reasons() {
    let env = &mut Fake::dual_stack()
        .with_name("far.example", &["192.0.2.1", "2001:db8::1", "192.0.2.2"])
        .with_name("four.example", &["192.0.2.1"]);
    assert_eq!(
        addresses(env, "far.example", STREAM).unwrap(),
        ["192.0.2.1", "2001:db8::1", "192.0.2.2"]
    );
    assert_eq!(
        addresses(env, "far.example", family(AF_INET6, 0)).unwrap(),
        ["2001:db8::1"]
    );
    assert_eq!(
        addresses(env, "four.example", family(AF_INET6, 0)),
        Err(Eai::NODATA)
    );
    assert_eq!(
        addresses(env, "four.example", family(AF_INET6, AI_V4MAPPED)).unwrap(),
        ["::ffff:192.0.2.1"]
    );
    for (failure, error) in [
        (Failure::NotFound, Eai::NONAME),
        (Failure::TryAgain, Eai::AGAIN),
        (Failure::Permanent, Eai::FAIL),
        (Failure::Denied, Eai::SYSTEM),
        (Failure::Memory, Eai::MEMORY),
    ] {
        env.names.insert("bad.example".to_owned(), Err(failure));
        assert_eq!(addresses(env, "bad.example", STREAM), Err(error));
    }
}

#[test]
fn what_cannot_be_a_name_is_not_looked_up() {
    let env = &mut Fake::dual_stack();
    let long = "a".repeat(300);
    let label = format!("{}.example", "b".repeat(64));
    for name in ["", ".", "..", "a..b", ".a", "a b", "a\tb", &long, &label] {
        assert_eq!(addresses(env, name, STREAM), Err(Eai::NONAME), "{name}");
    }
    let binary = resolve(env, Some(b"\xff\xfe.example"), None, STREAM);
    assert_eq!(binary, Err(Eai::NONAME));
    assert!(env.lookups.is_empty());
    assert_eq!(addresses(env, "1.2.3.4.5", STREAM), Err(Eai::NONAME));
    assert_eq!(env.lookups, ["1.2.3.4.5"]);
}

#[test]
fn addrconfig_leaves_out_a_family_that_leads_nowhere() {
    let name = |env: Fake| env.with_name("far.example", &["2001:db8::1", "192.0.2.1"]);
    let env = &mut name(Fake::v4_only());
    assert_eq!(
        addresses(env, "far.example", flags(AI_ADDRCONFIG)).unwrap(),
        ["192.0.2.1"]
    );
    assert_eq!(
        addresses(env, "localhost", flags(AI_ADDRCONFIG)).unwrap(),
        ["127.0.0.1"]
    );
    // Literals and explicit families are always served.
    assert_eq!(
        addresses(env, "::1", flags(AI_ADDRCONFIG)).unwrap(),
        ["::1"]
    );
    assert!(addresses(env, "far.example", family(AF_INET6, AI_ADDRCONFIG)).is_ok());
    for mut fake in [
        name(Fake::dual_stack()),
        name(Fake::unknown()),
        name(Fake::default()),
    ] {
        let all = addresses(&mut fake, "far.example", flags(AI_ADDRCONFIG)).unwrap();
        assert_eq!(all, ["2001:db8::1", "192.0.2.1"]);
    }
}
