//! SOCK_DGRAM and SOCK_SEQPACKET: messages, each from a sender.

use super::endpoint::{Endpoint, Phase};
use super::file::shown;
use super::registry;
use super::settings::credentials;
use crate::errno::{Errno, Result};
use crate::fd::InFlight;
use crate::fd::file::Type;
use crate::fd::{Address, Flags, Receive, Transmit};
use alloc::rc::Rc;
use alloc::vec::Vec;

/// A message that waits to be received.
pub struct Message {
    data: Vec<u8>,
    from: Rc<Endpoint>,
    rights: Vec<InFlight>,
}

impl Message {
    /// Whether it is more than an empty one.
    pub(super) fn has_bytes(&self) -> bool {
        !self.data.is_empty()
    }
}

/// What a message counts against SO_SNDBUF: its bytes and what Linux needs to keep them, so that
/// as many fit as there.
fn weight(length: usize) -> usize {
    /// What one allocation holds; the rest is in pages, as far as a message can have some.
    const IN_ONE_PIECE: usize = 16_064;
    const PAGE: usize = 4096;
    const MOST_IN_PAGES: usize = 17 * PAGE;
    /// Linux keeps a description before and after the bytes.
    const BEFORE: usize = 256;
    const AFTER: usize = 320;
    let in_pages = length
        .saturating_sub(IN_ONE_PIECE)
        .next_multiple_of(PAGE)
        .min(MOST_IN_PAGES);
    BEFORE + in_pages + (length - in_pages + AFTER).next_power_of_two()
}

impl Endpoint {
    /// Whether the socket is of SOCK_SEQPACKET; `ENOTCONN` when such a one has no connection.
    fn check_connected(&self) -> Result<bool> {
        let packets = self.kind() == Type::SeqPacket;
        if packets && self.phase.get() != Phase::Connected {
            return Err(Errno::ENOTCONN);
        }
        Ok(packets)
    }

    /// recv(2)
    pub fn receive_message(&self, message: &mut Receive) -> Result<usize> {
        let packets = self.check_connected()?;
        if message.flags.has(Flags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        if let Some(errno) = self.error.take() {
            return Err(errno);
        }
        let mut messages = self.messages.borrow_mut();
        let Some(waiting) = messages.front() else {
            // A datagram socket tells the end only to those who would wait for it, as on Linux.
            let over = self.read_shut() && (packets || message.wait);
            return if over { Ok(0) } else { Err(Errno::EAGAIN) };
        };
        let length = waiting.data.len();
        let copied = message.put(0, &waiting.data);
        message.from = shown(&waiting.from.name.borrow());
        message.credentials = Some(credentials());
        if copied < length {
            message.out_flags = message.out_flags | Flags::TRUNC;
        }
        if message.flags.has(Flags::PEEK) {
            message
                .rights
                .extend(waiting.rights.iter().map(InFlight::duplicate));
        } else if let Some(waiting) = messages.pop_front() {
            drop(messages);
            message.rights.extend(waiting.rights);
            waiting.from.discharge(weight(length));
            self.release_held_up();
        }
        Ok(if message.flags.has(Flags::TRUNC) {
            length
        } else {
            copied
        })
    }

    /// Whether a message would be lost at the end; an empty first one is none, as on Linux.
    pub fn has_unread_message(&self) -> bool {
        let messages = self.messages.borrow();
        let skipped = messages.front().is_some_and(|first| first.data.is_empty());
        messages.len() > usize::from(skipped)
    }

    /// send(2)
    pub fn send_message(self: &Rc<Self>, message: &mut Transmit) -> Result<usize> {
        let packets = self.kind() == Type::SeqPacket;
        if packets && let Some(errno) = self.error.take() {
            return Err(errno);
        }
        self.check_connected()?;
        if message.flags.has(Flags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        // A seqpacket socket takes no notice of an address.
        let to = match &message.to {
            Some(address) if !packets => Some(registry::named(address)?),
            _ => None,
        };
        let size = message.size();
        if size > self.send_limit.get().saturating_sub(32) {
            return Err(Errno::EMSGSIZE);
        }
        if let Some(errno) = self.error.take() {
            return Err(errno);
        }
        if self.write_shut() {
            return Err(Errno::EPIPE_WITHOUT_SIGNAL);
        }
        if self.charged.get() >= self.send_limit.get() {
            return Err(Errno::EAGAIN);
        }
        let target = match to {
            Some(name) => registry::find(name, Type::Datagram)?,
            None => self.peer.borrow().clone().ok_or(Errno::ENOTCONN)?,
        };
        if !self.may_send_to(&target) {
            return Err(Errno::EPERM);
        }
        if target.dead.get() {
            self.set_peer(None);
            return Err(Errno::ECONNREFUSED);
        }
        if target.read_shut() {
            return Err(Errno::EPIPE_WITHOUT_SIGNAL);
        }
        if !packets && self.is_held_up_by(&target) {
            self.wait_for(&target);
            return Err(Errno::EAGAIN);
        }
        let mut data = Vec::new();
        data.try_reserve_exact(size).map_err(|_| Errno::ENOBUFS)?;
        message
            .data
            .iter()
            .for_each(|part| data.extend_from_slice(part));
        let rights = core::mem::take(&mut message.rights);
        self.charged.set(self.charged.get() + weight(size));
        target.messages.borrow_mut().push_back(Message {
            data,
            from: self.clone(),
            rights,
        });
        target.notify.arrived();
        Ok(size)
    }

    /// connect(2) on a datagram socket.
    pub fn connect_datagram(self: &Rc<Self>, address: &Address) -> Result<()> {
        if *address == Address::Unspecified {
            self.set_peer(None);
            return Ok(());
        }
        let target = registry::find(registry::named(address)?, Type::Datagram)?;
        if !self.may_send_to(&target) {
            return Err(Errno::EPERM);
        }
        self.set_peer(Some(target));
        Ok(())
    }

    /// Replaces the peer of a datagram socket. What came from another one is lost, and that one
    /// learns of it if it was connected in turn (unix_dgram_disconnected of Linux).
    fn set_peer(&self, peer: Option<Rc<Endpoint>>) {
        let same = |old: &Rc<Endpoint>| peer.as_ref().is_some_and(|peer| Rc::ptr_eq(peer, old));
        let old = self.peer.borrow().clone().filter(|old| !same(old));
        self.peer.replace(peer);
        let Some(old) = old else { return };
        if self.discard_messages()
            && !old.dead.get()
            && !core::ptr::eq(&*old, self)
            && old.hears_only(self)
        {
            old.error.set(Some(Errno::ECONNRESET));
            old.notify.event();
        }
        self.release_held_up();
        self.notify.event();
    }

    fn hears_only(&self, other: &Endpoint) -> bool {
        self.peer
            .borrow()
            .as_ref()
            .is_some_and(|peer| core::ptr::eq(&**peer, other))
    }

    /// Throws away what waits; false if nothing did.
    pub fn discard_messages(&self) -> bool {
        let messages = self.messages.take();
        for message in &messages {
            message.from.discharge(weight(message.data.len()));
        }
        !messages.is_empty()
    }

    /// FIONREAD: the length of the next datagram, or of all that waits in a seqpacket socket.
    pub fn message_bytes(&self) -> usize {
        let messages = self.messages.borrow();
        let mut lengths = messages.iter().map(|message| message.data.len());
        match self.kind() {
            Type::SeqPacket => lengths.sum(),
            _ => lengths.next().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::weight;

    #[test]
    fn weights_are_those_of_linux() {
        // SIOCOUTQ after one send of so many bytes, on Linux 6.18: below and at each step.
        for (length, least) in [
            (0, 768),
            (193, 1280),
            (705, 2304),
            (1729, 4352),
            (3777, 8448),
            (7873, 16_640),
            (16_065, 20_736),
            (81_601, 86_272),
            (85_697, 102_656),
            (102_081, 135_424),
            (134_849, 200_960),
            (200_385, 332_032),
        ] {
            assert_eq!(weight(length), least, "{length}");
            assert!(length == 0 || weight(length - 1) < least, "{length}");
        }
    }
}
