//! SOCK_STREAM: bytes, with descriptions attached to some of them.

use super::buffer::Buffer;
use super::endpoint::{Endpoint, Phase};
use super::file::shown;
use super::settings::credentials;
use crate::errno::{Errno, Result};
use crate::fd::InFlight;
use crate::fd::{Flags, Receive, Transmit};
use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// What waits to be received.
#[derive(Default)]
pub struct Incoming {
    bytes: Buffer,
    /// How many bytes were ever taken out.
    taken: u64,
    /// Sends that carried descriptions, in order.
    passed: VecDeque<Passed>,
}

/// The descriptions of one send.
struct Passed {
    /// Where its bytes start and end, counted as `taken` is.
    start: u64,
    end: u64,
    rights: Vec<InFlight>,
}

impl Endpoint {
    /// Bytes that this socket sent and its peer has not received.
    pub(super) fn unread_by_peer(&self) -> usize {
        let peer = self.peer.borrow();
        peer.as_ref().map_or(0, |peer| peer.incoming.borrow().len())
    }
}

impl Incoming {
    /// Bytes that wait.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether fewer bytes wait, none of which come with descriptions.
    fn is_less_than(&self, count: usize) -> bool {
        self.len() < count && self.passed.is_empty()
    }

    fn append(&mut self, message: &mut Transmit, room: usize) -> Result<usize> {
        let start = self.taken + self.bytes.len() as u64;
        let count = self.bytes.append(message, room)?;
        if !message.rights.is_empty() {
            let rights = core::mem::take(&mut message.rights);
            self.passed.push_back(Passed {
                start,
                end: start + count as u64,
                rights,
            });
        }
        Ok(count)
    }

    /// A receive takes the descriptions of the first send it touches that has any, and stops at
    /// the end of that send, so that they are not mixed with those of the next.
    fn read(&mut self, message: &mut Receive, peek: bool) -> usize {
        let mut limit = usize::MAX;
        let wanted = self.taken + message.room() as u64;
        if let Some(passed) = self.passed.front().filter(|passed| passed.start < wanted) {
            limit = (passed.end - self.taken) as usize;
            if peek {
                message
                    .rights
                    .extend(passed.rights.iter().map(InFlight::duplicate));
            } else if let Some(passed) = self.passed.pop_front() {
                message.rights.extend(passed.rights);
            }
        }
        let count = self.bytes.read(message, limit, peek);
        if !peek {
            self.taken += count as u64;
        }
        count
    }
}

impl Endpoint {
    /// recv(2). A caller that waits does so for `low_water` bytes (SO_RCVLOWAT).
    pub fn receive_stream(&self, message: &mut Receive, low_water: usize) -> Result<usize> {
        if self.phase.get() != Phase::Connected || message.flags.has(Flags::OOB) {
            return Err(Errno::EINVAL);
        }
        let enough = if message.wait {
            low_water.min(message.room()).max(1)
        } else {
            1
        };
        let over = self.read_shut() || self.error.get().is_some();
        if self.incoming.borrow().is_less_than(enough) && !over {
            return Err(Errno::EAGAIN);
        }
        if self.incoming.borrow().is_empty() {
            // The end has no sender, which Linux tells so.
            message.credentials = Some((0, 0, 0));
            return match self.error.take() {
                Some(errno) => Err(errno),
                None if self.read_shut() => Ok(0),
                None => Err(Errno::EAGAIN),
            };
        }
        message.credentials = Some(credentials());
        let peek = message.flags.has(Flags::PEEK);
        let count = self.incoming.borrow_mut().read(message, peek);
        let peer = self.peer.borrow().clone();
        if let Some(peer) = peer {
            message.from = shown(&peer.name.borrow());
            if !peek {
                peer.discharge(count);
            }
        }
        let short = !peek && count < message.room() && self.incoming.borrow().is_empty();
        if short && message.flags.has(Flags::WAITALL) {
            // The wait for the rest has ended with this error, which no call tells then.
            self.error.take();
        }
        Ok(count)
    }

    /// send(2)
    pub fn send_stream(&self, message: &mut Transmit) -> Result<usize> {
        let urgent = message.flags.has(Flags::OOB);
        if urgent && message.size() == 0 {
            return Err(Errno::EOPNOTSUPP);
        }
        let connected = self.phase.get() == Phase::Connected;
        if message.to.is_some() {
            return Err(if connected {
                Errno::EISCONN
            } else {
                Errno::EOPNOTSUPP
            });
        }
        let peer = self.peer.borrow().clone().ok_or(Errno::ENOTCONN)?;
        if self.write_shut() || peer.read_shut() {
            return Err(Errno::EPIPE);
        }
        if urgent {
            return Err(Errno::EOPNOTSUPP);
        }
        if message.size() == 0 {
            return Ok(0);
        }
        let room = self.send_limit.get().saturating_sub(self.charged.get());
        if room == 0 {
            return Err(Errno::EAGAIN);
        }
        let count = peer.incoming.borrow_mut().append(message, room)?;
        self.charged.set(self.charged.get() + count);
        peer.notify.arrived();
        Ok(count)
    }
}
