//! The state of one AF_UNIX socket, reachable from its peer, and how it changes.

use super::datagram::Message;
use super::names::Name;
use super::registry;
use super::stream::Incoming;
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, Notify, Ready, Shutdown, UnixAddress};
use alloc::collections::VecDeque;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

/// SO_SNDBUF of a new socket (/proc/sys/net/core/wmem_default), and what Linux lets a program
/// ask for, before it doubles it (wmem_max).
pub const SEND_LIMIT: usize = 212_992;

/// The longest queue that listen(2) grants (/proc/sys/net/core/somaxconn).
const MOST_PENDING: u32 = 4096;

/// Datagrams of strangers that wait in one socket, less one (/proc/sys/net/unix/max_dgram_qlen).
const MOST_QUEUED: usize = 10;

/// Where a socket is between socket(2) and close(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Neither of the others.
    Idle,
    /// listen(2) was called.
    Listening,
    /// A stream or seqpacket socket with a peer.
    Connected,
}

const READ: u8 = 1;
const WRITE: u8 = 2;

/// One AF_UNIX socket.
pub struct Endpoint {
    kind: Type,
    pub(super) notify: Notify,
    pub(super) phase: Cell<Phase>,
    /// No descriptor names it any more.
    pub(super) dead: Cell<bool>,
    shut: Cell<u8>,
    /// SO_ERROR: told once, by whichever call comes first.
    pub(super) error: Cell<Option<Errno>>,
    pub(super) name: RefCell<UnixAddress>,
    /// What the registry knows it by.
    key: RefCell<Option<Name>>,
    pub(super) peer: RefCell<Option<Rc<Endpoint>>>,
    /// Whether there was somebody to take the credentials of (SO_PEERCRED).
    pub(super) credentials: Cell<bool>,
    /// What a stream received.
    pub(super) incoming: RefCell<Incoming>,
    /// What a datagram or seqpacket socket received.
    pub(super) messages: RefCell<VecDeque<Message>>,
    /// Connections that accept(2) has not taken yet.
    pending: RefCell<VecDeque<Rc<Endpoint>>>,
    backlog: Cell<usize>,
    /// What its unread messages weigh, wherever they wait.
    pub(super) charged: Cell<usize>,
    /// What they may weigh.
    pub(super) send_limit: Cell<usize>,
    /// Senders that this socket's full queue holds up.
    held_up: RefCell<Vec<Weak<Endpoint>>>,
    /// The socket among whose `held_up` this one is.
    held_up_by: RefCell<Weak<Endpoint>>,
}

impl Endpoint {
    /// A socket without name and peer.
    pub fn new(kind: Type) -> Rc<Endpoint> {
        Rc::new(Endpoint {
            kind,
            notify: Notify::default(),
            phase: Cell::new(Phase::Idle),
            dead: Cell::new(false),
            shut: Cell::new(0),
            error: Cell::new(None),
            name: RefCell::new(UnixAddress::Unnamed),
            key: RefCell::default(),
            peer: RefCell::default(),
            credentials: Cell::new(false),
            incoming: RefCell::default(),
            messages: RefCell::default(),
            pending: RefCell::default(),
            backlog: Cell::new(MOST_QUEUED),
            charged: Cell::new(0),
            send_limit: Cell::new(SEND_LIMIT),
            held_up: RefCell::default(),
            held_up_by: RefCell::default(),
        })
    }

    /// socketpair(2)
    pub fn join(a: &Rc<Endpoint>, b: &Rc<Endpoint>) {
        for (one, other) in [(a, b), (b, a)] {
            one.peer.replace(Some(other.clone()));
            one.credentials.set(true);
            if one.kind != Type::Datagram {
                one.phase.set(Phase::Connected);
            }
        }
    }

    /// SO_TYPE
    pub fn kind(&self) -> Type {
        self.kind
    }

    /// Whether the socket receives no more.
    pub fn read_shut(&self) -> bool {
        self.shut.get() & READ != 0
    }

    /// Whether the socket sends no more.
    pub fn write_shut(&self) -> bool {
        self.shut.get() & WRITE != 0
    }

    /// Whether the socket's own unread messages leave it room, as POLLOUT counts it: three
    /// quarters, so that a writer sleeps until it can do much.
    fn has_room(&self) -> bool {
        self.charged.get().saturating_mul(4) <= self.send_limit.get()
    }

    /// Messages of this socket that weigh `weight` are gone from their queue.
    pub fn discharge(&self, weight: usize) {
        let had_room = self.has_room();
        self.charged.set(self.charged.get().saturating_sub(weight));
        if !had_room && self.has_room() {
            self.notify.has_room();
        }
    }

    /// Whether `self` may send to `other`: a connected socket hears its peer alone.
    pub fn may_send_to(&self, other: &Endpoint) -> bool {
        other
            .peer
            .borrow()
            .as_ref()
            .is_none_or(|peer| core::ptr::eq(&**peer, self))
    }

    /// Whether `other` has no room for another datagram of this socket. The two of a pair go by
    /// the weight alone.
    pub fn is_held_up_by(&self, other: &Endpoint) -> bool {
        let stranger = other
            .peer
            .borrow()
            .as_ref()
            .is_none_or(|peer| !core::ptr::eq(&**peer, self));
        stranger
            && !core::ptr::eq(other, self)
            && !other.dead.get()
            && other.messages.borrow().len() > other.backlog.get()
    }

    /// Has `other` say when its queue has room.
    pub fn wait_for(self: &Rc<Self>, other: &Rc<Endpoint>) {
        let mut by = self.held_up_by.borrow_mut();
        if !core::ptr::eq(by.as_ptr(), &**other) {
            *by = Rc::downgrade(other);
            let mut held_up = other.held_up.borrow_mut();
            held_up.retain(|sender| sender.strong_count() > 0);
            held_up.push(Rc::downgrade(self));
        }
    }

    /// Tells those who wait for the queue of this socket.
    pub fn release_held_up(&self) {
        for sender in core::mem::take(&mut *self.held_up.borrow_mut()) {
            if let Some(sender) = sender.upgrade() {
                sender.held_up_by.replace(Weak::new());
                sender.notify.has_room();
            }
        }
    }

    /// bind(2)
    pub fn bind(self: &Rc<Self>, address: &Address) -> Result<()> {
        let automatic;
        let address = match address {
            Address::Unix(UnixAddress::Unnamed) => {
                if *self.name.borrow() != UnixAddress::Unnamed {
                    return Ok(());
                }
                automatic = registry::automatic(self.kind)?;
                &automatic
            }
            Address::Unix(name) => name,
            _ => return Err(Errno::EINVAL),
        };
        if *self.name.borrow() != UnixAddress::Unnamed {
            // Linux looks at the path first: one that exists is EADDRINUSE all the same.
            let taken = matches!(address, UnixAddress::Path(_))
                && !matches!(registry::find(address, self.kind), Err(Errno::ENOENT));
            return Err(if taken {
                Errno::EADDRINUSE
            } else {
                Errno::EINVAL
            });
        }
        let key = registry::insert(address, self)?;
        self.key.replace(Some(key));
        self.name.replace(address.clone());
        Ok(())
    }

    /// listen(2)
    pub fn listen(&self, backlog: i32) -> Result<()> {
        if self.kind == Type::Datagram {
            return Err(Errno::EOPNOTSUPP);
        }
        if *self.name.borrow() == UnixAddress::Unnamed || self.phase.get() == Phase::Connected {
            return Err(Errno::EINVAL);
        }
        // A negative number means the most, as on Linux.
        self.backlog
            .set((backlog as u32).min(MOST_PENDING) as usize);
        self.phase.set(Phase::Listening);
        self.credentials.set(true);
        self.notify.event();
        Ok(())
    }

    /// accept(2)
    pub fn accept(&self) -> Result<Rc<Endpoint>> {
        if self.kind == Type::Datagram {
            return Err(Errno::EOPNOTSUPP);
        }
        if self.phase.get() != Phase::Listening {
            return Err(Errno::EINVAL);
        }
        self.pending.borrow_mut().pop_front().ok_or(Errno::EAGAIN)
    }

    /// connect(2)
    pub fn connect(self: &Rc<Self>, address: &Address) -> Result<()> {
        if self.kind == Type::Datagram {
            return self.connect_datagram(address);
        }
        let listener = registry::find(registry::named(address)?, self.kind)?;
        if listener.phase.get() != Phase::Listening || listener.read_shut() {
            return Err(Errno::ECONNREFUSED);
        }
        if listener.pending.borrow().len() > listener.backlog.get() {
            return Err(Errno::EAGAIN);
        }
        match self.phase.get() {
            Phase::Idle => {}
            Phase::Connected => return Err(Errno::EISCONN),
            Phase::Listening => return Err(Errno::EINVAL),
        }
        let accepted = Endpoint::new(self.kind);
        accepted.name.replace(listener.name.borrow().clone());
        Endpoint::join(self, &accepted);
        listener.pending.borrow_mut().push_back(accepted);
        listener.notify.event();
        self.notify.event();
        Ok(())
    }

    /// What getsockname(2) of the peer would say.
    pub fn peer_name(&self) -> Result<UnixAddress> {
        let peer = self.peer.borrow();
        let peer = peer.as_ref().ok_or(Errno::ENOTCONN)?;
        let name = peer.name.borrow().clone();
        Ok(name)
    }

    /// shutdown(2)
    pub fn shutdown(&self, how: Shutdown) {
        let ways = |read, write| (READ * u8::from(read)) | (WRITE * u8::from(write));
        self.shut.set(self.shut.get() | ways(how.read, how.write));
        if self.kind != Type::Datagram {
            let peer = self.peer.borrow().clone();
            if let Some(peer) = peer {
                peer.shut.set(peer.shut.get() | ways(how.write, how.read));
                peer.notify.event();
            }
        }
        self.notify.event();
    }

    /// close(2) of the last descriptor. `reset` is for a connection that nobody accepted.
    pub fn close(&self, reset: bool) {
        if self.dead.replace(true) {
            return;
        }
        if let Some(key) = self.key.take() {
            registry::remove(&key, self);
        }
        self.phase.set(Phase::Idle);
        self.shut.set(READ | WRITE);
        // A first message without bytes is passed over (unix_release_sock of Linux).
        let messages = self.messages.borrow();
        let unread = !self.incoming.borrow().is_empty()
            || messages.len() > 1
            || messages.front().is_some_and(Message::has_bytes);
        drop(messages);
        let peer = self.peer.take();
        if let Some(peer) = peer.filter(|_| self.kind != Type::Datagram) {
            peer.shut.set(READ | WRITE);
            if unread || reset {
                peer.error.set(Some(Errno::ECONNRESET));
            }
            let incoming = self.incoming.take();
            peer.discharge(incoming.len());
            peer.notify.event();
        }
        for connection in self.pending.take() {
            connection.close(true);
        }
        self.discard_messages();
        self.release_held_up();
    }

    /// SO_SNDBUF
    pub fn set_send_limit(&self, bytes: usize) {
        let had_room = self.has_room();
        self.send_limit.set(bytes);
        if !had_room && self.has_room() {
            self.notify.has_room();
        }
    }

    /// What poll(2) reports.
    pub fn ready(self: &Rc<Self>) -> Ready {
        let readable = match self.kind {
            Type::Stream => !self.incoming.borrow().is_empty(),
            _ => !self.messages.borrow().is_empty(),
        };
        let listening = self.phase.get() == Phase::Listening;
        let readable =
            readable || self.read_shut() || (listening && !self.pending.borrow().is_empty());
        let unconnected = self.kind != Type::Datagram && self.phase.get() == Phase::Idle;
        Ready::IN.when(readable)
            | Ready::RDHUP.when(self.read_shut())
            | Ready::HUP.when(unconnected || self.shut.get() == READ | WRITE)
            | Ready::ERR.when(self.error.get().is_some())
            | Ready::OUT.when(!listening && self.has_room() && !self.is_held_up())
    }

    /// Whether the peer of a datagram socket is full.
    fn is_held_up(self: &Rc<Self>) -> bool {
        if self.kind != Type::Datagram {
            return false;
        }
        let peer = self.peer.borrow().clone();
        let Some(peer) = peer.filter(|peer| self.is_held_up_by(peer)) else {
            return false;
        };
        self.wait_for(&peer);
        true
    }
}
