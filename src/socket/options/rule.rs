//! The vocabulary of the table: what a row says about an option.

use super::HostKey;
use crate::errno::{Errno, Result};
use crate::fd::file::{Domain, Type};

/// The kinds of socket that a row is about, as a set of bits.
pub type Kinds = u8;

/// TCP over IPv4.
pub const TCP4: Kinds = 1;
/// TCP over IPv6.
pub const TCP6: Kinds = 2;
/// UDP over IPv4.
pub const UDP4: Kinds = 4;
/// UDP over IPv6.
pub const UDP6: Kinds = 8;
/// TCP over either.
pub const TCP: Kinds = TCP4 | TCP6;
/// UDP over either.
pub const UDP: Kinds = UDP4 | UDP6;
/// AF_INET of either type.
pub const V4: Kinds = TCP4 | UDP4;
/// AF_INET6 of either type.
pub const V6: Kinds = TCP6 | UDP6;
/// Every network socket.
pub const INET: Kinds = TCP | UDP;
/// AF_UNIX of any type.
pub const UNIX: Kinds = 16;
/// Every socket.
pub const ALL: Kinds = INET | UNIX;
/// Not a kind: an accepted socket does not take the value over from its listener.
pub const OWN: Kinds = 128;

/// The bit of one kind of socket.
pub fn kind_of(domain: Domain, kind: Type) -> Kinds {
    match (domain, kind) {
        (Domain::Unix | Domain::Netlink, _) => UNIX,
        (Domain::Inet, Type::Datagram) => UDP4,
        (Domain::Inet6, Type::Datagram) => UDP6,
        (Domain::Inet, _) => TCP4,
        (Domain::Inet6, _) => TCP6,
    }
}

/// Which lengths setsockopt takes for an integer, and how a short value is read. Linux has a
/// different rule per level, and exceptions inside the levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// At least four bytes, else `EINVAL`; more are ignored.
    Int,
    /// An int, or its first byte alone; nothing at all counts as 0.
    Byte,
    /// An int, or its first byte alone; nothing at all is `EINVAL`.
    SomeByte,
    /// An int; anything shorter counts as 0.
    IntOrZero,
    /// Exactly four bytes, else `EINVAL`.
    Exact,
    /// The rule looks at the length itself.
    Free,
}

/// Switches that the socket acts on. They live in one word, so that asking costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Flag {
    /// SO_REUSEADDR
    ReuseAddress,
    /// SO_REUSEPORT
    ReusePort,
    /// SO_BROADCAST
    Broadcast,
    /// SO_OOBINLINE
    OobInline,
    /// SO_PASSCRED
    PassCredentials,
    /// SO_LOCK_FILTER
    LockFilter,
    /// l_onoff of SO_LINGER
    Linger,
    /// TCP_NODELAY
    NoDelay,
    /// TCP_CORK or UDP_CORK
    Cork,
    /// IPV6_V6ONLY
    V6Only,
    /// SO_TIMESTAMP: SCM_TIMESTAMP with each message
    Timestamp,
    /// SO_TIMESTAMPNS: SCM_TIMESTAMPNS with each message
    TimestampNs,
    /// IP_PKTINFO with each message
    PacketInfo,
    /// IP_TTL with each message
    HopLimit,
    /// IP_TOS with each message
    Tos,
    /// IP_RECVERR: errors kept for MSG_ERRQUEUE
    Errors,
    /// IP_ORIGDSTADDR with each message
    Destination,
    /// IPV6_PKTINFO with each message
    PacketInfo6,
    /// IPV6_HOPLIMIT with each message
    HopLimit6,
    /// IPV6_TCLASS with each message
    TrafficClass6,
    /// IPV6_RECVERR: errors kept for MSG_ERRQUEUE
    Errors6,
    /// IPV6_ORIGDSTADDR with each message
    Destination6,
}

/// An errno in one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(u8);

impl Code {
    const fn of(errno: Errno) -> Code {
        assert!(errno.0 > 0 && errno.0 < 256);
        Code(errno.0 as u8)
    }

    /// The errno.
    pub fn errno(self) -> Errno {
        Errno(i32::from(self.0))
    }
}

/// The integers that an option takes, as a position in `BOUNDS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds(u8);

const BOUNDS: [(i32, i32); 10] = [
    (i32::MIN, i32::MAX),
    (0, i32::MAX),
    (0, 1),
    (0, 2),
    (0, 5),
    (0, 255),
    (0, 65535),
    (1, 127),
    (1, 255),
    (1, 32767),
];

impl Bounds {
    const fn of(least: i32, most: i32) -> Bounds {
        let mut index = 0;
        while BOUNDS[index].0 != least || BOUNDS[index].1 != most {
            index += 1; // past the end does not compile
        }
        Bounds(index as u8)
    }

    /// The least and the greatest.
    pub fn ends(self) -> (i32, i32) {
        BOUNDS.get(usize::from(self.0)).copied().unwrap_or_default()
    }

    /// `EINVAL` outside of the bounds.
    pub fn check(self, number: i32) -> Result<i32> {
        let (least, most) = self.ends();
        within(number, least, most)
    }
}

/// `EINVAL` outside of the bounds.
#[inline(never)]
pub fn within(number: i32, least: i32, most: i32) -> Result<i32> {
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(Errno::EINVAL)
    }
}

/// What getsockopt and setsockopt do with an option. Small, because the table is part of every
/// program; the functions below write the larger ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A switch that the socket acts on.
    Switch(Flag),
    /// A switch that asks for a control message. Only a socket that can deliver it
    /// (`Owner::delivers`) lets it be turned on; others give `ENOPROTOOPT`.
    Deliver(Flag),
    /// A switch that is kept and has no effect.
    Bool,
    /// Any integer, kept.
    Any,
    /// See `range`.
    Range(Bounds),
    /// See `only`.
    Only(Bounds, Code),
    /// See `only_or_default`.
    OnlyOrDefault(Bounds, Code),
    /// getsockopt gives the default; setsockopt is `ENOPROTOOPT`.
    ReadOnly,
    /// setsockopt takes anything and changes nothing.
    Ignored,
    /// The same, and getsockopt is `ENOPROTOOPT`.
    WriteOnly,
    /// See `host`.
    Host(HostKey, Bounds),
    /// See `refused`.
    Refused(Code, Code),
    /// See `empty`.
    Empty(Code),
    /// See `group`.
    Group(u8, bool, Code),
    /// Code of its own.
    Special(Special),
}

/// Integers from `least` to `most`, kept; others are `EINVAL`.
pub(crate) const fn range(least: i32, most: i32) -> Rule {
    Rule::Range(Bounds::of(least, most))
}

/// As `range`, but everything except the default is refused with the errno.
pub(crate) const fn only(least: i32, most: i32, errno: Errno) -> Rule {
    Rule::Only(Bounds::of(least, most), Code::of(errno))
}

/// As `only`, and -1 means the default.
pub(crate) const fn only_or_default(least: i32, most: i32, errno: Errno) -> Rule {
    Rule::OnlyOrDefault(Bounds::of(least, most), Code::of(errno))
}

/// An option of the host, with its least and greatest value.
pub(crate) const fn host(key: HostKey, least: i32, most: i32) -> Rule {
    Rule::Host(key, Bounds::of(least, most))
}

/// It fails: the errno of getsockopt and of setsockopt.
pub(crate) const fn refused(get: Errno, set: Errno) -> Rule {
    Rule::Refused(Code::of(get), Code::of(set))
}

/// getsockopt gives a value of no bytes; setsockopt the errno.
pub(crate) const fn empty(errno: Errno) -> Rule {
    Rule::Empty(Code::of(errno))
}

/// A multicast group or source: the least length, whether the value begins with a group address
/// that must be one, and the errno of setsockopt.
pub(crate) const fn group(least: u8, check: bool, errno: Errno) -> Rule {
    Rule::Group(least, check, Code::of(errno))
}

/// Options whose rule fits no pattern.
#[allow(missing_docs)] // each is documented by its row in the table
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    Type,
    Domain,
    Protocol,
    Error,
    AcceptConn,
    ReceiveBuffer,
    SendBuffer,
    BufferLock,
    Priority,
    Linger,
    PeerCredentials,
    PeerName,
    LowWater,
    BindToDevice,
    AttachFilter,
    LockFilter,
    PeekOffset,
    BusyPoll,
    BusyPollBudget,
    Cookie,
    TxRehash,
    ReceiveTimeout,
    SendTimeout,
    TypeOfService,
    TrafficClass,
    NoOptions,
    Mtu,
    MulticastInterface,
    V6Only,
    Mtu6,
    PacketInfo6,
    AddressPreferences,
    MaxSegment,
    Linger2,
    DeferAccept,
    WindowClamp,
    Info,
    FastOpen,
    FastOpenConnect,
    Congestion,
    ThinDupack,
    UpperLayer,
}

/// One option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number at its level.
    pub name: u8,
    /// The sockets that this row is about.
    pub kinds: Kinds,
    /// How setsockopt reads the value.
    pub length: Length,
    /// What getsockopt gives while nothing was set.
    pub default: i16,
    /// What happens.
    pub rule: Rule,
}

/// How far an option goes, for the documentation.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The host does it.
    Real,
    /// This library does it.
    Acted,
    /// Kept, checked and read back, without effect.
    Emulated,
    /// It tells something and cannot be set.
    ReadOnly,
    /// It fails.
    Refused,
}

/// What the documentation says about a row.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Copy, Debug)]
pub struct Doc {
    /// Its name in C.
    pub ident: &'static str,
    /// How far it goes.
    pub class: Class,
    /// The manual page (or header) that describes it.
    pub page: &'static str,
    /// Why it is so.
    pub why: &'static str,
}

/// Writes a level's rows, and beside them (not in the archive) what the documentation says.
macro_rules! rows {
    ($($ident:ident = $name:literal [$kinds:expr] $length:ident $default:literal $rule:expr;
       $class:ident $page:literal $why:literal)*) => {
        /// The options of this level.
        pub const ROWS: &[Row] = &[$(Row {
            name: $name,
            kinds: $kinds,
            length: Length::$length,
            default: $default,
            rule: $rule,
        }),*];

        /// What the documentation says about each row.
        #[cfg(not(target_arch = "wasm32"))]
        pub const DOCS: &[$crate::socket::options::rule::Doc] = &[
            $($crate::socket::options::rule::Doc {
                ident: stringify!($ident),
                class: $crate::socket::options::rule::Class::$class,
                page: $page,
                why: $why,
            }),*
        ];
    };
}
pub(crate) use rows;
