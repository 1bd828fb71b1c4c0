//! Socket options: getsockopt(2) and setsockopt(2) for every kind of socket.
//!
//! [`table`] says of every option that Linux documents what happens to it: whether the host does
//! it, this library does it, it is only kept, or it fails and with which errno. [`Options`] holds
//! what one socket was told. `docs/OPTIONS.md` is generated from the table.

pub mod rule;
pub mod table;

mod get;
mod set;
mod special;
mod switches;
mod value;

#[cfg(test)]
mod docs;
#[cfg(test)]
mod tests;

pub use rule::Flag;

use crate::errno::{Errno, Result};
use crate::fd::address::unmap;
use crate::fd::file::{Domain, Type};
use alloc::vec::Vec;
use core::cell::Cell;
use core::net::SocketAddr;
use rule::{Kinds, OWN, Rule, Special, kind_of};
use table::Level;

/// The options that the host has, in its own units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKey {
    /// 0 or 1
    KeepAlive,
    /// nanoseconds
    KeepIdle,
    /// nanoseconds
    KeepInterval,
    /// probes
    KeepCount,
    /// hops, of the socket's own family
    HopLimit,
    /// hops, of the IPv4 half of a dual-stack AF_INET6 socket
    HopLimitMapped,
    /// bytes
    ReceiveBuffer,
    /// bytes
    SendBuffer,
}

impl HostKey {
    /// Host units per unit of the option: the program counts seconds.
    fn unit(self) -> u64 {
        match self {
            HostKey::KeepIdle | HostKey::KeepInterval => 1_000_000_000,
            _ => 1,
        }
    }
}

/// What a socket has to do after an option was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Hand on what was gathered or held back: TCP_NODELAY was set, or a cork pulled.
    Flush,
    /// SO_RCVLOWAT changed: whether the socket counts as readable may have changed with it.
    LowWater,
}

/// The state of a connection, by the numbers of tcp_info's tcpi_state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Connected.
    Established = 1,
    /// A connect is under way.
    Connecting = 2,
    /// Connected; this side has ended its direction (FIN_WAIT2).
    SendEnded = 5,
    /// Neither connected nor listening.
    Closed = 7,
    /// Connected; the peer has ended its direction (CLOSE_WAIT).
    PeerEnded = 8,
    /// Listening.
    Listening = 10,
}

impl State {
    /// Whether there is a peer.
    pub fn is_connected(self) -> bool {
        matches!(
            self,
            State::Established | State::SendEnded | State::PeerEnded
        )
    }
}

/// What the table asks of the socket that has the options.
pub trait Owner {
    /// SO_DOMAIN
    fn domain(&self) -> Domain;

    /// SO_TYPE
    fn kind(&self) -> Type;

    /// The host's value of an option. Any error means that there is no host socket or that it
    /// does not have the option; then what was set, or Linux's default, is reported.
    fn host_option(&self, key: HostKey) -> Result<u64>;

    /// Gives the host an option, which Linux's rules already allow. An error is not reported to
    /// the program: the value is kept, and tried again by [`Options::reapply`].
    fn set_host_option(&self, key: HostKey, value: u64) -> Result<()>;

    /// SO_ERROR: the pending error, which is cleared.
    fn take_error(&self) -> Option<Errno>;

    /// Connected, listening, or what else. A connected datagram socket is `Established`.
    fn state(&self) -> State;

    /// Whether the socket has a local address.
    fn is_bound(&self) -> bool;

    /// Called after an option was set.
    fn changed(&self, effect: Effect);

    /// Whether the socket delivers the control message that `flag` asks for.
    fn delivers(&self, _flag: Flag) -> bool {
        false
    }

    /// SO_PEERCRED: process, user and group of a connected AF_UNIX peer.
    fn credentials(&self) -> Option<(i32, u32, u32)> {
        None
    }

    /// Connections that wait for accept(), and how many may (tcpi_unacked, tcpi_sacked).
    fn backlog(&self) -> (u32, u32) {
        (0, 0)
    }
}

/// More than the longest value of any option, in bytes. Whatever length a program names beyond
/// it, no more is read or written, as on Linux.
pub const LONGEST: usize = 512;

/// What Linux gives a TCP socket before it grows: `net.ipv4.tcp_rmem[1]`.
const TCP_RECEIVE_BUFFER: i32 = 131_072;

/// Nanoseconds that stand for "no limit".
const FOREVER: u64 = u64::MAX;

/// What was set on one socket. Costs no allocation while only the switches, the timeouts,
/// SO_LINGER, SO_RCVLOWAT and SO_BUSY_POLL are used.
pub struct Options {
    /// One bit per [`Flag`].
    flags: Cell<u32>,
    /// SO_RCVLOWAT in bytes.
    low_water: Cell<i32>,
    /// Half of SO_RCVBUF in bytes, as a program sets it.
    receive_buffer: Cell<i32>,
    /// SO_BUSY_POLL in microseconds, negative until it is set.
    busy_poll: Cell<i32>,
    /// l_linger of SO_LINGER in seconds; Linux keeps it while it is off.
    linger: Cell<i32>,
    /// SO_RCVTIMEO in nanoseconds.
    receive_timeout: Cell<u64>,
    /// SO_SNDTIMEO in nanoseconds.
    send_timeout: Cell<u64>,
    /// Everything else that was set: level and name, value.
    rest: Cell<Vec<(Key, i32)>>,
}

/// Options that have no field of their own in [`Options`].
#[derive(Default)]
pub struct Rest(Vec<(Key, i32)>);

/// A level and a name in one number.
type Key = u16;

fn key(level: Level, name: u8) -> Key {
    (level as u16) << 8 | u16::from(name)
}

impl Default for Options {
    fn default() -> Self {
        Options::new()
    }
}

impl Options {
    /// Everything at its default.
    pub const fn new() -> Self {
        Options {
            flags: Cell::new(0),
            low_water: Cell::new(1),
            receive_buffer: Cell::new(TCP_RECEIVE_BUFFER / 2),
            busy_poll: Cell::new(-1),
            linger: Cell::new(0),
            receive_timeout: Cell::new(FOREVER),
            send_timeout: Cell::new(FOREVER),
            rest: Cell::new(Vec::new()),
        }
    }

    /// What a socket accepted from one with these options starts with. The host passes its own
    /// options on by itself; what is set on the listener later changes nothing here.
    #[inline]
    pub fn inherit(&self, rest: Rest) -> Options {
        Options {
            flags: self.flags.clone(),
            low_water: self.low_water.clone(),
            receive_buffer: self.receive_buffer.clone(),
            busy_poll: self.busy_poll.clone(),
            linger: self.linger.clone(),
            receive_timeout: self.receive_timeout.clone(),
            send_timeout: self.send_timeout.clone(),
            rest: Cell::new(rest.0),
        }
    }

    /// What such a socket starts with of the options that have no field of their own.
    pub fn inherited_rest(&self) -> Rest {
        let mut rest = self.rest(Vec::clone);
        rest.retain(|&(key, _)| !is_own(key));
        Rest(rest)
    }

    /// Gives a new host socket under the same descriptor what its predecessor was told.
    pub fn reapply(&self, owner: &dyn Owner) {
        let kind = kind_of(owner.domain(), owner.kind());
        // The owner may ask for options meanwhile, so the list is not held.
        for (key, stored) in self.rest(Vec::clone) {
            let (key, value) = match host_rule(key, kind) {
                Some(Rule::Host(key, _)) => (key, stored as u32 as u64 * key.unit()),
                Some(Rule::Special(Special::ReceiveBuffer)) => {
                    (HostKey::ReceiveBuffer, stored as u64)
                }
                Some(Rule::Special(Special::SendBuffer)) => (HostKey::SendBuffer, stored as u64),
                _ => continue,
            };
            // A host that lacks the option leaves it emulated.
            let _ = owner.set_host_option(key, value);
        }
    }

    /// Whether a switch is on.
    pub fn is_on(&self, flag: Flag) -> bool {
        self.flags.get() & (1 << flag as u32) != 0
    }

    /// Turns a switch.
    pub fn turn(&self, flag: Flag, on: bool) {
        let bit = 1 << flag as u32;
        let flags = self.flags.get();
        self.flags.set(if on { flags | bit } else { flags & !bit });
    }

    /// TCP_NODELAY
    pub fn nodelay(&self) -> bool {
        self.is_on(Flag::NoDelay)
    }

    /// TCP_CORK or UDP_CORK
    pub fn cork(&self) -> bool {
        self.is_on(Flag::Cork)
    }

    /// bind(2) to an IPv6 address other than the wildcard leaves nothing to IPv4 (inet6_bind of Linux).
    pub fn bound_to(&self, local: SocketAddr) {
        if unmap(local).is_ipv6() && !local.ip().is_unspecified() {
            self.turn(Flag::V6Only, true);
        }
    }

    /// IPV6_V6ONLY
    pub fn v6only(&self) -> bool {
        self.is_on(Flag::V6Only)
    }

    /// SO_REUSEADDR
    pub fn reuse_address(&self) -> bool {
        self.is_on(Flag::ReuseAddress)
    }

    /// SO_REUSEPORT
    pub fn reuse_port(&self) -> bool {
        self.is_on(Flag::ReusePort)
    }

    /// SO_BROADCAST
    pub fn broadcast(&self) -> bool {
        self.is_on(Flag::Broadcast)
    }

    /// Whether SO_TIMESTAMP or SO_TIMESTAMPNS asks when a message came; true for the latter.
    pub fn time_stamps(&self) -> Option<bool> {
        let nanoseconds = self.is_on(Flag::TimestampNs);
        (nanoseconds || self.is_on(Flag::Timestamp)).then_some(nanoseconds)
    }

    /// SO_PASSCRED
    pub fn pass_credentials(&self) -> bool {
        self.is_on(Flag::PassCredentials)
    }

    /// SO_RCVTIMEO in nanoseconds; `None` waits for ever, 0 not at all.
    pub fn receive_timeout(&self) -> Option<u64> {
        limited(self.receive_timeout.get())
    }

    /// SO_SNDTIMEO in nanoseconds; `None` waits for ever, 0 not at all.
    pub fn send_timeout(&self) -> Option<u64> {
        limited(self.send_timeout.get())
    }

    /// SO_RCVLOWAT in bytes, at least 1.
    pub fn low_water(&self) -> usize {
        self.low_water.get().max(1) as usize
    }

    /// SO_RCVBUF in bytes, as far as it was set.
    pub fn receive_buffer(&self) -> usize {
        2 * self.receive_buffer.get() as usize
    }

    /// SO_LINGER in nanoseconds, when it is on. `Some(0)` discards what is unsent.
    pub fn linger(&self) -> Option<u64> {
        let seconds = self.linger.get() as u32; // a negative number means a very long time
        self.is_on(Flag::Linger)
            .then(|| u64::from(seconds).saturating_mul(1_000_000_000))
    }

    /// SO_BUSY_POLL in microseconds, if it was set.
    pub fn busy_poll(&self) -> Option<u32> {
        u32::try_from(self.busy_poll.get()).ok()
    }

    fn rest<T>(&self, with: impl FnOnce(&Vec<(Key, i32)>) -> T) -> T {
        let rest = self.rest.take();
        let result = with(&rest);
        self.rest.set(rest);
        result
    }

    /// The value kept for an option, if it was set.
    #[inline(never)]
    fn stored(&self, wanted: Key) -> Option<i32> {
        self.rest(|rest| {
            rest.iter()
                .find(|&&(key, _)| key == wanted)
                .map(|&(_, value)| value)
        })
    }

    /// Keeps a value.
    #[inline(never)]
    fn store(&self, wanted: Key, value: i32) {
        let mut rest = self.rest.take();
        match rest.iter_mut().find(|&&mut (key, _)| key == wanted) {
            Some((_, old)) => *old = value,
            None => rest.push((wanted, value)),
        }
        self.rest.set(rest);
    }
}

fn limited(timeout: u64) -> Option<u64> {
    (timeout != FOREVER).then_some(timeout)
}

fn level_of(key: Key) -> Level {
    match key >> 8 {
        0 => Level::Socket,
        1 => Level::Ip,
        2 => Level::Ipv6,
        3 => Level::Tcp,
        _ => Level::Udp,
    }
}

fn host_rule(key: Key, kind: Kinds) -> Option<Rule> {
    level_of(key).row(key as u8, kind).map(|row| row.rule)
}

fn is_own(key: Key) -> bool {
    level_of(key)
        .rows()
        .iter()
        .any(|row| row.name == key as u8 && row.kinds & OWN != 0)
}
