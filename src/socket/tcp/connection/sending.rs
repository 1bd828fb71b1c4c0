//! The sending half of a connection: gathering, permits, corks.

use super::ends::Ends;
use super::{CORK_LIMIT, Connection};
use crate::errno::{Errno, Result};
use crate::fd::{Flags, Notify, Transmit};
use crate::host::clock;
use crate::host::stream::End;
use crate::host::tcp::How;
use crate::socket::burst;
use crate::socket::gather::{CAPACITY, Plan};
use core::cell::Cell;

impl Connection {
    /// One attempt of send(2).
    pub fn send(
        &mut self,
        message: &Transmit,
        cork: bool,
        error: &Cell<Option<Errno>>,
        notify: &Notify,
    ) -> Result<usize> {
        if self.ends.are_shut() {
            self.watch_shut(error, notify);
        }
        if let Some(errno) = error.take() {
            return Err(errno);
        }
        if self.ends.any(Ends::WRITING) {
            return Err(Errno::EPIPE);
        }
        let size = message.size();
        if size == 0 {
            // Even so Linux tells of a failure.
            return match self.permit() {
                Ok(_) => Ok(0),
                Err(end) => {
                    self.output_ended(end, error, notify);
                    Err(error.take().unwrap_or(Errno::EPIPE))
                }
            };
        }
        if message.flags.has(Flags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        self.unanswered = 0;
        self.looks = 0;
        let more = cork || message.flags.has(Flags::MORE);
        let mut plan = self.gather.plan(size, burst::current(), more);
        if !more && self.held_until.is_some() {
            plan = Plan::Now;
        }
        if plan == Plan::Keep {
            self.gather.keep(message.rest(0));
            if more {
                self.gather.hold(size);
                self.held_until
                    .get_or_insert_with(|| clock::now() + CORK_LIMIT);
            }
            return Ok(size);
        }
        self.release();
        let outcome = self.send_now(message, size, error, notify);
        match outcome {
            Ok(count) if count > 0 => {
                self.blocked |= count < size;
                Ok(count)
            }
            Ok(_) => {
                self.blocked = true;
                Err(Errno::EAGAIN)
            }
            Err(end) => {
                self.output_ended(end, error, notify);
                Err(error.take().unwrap_or(Errno::EPIPE))
            }
        }
    }

    /// Hands kept bytes and then the message to the host, as far as it takes them.
    fn send_now(
        &mut self,
        message: &Transmit,
        size: usize,
        error: &Cell<Option<Errno>>,
        notify: &Notify,
    ) -> core::result::Result<usize, End> {
        if !self.gather.is_empty() || message.data.len() > 1 && size <= CAPACITY {
            // One write for all of it, if it fits into one permit.
            let kept = self.gather.len();
            if self.permit()? == 0 {
                return Ok(0);
            }
            if size <= CAPACITY {
                self.gather.keep(message.rest(0));
                self.write_kept()?;
                return Ok(size);
            }
            if kept > 0 && !self.write_kept()? {
                return Ok(0);
            }
        }
        let mut done = 0;
        while let Some(part) = message.rest(done).next() {
            match self.write_some(part) {
                Ok(0) => break,
                Ok(count) => done += count,
                // A kernel would have taken all of it before it knew; the next call tells.
                Err(end) if done > 0 => {
                    self.output_ended(end, error, notify);
                    return Ok(size);
                }
                Err(end) => return Err(end),
            }
        }
        Ok(done)
    }

    /// Hands the first of these bytes to the host, as many as it takes now.
    fn write_some(&mut self, bytes: &[u8]) -> core::result::Result<usize, End> {
        let count = self.permit()?.min(bytes.len());
        if count > 0 {
            self.permit = 0;
            self.last_write = count;
            self.output.write(bytes.get(..count).unwrap_or_default())?;
        }
        Ok(count)
    }

    /// How much may be written now; asks the host unless it is known.
    pub(super) fn permit(&mut self) -> core::result::Result<usize, End> {
        if self.permit == 0 {
            self.permit = self.output.check_write()?;
            if self.permit == 0 && self.fresh {
                // Nothing has been written yet, so there is room: the host has only not heard of
                // it from the operating system.
                self.output.subscribe().block();
                self.permit = self.output.check_write()?;
            }
            self.fresh &= self.permit == 0;
        }
        Ok(self.permit)
    }

    /// Nothing is held any more.
    fn release(&mut self) {
        self.held_until = None;
        self.gather.release();
    }

    /// Writes kept bytes, but for those that are held; true when none of them are left.
    fn write_kept(&mut self) -> core::result::Result<bool, End> {
        while !self.gather.due().is_empty() {
            let count = self.permit()?.min(self.gather.due().len());
            if count == 0 {
                return Ok(false);
            }
            self.permit = 0;
            self.last_write = count;
            self.output
                .write(self.gather.due().get(..count).unwrap_or_default())?;
            self.gather.advance(count);
        }
        Ok(true)
    }

    /// Hands kept bytes over, but for those that a cork holds; true when none are left.
    pub fn flush(&mut self, error: &Cell<Option<Errno>>, notify: &Notify) -> bool {
        if self.held_until.is_some_and(|until| clock::now() >= until) {
            self.release();
        }
        self.look_in_time(error, notify);
        match self.write_kept() {
            Ok(true) if self.gather.is_empty() => {}
            Ok(_) => return false,
            Err(end) => self.output_ended(end, error, notify),
        }
        if self.shutdown_due {
            self.shutdown_due = false;
            // The peer may be gone already, which a later call tells.
            let _ = self.host.shutdown(How::Send);
        }
        true
    }

    /// The cork is pulled.
    pub fn uncork(&mut self, error: &Cell<Option<Errno>>, notify: &Notify) -> bool {
        self.release();
        self.flush(error, notify)
    }

    /// Whether room at the host would let kept bytes go, or the connection itself.
    pub fn waits_for_room(&self) -> bool {
        self.held_until.is_none() || !self.gather.due().is_empty()
    }

    /// Whether bytes are kept.
    pub fn unflushed(&self) -> bool {
        !self.gather.is_empty()
    }

    /// SIOCOUTQ: what is kept, and what the host has not handed on.
    pub fn unsent_bytes(&mut self) -> usize {
        let with_host = match self.permit() {
            Ok(0) => self.last_write,
            _ => 0,
        };
        self.gather.len() + with_host
    }

    /// Whether the host has everything, so that dropping the streams loses (and waits for)
    /// nothing.
    pub fn is_drained(&mut self) -> bool {
        self.gather.is_empty()
            && (self.ends.any(Ends::RESET) || self.fresh || !matches!(self.permit(), Ok(0)))
    }
}
