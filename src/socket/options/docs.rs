//! Writes `docs/OPTIONS.md` from the table, and checks that it is up to date.

use super::rule::{Class, Doc, Flag, Kinds, Length, Row, Rule, Special, TCP, UDP, UNIX, V4, V6};
use super::table::Level;
use crate::errno::Errno;
use std::fmt::Write;

const LEVELS: [(Level, &str); 5] = [
    (Level::Socket, "SOL_SOCKET"),
    (Level::Ip, "IPPROTO_IP"),
    (Level::Ipv6, "IPPROTO_IPV6"),
    (Level::Tcp, "IPPROTO_TCP"),
    (Level::Udp, "IPPROTO_UDP"),
];

const HEAD: &str = "\
# Socket options

Generated from `src/socket/options/table` by `WPS_BLESS=1 cargo test`; a test fails when this
page differs from the table.

Each option that Linux documents, and what happens to it here:

| | |
|---|---|
| **real** | The host does it. |
| **acts** | This library does it. |
| **kept** | Checked as on Linux, stored and read back, without effect. Used where the loss is harmless. |
| **tells** | It can be read, and not set. |
| *refused* | Setting it fails with the errno given. Used where a program must know that it cannot have it. Setting what is the default anyway succeeds. |

Lengths, ranges, defaults, rounding, the order of the checks and what an accepted socket inherits
are Linux's (6.18, without privileges); `tests/linux.txt` beside the table is the record that
they are compared with. An option that is not listed is `ENOPROTOOPT`. A level that a socket does
not have is `ENOPROTOOPT` for setsockopt, and for getsockopt `EOPNOTSUPP` (AF_INET) or
`ENOPROTOOPT` (AF_INET6); AF_UNIX sockets have SOL_SOCKET alone and say `EOPNOTSUPP`.

When a host lacks an option that is *real* here, it is kept instead.

## What programs make of a refusal

* A refusal for want of privilege (SO_RCVBUFFORCE, SO_SNDBUFFORCE, IP_TRANSPARENT, SO_MARK) is what
  every unprivileged process gets on Linux: unbound goes on to SO_RCVBUF, others warn and go on.
* Servers that listen for datagrams on the wildcard address want to answer from the address that
  was asked, which needs IP_PKTINFO or IPV6_RECVPKTINFO. WASI does not tell that address, so have
  them bind each address instead, where both work: dnsmasq `--bind-interfaces`, unbound without
  `interface-automatic`, which is its default. sendmsg() takes such a message with the address
  that the socket is bound to, or none; another one is EINVAL.
* Name servers do not start without IP_MTU_DISCOVER and IPV6_MTU. Both are kept, as they only ask
  for smaller packets than the host might send.
* A program that joins a multicast group gets ENODEV, as on a machine without a multicast route.
";

fn page() -> String {
    let mut page = String::from(HEAD);
    for (level, name) in LEVELS {
        write!(page, "\n## {name}\n\n| Option | Sockets | Value | | Why | Described in |\n|---|---|---|---|---|---|\n")
            .unwrap();
        for (row, doc) in level.rows().iter().zip(level.docs()) {
            let cells = [
                doc.ident,
                sockets(row.kinds),
                &value(row),
                &outcome(row, doc),
                doc.why,
                doc.page,
            ];
            writeln!(page, "| {} |", cells.join(" | ")).unwrap();
        }
    }
    page
}

fn sockets(kinds: Kinds) -> &'static str {
    const UDP_AND_UNIX: Kinds = UDP | UNIX;
    const TCP_AND_UNIX: Kinds = TCP | UNIX;
    const INET: Kinds = TCP | UDP;
    const ALL: Kinds = INET | UNIX;
    match kinds & ALL {
        ALL => "all",
        INET => "TCP, UDP",
        TCP => "TCP",
        UDP => "UDP",
        UNIX => "AF_UNIX",
        V4 => "AF_INET",
        V6 => "AF_INET6",
        UDP_AND_UNIX => "UDP, AF_UNIX",
        TCP_AND_UNIX => "TCP, AF_UNIX",
        super::rule::TCP6 => "TCP over IPv6",
        super::rule::UDP6 => "UDP over IPv6",
        other => panic!("kinds {other:#b} have no name"),
    }
}

fn value(row: &Row) -> String {
    match row.rule {
        Rule::Switch(_) | Rule::Deliver(_) | Rule::Bool => "0 or not".into(),
        Rule::Host(super::HostKey::KeepAlive, ..) => "0 or not".into(),
        Rule::Range(bounds) | Rule::Host(_, bounds) => match bounds.ends() {
            (least, i32::MAX) => format!("int from {least}"),
            (least, most) => format!("int {least} to {most}"),
        },
        Rule::Group(..) => "struct".into(),
        Rule::Empty(_) => "bytes".into(),
        Rule::Special(special) => match special {
            Special::Linger => "struct linger",
            Special::ReceiveTimeout | Special::SendTimeout => "struct timeval",
            Special::PeerCredentials => "struct ucred",
            Special::PeerName => "struct sockaddr",
            Special::Info => "struct tcp_info",
            Special::AttachFilter => "struct sock_fprog",
            Special::PacketInfo6 => "struct in6_pktinfo",
            Special::MulticastInterface => "struct in_addr, ip_mreqn",
            Special::BindToDevice | Special::Congestion | Special::UpperLayer => "string",
            Special::Cookie => "64 bits",
            Special::NoOptions => "bytes",
            Special::V6Only | Special::LockFilter => "0 or not",
            _ => "int",
        }
        .into(),
        _ if row.length == Length::Free => String::new(),
        _ => "int".into(),
    }
}

fn outcome(row: &Row, doc: &Doc) -> String {
    let word = match doc.class {
        Class::Real => "**real**",
        Class::Acted => "**acts**",
        Class::Emulated => "**kept**",
        Class::ReadOnly => "**tells**",
        Class::Refused => return format!("*refused*, {}", errno_name(refusal(row))),
    };
    word.into()
}

fn refusal(row: &Row) -> Errno {
    match row.rule {
        Rule::Only(_, code) | Rule::OnlyOrDefault(_, code) => code.errno(),
        Rule::Refused(_, code) | Rule::Empty(code) | Rule::Group(_, _, code) => code.errno(),
        Rule::Special(Special::BindToDevice) => Errno::ENODEV,
        Rule::Special(Special::PeekOffset) => Errno::EOPNOTSUPP,
        Rule::Special(Special::BusyPollBudget) => Errno::EPERM,
        Rule::Special(Special::MulticastInterface) => Errno::EADDRNOTAVAIL,
        Rule::Special(Special::Congestion | Special::UpperLayer) => Errno::ENOENT,
        _ => Errno::ENOPROTOOPT,
    }
}

fn errno_name(errno: Errno) -> &'static str {
    macro_rules! names {
        ($($name:ident)*) => {
            match errno.0 { $(libc::$name => stringify!($name),)* other => panic!("errno {other}") }
        };
    }
    names! { EACCES EADDRNOTAVAIL EINVAL ENODEV ENOENT ENOPROTOOPT EOPNOTSUPP EPERM EPROTO }
}

#[test]
fn the_page_is_generated_from_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/OPTIONS.md");
    let page = page();
    if std::env::var_os("WPS_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "{path} differs from the table; run WPS_BLESS=1 cargo test"
    );
}

#[test]
fn the_table_makes_sense() {
    let mut deliverable = 0;
    for (level, name) in LEVELS {
        let rows = level.rows();
        assert_eq!(rows.len(), level.docs().len());
        assert!(
            rows.is_sorted_by_key(|row| row.name),
            "{name} is out of order"
        );
        for (index, row) in rows.iter().enumerate() {
            let doc = level.docs()[index];
            // One row per option and kind of socket.
            let kinds = row.kinds & !super::rule::OWN;
            assert!(kinds != 0, "{}", doc.ident);
            for other in &rows[index + 1..] {
                assert!(
                    other.name != row.name || other.kinds & kinds == 0,
                    "{} twice",
                    doc.ident
                );
            }
            assert!(
                doc.why.ends_with('.') && !doc.page.is_empty(),
                "{}",
                doc.ident
            );
            let refuses = matches!(
                row.rule,
                Rule::Only(..)
                    | Rule::OnlyOrDefault(..)
                    | Rule::Refused(..)
                    | Rule::Empty(_)
                    | Rule::Group(..)
            );
            assert!(
                !refuses || doc.class == Class::Refused,
                "{} is refused, so say so",
                doc.ident
            );
            let real = matches!(row.rule, Rule::Host(..))
                || matches!(
                    row.rule,
                    Rule::Special(Special::ReceiveBuffer | Special::SendBuffer)
                );
            assert_eq!(real, doc.class == Class::Real, "{}", doc.ident);
            let delivers = matches!(row.rule, Rule::Deliver(_));
            assert!(
                !delivers || matches!(doc.class, Class::Acted | Class::Refused),
                "{}",
                doc.ident
            );
            deliverable += usize::from(delivers);
        }
    }
    assert_eq!(
        deliverable,
        Flag::Destination6 as usize - Flag::Timestamp as usize + 1
    );
}
