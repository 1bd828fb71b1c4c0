use super::message::{attributes, messages, u32_at};
use super::*;

fn links() -> Vec<Link> {
    let lo = Link {
        index: 1,
        name: "lo",
        flags: 0x49,
        mtu: 65536,
        addresses: vec![("127.0.0.1".parse().unwrap(), 8)],
    };
    let other = Link {
        index: 2,
        name: "wasi0",
        flags: 0x41,
        mtu: 1500,
        addresses: vec![("192.0.2.7".parse().unwrap(), 32)],
    };
    vec![lo, other]
}

fn ask(kind: u16, flags: u16, body: &[u8]) -> Vec<Vec<u8>> {
    let mut request = Vec::new();
    message::Writer::new(&mut request, kind, flags, 7, 0)
        .put(body)
        .end();
    route::answer(&request, 42, links)
}

#[test]
fn links_are_dumped_with_their_names() {
    let answers = ask(18, 0x301, &[0; 16]);
    assert_eq!(answers.len(), 2);
    let names: Vec<_> = messages(&answers[0])
        .map(|(head, whole)| {
            assert_eq!(
                (head.kind, head.flags, head.sequence, head.port),
                (16, 2, 7, 42)
            );
            let name = attributes(&whole[32..]).find(|(kind, _)| *kind == 3);
            (u32_at(whole, 20).unwrap(), name.unwrap().1.to_vec())
        })
        .collect();
    assert_eq!(names, [(1, b"lo\0".to_vec()), (2, b"wasi0\0".to_vec())]);
    let (done, _) = messages(&answers[1]).next().unwrap();
    assert_eq!((done.kind, done.length), (3, 20));
}

#[test]
fn a_family_without_addresses_has_none() {
    let v4 = ask(22, 0x301, &[1, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(messages(&v4[0]).count(), 2);
    assert_eq!(ask(22, 0x301, &[2, 0, 0, 0, 0, 0, 0, 0]).len(), 1);
}

#[test]
fn the_default_route_leads_over_the_other_link() {
    let answers = ask(26, 0x301, &[0; 12]);
    let defaults: Vec<_> = messages(&answers[0])
        .filter(|(_, whole)| whole[17] == 0)
        .map(|(_, whole)| {
            let link = attributes(&whole[28..]).find(|(kind, _)| *kind == 4);
            u32_at(link.unwrap().1, 0)
        })
        .collect();
    assert_eq!(defaults, [Some(2)]);
}

#[test]
fn changes_are_refused_and_nonsense_is_no_trap() {
    for (kind, flags, body, errno) in [
        (16, 5, &[0; 16][..], Errno::EPERM),
        (20, 1, &[0; 8], Errno::EPERM),
        (18, 1, &[0; 16], Errno::EINVAL),
        (
            18,
            1,
            &[0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            Errno::ENODEV,
        ),
        (22, 1, &[0; 8], Errno::EOPNOTSUPP),
        (900, 1, &[0; 8], Errno::EOPNOTSUPP),
        (26, 1, &[0; 12], Errno::EINVAL),
        (18, 0x301, &[], Errno::EINVAL),
    ] {
        let answers = ask(kind, flags, body);
        let (head, whole) = messages(&answers[0]).next().unwrap();
        assert_eq!(head.kind, 2);
        assert_eq!(u32_at(whole, 16), Some(-errno.0 as u32), "{kind}");
    }
    assert!(ask(18, 0x300, &[0; 16]).is_empty());
    for length in [0, 1, 15, 17, 1000, u32::MAX] {
        let mut datagram = vec![0; 40];
        datagram[..4].copy_from_slice(&length.to_ne_bytes());
        assert!(route::answer(&datagram, 1, links).is_empty());
    }
    assert_eq!(attributes(&[3, 0, 1, 0]).count(), 0);
}

#[test]
fn ports_are_told_apart() {
    let first = ports::take_any();
    let second = ports::take_any();
    assert_ne!(first, second);
    assert_eq!(ports::take(second), Err(Errno::EADDRINUSE));
    ports::give_back(second);
    assert_eq!(ports::take(second), Ok(()));
}
