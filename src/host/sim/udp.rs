//! UDP sockets.

use super::poll::{Kind, Source};
use super::{net, world};
use crate::errno::{Errno, Result};
pub use crate::host::kinds::Outbound;
use crate::host::kinds::{Family, HostOption};
use crate::host::{habits, handles};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;

/// What the test does with a datagram that came, and from whom.
pub(super) type Handler = Rc<dyn Fn(&[u8], SocketAddr)>;

/// Datagrams that one host call takes at most.
pub const MOST: usize = habits::MOST_DATAGRAMS;

/// Datagrams that wait at most: more are lost.
const LONGEST_QUEUE: usize = 64;

/// What the network knows of a socket.
pub(super) struct Inner {
    family: Family,
    local: Option<(SocketAddr, u64)>,
    bound: bool,
    peer: Option<SocketAddr>,
    queue: VecDeque<(Vec<u8>, SocketAddr)>,
    error: Option<Errno>,
    late_until: u64,
    permit: usize,
    streams: i64,
    pub(super) sources: i64,
    pub(super) incoming_sources: i64,
    pub(super) outgoing_sources: i64,
    hop_limit: u64,
}

impl Inner {
    pub(super) fn is_bound(&self, now: u64) -> bool {
        self.local.is_none_or(|(_, until)| now >= until)
    }

    pub(super) fn has_input(&self) -> bool {
        !self.queue.is_empty() || self.error.is_some()
    }

    pub(super) fn has_room(&self, now: u64) -> bool {
        now >= self.late_until || self.error.is_some()
    }

    fn takes(&self, to: SocketAddr, from: SocketAddr) -> bool {
        self.local.is_some_and(|(local, _)| {
            local.port() == to.port()
                && local.is_ipv4() == to.is_ipv4()
                && (local.ip() == to.ip() || local.ip().is_unspecified())
        }) && self.peer.is_none_or(|peer| peer == from)
    }
}

/// Carries a datagram. `sender` is told when nobody is there.
pub(super) fn carry(sender: Option<usize>, from: SocketAddr, to: SocketAddr, bytes: Vec<u8>) {
    let (copies, delay) = world::with(|world| {
        let faulty = world.dice.one_in(world.faults.datagram);
        let copies = match faulty {
            true => world.dice.below(3),
            false => 1,
        };
        (
            copies,
            2_000 + world.dice.below(if faulty { 3_000_000 } else { 50_000 }),
        )
    });
    for copy in 0..copies {
        let bytes = bytes.clone();
        let action = move || {
            let handler = net::with(|net| net.outside_datagrams.get(&to).cloned());
            if let Some(handler) = handler {
                return handler(&bytes, from);
            }
            net::with(|net| {
                let target = net.datagrams.iter_mut().find(|it| it.takes(to, from));
                match target {
                    Some(target) if target.queue.len() < LONGEST_QUEUE => {
                        target.queue.push_back((bytes, from));
                    }
                    Some(_) => {}
                    None => {
                        let sender = sender.and_then(|index| net.datagrams.get_mut(index));
                        if let Some(sender) = sender.filter(|it| it.peer == Some(to)) {
                            sender.error = Some(Errno::ECONNREFUSED);
                        }
                    }
                }
            });
        };
        world::with(|world| {
            let time = world.now + delay + copy * 1_000;
            world.at(time, action);
        });
    }
}

/// A UDP socket of the host.
pub struct UdpSocket(usize);

/// The receiving half of a bound socket.
pub struct Incoming(usize);

/// The sending half of a bound socket.
pub struct Outgoing(usize);

impl UdpSocket {
    fn with<R>(&self, f: impl FnOnce(&mut Inner) -> R) -> R {
        net::with(|net| f(&mut net.datagrams[self.0]))
    }

    /// socket(2)
    pub fn new(family: Family) -> Result<Self> {
        world::call();
        handles::reserve_socket()?;
        net::handle(1);
        Ok(net::with(|net| {
            net.datagrams.push(Inner {
                family,
                local: None,
                bound: false,
                peer: None,
                queue: VecDeque::new(),
                error: None,
                late_until: 0,
                permit: 0,
                streams: 0,
                sources: 0,
                incoming_sources: 0,
                outgoing_sources: 0,
                hop_limit: 64,
            });
            UdpSocket(net.datagrams.len() - 1)
        }))
    }

    /// First half of bind(2).
    pub fn start_bind(&self, local: &SocketAddr) -> Result<()> {
        world::call();
        let until = world::finish_time();
        net::with(|net| {
            let port = local.port();
            let taken = |at: SocketAddr| at.port() == port && at.is_ipv4() == local.is_ipv4();
            let names = net.datagrams.iter().filter_map(|it| Some(it.local?.0));
            if port != 0 && names.into_iter().any(taken) {
                return Err(Errno::EADDRINUSE);
            }
            let mut local = *local;
            if port == 0 {
                local.set_port(net.free_port());
            }
            net.datagrams[self.0].local = Some((local, until));
            Ok(())
        })
    }

    /// Second half of bind(2); `EAGAIN` until the socket's source is ready.
    pub fn finish_bind(&self) -> Result<()> {
        world::call();
        let now = world::with(|world| world.now);
        self.with(|inner| match inner.local {
            Some((_, until)) if now < until => Err(Errno::EAGAIN),
            Some(_) => {
                inner.bound = true;
                Ok(())
            }
            None => Err(Errno::EINVAL),
        })
    }

    /// The streams of a bound socket. The earlier pair must be gone.
    pub fn streams(&self, remote: Option<&SocketAddr>) -> Result<(Incoming, Outgoing)> {
        world::call();
        let live = self.with(|inner| inner.streams);
        if live > 0 {
            world::trouble("streams of a UDP socket that has some".into());
        }
        self.with(|inner| {
            if !inner.bound {
                return Err(Errno::EINVAL);
            }
            inner.peer = remote.copied();
            inner.streams += 2;
            Ok(())
        })?;
        net::handle(2);
        Ok((Incoming(self.0), Outgoing(self.0)))
    }

    /// getsockname(2)
    pub fn local(&self) -> Result<SocketAddr> {
        world::call();
        self.with(|inner| {
            let (mut local, _) = inner.local.ok_or(Errno::EINVAL)?;
            if let Some(peer) = inner.peer.filter(|_| local.ip().is_unspecified()) {
                local.set_ip(peer.ip());
            }
            Ok(local)
        })
    }

    /// getpeername(2)
    pub fn remote(&self) -> Result<SocketAddr> {
        world::call();
        self.with(|inner| inner.peer.ok_or(Errno::ENOTCONN))
    }

    /// SO_DOMAIN
    pub fn family(&self) -> Family {
        self.with(|inner| inner.family)
    }

    /// Reads an option.
    pub fn option(&self, option: HostOption) -> Result<u64> {
        world::call();
        match option {
            HostOption::HopLimit => Ok(self.with(|inner| inner.hop_limit)),
            HostOption::ReceiveBuffer | HostOption::SendBuffer => Ok(65_536),
            _ => Err(Errno::ENOPROTOOPT),
        }
    }

    /// Sets an option.
    pub fn set_option(&self, option: HostOption, value: u64) -> Result<()> {
        world::call();
        match option {
            HostOption::HopLimit => self.with(|inner| inner.hop_limit = value),
            HostOption::ReceiveBuffer | HostOption::SendBuffer => {}
            _ => return Err(Errno::ENOPROTOOPT),
        }
        Ok(())
    }

    /// Ready when the bind under way can go on.
    pub fn subscribe(&self) -> Source {
        world::call();
        Source::new(Kind::Udp(self.0))
    }
}

impl Drop for UdpSocket {
    fn drop(&mut self) {
        net::handle(-1);
        let children = self.with(|inner| {
            inner.local = None;
            inner.streams + inner.sources
        });
        if children > 0 {
            world::trouble("a UDP socket was dropped before its streams or sources".into());
        }
    }
}

/// Received datagrams, at least one, oldest first.
pub struct Batch(VecDeque<(Vec<u8>, SocketAddr)>);

impl Batch {
    /// The oldest datagram and who sent it.
    pub fn first(&self) -> Option<(&[u8], SocketAddr)> {
        self.0.front().map(|(data, from)| (data.as_slice(), *from))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Done with the oldest.
    pub fn pop(&mut self) {
        self.0.pop_front();
    }

    /// Keeps only what comes from this address.
    pub fn retain_from(&mut self, peer: &SocketAddr) {
        self.0.retain(|(_, from)| from == peer);
    }
}

impl Incoming {
    /// Takes what has arrived, at most `most` datagrams; None when nothing has.
    pub fn receive(&self, most: u64) -> Result<Option<Batch>> {
        world::call();
        net::with(|net| {
            let inner = &mut net.datagrams[self.0];
            if let Some(errno) = inner.error.take() {
                return Err(errno);
            }
            let count = (most as usize).min(MOST).min(inner.queue.len());
            let batch: VecDeque<_> = inner.queue.drain(..count).collect();
            Ok((!batch.is_empty()).then_some(Batch(batch)))
        })
    }

    /// Ready when a datagram or an error is there.
    pub fn subscribe(&self) -> Source {
        world::call();
        Source::new(Kind::Incoming(self.0))
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        dropped(self.0, |inner| inner.incoming_sources);
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        dropped(self.0, |inner| inner.outgoing_sources);
    }
}

fn dropped(socket: usize, sources: impl FnOnce(&Inner) -> i64) {
    net::handle(-1);
    let wrong = net::with(|net| {
        let inner = &mut net.datagrams[socket];
        inner.streams -= 1;
        sources(inner) > 0
    });
    if wrong {
        world::trouble("a datagram stream was dropped before its sources".into());
    }
}

impl Outgoing {
    /// How many datagrams the next [`Outgoing::send`] may carry; 0 means not now.
    pub fn check_send(&self) -> Result<usize> {
        world::call();
        habits::spend(1);
        let (now, late) = world::with(|world| {
            let late = world.late(world.faults.late_permit, 200_000);
            let seen = world.within_budget();
            world.spent += 1;
            (if seen { world.now } else { 0 }, late)
        });
        if let Some(late) = late {
            world::with(|world| world.at(late, || {}));
        }
        net::with(|net| {
            let inner = &mut net.datagrams[self.0];
            if let Some(errno) = inner.error.take() {
                return Err(errno);
            }
            if let Some(late) = late {
                inner.late_until = late;
            }
            inner.permit = if now >= inner.late_until { MOST } else { 0 };
            Ok(inner.permit)
        })
    }

    /// Sends datagrams in order; returns how many went.
    pub fn send(&self, datagrams: &[Outbound]) -> Result<usize> {
        world::call();
        let (permit, local, peer) = net::with(|net| {
            let inner = &mut net.datagrams[self.0];
            let permit = core::mem::take(&mut inner.permit);
            (permit, inner.local, inner.peer)
        });
        if datagrams.len() > permit {
            world::trouble(format!(
                "{} datagrams with a permit for {permit}",
                datagrams.len()
            ));
        }
        for (data, to) in datagrams {
            let Some((mut from, _)) = local else {
                return Err(Errno::EINVAL);
            };
            let Some(to) = to.or(peer) else {
                return Err(Errno::EDESTADDRREQ);
            };
            if from.ip().is_unspecified() {
                from.set_ip(to.ip());
            }
            carry(Some(self.0), from, to, data.to_vec());
        }
        Ok(datagrams.len())
    }

    /// Ready when `check_send` would give a permit or an error.
    pub fn subscribe(&self) -> Source {
        world::call();
        Source::new(Kind::Outgoing(self.0))
    }
}
