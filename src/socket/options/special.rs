//! The options whose rule fits no pattern.

use super::get::Got;
use super::rule::{Flag, Special, within};
use super::table::Level;
use super::value::{int, long, put, put_int, put_timeout};
use super::{Effect, FOREVER, HostKey, Key, Options, Owner, State, TCP_RECEIVE_BUFFER, key};
use crate::errno::{Errno, Result};
use crate::fd::file::{Domain, Type};
use core::sync::atomic::{AtomicU32, Ordering};

/// Linux's usual net.core.rmem_max and wmem_max: the most that SO_RCVBUF and SO_SNDBUF give a
/// socket without a host behind it, before doubling.
const BUFFER_MAX: i32 = 212_992;
/// What Linux gives a TCP socket before it grows: `net.ipv4.tcp_wmem[1]`.
const TCP_SEND_BUFFER: i32 = 16_384;
/// The least that Linux takes, before doubling (SOCK_MIN_RCVBUF and SOCK_MIN_SNDBUF).
const RECEIVE_BUFFER_MIN: i32 = 1152;
const SEND_BUFFER_MIN: i32 = 2304;
/// Half of `net.ipv4.tcp_rmem[2]`: the most that SO_RCVLOWAT may ask of a TCP socket.
const TCP_LOW_WATER_MAX: i32 = 3_145_728;
/// net.core.somaxconn, which bounds the queue of TCP_FASTOPEN.
const SOMAXCONN: i32 = 4096;
/// `struct tcp_info` of `<netinet/tcp.h>`, up to tcpi_snd_wnd.
const TCP_INFO: usize = 232;

/// The last SO_COOKIE given out.
static COOKIE: AtomicU32 = AtomicU32::new(0);

impl Options {
    pub(super) fn get_special(
        &self,
        owner: &dyn Owner,
        special: Special,
        key: Key,
        default: i32,
        value: &mut [u8],
    ) -> Result<Got> {
        let number = match special {
            Special::Type => match owner.kind() {
                Type::Datagram => 5,
                Type::Stream => 6,
                Type::SeqPacket => 7,
            },
            Special::Domain => match owner.domain() {
                Domain::Inet => 1,
                Domain::Inet6 => 2,
                Domain::Unix => 3,
                Domain::Netlink => 16,
            },
            Special::Protocol => match (owner.domain(), owner.kind()) {
                (Domain::Unix | Domain::Netlink, _) => 0,
                (_, Type::Datagram) => 17,
                _ => 6,
            },
            Special::Error => owner.take_error().map_or(0, |errno| errno.0),
            Special::AcceptConn => i32::from(owner.state() == State::Listening),
            Special::ReceiveBuffer => {
                self.buffer(owner, key, HostKey::ReceiveBuffer, TCP_RECEIVE_BUFFER)
            }
            Special::SendBuffer => self.buffer(owner, key, HostKey::SendBuffer, TCP_SEND_BUFFER),
            Special::BufferLock => self.stored(key).unwrap_or(0) | self.sized_buffers(),
            Special::LowWater => self.low_water.get(),
            Special::BusyPoll => self.busy_poll.get().max(0),
            Special::BusyPollBudget | Special::Congestion => return Err(Errno::ENOPROTOOPT),
            Special::LockFilter => i32::from(self.is_on(Flag::LockFilter)),
            Special::ThinDupack => 0,
            Special::Mtu => return Err(self.unknown_mtu(owner)),
            Special::Mtu6 => return Err(self.unknown_mtu(owner)),
            Special::PacketInfo6 => return Err(Errno::ENOPROTOOPT),
            Special::Linger => return Ok(Got::Bytes(self.get_linger(value))),
            Special::ReceiveTimeout => {
                return Ok(Got::Bytes(put_timeout(value, self.receive_timeout())));
            }
            Special::SendTimeout => return Ok(Got::Bytes(put_timeout(value, self.send_timeout()))),
            Special::BindToDevice
            | Special::AttachFilter
            | Special::NoOptions
            | Special::UpperLayer => {
                return Ok(Got::Bytes(0));
            }
            Special::PeerCredentials => return Ok(Got::Bytes(get_credentials(owner, value))),
            // What connected sockets say is the caller's to tell: an address has a form in C.
            Special::PeerName => return Err(Errno::ENOTCONN),
            Special::Cookie => return self.get_cookie(key, value).map(Got::Bytes),
            Special::Info => return Ok(Got::Bytes(get_info(owner, value))),
            _ => self.stored(key).unwrap_or(default),
        };
        Ok(Got::Number(number))
    }

    /// Returns what is to be kept.
    pub(super) fn set_special(
        &self,
        owner: &dyn Owner,
        special: Special,
        key: Key,
        number: i32,
        value: &[u8],
    ) -> Result<Option<i32>> {
        let is_tcp = owner.domain() != Domain::Unix && owner.kind() == Type::Stream;
        let kept = match special {
            Special::ReceiveBuffer => {
                let size = buffer_size(owner, HostKey::ReceiveBuffer, number, RECEIVE_BUFFER_MIN);
                self.receive_buffer.set(size);
                size
            }
            Special::SendBuffer => buffer_size(owner, HostKey::SendBuffer, number, SEND_BUFFER_MIN),
            Special::BufferLock => within(number, 0, 3)?,
            Special::Priority if (0..=6).contains(&number) => number,
            Special::Priority => return Err(Errno::EPERM),
            Special::PeekOffset if number < 0 => number,
            Special::PeekOffset => return Err(Errno::EOPNOTSUPP),
            Special::TxRehash => within(if number == -1 { 1 } else { number }, 0, 1)?,
            // The two low bits (ECN) are TCP's own.
            Special::TypeOfService => number & if is_tcp { 0xfc } else { 0xff },
            Special::TrafficClass => {
                let class = within(if number == -1 { 0 } else { number }, 0, 255)?;
                class & if is_tcp { 0xfc } else { 0xff }
            }
            Special::Mtu6 if number == 0 => 0,
            Special::Mtu6 => within(number, 1280, i32::MAX)?,
            Special::AddressPreferences => {
                let old = self.stored(key).unwrap_or(0x500);
                address_preferences(old, number).ok_or(Errno::EINVAL)?
            }
            Special::MaxSegment if number == 0 => 536,
            Special::MaxSegment => within(number, 88, 32767)?,
            Special::Linger2 => linger2(number),
            Special::DeferAccept => defer_accept(number),
            // Nothing is clamped by 0, which Linux takes from an unconnected socket only.
            Special::WindowClamp if number == 0 && owner.state() == State::Closed => 0,
            Special::WindowClamp if number == 0 => return Err(Errno::EINVAL),
            Special::WindowClamp => number.max(RECEIVE_BUFFER_MIN),
            Special::FastOpen if !matches!(owner.state(), State::Closed | State::Listening) => {
                return Err(Errno::EINVAL);
            }
            Special::FastOpen => within(number, 0, i32::MAX)?.min(SOMAXCONN),
            Special::FastOpenConnect if owner.state() != State::Closed => {
                return Err(Errno::EINVAL);
            }
            Special::FastOpenConnect => within(number, 0, 1)?,
            _ => {
                return self
                    .set_apart(owner, special, number, value, is_tcp)
                    .map(|()| None);
            }
        };
        Ok(Some(kept))
    }

    /// The options that are kept apart from the rest, or not at all.
    fn set_apart(
        &self,
        owner: &dyn Owner,
        special: Special,
        number: i32,
        value: &[u8],
        is_tcp: bool,
    ) -> Result<()> {
        match special {
            Special::Linger => return self.set_linger(value),
            Special::LowWater => {
                let wanted = if number < 0 { i32::MAX } else { number.max(1) };
                self.low_water.set(if is_tcp {
                    wanted.min(TCP_LOW_WATER_MAX)
                } else {
                    wanted
                });
                owner.changed(Effect::LowWater);
            }
            // An empty name takes the binding away, which is as good as done.
            Special::BindToDevice if matches!(value.first(), None | Some(0)) => {}
            Special::BindToDevice => return Err(Errno::ENODEV),
            // A struct sock_fprog is a length and a pointer; Linux checks its size first.
            Special::AttachFilter if value.len() != 2 * size_of::<usize>() => {
                return Err(Errno::EINVAL);
            }
            Special::LockFilter if number == 0 && self.is_on(Flag::LockFilter) => {
                return Err(Errno::EPERM);
            }
            Special::LockFilter => self.turn(Flag::LockFilter, number != 0),
            Special::BusyPoll => self.busy_poll.set(within(number, 0, i32::MAX)?),
            Special::BusyPollBudget if within(number, 0, 65535)? != 0 => return Err(Errno::EPERM),
            Special::BusyPollBudget => {}
            Special::ReceiveTimeout => self.receive_timeout.set(timeout(value)?),
            Special::SendTimeout => self.send_timeout.set(timeout(value)?),
            Special::NoOptions if value.is_empty() => {}
            Special::MulticastInterface => return multicast_interface(value),
            Special::PacketInfo6 if value.len() < 20 => return Err(Errno::EINVAL),
            Special::PacketInfo6 if value.iter().take(20).all(|&byte| byte == 0) => {}
            Special::V6Only if owner.is_bound() => return Err(Errno::EINVAL),
            Special::V6Only => self.turn(Flag::V6Only, number != 0),
            Special::ThinDupack => drop(within(number, 0, 1)?),
            // No algorithm and no protocol has the name that is asked for.
            Special::Congestion | Special::UpperLayer if value.is_empty() => {
                return Err(Errno::EINVAL);
            }
            Special::Congestion | Special::UpperLayer => return Err(Errno::ENOENT),
            _ => return Err(Errno::ENOPROTOOPT),
        }
        Ok(())
    }

    /// A buffer's size as Linux reports it: twice what can be used.
    fn buffer(&self, owner: &dyn Owner, key: Key, host: HostKey, tcp_default: i32) -> i32 {
        if let Ok(bytes) = owner.host_option(host) {
            return i32::try_from(bytes.saturating_mul(2)).unwrap_or(i32::MAX);
        }
        match self.stored(key) {
            Some(asked) => asked.min(BUFFER_MAX) * 2,
            None if owner.domain() != Domain::Unix && owner.kind() == Type::Stream => tcp_default,
            None => BUFFER_MAX,
        }
    }

    /// The bits of SO_BUF_LOCK that setting a buffer's size sets.
    fn sized_buffers(&self) -> i32 {
        let is_set = |name| i32::from(self.stored(key(Level::Socket, name)).is_some());
        is_set(7) | is_set(8) << 1
    }

    fn unknown_mtu(&self, owner: &dyn Owner) -> Errno {
        if owner.state().is_connected() {
            Errno::ENOPROTOOPT
        } else {
            Errno::ENOTCONN
        }
    }

    fn get_linger(&self, value: &mut [u8]) -> usize {
        let mut linger = [0; 8];
        let (on, seconds) = linger.split_at_mut(4);
        put_int(on, i32::from(self.is_on(Flag::Linger)));
        put_int(seconds, self.linger.get());
        put(value, &linger)
    }

    fn set_linger(&self, value: &[u8]) -> Result<()> {
        let (Some(on), Some(seconds)) = (int(value), value.get(4..).and_then(int)) else {
            return Err(Errno::EINVAL);
        };
        self.turn(Flag::Linger, on != 0);
        if on != 0 {
            self.linger.set(seconds);
        }
        Ok(())
    }

    fn get_cookie(&self, key: Key, value: &mut [u8]) -> Result<usize> {
        if value.len() < 8 {
            return Err(Errno::EINVAL);
        }
        let cookie = self.stored(key).unwrap_or_else(|| {
            let fresh = COOKIE.fetch_add(1, Ordering::Relaxed).wrapping_add(1) as i32;
            self.store(key, fresh);
            fresh
        });
        Ok(put(value, &u64::from(cookie as u32).to_ne_bytes()))
    }
}

/// What is kept of a buffer's size, before doubling. Linux reads it as unsigned: a negative one
/// asks for as much as there is.
fn buffer_size(owner: &dyn Owner, key: HostKey, number: i32, least: i32) -> i32 {
    let asked = if number < 0 {
        i32::MAX
    } else {
        number.max(least)
    };
    // A host that lacks the option leaves it emulated.
    let _ = owner.set_host_option(key, asked as u64);
    asked
}

/// A `struct timeval` in nanoseconds.
fn timeout(value: &[u8]) -> Result<u64> {
    let (Some(seconds), Some(microseconds)) = (long(value, 0), long(value, 8)) else {
        return Err(Errno::EINVAL);
    };
    if !(0..1_000_000).contains(&microseconds) {
        return Err(Errno::EDOM);
    }
    Ok(match (seconds, microseconds) {
        (0, 0) => FOREVER,
        (..0, _) => 0, // Linux: does not wait at all
        _ => (seconds as u64)
            .saturating_mul(1_000_000_000)
            .saturating_add(microseconds as u64 * 1000),
    })
}

fn get_credentials(owner: &dyn Owner, value: &mut [u8]) -> usize {
    let (process, user, group) = owner.credentials().unwrap_or((0, u32::MAX, u32::MAX));
    let mut bytes = [0; 12];
    let (first, ids) = bytes.split_at_mut(4);
    let (second, third) = ids.split_at_mut(4);
    put_int(first, process);
    put_int(second, user as i32);
    put_int(third, group as i32);
    put(value, &bytes)
}

fn get_info(owner: &dyn Owner, value: &mut [u8]) -> usize {
    let mut info = [0; TCP_INFO];
    let state = owner.state();
    info[0] = state as u8;
    if state == State::Listening {
        let (waiting, limit) = owner.backlog();
        put(&mut info[24..], &waiting.to_ne_bytes());
        put(&mut info[28..], &limit.to_ne_bytes());
    }
    put(value, &info)
}

/// IP_MULTICAST_IF: an in_addr, ip_mreq or ip_mreqn. Only "the host chooses" is available.
fn multicast_interface(value: &[u8]) -> Result<()> {
    let address = match value.len() {
        ..4 => return Err(Errno::EINVAL),
        4..8 => value.get(..4),
        _ => value.get(4..12.min(value.len())), // behind the group: the address, and ip_mreqn's index
    };
    let any = address.is_some_and(|address| address.iter().all(|&byte| byte == 0));
    if any {
        Ok(())
    } else {
        Err(Errno::EADDRNOTAVAIL)
    }
}

/// TCP_LINGER2: 0 is the default, a negative number means not at all, 120 s is the most.
fn linger2(seconds: i32) -> i32 {
    match seconds {
        ..0 => -1,
        0 => 60,
        _ => seconds.min(120),
    }
}

/// TCP_DEFER_ACCEPT is kept as a count of retransmissions, at intervals that double from 1 s up
/// to 120 s, and read back as the time that they take.
fn defer_accept(seconds: i32) -> i32 {
    let (mut period, mut timeout, mut count) = (0, 1, 0);
    while (count == 0 && seconds > 0) || (period < seconds && count < 255) {
        period += timeout;
        timeout = (timeout * 2).min(120);
        count += 1;
    }
    period
}

/// IPV6_ADDR_PREFERENCES: at most one preference of each pair is set; one not named stays.
fn address_preferences(old: i32, asked: i32) -> Option<i32> {
    const TEMPORARY: i32 = 1;
    const PUBLIC: i32 = 2;
    const CARE_OF: i32 = 4;
    const CGA: i32 = 8;
    const EITHER: i32 = 0x100;
    const HOME: i32 = 0x400;
    const NOT_CGA: i32 = 0x800;
    let one = |mask: i32| Some(asked & mask).filter(|set| set.count_ones() <= 1);
    let lifetime = one(TEMPORARY | PUBLIC | EITHER)?;
    let mobility = one(CARE_OF | HOME)?;
    one(CGA | NOT_CGA)?;
    let lifetime = if lifetime == 0 {
        old & (TEMPORARY | PUBLIC | EITHER)
    } else {
        lifetime
    };
    let mobility = if mobility == 0 {
        old & (CARE_OF | HOME)
    } else {
        mobility
    };
    Some(lifetime | mobility)
}
