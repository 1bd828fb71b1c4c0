//! `<sys/socket.h>`: sockets (POSIX.1-2024, socket(7)). Messages are in
//! [`super::sys_socket_msg`] and [`super::sys_socket_mmsg`].

use super::sys_socket_control::SOL_SOCKET;
use super::types::{SSize, SockAddr, SockLen};
use super::util::{self, OrMinusOne, interruptible};
use super::{address, libc_file, linux_netlink, sys_un};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Class, Description, Domain, Flags, Receive, Shutdown, Transmit, process};
use crate::socket::host_options;
use crate::socket::options::LONGEST;
use crate::socket::{tcp, udp};
use crate::wait::{blocking, engine, pending, signals};
use alloc::rc::Rc;
use core::ffi::{c_int, c_void};

/// SOCK_NONBLOCK and SOCK_CLOEXEC: Linux's, which are O_NONBLOCK and O_CLOEXEC, and wasi-libc's.
const NONBLOCK_BITS: c_int = 0x800 | 0x4000;
const CLOEXEC_BITS: c_int = 0x8_0000 | 0x2000;
const SOCK_DGRAM: c_int = 5;
const SOCK_STREAM: c_int = 6;
const SOCK_RAW: c_int = 3;
const SOCK_PACKET: c_int = 10;
const SO_PEERNAME: c_int = 28;
const IPPROTO_TCP: c_int = 6;
const IPPROTO_UDP: c_int = 17;
/// One past the last protocol number Linux knows.
const IPPROTO_MAX: c_int = 263;

/// The socket behind a number; `ENOTSOCK` for other files, `EBADF` for none.
pub(super) fn socket_of(fd: c_int) -> Result<Rc<Description>> {
    match process::find(fd) {
        Some(file) if file.class == Class::Socket => Ok(file),
        Some(_) => Err(Errno::ENOTSOCK),
        None if libc_file::is_open(fd) => Err(Errno::ENOTSOCK),
        None => Err(Errno::EBADF),
    }
}

/// socket(2): an unbound socket. Fails with `EAFNOSUPPORT`, `EINVAL`, `EPROTONOSUPPORT`,
/// `ESOCKTNOSUPPORT`, `EMFILE`, `EPERM` (raw sockets).
#[unsafe(no_mangle)]
pub extern "C" fn socket(domain: c_int, kind: c_int, protocol: c_int) -> c_int {
    address::bind_destination();
    create(domain, kind, protocol, udp::create).or_minus_one_errno()
}

/// What `socket` is where the compiler sees that the type is SOCK_STREAM (`<sys/socket.h>`): a
/// program that opens no other sockets is linked without UDP.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_socket_stream(domain: c_int, kind: c_int, protocol: c_int) -> c_int {
    let none = |_, _| Err(Errno::ESOCKTNOSUPPORT);
    create(domain, kind, protocol, none).or_minus_one_errno()
}

pub(super) fn split_kind(kind: c_int) -> Result<(c_int, bool, bool)> {
    let plain = kind & 0xf;
    if kind & !(0xf | NONBLOCK_BITS | CLOEXEC_BITS) != 0 {
        return Err(Errno::EINVAL);
    }
    Ok((plain, kind & NONBLOCK_BITS != 0, kind & CLOEXEC_BITS != 0))
}

fn create(
    domain: c_int,
    kind: c_int,
    protocol: c_int,
    datagram: fn(Domain, bool) -> Result<Rc<Description>>,
) -> Result<c_int> {
    let (plain, nonblocking, close_on_exec) = split_kind(kind)?;
    let domain = match u16::try_from(domain) {
        Ok(address::AF_INET) => Domain::Inet,
        Ok(address::AF_INET6) => Domain::Inet6,
        Ok(address::AF_UNIX) => Domain::Unix,
        Ok(address::AF_NETLINK) => Domain::Netlink,
        _ => return Err(Errno::EAFNOSUPPORT),
    };
    if plain > SOCK_PACKET {
        return Err(Errno::EINVAL);
    }
    if domain == Domain::Unix {
        return sys_un::socket(plain, protocol, nonblocking, close_on_exec);
    }
    if domain == Domain::Netlink {
        return linux_netlink::socket(plain, protocol, nonblocking, close_on_exec);
    }
    if !(0..IPPROTO_MAX).contains(&protocol) {
        return Err(Errno::EINVAL);
    }
    let file = match (plain, protocol) {
        (SOCK_STREAM, 0 | IPPROTO_TCP) => tcp::create(domain, nonblocking)?,
        (SOCK_DGRAM, 0 | IPPROTO_UDP) => datagram(domain, nonblocking)?,
        // What an unprivileged process gets (raw(7), packet(7)).
        (SOCK_RAW, 1..) | (SOCK_PACKET, _) => return Err(Errno::EPERM),
        (SOCK_STREAM | SOCK_DGRAM | SOCK_RAW, _) => return Err(Errno::EPROTONOSUPPORT),
        _ => return Err(Errno::ESOCKTNOSUPPORT),
    };
    engine::install(file, close_on_exec, 0)
}

/// bind(2): gives the socket a local address. Fails with `EACCES`, `EADDRINUSE`,
/// `EADDRNOTAVAIL`, `EAFNOSUPPORT`, `EINVAL`, `EBADF`, `ENOTSOCK`, `EFAULT`.
#[unsafe(no_mangle)]
pub extern "C" fn bind(fd: c_int, addr: *const SockAddr, length: SockLen) -> c_int {
    (|| {
        let file = socket_of(fd)?;
        let socket = file.as_socket()?;
        socket.bind(&address::read_local(socket.domain(), addr, length)?)
    })()
    .or_minus_one_errno()
}

/// listen(2): makes a bound (or, implicitly, any) stream socket take connections.
#[unsafe(no_mangle)]
pub extern "C" fn listen(fd: c_int, backlog: c_int) -> c_int {
    socket_of(fd)
        .and_then(|file| file.as_socket()?.listen(backlog))
        .or_minus_one_errno()
}

/// accept(2): the next connection of a listening socket.
#[unsafe(no_mangle)]
pub extern "C" fn accept(fd: c_int, addr: *mut SockAddr, length: *mut SockLen) -> c_int {
    accept4(fd, addr, length, 0)
}

/// accept4(2): accept(2) with SOCK_NONBLOCK and SOCK_CLOEXEC for the new descriptor.
#[unsafe(no_mangle)]
pub extern "C" fn accept4(
    fd: c_int,
    addr: *mut SockAddr,
    length: *mut SockLen,
    flags: c_int,
) -> c_int {
    interruptible(true, || {
        if flags & !(NONBLOCK_BITS | CLOEXEC_BITS) != 0 {
            return Err(Errno::EINVAL);
        }
        // Linux reserves the number first: without one, the connection stays in the queue.
        let listener = socket_of(fd)?;
        if !process::with(|table| table.has_room()) {
            return Err(Errno::EMFILE);
        }
        let file = blocking::accept(&listener)?;
        if !addr.is_null() {
            // As on Linux, a bad buffer costs the connection.
            match file.as_socket()?.peer() {
                Ok(peer) => address::write(&peer, addr, length)?,
                Err(_) => return Err(Errno::ECONNABORTED),
            }
        }
        file.nonblocking.set(flags & NONBLOCK_BITS != 0);
        engine::install(file, flags & CLOEXEC_BITS != 0, 0)
    })
    .or_minus_one_errno()
}

/// connect(2): connects a stream socket, or fixes the peer of a datagram socket.
#[unsafe(no_mangle)]
pub extern "C" fn connect(fd: c_int, addr: *const SockAddr, length: SockLen) -> c_int {
    interruptible(true, || {
        let file = socket_of(fd)?;
        tcp::connect::bind();
        let remote = address::read_peer(kind_of(&file)?, addr, length)?;
        blocking::connect(&file, &remote)
    })
    .or_minus_one_errno()
}

/// shutdown(2) with wasi-libc's SHUT_RD, SHUT_WR and SHUT_RDWR, which are 1, 2 and 3.
#[unsafe(no_mangle)]
pub extern "C" fn shutdown(fd: c_int, how: c_int) -> c_int {
    __wps_shutdown(fd, how.wrapping_sub(1))
}

/// shutdown(2): ends one direction or both. `how` is SHUT_RD (0), SHUT_WR or SHUT_RDWR, as on Linux
/// and in the overlay's `<sys/socket.h>`.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_shutdown(fd: c_int, how: c_int) -> c_int {
    (|| {
        let file = socket_of(fd)?;
        if !(0..=2).contains(&how) {
            return Err(Errno::EINVAL);
        }
        tcp::socket::bind_shutdown();
        let outcome = file.as_socket()?.shutdown(Shutdown {
            read: how != 1,
            write: how != 0,
        });
        if file.file.unflushed() {
            pending::add(&file);
        }
        outcome
    })()
    .or_minus_one_errno()
}

/// getsockname(2): the local address, cut to `*length` bytes, which becomes its full length.
#[unsafe(no_mangle)]
pub extern "C" fn getsockname(fd: c_int, addr: *mut SockAddr, length: *mut SockLen) -> c_int {
    tcp::socket::bind_local();
    socket_of(fd)
        .and_then(|file| address::write(&file.as_socket()?.local()?, addr, length))
        .or_minus_one_errno()
}

/// getpeername(2): the peer's address, or `ENOTCONN`.
#[unsafe(no_mangle)]
pub extern "C" fn getpeername(fd: c_int, addr: *mut SockAddr, length: *mut SockLen) -> c_int {
    socket_of(fd)
        .and_then(|file| address::write(&file.as_socket()?.peer()?, addr, length))
        .or_minus_one_errno()
}

/// getsockopt(2): reads an option; see docs/OPTIONS.md for what each does here.
#[unsafe(no_mangle)]
pub extern "C" fn getsockopt(
    fd: c_int,
    level: c_int,
    name: c_int,
    value: *mut c_void,
    length: *mut SockLen,
) -> c_int {
    (|| {
        let file = socket_of(fd)?;
        let room = util::read(length)?;
        if (room as i32) < 0 {
            return Err(Errno::EINVAL);
        }
        let room = util::slice_mut(value.cast(), (room as usize).min(LONGEST))?;
        host_options::bind_get();
        tcp::settings::bind_host_option();
        let socket = file.as_socket()?;
        let size = match (level, name) {
            (SOL_SOCKET, SO_PEERNAME) => address::copy(&socket.peer()?, room)?,
            _ => socket.option(level, name, room)?,
        };
        util::write(length, size as u32)
    })()
    .or_minus_one_errno()
}

/// setsockopt(2): sets an option; see docs/OPTIONS.md for what each does here.
#[unsafe(no_mangle)]
pub extern "C" fn setsockopt(
    fd: c_int,
    level: c_int,
    name: c_int,
    value: *const c_void,
    length: SockLen,
) -> c_int {
    __wps_setsockopt(fd, level, name, value, length)
}

/// setsockopt(2) by the name by which the inline function of `sys/socket.h` calls it.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_setsockopt(
    fd: c_int,
    level: c_int,
    name: c_int,
    value: *const c_void,
    length: SockLen,
) -> c_int {
    host_options::bind_set();
    tcp::settings::bind_set_host_option();
    set_option(fd, level, name, value, length).or_minus_one_errno()
}

/// setsockopt(2) of SO_REUSEADDR, SO_REUSEPORT, SO_BROADCAST, TCP_NODELAY and TCP_CORK. `sys/socket.h`
/// picks it where the compiler sees the option, so that the program is linked without the others.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_setsockopt_switch(
    fd: c_int,
    level: c_int,
    name: c_int,
    value: *const c_void,
    length: SockLen,
) -> c_int {
    host_options::bind_set_switch();
    set_option(fd, level, name, value, length).or_minus_one_errno()
}

fn set_option(
    fd: c_int,
    level: c_int,
    name: c_int,
    value: *const c_void,
    length: SockLen,
) -> Result<()> {
    let file = socket_of(fd)?;
    if (length as i32) < 0 {
        return Err(Errno::EINVAL);
    }
    let value = util::slice(value.cast(), (length as usize).min(LONGEST))?;
    let outcome = file.as_socket()?.set_option(level, name, value);
    if file.file.unflushed() {
        pending::add(&file);
    }
    outcome
}

/// send(2): sends on a connected socket. Returns how many bytes were taken: all of them, on a
/// blocking stream socket.
#[unsafe(no_mangle)]
pub extern "C" fn send(fd: c_int, data: *const c_void, size: usize, flags: c_int) -> SSize {
    sendto(fd, data, size, flags, core::ptr::null(), 0)
}

/// sendto(2): send(2), to an address if the socket is a datagram socket.
#[unsafe(no_mangle)]
pub extern "C" fn sendto(
    fd: c_int,
    data: *const c_void,
    size: usize,
    flags: c_int,
    addr: *const SockAddr,
    length: SockLen,
) -> SSize {
    signal_broken_pipe(
        flags,
        interruptible(true, || {
            let file = socket_of(fd)?;
            let data = util::slice(data.cast(), size)?;
            let parts = [data];
            let mut message = Transmit::new(&parts, Flags(flags));
            message.to = address::read_destination(kind_of(&file)?, addr, length)?;
            blocking::send(&file, &mut message)
        }),
    )
    .or_minus_one_errno()
}

/// The family and type of a socket.
pub(super) fn kind_of(file: &Description) -> Result<(Domain, Type)> {
    file.socket.ok_or(Errno::ENOTSOCK)
}

/// SIGPIPE for a write or send that found the other end gone (send(2)).
pub(super) fn signal_broken_pipe(flags: c_int, outcome: Result<usize>) -> Result<usize> {
    match outcome {
        Err(Errno::EPIPE) if !Flags(flags).has(Flags::NOSIGNAL) => signals::broken_pipe(),
        Err(Errno::EPIPE_WITHOUT_SIGNAL) => return Err(Errno::EPIPE),
        _ => {}
    }
    outcome
}

/// recv(2): receives from a socket.
#[unsafe(no_mangle)]
pub extern "C" fn recv(fd: c_int, data: *mut c_void, size: usize, flags: c_int) -> SSize {
    recvfrom(
        fd,
        data,
        size,
        flags,
        core::ptr::null_mut(),
        core::ptr::null_mut(),
    )
}

/// recvfrom(2): recv(2), and who sent it.
#[unsafe(no_mangle)]
pub extern "C" fn recvfrom(
    fd: c_int,
    data: *mut c_void,
    size: usize,
    flags: c_int,
    addr: *mut SockAddr,
    length: *mut SockLen,
) -> SSize {
    interruptible(true, || {
        let file = socket_of(fd)?;
        let discard = discards(&file, flags);
        let mut parts = [if discard {
            &mut []
        } else {
            util::room(data.cast(), size)?
        }];
        let mut message = Receive::new(&mut parts, Flags(flags));
        message.discard = discard.then_some(size);
        let count = blocking::receive(&file, &mut message)?;
        if !addr.is_null() {
            match &message.from {
                Some(from) => address::write(from, addr, length)?,
                // A connected stream has no sender to tell (Linux leaves the length at 0).
                None => util::write(length, 0)?,
            }
        }
        Ok(count)
    })
    .or_minus_one_errno()
}

/// MSG_TRUNC on a TCP socket leaves the buffer alone (tcp(7)), which may then be null.
pub(super) fn discards(file: &Description, flags: c_int) -> bool {
    let stream = file
        .socket
        .is_some_and(|(domain, kind)| kind == Type::Stream && domain != Domain::Unix);
    stream && Flags(flags).has(Flags::TRUNC)
}

/// sockatmark(3): there is never urgent data, so never at its mark. What is no stream socket is
/// `ENOTTY` (POSIX), `EBADF`.
#[unsafe(no_mangle)]
pub extern "C" fn sockatmark(fd: c_int) -> c_int {
    let mark = |file: Rc<Description>| match file.as_socket()?.kind() {
        Type::Stream => Ok(0),
        _ => Err(Errno::ENOTTY),
    };
    socket_of(fd)
        .map_err(|errno| match errno {
            Errno::ENOTSOCK => Errno::ENOTTY,
            other => other,
        })
        .and_then(mark)
        .or_minus_one_errno()
}
