//! The receiving half of a connection: reading ahead, and handing out.

use super::Connection;
use super::ends::Ends;
use crate::errno::{Errno, Result};
use crate::fd::{Flags, Notify, Ready, Receive};
use crate::host::habits::MOST_READ;
use crate::host::stream::{End, FURTHER};
use crate::socket::looks;
use crate::socket::options::Options;
use crate::socket::read_ahead::{MOST as READ_AHEAD, TYPICAL as PROBE};
use crate::socket::receive_buffer::Spares;
use core::cell::Cell;

state! {
    /// Memory for what is read ahead, while no connection has any.
    static SPARES: Global<Spares> = Spares::NEW;
}

impl Connection {
    /// Reads `wanted` bytes ahead, unless that makes more than `most`. Where somebody watches for edges
    /// everything there is comes over, so that what comes later is news.
    fn fill(&mut self, wanted: usize, most: usize, error: &Cell<Option<Errno>>, notify: &Notify) {
        if self.ends.are_shut() {
            return self.watch_shut(error, notify);
        }
        let mut wanted = wanted;
        SPARES.with(|spares| spares.lend(&mut self.buffer));
        while !self.ends.any(Ends::INPUT) {
            let room = wanted
                .min(READ_AHEAD)
                .min(most.saturating_sub(self.buffer.len()));
            if room == 0 {
                break;
            }
            let (input, broken) = (&self.input, self.ends.any(Ends::RESET));
            match self
                .buffer
                .fill(room, &mut |buffer| input.read(broken, buffer))
            {
                Ok(0) => {
                    self.note(true);
                    break;
                }
                Ok(count) => {
                    self.note(count < room);
                    notify.arrived();
                    if self.drained {
                        break;
                    }
                    wanted = match notify.events_count() {
                        true => READ_AHEAD,
                        false => wanted - count,
                    };
                }
                Err(end) => self.input_ended(end, error, notify),
            }
        }
        self.give_memory_back();
    }

    /// The program shut both directions: Linux answers what comes then with a reset (tcp_rcv_state_process).
    #[inline(never)]
    pub(super) fn watch_shut(&mut self, error: &Cell<Option<Errno>>, notify: &Notify) {
        if self.ends.any(Ends::INPUT) {
            return;
        }
        match self.input.read_now(&mut [0]) {
            Ok(0) => {}
            Ok(_) => {
                self.ends.add(Ends::INPUT);
                self.failed(Errno::ECONNRESET, error, notify);
            }
            Err(end) => self.input_ended(end, error, notify),
        }
    }

    /// Takes note of whether the host had no more.
    #[inline(never)]
    fn note(&mut self, drained: bool) {
        self.drained = drained;
        self.drained_in = looks::latest();
    }

    /// Reads ahead as much as the program seems to want.
    pub(super) fn fill_next(&mut self, most: usize, error: &Cell<Option<Errno>>, notify: &Notify) {
        if self.buffer.is_empty() && self.ends == Ends::NONE && !notify.events_count() {
            return self.fill_empty(error, notify);
        }
        let before = self.buffer.len();
        // More than is usual only where it was asked for.
        let most = match before + PROBE <= READ_AHEAD {
            true => READ_AHEAD,
            false => most,
        };
        self.fill(self.ahead.size(), most, error, notify);
        let got = self.buffer.len() - before;
        self.ahead.filled(got, !self.drained && got > 0);
    }

    /// The same where nothing waits and nothing is over: mostly nothing comes, which costs least so.
    fn fill_empty(&mut self, error: &Cell<Option<Errno>>, notify: &Notify) {
        let room = self.ahead.size();
        let outcome = SPARES.with(|spares| {
            let outcome = self.input.read_now(spares.room(room));
            if let Ok(count @ 1..) = outcome {
                spares.hand_over(&mut self.buffer, count);
            }
            outcome
        });
        let count = match outcome {
            Ok(count) => count,
            Err(end) => {
                self.input_ended(end, error, notify);
                0
            }
        };
        self.note(count < room);
        self.ahead.filled(count, !self.drained);
        if count > 0 {
            notify.arrived();
        }
    }

    /// One attempt of recv(2).
    pub fn receive(
        &mut self,
        message: &mut Receive,
        options: &Options,
        error: &Cell<Option<Errno>>,
        notify: &Notify,
    ) -> Result<usize> {
        if message.flags.has(Flags::OOB) {
            // There is never urgent data; recv(2) says EINVAL then.
            return Err(Errno::EINVAL);
        }
        if message.flags.has(Flags::ERRQUEUE) {
            return Err(Errno::EAGAIN);
        }
        let room = message.room();
        let peek = message.flags.has(Flags::PEEK);
        let wanted = if peek {
            room.max(1)
        } else {
            let low_water = if message.wait { options.low_water() } else { 1 };
            low_water.min(room.max(1))
        };
        let looks = wanted > 1 || room == 0 || peek || self.ends.are_shut();
        if looks && self.buffer.len() < wanted {
            let missing = (wanted - self.buffer.len()).max(PROBE);
            let most = self.most(Ready::RDHUP, options, notify);
            self.fill(missing, most, error, notify);
            if !peek && !self.over() && self.buffer.len() < wanted {
                return Err(Errno::EAGAIN);
            }
        }
        let count = self.transfer(message, room, error, notify);
        if !peek {
            self.unanswered = self.unanswered.saturating_add(count as u32);
        }
        self.give_memory_back();
        message.drained = self.drained && self.buffer.is_empty();
        if count > 0 || room == 0 && !self.buffer.is_empty() {
            return Ok(count);
        }
        if self.ends.any(Ends::FINISHED) {
            return Ok(0);
        }
        if let Some(errno) = error.take() {
            return Err(errno);
        }
        if self.over() {
            Ok(0)
        } else {
            Err(Errno::EAGAIN)
        }
    }

    /// Others may need it while nothing waits here.
    fn give_memory_back(&mut self) {
        if self.buffer.is_idle() {
            SPARES.with(|spares| spares.collect(&mut self.buffer));
        }
    }

    /// Moves bytes to the program: first those read ahead, then straight from the host.
    fn transfer(
        &mut self,
        message: &mut Receive,
        room: usize,
        error: &Cell<Option<Errno>>,
        notify: &Notify,
    ) -> usize {
        if message.flags.has(Flags::PEEK) {
            return match message.discard {
                Some(_) => self.buffer.len().min(room),
                None => self.buffer.peek(message.into),
            };
        }
        if message.discard.is_some() {
            let count = self.buffer.skip(room);
            return count + self.discard(room - count, error, notify);
        }
        let refilled = self.buffer.is_empty() && self.ahead.serves(room);
        if refilled {
            self.fill_next(READ_AHEAD, error, notify);
        }
        let mut count = self.buffer.take(message.into);
        // A short read ahead emptied the host, and the program knows of nothing that came since.
        if self.drained && (count > 0 || refilled) && self.drained_in == looks::latest() {
            return count;
        }
        let ahead = count;
        let mut skip = count;
        for part in message.into.iter_mut() {
            let cut = skip.min(part.len());
            skip -= cut;
            let mut part = part.get_mut(cut..).unwrap_or_default();
            while !part.is_empty() {
                if self.ends.any(Ends::INPUT) || self.ends.are_shut() {
                    return count;
                }
                let asked = part.len();
                // Watchers of edges are told what comes while they look; this would be looking for them.
                let may_look =
                    count + asked == room && !self.ends.any(Ends::RESET) && !notify.events_count();
                let outcome = match may_look && self.ahead.looks_on(asked) {
                    true => self.read_on(part, notify),
                    false => self.input.read(self.ends.any(Ends::RESET), part),
                };
                let got = match outcome {
                    Ok(got) => got,
                    Err(end) => {
                        self.input_ended(end, error, notify);
                        return count;
                    }
                };
                count += got;
                if got > 0 {
                    looks::begin();
                }
                self.note(got < asked.min(MOST_READ));
                // Nothing behind what was read ahead says no more about the stream.
                if got > 0 || ahead == 0 {
                    self.ahead.read(room, got, !self.drained);
                }
                if self.drained {
                    return count;
                }
                part = part.get_mut(got..).unwrap_or_default();
            }
        }
        count
    }

    /// Reads into `part`, and reads ahead a little of what is behind that.
    fn read_on(&mut self, part: &mut [u8], notify: &Notify) -> core::result::Result<usize, End> {
        // Not into the buffer at once: it may itself be what is behind `part`.
        let mut further = [0; FURTHER];
        let (got, more) = self.input.read_on(part, &mut further)?;
        if let Some(further) = further.get(..more).filter(|further| !further.is_empty()) {
            SPARES.with(|spares| spares.lend(&mut self.buffer));
            self.buffer.fill(more, &mut |room| {
                room.copy_from_slice(further);
                Ok::<_, End>(more)
            })?;
            // A host with nothing more might not wake a wait for what is here already.
            notify.touch();
        }
        Ok(got)
    }

    /// recv(MSG_TRUNC): reads and throws away.
    fn discard(&mut self, count: usize, error: &Cell<Option<Errno>>, notify: &Notify) -> usize {
        let mut scratch = [0u8; 4096];
        let mut done = 0;
        while done < count && !self.ends.any(Ends::INPUT) && !self.ends.are_shut() {
            let part = scratch
                .get_mut(..(count - done).min(4096))
                .unwrap_or_default();
            let asked = part.len();
            match self.input.read(self.ends.any(Ends::RESET), part) {
                Ok(got) => {
                    done += got;
                    self.note(got < asked);
                    if self.drained {
                        break;
                    }
                }
                Err(end) => self.input_ended(end, error, notify),
            }
        }
        done
    }

    /// FIONREAD: what the host has is only known once it is here.
    pub fn readable_bytes(
        &mut self,
        options: &Options,
        error: &Cell<Option<Errno>>,
        notify: &Notify,
    ) -> usize {
        let most = self.most(Ready::RDHUP, options, notify);
        let mut before = usize::MAX;
        while self.buffer.len() != before {
            before = self.buffer.len();
            self.fill(READ_AHEAD / 4, most, error, notify);
        }
        self.buffer.len()
    }
}
