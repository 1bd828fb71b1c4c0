//! What the functions of every backend take and return.

use crate::errno::Errno;
use core::net::SocketAddr;

/// IPv4 or IPv6: host sockets are never dual-stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

impl Family {
    /// The family of an address.
    pub fn of(address: &SocketAddr) -> Family {
        if address.is_ipv4() {
            Family::V4
        } else {
            Family::V6
        }
    }
}

/// Which directions to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// No more receiving.
    Receive,
    /// No more sending.
    Send,
    /// Neither.
    Both,
}

/// Real options of the host, in the units of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostOption {
    /// 0 or 1
    KeepAlive,
    /// nanoseconds
    KeepIdle,
    /// nanoseconds
    KeepInterval,
    /// probes
    KeepCount,
    /// hops
    HopLimit,
    /// bytes
    ReceiveBuffer,
    /// bytes
    SendBuffer,
}

/// Why a stream gives or takes no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The other side ended the stream in an orderly way.
    Closed,
    /// The connection failed.
    Failed(Errno),
}

/// How many bytes a read may run on behind the program's buffer.
pub const FURTHER: usize = 8;

/// A datagram to send, and where to, if not to the peer.
pub type Outbound<'a> = (&'a [u8], Option<SocketAddr>);
