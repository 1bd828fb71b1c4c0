//! The hosts file and the gethostby rules, against what glibc 2.36 answers.

use super::super::fake::Fake;
use super::*;

const FILE: &str = "\
127.0.0.1 localhost
::1 localhost ip6-localhost
192.0.2.9 multi.example multi
10.0.0.1 multi.example other
127.0.0.1 dup loc2
127.0.0.1 dup loc3
";

fn show(host: Result<Host, HostError>) -> Result<String, i32> {
    let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap();
    host.map_err(|error| error.0).map(|host| {
        let aliases: Vec<String> = host.aliases.iter().map(text).collect();
        let addresses: Vec<String> = host.addresses.iter().map(ToString::to_string).collect();
        format!(
            "{} [{}] {}",
            text(&host.name),
            aliases.join(" "),
            addresses.join(" ")
        )
    })
}

fn name(env: &mut Fake, name: &str, family: Family) -> Result<String, i32> {
    show(by_name(env, name.as_bytes(), family))
}

// Read off glibc 2.36 with this very file.
#[test]
fn lines_of_one_name_are_merged() {
    let env = &mut Fake::default().with_hosts(FILE);
    for (asked, shown) in [
        ("localhost", "localhost [ip6-localhost] 127.0.0.1 127.0.0.1"),
        (
            "multi.example",
            "multi.example [multi other] 192.0.2.9 10.0.0.1",
        ),
        ("multi", "multi.example [multi] 192.0.2.9"),
        ("dup", "dup [loc2 loc3] 127.0.0.1 127.0.0.1"),
        ("ip6-localhost", "localhost [ip6-localhost] 127.0.0.1"),
    ] {
        assert_eq!(name(env, asked, Family::V4).as_deref(), Ok(shown));
    }
    assert_eq!(
        name(env, "ip6-localhost", Family::V6).as_deref(),
        Ok("localhost [ip6-localhost] ::1")
    );
}

#[test]
fn names_that_are_addresses() {
    let env = &mut Fake::default();
    for (asked, family, shown) in [
        ("127.0.0.1", Family::V4, Ok("127.0.0.1 [] 127.0.0.1")),
        ("127.1", Family::V4, Ok("127.1 [] 127.0.0.1")),
        ("::1", Family::V6, Ok("::1 [] ::1")),
        (
            "::ffff:1.2.3.4",
            Family::V6,
            Ok("::ffff:1.2.3.4 [] ::ffff:1.2.3.4"),
        ),
        ("::1", Family::V4, Err(HOST_NOT_FOUND)),
        ("127.0.0.1", Family::V6, Err(HOST_NOT_FOUND)),
        ("1.2.3.256", Family::V4, Err(HOST_NOT_FOUND)),
        ("1.2.3.4.5", Family::V4, Err(HOST_NOT_FOUND)),
        ("0x7f.1", Family::V4, Err(HOST_NOT_FOUND)),
        ("127.0.0.1.", Family::V4, Err(HOST_NOT_FOUND)),
        ("..", Family::V4, Err(HOST_NOT_FOUND)),
        (".", Family::V4, Err(HOST_NOT_FOUND)),
        ("", Family::V4, Err(NO_RECOVERY)),
    ] {
        assert_eq!(
            name(env, asked, family),
            shown.map(str::to_owned),
            "{asked}"
        );
    }
    assert!(env.lookups.is_empty());
}

#[test]
fn the_resolver_is_asked_last() {
    let env = &mut Fake::default().with_name("far.example", &["2001:db8::1", "192.0.2.1"]);
    assert_eq!(
        name(env, "far.example", Family::V4).as_deref(),
        Ok("far.example [] 192.0.2.1")
    );
    let env = &mut Fake::default().with_name("six.example", &["2001:db8::1"]);
    assert_eq!(name(env, "six.example", Family::V4), Err(NO_DATA));
    assert_eq!(name(env, "none.example", Family::V4), Err(HOST_NOT_FOUND));
    assert_eq!(name(env, &"a".repeat(256), Family::V4), Err(HOST_NOT_FOUND));
    assert_eq!(env.lookups, ["six.example", "none.example"]);
}

#[test]
fn localhost_is_built_in() {
    let env = &mut Fake::default();
    assert_eq!(
        name(env, "localhost", Family::V4).as_deref(),
        Ok("localhost [ip6-localhost ip6-loopback] 127.0.0.1")
    );
    let env = &mut Fake::default().with_hosts("127.0.0.1 localhost\n");
    assert_eq!(name(env, "localhost", Family::V6), Err(HOST_NOT_FOUND));
}

#[test]
fn addresses_have_names() {
    let env = &mut Fake::default().with_hosts(FILE);
    env.reverse
        .insert("192.0.2.77".parse().unwrap(), b"far.example".to_vec());
    let mut get = |address: &str| show(by_address(env, address.parse().unwrap()));
    assert_eq!(get("127.0.0.1").as_deref(), Ok("localhost [] 127.0.0.1"));
    assert_eq!(get("::1").as_deref(), Ok("localhost [ip6-localhost] ::1"));
    assert_eq!(
        get("10.0.0.1").as_deref(),
        Ok("multi.example [other] 10.0.0.1")
    );
    assert_eq!(
        get("192.0.2.77").as_deref(),
        Ok("far.example [] 192.0.2.77")
    );
    assert_eq!(get("192.0.2.78"), Err(HOST_NOT_FOUND));
}

#[test]
fn reverse_names() {
    assert_eq!(
        reverse_name("192.0.2.1".parse().unwrap()),
        b"1.2.0.192.in-addr.arpa"
    );
    let v6 = reverse_name("2001:db8::1".parse().unwrap());
    assert!(v6.starts_with(b"1.0.0.0.0.0.") && v6.ends_with(b".8.b.d.0.1.0.0.2.ip6.arpa"));
    assert_eq!(v6.len(), 72);
}

#[test]
fn any_bytes_make_a_file() {
    let mut seed = 7u32;
    for _ in 0..2_000 {
        let mut text = String::new();
        for _ in 0..60 {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            text.push(b"1.:f \t\n#ab%0"[seed as usize % 12] as char);
        }
        let env = &mut Fake::default().with_hosts(&text);
        for line in entries(text.as_bytes()) {
            assert!(!line.name.is_empty());
            let found = local(env, line.name, Some(Family::of(line.address)));
            let Local::Found(host) = found else {
                panic!("{text:?}")
            };
            assert!(host.addresses.contains(&line.address));
        }
    }
}
