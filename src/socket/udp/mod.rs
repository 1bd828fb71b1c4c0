//! UDP sockets (udp(7)).

mod half;
mod inbox;
mod particulars;
mod peer;
mod settings;
mod socket;
mod together;

pub use settings::bind_hop_limit;

use super::binding::{Bound, bind_for, family, wildcard};
use super::options::Options;
use crate::errno::{Errno, Result};
use crate::fd::address::map_to_v6;
use crate::fd::{
    Address, Class, Description, Domain, File, Flags, Notify, Ready, Receive, Shutdown, Slot,
    Socket, Transmit,
};
use crate::host::tcp::Family;
use crate::host::udp::UdpSocket;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::{Cell, RefCell};
use core::net::{IpAddr, SocketAddr};
use half::{Half, largest};
use inbox::Inbox;

/// More than any datagram holds.
const MOST: usize = 65_535;

/// A UDP socket.
pub struct Udp {
    domain: Domain,
    options: Options,
    /// SO_ERROR
    error: Cell<Option<Errno>>,
    notify: Notify,
    state: RefCell<State>,
}

struct State {
    /// The host socket while it is unbound.
    fresh: Option<UdpSocket>,
    /// The bound host sockets: the IPv6 one first where there are two.
    halves: Vec<Half>,
    /// bind(2) was called with a port, so that the port outlives a disconnect.
    port_chosen: bool,
    /// The address that bind(2) chose, if it is not the wildcard: it outlives a disconnect.
    address_chosen: Option<SocketAddr>,
    peer: Option<SocketAddr>,
    /// Connected to port 0, where nobody is: that address.
    nobody: Option<SocketAddr>,
    /// The own address on the way there, which programs learn so.
    own: Option<IpAddr>,
    /// The family of the own address that the first connect(2) gave the socket.
    name: Option<Family>,
    /// What the host has handed over already.
    queue: Inbox,
    /// A datagram under construction (MSG_MORE, UDP_CORK) and where it goes.
    corked: Option<(Vec<u8>, SocketAddr)>,
    shut: Shutdown,
}

impl State {
    /// Whether the bound host sockets are of that family.
    fn is_only(&self, family: Family) -> bool {
        self.halves.iter().all(|half| half.family() == family)
    }
}

/// socket(2)
pub fn create(domain: Domain, nonblocking: bool) -> Result<Rc<Description>> {
    let state = State {
        fresh: Some(UdpSocket::new(family(domain))?),
        halves: Vec::new(),
        port_chosen: false,
        address_chosen: None,
        peer: None,
        nobody: None,
        name: None,
        own: None,
        queue: Inbox::default(),
        corked: None,
        shut: Shutdown {
            read: false,
            write: false,
        },
    };
    let socket = Udp {
        domain,
        options: Options::default(),
        error: Cell::new(None),
        notify: Notify::default(),
        state: RefCell::new(state),
    };
    Ok(Description::new(socket, nonblocking))
}

impl Udp {
    fn show(&self, address: SocketAddr) -> Address {
        Address::Inet(if self.domain == Domain::Inet6 {
            map_to_v6(address)
        } else {
            address
        })
    }

    fn bind_state(&self, state: &mut State, local: SocketAddr) -> Result<()> {
        let outcome = bind_for(state.fresh.take(), local, self.options.v6only());
        let Bound { first, second } = match outcome {
            Ok(bound) => bound,
            Err(errno) => {
                state.fresh = UdpSocket::new(family(self.domain)).ok();
                return Err(errno);
            }
        };
        let mut halves = Vec::new();
        for host in core::iter::once(first).chain(second) {
            settings::reapply_host(self, &host);
            halves.push(Half::open(host, None)?);
        }
        state.halves = halves;
        Ok(())
    }

    /// What getsockname(2) says while there is no port.
    fn unbound_name(&self, state: &State) -> SocketAddr {
        state
            .address_chosen
            .unwrap_or_else(|| wildcard(family(self.domain), 0))
    }

    /// The implicit bind of a first send or connect: to any address and port.
    fn ensure_bound(&self, state: &mut State) -> Result<()> {
        if state.halves.is_empty() {
            self.bind_state(state, self.unbound_name(state))?;
        }
        Ok(())
    }

    /// Brings over what the host has, if nothing waits here; `several` as in [`Half::receive`].
    fn refill(&self, state: &mut State, several: bool) {
        if state.queue.is_empty() {
            self.fetch(state, several);
        }
    }

    /// Brings over what the host has. An error of an earlier send shows up here on a connected
    /// socket.
    fn fetch(&self, state: &mut State, several: bool) {
        let arrived = self.stamp();
        for half in &mut state.halves {
            match half.receive(several) {
                Ok(None) => {}
                Ok(Some(mut batch)) => {
                    if let Some(peer) = &state.peer {
                        // Raced with the connect: the host had it from before.
                        batch.retain_from(peer);
                    }
                    if !batch.is_empty() {
                        state.queue.add(batch, arrived);
                        self.notify.arrived();
                    }
                }
                Err(errno) => {
                    self.error.set(Some(errno));
                    self.notify.event();
                }
            }
        }
    }

    /// What is known in that state.
    fn ready_in(&self, state: &State) -> Ready {
        let failed = self.error.get().is_some();
        Ready::IN.when(!state.queue.is_empty() || state.shut.read)
            | Ready::RDHUP.when(state.shut.read)
            | Ready::HUP.when(state.shut.read && state.shut.write)
            | Ready::ERR.when(failed)
            | Ready::OUT.when(!state.halves.iter().any(Half::is_blocked))
    }

    /// Whether it is of interest that something has arrived. While there is something unread: to an epoll set,
    /// which may report each arrival, and of a peer's refusal, which Linux tells at once.
    fn watches_input(&self, state: &State) -> bool {
        let more = self.notify.is_watched() || state.peer.is_some();
        state.queue.is_empty() || more && state.queue.has_room()
    }

    /// Sends one datagram.
    fn transmit(&self, state: &mut State, data: &[u8], target: SocketAddr) -> Result<()> {
        let family = Family::of(&target);
        if data.len() > largest(family) {
            return Err(Errno::EMSGSIZE);
        }
        if target.port() == 0 {
            // A mapped address is looked at again (udpv6_sendmsg of Linux).
            if self.domain == Domain::Inet6 && target.is_ipv4() {
                return Err(Errno::EINVAL);
            }
            // Nobody is there, which the next call tells.
            self.error.set(Some(Errno::ECONNREFUSED));
            return Ok(());
        }
        let to = (state.peer != Some(target)).then_some(target);
        if to.is_some() && state.peer.is_some() {
            return self.transmit_aside(state, data, target);
        }
        let half = half_for(&mut state.halves, family).ok_or(Errno::ENETUNREACH)?;
        half.send(&[(data, to)]).map(drop)
    }

    /// Linux lets a connected socket send to somebody else; the host does not, so its
    /// connection is dissolved for the moment. That would lose a port that the system chose, so
    /// such a socket says what BSD says.
    fn transmit_aside(&self, state: &mut State, data: &[u8], target: SocketAddr) -> Result<()> {
        self.refill(state, false);
        if let Some(errno) = self.error.take() {
            return Err(errno);
        }
        let Some(peer) = state.peer.filter(|_| state.port_chosen) else {
            return Err(Errno::EISCONN);
        };
        let half = half_for(&mut state.halves, Family::of(&target)).ok_or(Errno::ENETUNREACH)?;
        half.reopen(None)?;
        let outcome = half.send(&[(data, Some(target))]).map(drop);
        if Family::of(&peer) == Family::of(&target) {
            half.reopen(Some(&peer))?;
        }
        outcome
    }

    /// The cork is pulled: what it held goes as one datagram.
    fn uncork(&self) {
        let mut guard = self.state.borrow_mut();
        if let Some((data, to)) = guard.corked.take()
            && let Err(errno) = self.transmit(&mut guard, &data, to)
        {
            self.error.set(Some(errno));
        }
    }

    /// As [`File::send`], with the hop limit that the host has.
    fn send_datagram(&self, message: &Transmit) -> Result<usize> {
        let mut guard = self.state.borrow_mut();
        let state = &mut *guard;
        self.ensure_bound(state)?;
        let size = message.size();
        // Over IPv6 the destination is looked at before (udpv6_sendmsg of Linux).
        if size > MOST && self.domain == Domain::Inet {
            return Err(Errno::EMSGSIZE);
        }
        // Over IPv6 the flag means nothing (udpv6_sendmsg of Linux).
        if message.flags.has(Flags::OOB) && self.domain == Domain::Inet {
            return Err(Errno::EOPNOTSUPP);
        }
        // A datagram under construction has its destination: another is not looked at (udp(7)).
        let target = match &state.corked {
            // But over IPv6 it is read.
            Some(_)
                if self.domain == Domain::Inet6
                    && matches!(message.to, Some(Address::Short | Address::Other(_))) =>
            {
                return Err(Errno::EINVAL);
            }
            Some((_, target)) => *target,
            None => self.destination(state, &message.to)?,
        };
        // Bound to an address of the other family.
        half_for(&mut state.halves, Family::of(&target)).ok_or(Errno::ENETUNREACH)?;
        let begun = state.corked.as_ref().map_or(0, |(data, _)| data.len());
        if begun + size > largest(Family::of(&target)) {
            state.corked = None;
            return Err(Errno::EMSGSIZE);
        }
        // What is under construction is continued whatever has happened meanwhile.
        if state.corked.is_none() {
            if let Some(errno) = self.error.take() {
                return Err(errno);
            }
            if state.shut.write {
                return Err(Errno::EPIPE_WITHOUT_SIGNAL);
            }
        }
        let more = message.flags.has(Flags::MORE) || self.options.cork();
        if more || state.corked.is_some() {
            let (data, _) = state.corked.get_or_insert_with(|| (Vec::new(), target));
            message
                .data
                .iter()
                .for_each(|part| data.extend_from_slice(part));
            if more {
                return Ok(size);
            }
            let Some((mut data, target)) = state.corked.take() else {
                return Ok(size);
            };
            let outcome = self.transmit(state, &data, target);
            if outcome == Err(Errno::EAGAIN) {
                // The caller sends its part again.
                data.truncate(begun);
                state.corked = Some((data, target));
            }
            return outcome.map(|()| size);
        }
        if let [data] = message.data {
            return self.transmit(state, data, target).map(|()| size);
        }
        let data = message.data.concat();
        self.transmit(state, &data, target).map(|()| size)
    }
}

fn half_for(halves: &mut [Half], family: Family) -> Option<&mut Half> {
    halves.iter_mut().find(|half| half.family() == family)
}

impl File for Udp {
    fn class(&self) -> Class {
        Class::Socket
    }

    fn socket(&self) -> Option<&dyn Socket> {
        Some(self)
    }

    fn receive(&self, message: &mut Receive) -> Result<usize> {
        if message.flags.has(Flags::ERRQUEUE) {
            return Err(Errno::EAGAIN);
        }
        if let Some(errno) = self.error.take() {
            return Err(errno);
        }
        let mut state = self.state.borrow_mut();
        self.refill(&mut state, message.flags.has(Flags::WAITFORONE));
        let Some((data, from)) = state.queue.first() else {
            return match self.error.take() {
                Some(errno) => Err(errno),
                // Linux tells the end only to those who would wait for it.
                None if state.shut.read && message.wait => Ok(0),
                None => Err(Errno::EAGAIN),
            };
        };
        let length = data.len();
        let copied = message.put(0, data);
        message.from = Some(self.show(from));
        message.particulars = self.particulars(&state, from, state.queue.arrived());
        if copied < length {
            message.out_flags = message.out_flags | Flags::TRUNC;
        }
        if !message.flags.has(Flags::PEEK) {
            state.queue.pop();
        }
        Ok(if message.flags.has(Flags::TRUNC) {
            length
        } else {
            copied
        })
    }

    fn send(&self, message: &mut Transmit) -> Result<usize> {
        match (message.hop_limit, settings::HOP_LIMIT.get()) {
            (Some(limit), Some(with)) => with(self, limit, message),
            _ => self.send_datagram(message),
        }
    }

    fn ready(&self) -> Ready {
        self.ready_in(&self.state.borrow())
    }

    fn ask(&self, want: Ready) -> Ready {
        let mut state = self.state.borrow_mut();
        if want.any(!Ready::OUT)
            && self.watches_input(&state)
            && state.halves.iter().any(Half::input_ready)
        {
            self.fetch(&mut state, false);
        }
        if state.halves.iter_mut().any(Half::unblock) {
            self.notify.event();
        }
        self.ready_in(&state)
    }

    fn sources(&self, _: Ready, add: &mut dyn FnMut(u32, Slot)) {
        let state = self.state.borrow();
        for (index, half) in state.halves.iter().enumerate() {
            half.sources(self.watches_input(&state), index as Slot * 2, add);
        }
    }

    fn wake(&self, slot: Slot) {
        let mut state = self.state.borrow_mut();
        if slot.is_multiple_of(2) {
            if self.watches_input(&state) {
                self.fetch(&mut state, false);
            }
        } else if state.halves.iter_mut().any(Half::unblock) {
            self.notify.event();
        }
    }

    fn notify(&self) -> &Notify {
        &self.notify
    }

    fn readable_bytes(&self) -> Result<usize> {
        let mut state = self.state.borrow_mut();
        self.refill(&mut state, false);
        Ok(state.queue.first().map_or(0, |(data, _)| data.len()))
    }

    fn unsent_bytes(&self) -> Result<usize> {
        Ok(0)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
