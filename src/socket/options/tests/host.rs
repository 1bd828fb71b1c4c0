//! Options that the host has, and what passes from one socket to another.

use super::fake::{Fake, IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP, SOL_SOCKET};
use super::values::{pair, timeval};
use crate::errno::Errno;
use crate::fd::file::{Domain, Type};
use crate::socket::options::HostKey;

const SO_SNDBUF: i32 = 7;
const SO_RCVBUF: i32 = 8;
const SO_KEEPALIVE: i32 = 9;
const SO_PRIORITY: i32 = 12;
const SO_LINGER: i32 = 13;
const SO_RCVLOWAT: i32 = 18;
const SO_COOKIE: i32 = 57;
const SO_SNDTIMEO: i32 = 67;
const IP_TOS: i32 = 1;
const IP_TTL: i32 = 2;
const IPV6_UNICAST_HOPS: i32 = 16;
const TCP_NODELAY: i32 = 1;
const TCP_KEEPIDLE: i32 = 4;
const TCP_KEEPCNT: i32 = 6;
const TCP_DEFER_ACCEPT: i32 = 9;
const TCP_QUICKACK: i32 = 12;

#[test]
fn real_options_reach_the_host_in_its_units() {
    let socket = Fake::tcp();
    socket.set_int(SOL_SOCKET, SO_KEEPALIVE, 5).unwrap();
    socket.set_int(IPPROTO_TCP, TCP_KEEPIDLE, 42).unwrap();
    socket.set_int(IPPROTO_TCP, TCP_KEEPCNT, 3).unwrap();
    socket.set_int(IPPROTO_IP, IP_TTL, 9).unwrap();
    assert_eq!(socket.host(HostKey::KeepAlive), Some(1));
    assert_eq!(socket.host(HostKey::KeepIdle), Some(42_000_000_000));
    assert_eq!(socket.host(HostKey::KeepCount), Some(3));
    assert_eq!(socket.host(HostKey::HopLimit), Some(9));
    socket.set_int(IPPROTO_IP, IP_TTL, -1).unwrap();
    assert_eq!(socket.host(HostKey::HopLimit), Some(64));
    assert_eq!(
        socket.set_int(IPPROTO_TCP, TCP_KEEPIDLE, 0),
        Err(Errno::EINVAL)
    );
    assert_eq!(socket.host(HostKey::KeepIdle), Some(42_000_000_000));
}

#[test]
fn buffers_are_doubled_and_clamped() {
    let socket = Fake::tcp();
    socket.set_int(SOL_SOCKET, SO_RCVBUF, 65536).unwrap();
    assert_eq!(socket.host(HostKey::ReceiveBuffer), Some(65536));
    assert_eq!(socket.get_int(SOL_SOCKET, SO_RCVBUF), Ok(131_072));
    socket.set_int(SOL_SOCKET, SO_SNDBUF, 0).unwrap();
    assert_eq!(socket.host(HostKey::SendBuffer), Some(2304));
    socket.set_int(SOL_SOCKET, SO_SNDBUF, -1).unwrap();
    assert_eq!(socket.host(HostKey::SendBuffer), Some(4_194_304));
}

#[test]
fn without_a_host_what_was_set_or_the_default_is_told() {
    let socket = Fake::without_host(Domain::Inet, Type::Stream);
    assert_eq!(socket.get_int(SOL_SOCKET, SO_RCVBUF), Ok(131_072));
    assert_eq!(socket.get_int(IPPROTO_TCP, TCP_KEEPIDLE), Ok(7200));
    socket.set_int(SOL_SOCKET, SO_RCVBUF, 5000).unwrap();
    socket.set_int(IPPROTO_TCP, TCP_KEEPIDLE, 42).unwrap();
    assert_eq!(socket.get_int(SOL_SOCKET, SO_RCVBUF), Ok(10000));
    assert_eq!(socket.get_int(IPPROTO_TCP, TCP_KEEPIDLE), Ok(42));
}

#[test]
fn a_new_host_socket_is_told_again() {
    let mut socket = Fake::without_host(Domain::Inet, Type::Stream);
    socket.set_int(IPPROTO_TCP, TCP_KEEPIDLE, 42).unwrap();
    socket.set_int(SOL_SOCKET, SO_KEEPALIVE, 1).unwrap();
    socket.set_int(SOL_SOCKET, SO_RCVBUF, 50_000).unwrap();
    socket.set_int(IPPROTO_IP, IP_TTL, 7).unwrap();
    socket.set_int(IPPROTO_IP, IP_TOS, 16).unwrap();
    socket.host = Fake::tcp().host;
    socket.options.reapply(&socket);
    assert_eq!(socket.host(HostKey::KeepIdle), Some(42_000_000_000));
    assert_eq!(socket.host(HostKey::KeepAlive), Some(1));
    assert_eq!(socket.host(HostKey::ReceiveBuffer), Some(50_000));
    assert_eq!(
        socket.host(HostKey::SendBuffer),
        Some(8192),
        "never set, so left alone"
    );
    assert_eq!(socket.host(HostKey::HopLimit), Some(7));
}

#[test]
fn the_two_hop_limits_of_a_dual_stack_socket_are_apart() {
    let socket = Fake::tcp6();
    socket
        .host
        .as_ref()
        .unwrap()
        .borrow_mut()
        .push((HostKey::HopLimitMapped, 64));
    socket.set_int(IPPROTO_IP, IP_TTL, 9).unwrap();
    socket.set_int(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 11).unwrap();
    assert_eq!(socket.host(HostKey::HopLimitMapped), Some(9));
    assert_eq!(socket.host(HostKey::HopLimit), Some(11));
    assert_eq!(socket.get_int(IPPROTO_IP, IP_TTL), Ok(9));
    // Hosts refuse 0, Linux does not.
    assert_eq!(socket.set_int(IPPROTO_IPV6, IPV6_UNICAST_HOPS, 0), Ok(()));
    assert_eq!(socket.get_int(IPPROTO_IPV6, IPV6_UNICAST_HOPS), Ok(0));
}

#[test]
fn an_accepted_socket_starts_with_the_listeners_options() {
    let listener = Fake::tcp();
    let own = [
        (SOL_SOCKET, SO_PRIORITY),
        (IPPROTO_TCP, TCP_QUICKACK),
        (IPPROTO_TCP, TCP_DEFER_ACCEPT),
    ];
    for (level, name) in own {
        listener.set_int(level, name, 3).unwrap();
    }
    listener.get(SOL_SOCKET, SO_COOKIE, 8).unwrap();
    listener.set_int(IPPROTO_TCP, TCP_NODELAY, 1).unwrap();
    listener.set_int(IPPROTO_TCP, TCP_KEEPIDLE, 42).unwrap();
    listener.set_int(SOL_SOCKET, SO_RCVLOWAT, 100).unwrap();
    listener
        .set(SOL_SOCKET, SO_SNDTIMEO, &timeval(3, 0))
        .unwrap();
    listener.set(SOL_SOCKET, SO_LINGER, &pair(1, 5)).unwrap();

    let mut accepted = Fake::tcp();
    accepted.options = listener.options.inherit(listener.options.inherited_rest());
    listener.set_int(IPPROTO_TCP, TCP_KEEPIDLE, 99).unwrap();
    listener.set_int(IPPROTO_TCP, TCP_NODELAY, 0).unwrap();

    assert!(accepted.options.nodelay());
    assert_eq!(accepted.get_int(IPPROTO_TCP, TCP_KEEPIDLE), Ok(42));
    assert_eq!(accepted.options.low_water(), 100);
    assert_eq!(accepted.options.send_timeout(), Some(3_000_000_000));
    assert_eq!(accepted.options.linger(), Some(5_000_000_000));
    let fresh = Fake::tcp();
    for (level, name) in own {
        assert_eq!(accepted.get_int(level, name), fresh.get_int(level, name));
    }
    let cookies =
        [&listener, &accepted].map(|socket| socket.get(SOL_SOCKET, SO_COOKIE, 8).unwrap());
    assert_ne!(cookies[0], cookies[1]);
}
