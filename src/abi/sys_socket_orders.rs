//! `<sys/socket.h>`: the control messages (cmsg(3)) of sendmsg(2), by which a program has one message
//! sent in another way than the socket's options say.

use super::sys_socket_control::{
    Credentials, HEADER, Header, IP_PKTINFO, IPPROTO_IP, IPPROTO_IPV6, IPV6_PKTINFO, PacketInfo,
    PacketInfo6, SCM_CREDENTIALS, SCM_RIGHTS, SOL_SOCKET, own_credentials,
};
use super::{unistd, util};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, Domain, InFlight, Socket, Transmit};
use crate::socket::udp;
use crate::wait::pending;
use alloc::vec::Vec;
use core::ffi::c_int;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const SO_PRIORITY: c_int = 12;
const SO_MARK: c_int = 36;
const SO_TIMESTAMPING: c_int = 65;
const IP_TOS: c_int = 1;
const IP_TTL: c_int = 2;
const IP_RETOPTS: c_int = 7;
const IP_PROTOCOL: c_int = 52;
const IPV6_2292HOPLIMIT: c_int = 8;
const IPV6_FLOWINFO: c_int = 11;
const IPV6_HOPLIMIT: c_int = 52;
const IPV6_HOPOPTS: c_int = 54;
const IPV6_RTHDRDSTOPTS: c_int = 55;
const IPV6_DSTOPTS: c_int = 59;
const IPV6_DONTFRAG: c_int = 62;
const IPV6_TCLASS: c_int = 67;
const IPPROTO_UDP: c_int = 17;
const UDP_SEGMENT: c_int = 103;
/// What may be asked for in SO_TIMESTAMPING: SOF_TIMESTAMPING_TX_HARDWARE, _TX_SOFTWARE, _TX_SCHED,
/// _TX_ACK, _TX_COMPLETION.
const TIMESTAMPS: u32 = 0x4_0303;
/// The largest SO_PRIORITY that needs no privilege.
const PRIORITY: u32 = 6;
/// Descriptors in one message at most (SCM_MAX_FD of Linux).
const MOST_RIGHTS: usize = 253;

/// The protocol whose control messages are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Network {
    /// AF_UNIX
    None,
    /// TCP: none but those of SOL_SOCKET.
    Stream,
    V4,
    V6,
}

fn network(socket: &dyn Socket, message: &Transmit) -> Network {
    let domain = socket.domain();
    if domain == Domain::Unix {
        return Network::None;
    }
    if socket.kind() != Type::Datagram {
        return Network::Stream;
    }
    let peer = || socket.peer().ok();
    let to = message.to.clone().or_else(peer);
    match to {
        // To an IPv4 address an AF_INET6 socket sends as an AF_INET one does.
        Some(Address::Inet(SocketAddr::V6(to))) if to.ip().to_ipv4_mapped().is_some() => {
            Network::V4
        }
        _ if domain == Domain::Inet => Network::V4,
        _ => Network::V6,
    }
}

/// Reads the control messages at `control` into `message`. Like Linux, this passes over levels
/// that the message does not have.
pub(super) fn read(
    socket: &dyn Socket,
    message: &mut Transmit,
    control: *const u8,
    length: u32,
) -> Result<()> {
    let network = network(socket, message);
    let mut rest = util::slice(control, length as usize)?;
    while rest.len() >= HEADER {
        let header = util::read(rest.as_ptr().cast::<Header>())?;
        let size = header.length as usize;
        if size < HEADER || size > rest.len() {
            return Err(Errno::EINVAL);
        }
        let data = rest.get(HEADER..size).unwrap_or_default();
        match (header.level, network) {
            (SOL_SOCKET, Network::None) => unix(header.kind, data, &mut message.rights)?,
            (SOL_SOCKET, _) => any(header.kind, data)?,
            (IPPROTO_IP, Network::V4) => ipv4(header.kind, data, socket, message)?,
            (IPPROTO_IPV6, Network::V6) => ipv6(header.kind, data, socket, message)?,
            // The address that a mapped one stands for may be named in either form.
            (IPPROTO_IPV6, Network::V4)
                if socket.domain() == Domain::Inet6 && header.kind == IPV6_PKTINFO =>
            {
                ipv6(header.kind, data, socket, message)?;
            }
            (IPPROTO_UDP, Network::V4 | Network::V6) => udp(header.kind, data, message)?,
            _ => {}
        }
        rest = rest.get(size.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(())
}

/// unix(7)
fn unix(kind: c_int, data: &[u8], rights: &mut Vec<InFlight>) -> Result<()> {
    match kind {
        SCM_RIGHTS => read_rights(data, rights),
        // Nobody can pass for somebody else, and who sends is known anyway.
        SCM_CREDENTIALS if value::<Credentials>(data)? != own_credentials() => Err(Errno::EPERM),
        SCM_CREDENTIALS => Ok(()),
        _ => Err(Errno::EINVAL),
    }
}

/// socket(7): what may be said of a message to any network, and has no effect here.
fn any(kind: c_int, data: &[u8]) -> Result<()> {
    match kind {
        // These are AF_UNIX's alone; others pass over them.
        SCM_RIGHTS | SCM_CREDENTIALS => Ok(()),
        SO_MARK => Err(Errno::EPERM),
        SO_PRIORITY if value::<u32>(data)? > PRIORITY => Err(Errno::EPERM),
        SO_PRIORITY => Ok(()),
        // Without that option no stamp is delivered.
        SO_TIMESTAMPING if value::<u32>(data)? & !TIMESTAMPS == 0 => Ok(()),
        _ => Err(Errno::EINVAL),
    }
}

/// ip(7)
fn ipv4(kind: c_int, data: &[u8], socket: &dyn Socket, message: &mut Transmit) -> Result<()> {
    match kind {
        IP_PKTINFO => {
            let info: PacketInfo = value(data)?;
            let from = Ipv4Addr::from(info.local);
            may_leave(socket, info.interface as u32, IpAddr::V4(from))
        }
        IP_TTL => {
            hop_limit(message, within(value(data)?, 1, 255)?);
            Ok(())
        }
        // Kept by setsockopt(2) without effect, too.
        IP_TOS if data.len() == 1 => Ok(()),
        IP_TOS => within(value(data)?, 0, 255).map(drop),
        // No options, or such as stand for nothing.
        IP_RETOPTS if data.iter().all(|&byte| byte == 0) => Ok(()),
        // For raw sockets; others keep their own.
        IP_PROTOCOL => within(value(data)?, 1, 255).map(drop),
        _ => Err(Errno::EINVAL),
    }
}

/// ipv6(7), RFC 3542
fn ipv6(kind: c_int, data: &[u8], socket: &dyn Socket, message: &mut Transmit) -> Result<()> {
    match kind {
        IPV6_PKTINFO => {
            let info: PacketInfo6 = value(data)?;
            let from = Ipv6Addr::from(info.to);
            may_leave(socket, info.interface, IpAddr::V6(from).to_canonical())
        }
        IPV6_HOPLIMIT | IPV6_2292HOPLIMIT => {
            hop_limit(message, within(value(data)?, -1, 255)?);
            Ok(())
        }
        // Kept by setsockopt(2) without effect, too.
        IPV6_TCLASS => within(value(data)?, -1, 255).map(drop),
        IPV6_DONTFRAG => within(value(data)?, 0, 1).map(drop),
        IPV6_FLOWINFO if data.len() >= 4 => Ok(()),
        // Headers, which say themselves how long they are in units of 8 bytes less one, and are for
        // processes with privileges.
        IPV6_HOPOPTS | IPV6_RTHDRDSTOPTS | IPV6_DSTOPTS => match data {
            [_, units, ..] if data.len() >= (usize::from(*units) + 1) * 8 => Err(Errno::EPERM),
            _ => Err(Errno::EINVAL),
        },
        _ => Err(Errno::EINVAL),
    }
}

/// udp(7): a message that fits one segment needs no cutting up, which is not offered.
fn udp(kind: c_int, data: &[u8], message: &Transmit) -> Result<()> {
    match kind {
        UDP_SEGMENT => match value::<u16>(data)? {
            0 => Ok(()),
            size if message.size() <= usize::from(size) => Ok(()),
            _ => Err(Errno::EINVAL),
        },
        _ => Err(Errno::EINVAL),
    }
}

/// Hosts refuse 0, and -1 stands for the socket's own: with these it stays.
fn hop_limit(message: &mut Transmit, hops: c_int) {
    if let Ok(hops @ 1..) = u8::try_from(hops) {
        udp::bind_hop_limit();
        message.hop_limit = Some(hops);
    }
}

fn within(number: c_int, least: c_int, most: c_int) -> Result<c_int> {
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(Errno::EINVAL)
    }
}

/// The content of a control message, which has one size.
fn value<T: Copy>(data: &[u8]) -> Result<T> {
    if data.len() == size_of::<T>() {
        util::read(data.as_ptr().cast())
    } else {
        Err(Errno::EINVAL)
    }
}

fn read_rights(data: &[u8], rights: &mut Vec<InFlight>) -> Result<()> {
    for fd in data.chunks_exact(4) {
        let file = unistd::describe(util::read(fd.as_ptr().cast::<c_int>())?)?;
        rights.push(InFlight::new(file, pending::add));
    }
    if rights.len() > MOST_RIGHTS {
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// Whether a datagram can leave from `from` over an interface: WASI cannot choose, so it must be
/// what the socket is bound to, or left open.
fn may_leave(socket: &dyn Socket, interface: u32, from: IpAddr) -> Result<()> {
    if interface > 2 {
        return Err(Errno::ENODEV);
    }
    if from.is_unspecified() {
        return Ok(());
    }
    match socket.local()? {
        Address::Inet(local) if local.ip().to_canonical() == from => Ok(()),
        _ => Err(Errno::EINVAL),
    }
}
