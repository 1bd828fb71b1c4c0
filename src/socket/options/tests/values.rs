//! What the record of single calls does not show: memory, effects, the host, errors.

use super::fake::{Fake, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, IPPROTO_UDP, SOL_SOCKET};
use crate::errno::Errno;
use crate::fd::file::{Domain, Type};
use crate::socket::options::rule::Rule;
use crate::socket::options::table::Level;
use crate::socket::options::{Effect, Flag, LONGEST, State};

const SO_REUSEADDR: i32 = 2;
const SO_ERROR: i32 = 4;
const SO_RCVBUF: i32 = 8;
const SO_KEEPALIVE: i32 = 9;
const SO_LINGER: i32 = 13;
const SO_PASSCRED: i32 = 16;
const SO_PEERCRED: i32 = 17;
const SO_RCVLOWAT: i32 = 18;
const SO_PEERNAME: i32 = 28;
const SO_ACCEPTCONN: i32 = 30;
const SO_LOCK_FILTER: i32 = 44;
const SO_BUSY_POLL: i32 = 46;
const SO_COOKIE: i32 = 57;
const SO_TIMESTAMP: i32 = 63;
const SO_TIMESTAMPNS: i32 = 64;
const SO_RCVTIMEO: i32 = 66;
const SO_SNDTIMEO: i32 = 67;
const SO_BUF_LOCK: i32 = 72;
const IP_RECVTTL: i32 = 12;
const IP_MTU: i32 = 14;
const IP_ADD_MEMBERSHIP: i32 = 35;
const IP_DROP_MEMBERSHIP: i32 = 36;
const IPV6_ADD_MEMBERSHIP: i32 = 20;
const IPV6_V6ONLY: i32 = 26;
const IPV6_PKTINFO: i32 = 50;
const TCP_NODELAY: i32 = 1;
const TCP_MAXSEG: i32 = 2;
const TCP_CORK: i32 = 3;
const TCP_WINDOW_CLAMP: i32 = 10;
const TCP_INFO: i32 = 11;
const TCP_CONGESTION: i32 = 13;
const TCP_FASTOPEN: i32 = 23;
const UDP_CORK: i32 = 1;

pub fn timeval(seconds: i64, microseconds: i64) -> Vec<u8> {
    [seconds.to_ne_bytes(), microseconds.to_ne_bytes()].concat()
}

pub fn pair(first: i32, second: i32) -> Vec<u8> {
    [first.to_ne_bytes(), second.to_ne_bytes()].concat()
}

#[test]
fn switches_read_back_exactly_one() {
    let socket = Fake::tcp();
    for (level, name) in [
        (SOL_SOCKET, SO_REUSEADDR),
        (SOL_SOCKET, SO_KEEPALIVE),
        (IPPROTO_TCP, TCP_NODELAY),
    ] {
        assert_eq!(socket.get_int(level, name), Ok(0));
        socket.set_int(level, name, 77).unwrap();
        assert_eq!(socket.get_int(level, name), Ok(1));
        socket.set_int(level, name, 0).unwrap();
        assert_eq!(socket.get_int(level, name), Ok(0));
    }
}

#[test]
fn timeouts() {
    let socket = Fake::udp();
    let set = |value: &[u8]| socket.set(SOL_SOCKET, SO_RCVTIMEO, value);
    assert_eq!(socket.options.receive_timeout(), None);
    assert_eq!(set(&timeval(1, 500_000)), Ok(()));
    assert_eq!(socket.options.receive_timeout(), Some(1_500_000_000));
    assert_eq!(
        socket.get(SOL_SOCKET, SO_RCVTIMEO, 16),
        Ok(timeval(1, 500_000))
    );
    assert_eq!(
        socket.get(SOL_SOCKET, SO_RCVTIMEO, 8),
        Ok(1i64.to_ne_bytes().to_vec())
    );
    for bad in [
        timeval(0, 1_000_000),
        timeval(0, -1),
        timeval(-1, 2_000_000),
    ] {
        assert_eq!(set(&bad), Err(Errno::EDOM));
    }
    assert_eq!(set(&timeval(1, 0)[..15]), Err(Errno::EINVAL));
    assert_eq!(
        socket.options.receive_timeout(),
        Some(1_500_000_000),
        "errors change nothing"
    );
    set(&timeval(-1, 0)).unwrap();
    assert_eq!(socket.options.receive_timeout(), Some(0));
    assert_eq!(socket.get(SOL_SOCKET, SO_RCVTIMEO, 16), Ok(timeval(0, 0)));
    set(&timeval(0, 0)).unwrap();
    assert_eq!(socket.options.receive_timeout(), None);
    set(&timeval(i64::MAX, 999_999)).unwrap();
    assert_eq!(
        socket.options.receive_timeout(),
        None,
        "longer than time can be counted"
    );
    assert_eq!(socket.options.send_timeout(), None);
    socket.set(SOL_SOCKET, SO_SNDTIMEO, &timeval(0, 1)).unwrap();
    assert_eq!(socket.options.send_timeout(), Some(1000));
}

#[test]
fn linger_keeps_its_time_while_it_is_off() {
    let socket = Fake::tcp();
    assert_eq!(socket.get(SOL_SOCKET, SO_LINGER, 8), Ok(pair(0, 0)));
    socket.set(SOL_SOCKET, SO_LINGER, &pair(7, 5)).unwrap();
    assert_eq!(socket.get(SOL_SOCKET, SO_LINGER, 8), Ok(pair(1, 5)));
    assert_eq!(socket.options.linger(), Some(5_000_000_000));
    socket.set(SOL_SOCKET, SO_LINGER, &pair(0, 77)).unwrap();
    assert_eq!(socket.get(SOL_SOCKET, SO_LINGER, 8), Ok(pair(0, 5)));
    assert_eq!(socket.options.linger(), None);
    socket.set(SOL_SOCKET, SO_LINGER, &pair(1, 0)).unwrap();
    assert_eq!(socket.options.linger(), Some(0));
    assert_eq!(
        socket.set(SOL_SOCKET, SO_LINGER, &pair(1, 0)[..7]),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        socket.get(SOL_SOCKET, SO_LINGER, 4),
        Ok(1i32.to_ne_bytes().to_vec())
    );
}

#[test]
fn pulling_a_cork_and_setting_nodelay_flush() {
    for (socket, level, cork) in [
        (Fake::tcp(), IPPROTO_TCP, TCP_CORK),
        (Fake::udp(), IPPROTO_UDP, UDP_CORK),
    ] {
        socket.set_int(level, cork, 0).unwrap();
        socket.set_int(level, cork, 1).unwrap();
        assert!(socket.options.cork());
        assert!(socket.effects.borrow().is_empty());
        socket.set_int(level, cork, 0).unwrap();
        assert!(!socket.options.cork());
        assert_eq!(socket.effects.take(), [Effect::Flush]);
    }
    let socket = Fake::tcp();
    socket.set_int(IPPROTO_TCP, TCP_NODELAY, 1).unwrap();
    socket.set_int(IPPROTO_TCP, TCP_NODELAY, 1).unwrap();
    socket.set_int(IPPROTO_TCP, TCP_NODELAY, 0).unwrap();
    assert_eq!(socket.effects.take(), [Effect::Flush, Effect::Flush]);
    socket.set_int(SOL_SOCKET, SO_RCVLOWAT, 0).unwrap();
    assert_eq!(socket.effects.take(), [Effect::LowWater]);
    assert_eq!(socket.options.low_water(), 1);
    socket.set_int(SOL_SOCKET, SO_BUSY_POLL, 50).unwrap();
    assert_eq!(socket.options.busy_poll(), Some(50));
}

#[test]
fn the_error_is_told_once() {
    let socket = Fake::tcp();
    socket.error.set(Some(Errno::ECONNREFUSED));
    assert_eq!(
        socket.get_int(SOL_SOCKET, SO_ERROR),
        Ok(Errno::ECONNREFUSED.0)
    );
    assert_eq!(socket.get_int(SOL_SOCKET, SO_ERROR), Ok(0));
}

#[test]
fn what_depends_on_the_state() {
    let socket = Fake::tcp6();
    assert_eq!(socket.get_int(SOL_SOCKET, SO_ACCEPTCONN), Ok(0));
    assert_eq!(socket.get_int(IPPROTO_IP, IP_MTU), Err(Errno::ENOTCONN));
    assert_eq!(
        socket.get(SOL_SOCKET, SO_PEERNAME, 16),
        Err(Errno::ENOTCONN)
    );
    socket.set_int(IPPROTO_TCP, TCP_WINDOW_CLAMP, 0).unwrap();
    socket.set_int(IPPROTO_IPV6, IPV6_V6ONLY, 1).unwrap();
    assert!(socket.options.v6only());

    socket.bound.set(true);
    assert_eq!(
        socket.set_int(IPPROTO_IPV6, IPV6_V6ONLY, 0),
        Err(Errno::EINVAL)
    );
    assert_eq!(socket.get_int(IPPROTO_IPV6, IPV6_V6ONLY), Ok(1));

    socket.state.set(State::Listening);
    assert_eq!(socket.get_int(SOL_SOCKET, SO_ACCEPTCONN), Ok(1));
    assert_eq!(socket.set_int(IPPROTO_TCP, TCP_FASTOPEN, 5), Ok(()));
    let info = socket.get(IPPROTO_TCP, TCP_INFO, 300).unwrap();
    assert_eq!((info.len(), info[0], info[24], info[28]), (232, 10, 3, 128));

    socket.state.set(State::Established);
    assert_eq!(
        socket.set_int(IPPROTO_TCP, TCP_FASTOPEN, 5),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        socket.set_int(IPPROTO_TCP, TCP_WINDOW_CLAMP, 0),
        Err(Errno::EINVAL)
    );
    assert_eq!(socket.get_int(IPPROTO_IP, IP_MTU), Err(Errno::ENOPROTOOPT));
    assert_eq!(socket.get(IPPROTO_TCP, TCP_INFO, 2).unwrap(), [1, 0]);
}

#[test]
fn credentials() {
    let mut socket = Fake::unix();
    let ucred = |pid: i32, id: i32| [pair(pid, id), id.to_ne_bytes().to_vec()].concat();
    assert_eq!(socket.get(SOL_SOCKET, SO_PEERCRED, 20), Ok(ucred(0, -1)));
    socket.credentials = Some((42, 1000, 1000));
    assert_eq!(socket.get(SOL_SOCKET, SO_PEERCRED, 12), Ok(ucred(42, 1000)));
    socket.set_int(SOL_SOCKET, SO_PASSCRED, 1).unwrap();
    assert!(socket.options.pass_credentials());
}

#[test]
fn memberships_fail_as_where_no_device_can_do_it() {
    let socket = Fake::udp();
    let mreq = |group: [u8; 4]| [group, [0; 4]].concat();
    let join = |value: &[u8]| socket.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, value);
    assert_eq!(join(&mreq([224, 0, 1, 5])), Err(Errno::ENODEV));
    assert_eq!(join(&mreq([10, 0, 0, 1])), Err(Errno::EINVAL));
    assert_eq!(join(&mreq([224, 0, 1, 5])[..7]), Err(Errno::EINVAL));
    let left = socket.set(IPPROTO_IP, IP_DROP_MEMBERSHIP, &mreq([224, 0, 1, 5]));
    assert_eq!(left, Err(Errno::EADDRNOTAVAIL));
    let socket = Fake::new(Domain::Inet6, Type::Datagram);
    let mut group = [0; 20];
    assert_eq!(
        socket.set(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &group),
        Err(Errno::EINVAL)
    );
    group[0] = 0xff;
    assert_eq!(
        socket.set(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &group),
        Err(Errno::ENODEV)
    );
    assert_eq!(socket.set(IPPROTO_IPV6, IPV6_PKTINFO, &[0; 20]), Ok(()));
    assert_eq!(
        socket.set(IPPROTO_IPV6, IPV6_PKTINFO, &group),
        Err(Errno::ENOPROTOOPT)
    );
    assert_eq!(
        socket.set(IPPROTO_IPV6, IPV6_PKTINFO, &group[..19]),
        Err(Errno::EINVAL)
    );
}

#[test]
fn messages_are_promised_only_where_they_are_delivered() {
    let mut socket = Fake::udp();
    assert_eq!(
        socket.set_int(IPPROTO_IP, IP_RECVTTL, 1),
        Err(Errno::ENOPROTOOPT)
    );
    assert_eq!(socket.set_int(IPPROTO_IP, IP_RECVTTL, 0), Ok(()));
    socket.delivers = true;
    assert_eq!(socket.set_int(IPPROTO_IP, IP_RECVTTL, 1), Ok(()));
    assert_eq!(socket.get_int(IPPROTO_IP, IP_RECVTTL), Ok(1));
    assert!(socket.options.is_on(Flag::HopLimit));
}

#[test]
fn one_kind_of_time_stamps_at_most() {
    let socket = Fake::udp();
    let both = || {
        let get = |name| socket.get_int(SOL_SOCKET, name).unwrap();
        (get(SO_TIMESTAMP), get(SO_TIMESTAMPNS))
    };
    for (name, value, left) in [
        (SO_TIMESTAMP, 1, (1, 0)),
        (SO_TIMESTAMPNS, 1, (0, 1)),
        (SO_TIMESTAMP, 1, (1, 0)),
        (SO_TIMESTAMPNS, 0, (0, 0)),
    ] {
        socket.set_int(SOL_SOCKET, name, value).unwrap();
        assert_eq!(both(), left);
    }
}

#[test]
fn names_of_algorithms() {
    let socket = Fake::tcp();
    assert_eq!(
        socket.set(IPPROTO_TCP, TCP_CONGESTION, b"cubic"),
        Err(Errno::ENOENT)
    );
    assert_eq!(
        socket.set(IPPROTO_TCP, TCP_CONGESTION, b""),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        socket.get(IPPROTO_TCP, TCP_CONGESTION, 16),
        Err(Errno::ENOPROTOOPT)
    );
}

#[test]
fn small_things_that_linux_does() {
    let socket = Fake::tcp();
    socket.set_int(SOL_SOCKET, SO_LOCK_FILTER, 1).unwrap();
    assert_eq!(
        socket.set_int(SOL_SOCKET, SO_LOCK_FILTER, 0),
        Err(Errno::EPERM)
    );
    assert_eq!(socket.set_int(SOL_SOCKET, SO_LOCK_FILTER, 9), Ok(()));
    socket.set_int(SOL_SOCKET, SO_RCVBUF, 9000).unwrap();
    assert_eq!(socket.get_int(SOL_SOCKET, SO_BUF_LOCK), Ok(2));
    socket.set_int(IPPROTO_TCP, TCP_MAXSEG, 1000).unwrap();
    socket.set_int(IPPROTO_TCP, TCP_MAXSEG, 0).unwrap();
    assert_eq!(socket.get_int(IPPROTO_TCP, TCP_MAXSEG), Ok(536));
    let cookie = socket.get(SOL_SOCKET, SO_COOKIE, 8).unwrap();
    assert_eq!(socket.get(SOL_SOCKET, SO_COOKIE, 9), Ok(cookie.clone()));
    assert_ne!(Fake::tcp().get(SOL_SOCKET, SO_COOKIE, 8), Ok(cookie));
}

#[test]
fn the_longest_value_is_bounded() {
    for level in [
        Level::Socket,
        Level::Ip,
        Level::Ipv6,
        Level::Tcp,
        Level::Udp,
    ] {
        for row in level.rows() {
            let least = if let Rule::Group(least, ..) = row.rule {
                usize::from(least)
            } else {
                0
            };
            assert!(least <= LONGEST);
        }
    }
    let info = Fake::tcp().get(IPPROTO_TCP, TCP_INFO, 1000).unwrap();
    assert!(info.len() <= LONGEST);
}

/// Every option with every length and every sort of content, in any order: no panic.
#[test]
fn nothing_panics() {
    let bytes: Vec<u8> = (0..160u32)
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    for socket in [
        Fake::tcp(),
        Fake::tcp6(),
        Fake::udp(),
        Fake::new(Domain::Inet6, Type::Datagram),
        Fake::unix(),
    ] {
        for level in [SOL_SOCKET, 0, 6, 17, 41, -1, 500, i32::MIN, i32::MAX - 1] {
            for name in (-3..260).chain([i32::MIN, i32::MAX]) {
                for length in [0, 1, 3, 4, 7, 8, 11, 12, 16, 20, 136, 160] {
                    for content in [
                        &bytes[..length],
                        &[0; 160][..length],
                        &[0xff; 160][..length],
                    ] {
                        let _ = socket.set(level, name, content);
                    }
                    let _ = socket.get(level, name, length);
                }
            }
        }
        socket.options.reapply(&socket);
        let _ = (
            socket.options.linger(),
            socket.options.low_water(),
            socket.options.inherit(socket.options.inherited_rest()),
        );
    }
}
