//! Where the datagrams of a UDP socket go: connect(2), to a peer or to nobody, and addresses to send to.

use super::half::Half;
use super::{State, Udp, half_for};
use crate::errno::{Errno, Result};
use crate::fd::address::{unmap, wildcard_to_loopback};
use crate::fd::{Address, Domain};
use crate::host::tcp::Family;
use crate::host::udp::UdpSocket;
use crate::socket::binding::{Bound, bind_for, wildcard};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The address that the system would send from to `target`.
fn source_for(target: SocketAddr) -> Result<IpAddr> {
    /// Any will do: nothing is sent.
    const DISCARD: u16 = 9;
    let any = wildcard(Family::of(&target), 0);
    let Bound { first, .. } = bind_for(None::<UdpSocket>, any, true)?;
    let half = Half::open(first, Some(&SocketAddr::new(target.ip(), DISCARD)))?;
    Ok(half.host().local()?.ip())
}

impl Udp {
    /// Takes what the host has, and an error of an earlier send, before the peer changes: both are told
    /// after that, too (udp(7)).
    fn collect(&self, state: &mut State) {
        let arrived = self.stamp();
        for half in &mut state.halves {
            loop {
                match half.receive(true) {
                    Ok(Some(mut batch)) => {
                        if let Some(peer) = &state.peer {
                            batch.retain_from(peer);
                        }
                        state.queue.add(batch, arrived);
                    }
                    Ok(None) => break,
                    Err(errno) => {
                        self.error.set(Some(errno));
                        break;
                    }
                }
            }
        }
    }

    /// Where a datagram goes, in the order in which udp_sendmsg and udpv6_sendmsg of Linux look at it;
    /// unmapped, with Linux's meaning of the wildcard.
    pub(super) fn destination(&self, state: &State, to: &Option<Address>) -> Result<SocketAddr> {
        let v6 = self.domain == Domain::Inet6;
        // Bound to an IPv6 address, a socket has become one for IPv6 alone.
        let only_v6 = self.options.v6only() || state.is_only(Family::V6);
        let given = match to {
            None => return state.peer.or(state.nobody).ok_or(Errno::EDESTADDRREQ),
            // As if no address were given.
            Some(Address::Unspecified) if v6 => {
                return state.peer.or(state.nobody).ok_or(Errno::EDESTADDRREQ);
            }
            Some(Address::Inet(SocketAddr::V4(_)) | Address::ShortV4) if v6 && only_v6 => {
                return Err(Errno::ENETUNREACH);
            }
            Some(Address::Inet(given)) => *given,
            Some(Address::Other(_)) if !v6 => return Err(Errno::EAFNOSUPPORT),
            Some(_) => return Err(Errno::EINVAL),
        };
        let plain = unmap(given);
        if given.is_ipv6() && plain.is_ipv4() && only_v6 {
            return Err(Errno::ENETUNREACH);
        }
        if given.port() == 0 {
            return Err(Errno::EINVAL);
        }
        Self::lead(state, plain)
    }

    /// Where an unmapped address leads, with Linux's meaning of the wildcard. With an IPv4 name,
    /// an AF_INET6 socket has become one for IPv4 alone.
    fn lead(state: &State, plain: SocketAddr) -> Result<SocketAddr> {
        let only_v4 = state.name == Some(Family::V4) || state.is_only(Family::V4);
        match plain {
            SocketAddr::V6(_) if only_v4 && plain.ip().is_unspecified() => {
                Ok((Ipv4Addr::LOCALHOST, plain.port()).into())
            }
            SocketAddr::V6(_) if only_v4 => Err(Errno::EAFNOSUPPORT),
            _ => Ok(wildcard_to_loopback(plain)),
        }
    }

    pub(super) fn connect_state(&self, state: &mut State, remote: SocketAddr) -> Result<()> {
        let plain = unmap(remote);
        if remote.is_ipv6() && plain.is_ipv4() && self.options.v6only() {
            return Err(Errno::ENETUNREACH);
        }
        let target = Self::lead(state, plain)?;
        self.collect(state);
        let half = half_for(&mut state.halves, Family::of(&target));
        // Bound to an IPv6 address, it has become one for IPv6 alone.
        let half = half.ok_or(match remote {
            SocketAddr::V4(_) => Errno::EAFNOSUPPORT,
            SocketAddr::V6(_) => Errno::ENETUNREACH,
        })?;
        if target.port() == 0 {
            // Linux accepts it, and there is nobody to talk to.
            let own = source_for(target)?;
            if let Some(old) = state.peer.take() {
                self.dissolve(state, Family::of(&old))?;
            }
            state.nobody = Some(target);
            state.own.get_or_insert(own);
            state.name.get_or_insert(Family::of(&target));
            return Ok(());
        }
        if let Some(old) = state.peer {
            // The host would have dissolved the old connection by the time that it refuses another.
            source_for(target)?;
            if let Err(errno) = half.reopen(Some(&target)) {
                if old.is_ipv4() != target.is_ipv4() || half.reopen(Some(&old)).is_err() {
                    state.peer = None;
                }
                return Err(errno);
            }
        } else {
            half.reopen(Some(&target))?;
        }
        state.peer = Some(target);
        state.nobody = None;
        state.name.get_or_insert(Family::of(&target));
        Ok(())
    }

    /// The host socket that was connected takes datagrams from everybody, at the name that it has.
    fn dissolve(&self, state: &mut State, family: Family) -> Result<()> {
        let half = half_for(&mut state.halves, family).ok_or(Errno::EBADF)?;
        if state.port_chosen {
            return half.reopen(None);
        }
        // A disconnect would lose the port.
        let local = half.host().local()?;
        state.halves.clear();
        self.bind_state(state, local)
    }

    /// connect(2) to AF_UNSPEC.
    pub(super) fn disconnect(&self, state: &mut State) -> Result<()> {
        state.name = None;
        state.own = None;
        let had_peer = state.nobody.take().is_some() || state.peer.is_some();
        if !had_peer && (state.port_chosen || state.halves.is_empty()) {
            return Ok(());
        }
        self.collect(state);
        state.peer = None;
        if state.port_chosen {
            for half in &mut state.halves {
                half.reopen(None)?;
            }
        } else {
            // A port that the system chose goes, connected or not (__udp_disconnect of Linux).
            state.halves.clear();
        }
        Ok(())
    }
}
