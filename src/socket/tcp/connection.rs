//! A connected TCP socket: two streams of the host, what was read ahead, what was gathered.

mod incoming;
mod sending;

use crate::errno::{Errno, Result};
use crate::fd::{Flags, Notify, Ready, Receive, Shutdown, Slot};
use crate::socket::gather::{CAPACITY, Gather};
use crate::socket::options::State;
use crate::socket::read_ahead::{MOST as READ_AHEAD, ReadAhead, TYPICAL as PROBE};
use crate::socket::receive_buffer::{ReceiveBuffer, Spares};
use crate::wasi::cell::Global;
use crate::wasi::poll::Pollable;
use crate::wasi::stream::{End, FURTHER, Input, Output};
use crate::wasi::tcp::TcpSocket;
use core::cell::{Cell, OnceCell};
use incoming::Incoming;

/// For how many writes it is taken for granted that there is no room after them, once there was none.
const FULL: u8 = 8;

/// Memory for what is read ahead, while no connection has any.
static SPARES: Global<Spares> = Global::new(Spares::NEW);

/// How long MSG_MORE and TCP_CORK may hold data back (tcp(7)).
const CORK_LIMIT: u64 = 200_000_000;

/// The source for input (and for everything before a connection stands).
pub const INPUT: Slot = 0;
/// The source for output.
pub const OUTPUT: Slot = 1;

/// See the module. Fields drop in order: the host wants pollables gone before their streams, and
/// streams before their socket.
pub struct Connection {
    output_source: OnceCell<Pollable>,
    input: Incoming,
    output: Output,
    /// The host socket, for names, options and shutdown.
    pub host: TcpSocket,
    buffer: ReceiveBuffer,
    /// The last read came back short: the host had no more then.
    drained: bool,
    /// How much is read ahead when the host says that there is input.
    ahead: ReadAhead,
    /// The host gives no more input.
    input_over: bool,
    /// The connection failed: both directions are over, but for what is still to be read.
    reset: bool,
    shut_read: bool,
    shut_write: bool,
    /// The host is to be told of `shut_write` once nothing is kept any more.
    shutdown_due: bool,
    permit: usize,
    /// The size of the last write; the host has it until there is a permit again.
    last_write: usize,
    /// There was no permit yet.
    fresh: bool,
    /// A send was refused or cut short since output was last possible.
    blocked: bool,
    /// How many times it is taken for granted that there is no room after a write.
    full: u8,
    gather: Gather,
    /// Until when a cork holds what is gathered.
    held_until: Option<u64>,
    /// Whether connect(2) has told the program of the connection.
    pub announced: Cell<bool>,
}

impl Connection {
    /// A connection that stands.
    pub fn new(host: TcpSocket, input: Input, output: Output, announced: bool) -> Self {
        Connection {
            output_source: OnceCell::new(),
            input: Incoming::new(input),
            output,
            host,
            buffer: ReceiveBuffer::default(),
            drained: false,
            ahead: ReadAhead::NEW,
            input_over: false,
            reset: false,
            shut_read: false,
            shut_write: false,
            shutdown_due: false,
            permit: 0,
            last_write: 0,
            fresh: true,
            blocked: false,
            full: 0,
            gather: Gather::default(),
            held_until: None,
            announced: Cell::new(announced),
        }
    }

    /// Takes note of the end of the host's input.
    fn input_ended(&mut self, end: End, error: &Cell<Option<Errno>>, notify: &Notify) {
        self.input_over = true;
        match end {
            End::Closed => notify.event(),
            End::Failed(errno) => self.failed(errno, error, notify),
        }
    }

    /// Takes note of a failed write. The host may still have input.
    fn output_ended(&mut self, end: End, error: &Cell<Option<Errno>>, notify: &Notify) {
        let errno = match end {
            End::Closed => Errno::EPIPE,
            End::Failed(errno) => errno,
        };
        self.failed(errno, error, notify);
    }

    /// The connection is gone; the error waits for the program (once).
    fn failed(&mut self, errno: Errno, error: &Cell<Option<Errno>>, notify: &Notify) {
        if !self.reset {
            self.reset = true;
            error.set(Some(errno));
        }
        self.gather.discard();
        self.held_until = None;
        notify.event();
    }

    /// Reads ahead. Where somebody watches for edges everything there is comes over, so that
    /// what comes later is news.
    fn fill(&mut self, room: usize, error: &Cell<Option<Errno>>, notify: &Notify) {
        let mut room = room;
        SPARES.with(|spares| spares.lend(&mut self.buffer));
        while !self.input_over && self.buffer.len() + room <= READ_AHEAD {
            let (input, broken) = (&self.input, self.reset);
            match self
                .buffer
                .fill(room, &mut |buffer| input.read(broken, buffer))
            {
                Ok(0) => {
                    self.drained = true;
                    break;
                }
                Ok(count) => {
                    self.drained = count < room;
                    notify.event();
                    if count < room || !notify.events_count() {
                        break;
                    }
                    room = room.max(READ_AHEAD / 4);
                }
                Err(end) => self.input_ended(end, error, notify),
            }
        }
        self.give_memory_back();
    }

    /// Reads ahead as much as the program seems to want.
    fn fill_next(&mut self, error: &Cell<Option<Errno>>, notify: &Notify) {
        let before = self.buffer.len();
        let room = self.ahead.size().min(READ_AHEAD - before);
        self.fill(room, error, notify);
        let got = self.buffer.len() - before;
        self.ahead.filled(got, !self.drained && got > 0);
    }

    /// One attempt of recv(2).
    pub fn receive(
        &mut self,
        message: &mut Receive,
        low_water: usize,
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
            low_water.min(room.max(1))
        };
        if (wanted > 1 || room == 0 || peek) && self.buffer.len() < wanted {
            let missing = (wanted - self.buffer.len()).max(PROBE);
            self.fill(missing.min(READ_AHEAD - self.buffer.len()), error, notify);
            if !peek && !self.over() && self.buffer.len() < wanted {
                return Err(Errno::EAGAIN);
            }
        }
        let count = self.transfer(message, room, error, notify);
        self.give_memory_back();
        if count > 0 || room == 0 && !self.buffer.is_empty() {
            return Ok(count);
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

    fn over(&self) -> bool {
        self.input_over || self.reset || self.shut_read
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
            self.fill_next(error, notify);
        }
        let mut count = self.buffer.take(message.into);
        // A short read ahead emptied the host: asking again would most likely be in vain.
        if self.drained && (count > 0 || refilled) {
            return count;
        }
        let mut skip = count;
        for part in message.into.iter_mut() {
            let cut = skip.min(part.len());
            skip -= cut;
            let part = part.get_mut(cut..).unwrap_or_default();
            if part.is_empty() {
                continue;
            }
            if self.input_over {
                break;
            }
            let asked = part.len();
            // Watchers of edges are told what comes while they look; this would be looking for them.
            let may_look = count + asked == room && !self.reset && !notify.events_count();
            let outcome = match may_look && self.ahead.looks_on(asked) {
                true => self.read_on(part),
                false => self.input.read(self.reset, part),
            };
            match outcome {
                Ok(got) => {
                    count += got;
                    self.drained = got < asked;
                    self.ahead.read(room, got, !self.drained);
                    if self.drained {
                        break;
                    }
                }
                Err(end) => {
                    self.input_ended(end, error, notify);
                    break;
                }
            }
        }
        count
    }

    /// Reads into `part`, and reads ahead a little of what is behind that.
    fn read_on(&mut self, part: &mut [u8]) -> core::result::Result<usize, End> {
        // Not into the buffer at once: it may itself be what is behind `part`.
        let mut further = [0; FURTHER];
        let (got, more) = self.input.read_on(part, &mut further)?;
        if let Some(further) = further.get(..more).filter(|further| !further.is_empty()) {
            SPARES.with(|spares| spares.lend(&mut self.buffer));
            self.buffer.fill(more, &mut |room| {
                room.copy_from_slice(further);
                Ok::<_, End>(more)
            })?;
        }
        Ok(got)
    }

    /// recv(MSG_TRUNC): reads and throws away.
    fn discard(&mut self, count: usize, error: &Cell<Option<Errno>>, notify: &Notify) -> usize {
        let mut scratch = [0u8; 4096];
        let mut done = 0;
        while done < count && !self.input_over {
            let part = scratch
                .get_mut(..(count - done).min(4096))
                .unwrap_or_default();
            let asked = part.len();
            match self.input.read(self.reset, part) {
                Ok(got) => {
                    done += got;
                    self.drained = got < asked;
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
    pub fn readable_bytes(&mut self, error: &Cell<Option<Errno>>, notify: &Notify) -> usize {
        let mut before = usize::MAX;
        while self.buffer.len() != before && self.buffer.len() < READ_AHEAD {
            before = self.buffer.len();
            self.fill((READ_AHEAD - before).min(READ_AHEAD / 4), error, notify);
        }
        self.buffer.len()
    }

    /// shutdown(2)
    pub fn shutdown(
        &mut self,
        how: Shutdown,
        error: &Cell<Option<Errno>>,
        notify: &Notify,
    ) -> Result<()> {
        if self.reset {
            return Err(Errno::ENOTCONN);
        }
        // The host is not told about SHUT_RD: Linux goes on handing out what arrives.
        self.shut_read |= how.read;
        if how.write && !self.shut_write {
            self.shut_write = true;
            self.shutdown_due = true;
            self.uncork(error, notify);
        }
        notify.event();
        Ok(())
    }

    /// The state of the connection for TCP_INFO.
    pub fn state(&self) -> State {
        if self.reset {
            State::Closed
        } else if self.shut_write {
            State::SendEnded
        } else if self.input_over {
            State::PeerEnded
        } else {
            State::Established
        }
    }

    /// What is known (tcp_poll of Linux).
    pub fn ready(&self, failed: bool, low_water: usize) -> Ready {
        let over = self.over();
        let writable = self.permit > 0 && self.gather.len() < CAPACITY;
        let known = Ready::IN.when(over || self.buffer.len() >= low_water)
            | Ready::OUT.when(writable || self.shut_write || self.reset);
        if !(over || failed) {
            return known;
        }
        let ended = (self.input_over || self.shut_read) && self.shut_write || self.reset;
        known | Ready::RDHUP.when(over) | Ready::HUP.when(ended) | Ready::ERR.when(failed)
    }

    /// Whether more input is worth asking for: while it can be read ahead.
    fn watches_input(&self) -> bool {
        !self.input_over && self.buffer.len() + PROBE <= READ_AHEAD
    }

    fn watches_output(&self, want: Ready) -> bool {
        !self.reset
            && want.any(Ready::OUT)
            && !self.shut_write
            // A write that used the permit up does not mean that another would block.
            && (self.blocked || self.gather.len() >= CAPACITY)
    }

    /// Asks the host what it can say at once.
    pub fn ask(&mut self, want: Ready, error: &Cell<Option<Errno>>, notify: &Notify) {
        if want.any(!Ready::OUT) {
            // A read that finds nothing costs no more than asking the pollable would.
            self.wake(INPUT, error, notify);
        }
        if want.any(Ready::OUT) && self.permit == 0 && !self.reset && !self.shut_write {
            let known = self.blocked;
            if !known && self.full > 0 && !notify.events_count() {
                // The host's poll tells as well, and it mostly had no room yet.
                self.full -= 1;
                self.blocked = true;
                return;
            }
            self.wake(OUTPUT, error, notify);
            if self.blocked && !known {
                self.full = FULL;
            }
        }
    }

    /// What to sleep on.
    pub fn sources(&self, want: Ready, add: &mut dyn FnMut(u32, Slot)) {
        if self.watches_input() {
            add(self.input.source().number(), INPUT);
        }
        if self.watches_output(want) {
            self.flush_sources(add);
        }
    }

    /// What to sleep on until the host takes more.
    pub fn flush_sources(&self, add: &mut dyn FnMut(u32, Slot)) {
        let source = self.output_source.get_or_init(|| self.output.subscribe());
        add(source.number(), OUTPUT);
    }

    /// The host says that a source is ready.
    pub fn wake(&mut self, slot: Slot, error: &Cell<Option<Errno>>, notify: &Notify) {
        if slot == INPUT {
            if self.watches_input() {
                self.fill_next(error, notify);
            }
            return;
        }
        match self.permit() {
            Ok(0) => self.blocked = true,
            Ok(_) => {
                if self.unflushed() {
                    self.flush(error, notify);
                }
                if self.blocked {
                    self.blocked = false;
                    notify.event();
                }
            }
            Err(end) => self.output_ended(end, error, notify),
        }
    }
}
