//! A connected TCP socket: two streams of the host, what was read ahead, what was gathered.

mod ends;
mod incoming;
mod receiving;
mod sending;

use crate::errno::{Errno, Result};
use crate::fd::{Notify, Ready, Shutdown, Slot};
use crate::host::clock;
use crate::host::poll::Source;
use crate::host::stream::{End, Input, Output};
use crate::host::tcp::TcpSocket;
use crate::socket::gather::{CAPACITY, Gather};
use crate::socket::options::{Options, State};
use crate::socket::read_ahead::{MOST as READ_AHEAD, ReadAhead, TYPICAL as PROBE};
use crate::socket::receive_buffer::{ReceiveBuffer, may_look_further};
use core::cell::{Cell, OnceCell};
use ends::Ends;
use incoming::Incoming;

/// For how many writes it is taken for granted that there is no room after them, once there was none.
const FULL: u8 = 8;

/// Requests are mostly shorter. A peer that sends more without an answer waits for none.
const UNANSWERED: u32 = 16 * 1024;

/// After the peer's end the host is asked whether a reset has come: after so many nanoseconds, and then each
/// time after twice as long, up to a second.
const FIRST_LOOK: u64 = 1_000_000;
const MOST_LOOKS: u8 = 10;

/// How long MSG_MORE and TCP_CORK may hold data back (tcp(7)).
const CORK_LIMIT: u64 = 200_000_000;

/// The source for input (and for everything before a connection stands).
pub const INPUT: Slot = 0;
/// The source for output.
pub const OUTPUT: Slot = 1;

/// See the module. Fields drop in order: the host wants pollables gone before their streams, and
/// streams before their socket.
pub struct Connection {
    output_source: OnceCell<Source>,
    input: Incoming,
    output: Output,
    /// The host socket, for names, options and shutdown.
    pub host: TcpSocket,
    buffer: ReceiveBuffer,
    /// The last read came back short: the host had no more then.
    drained: bool,
    /// In which of the program's looks that was (see [`crate::socket::looks`]).
    drained_in: u32,
    /// How much is read ahead when the host says that there is input.
    ahead: ReadAhead,
    /// How many bytes the program has taken since it last sent something.
    unanswered: u32,
    /// What is over.
    ends: Ends,
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
    /// When to look for a reset after the peer's end.
    next_look: u64,
    /// How many times that was done since the program last sent something.
    looks: u8,
    /// Whether connect(2) has told the program of the connection.
    pub announced: Cell<bool>,
    /// It was over when shutdown(2) was called before that: connect(2) can do no more.
    pub disconnecting: Cell<bool>,
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
            drained_in: 0,
            ahead: ReadAhead::NEW,
            unanswered: 0,
            ends: Ends::NONE,
            shutdown_due: false,
            permit: 0,
            last_write: 0,
            fresh: true,
            blocked: false,
            full: 0,
            gather: Gather::default(),
            held_until: None,
            next_look: 0,
            looks: 0,
            announced: Cell::new(announced),
            disconnecting: Cell::new(false),
        }
    }

    /// Takes note of the end of the host's input.
    fn input_ended(&mut self, end: End, error: &Cell<Option<Errno>>, notify: &Notify) {
        self.ends.add(Ends::INPUT);
        match end {
            // A write under way is told of a reset first, and then the host reads the end.
            End::Closed if self.is_reset() => {
                // It fails at once.
                self.output.subscribe().block();
                match self.output.check_write() {
                    Err(end @ End::Failed(_)) => self.output_ended(end, error, notify),
                    _ => {
                        self.ends.add(Ends::FINISHED);
                        self.failed(Errno::EPIPE, error, notify);
                    }
                }
            }
            End::Closed => {
                self.ends.add(Ends::FINISHED);
                notify.event();
            }
            End::Failed(errno) => self.failed(errno, error, notify),
        }
    }

    /// Whether there was a reset, as far as a write under way may hide it.
    fn is_reset(&self) -> bool {
        self.last_write > 0
            && self.permit == 0
            && !self.ends.any(Ends::WRITING)
            && !self.host.has_peer()
    }

    /// Whether a reset may come of which the host would not tell: after the end it reads no more.
    fn may_be_reset(&self) -> bool {
        self.ends.any(Ends::FINISHED) && !self.ends.any(Ends::WRITING)
    }

    /// Finds out whether it has come. The name of the peer is gone then.
    pub fn look_for_reset(&mut self, error: &Cell<Option<Errno>>, notify: &Notify) {
        if self.ends.are_shut() {
            self.watch_shut(error, notify);
        }
        if self.may_be_reset() && !self.host.has_peer() {
            self.failed(Errno::EPIPE, error, notify);
        }
    }

    /// The same when it is time to.
    fn look_in_time(&mut self, error: &Cell<Option<Errno>>, notify: &Notify) {
        if self.may_be_reset() {
            let now = clock::now();
            if now >= self.next_look {
                self.next_look = now + (FIRST_LOOK << self.looks);
                self.looks = (self.looks + 1).min(MOST_LOOKS);
                self.look_for_reset(error, notify);
            }
        }
    }

    /// When a cork must let go, or when to look for a reset.
    pub fn deadline(&self) -> Option<u64> {
        if self.may_be_reset() {
            let cork = self.held_until.unwrap_or(u64::MAX);
            return Some(cork.min(self.next_look));
        }
        self.held_until
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
        if !self.ends.any(Ends::RESET) {
            self.ends.add(Ends::RESET);
            error.set(Some(errno));
        }
        self.gather.discard();
        self.held_until = None;
        notify.event();
    }

    fn over(&self) -> bool {
        self.ends.any(Ends::READING)
    }

    /// Whether both directions have ended, so that nothing is left of the connection (the state CLOSE
    /// of tcp(7), which a socket also shows in TIME_WAIT).
    pub fn is_closed(&self) -> bool {
        let sent_all = self.ends.any(Ends::SHUT_WRITE) && !self.shutdown_due;
        // The host may know of the end before its stream tells.
        let received_all = || self.ends.any(Ends::INPUT) || !self.host.has_peer();
        self.ends.any(Ends::RESET) || sent_all && received_all()
    }

    /// Whether the peer may be waiting for an answer: it has not sent long without one.
    pub fn peer_may_wait(&self) -> bool {
        self.unanswered <= UNANSWERED
    }

    /// shutdown(2)
    pub fn shutdown(
        &mut self,
        how: Shutdown,
        options: &Options,
        error: &Cell<Option<Errno>>,
        notify: &Notify,
    ) -> Result<()> {
        // The peer's end, or a reset, may not have been seen yet; and what comes after both directions are
        // shut is answered in another way than what has come.
        match how.read {
            true => drop(self.readable_bytes(options, error, notify)),
            false => self.ask(Ready::RDHUP, options, error, notify),
        }
        let closed = self.is_closed();
        // The host is not told about SHUT_RD: Linux goes on handing out what arrives.
        if how.read {
            self.ends.add(Ends::SHUT_READ);
        }
        if how.write && !self.ends.any(Ends::SHUT_WRITE) {
            self.ends.add(Ends::SHUT_WRITE);
            self.shutdown_due = true;
            self.uncork(error, notify);
        }
        notify.event();
        if closed { Err(Errno::ENOTCONN) } else { Ok(()) }
    }

    /// The state of the connection for TCP_INFO.
    pub fn state(&self) -> State {
        if self.is_closed() {
            State::Closed
        } else if self.ends.any(Ends::SHUT_WRITE) {
            State::SendEnded
        } else if self.ends.any(Ends::INPUT) {
            State::PeerEnded
        } else {
            State::Established
        }
    }

    /// What is known (tcp_poll of Linux).
    pub fn ready(&self, failed: bool, low_water: usize) -> Ready {
        let writable = self.permit > 0 && self.gather.len() < CAPACITY;
        let known = Ready::IN.when(self.buffer.len() >= low_water) | Ready::OUT.when(writable);
        if failed || self.ends != Ends::NONE {
            return self.ready_at_end(known, failed);
        }
        known
    }

    /// The same when something is over.
    fn ready_at_end(&self, known: Ready, failed: bool) -> Ready {
        let over = self.over();
        let hung_up = self.ends.any(Ends::INPUT_OR_SHUT) && self.ends.any(Ends::SHUT_WRITE)
            || self.ends.any(Ends::RESET);
        known
            | (Ready::IN | Ready::RDHUP).when(over)
            | Ready::OUT.when(self.ends.any(Ends::WRITING))
            | Ready::HUP.when(hung_up)
            | Ready::ERR.when(failed)
    }

    /// How many unread bytes to take from the host. Who waits for data reads when there is some; who waits for
    /// more than that is told of what comes behind unread data, as far as Linux would see it.
    fn most(&self, want: Ready, options: &Options, notify: &Notify) -> usize {
        let low_water = options.low_water();
        let enough =
            want.any(Ready::IN) && !want.any(Ready::RDHUP) && self.buffer.len() >= low_water;
        if enough && !notify.events_count() || !may_look_further() {
            return READ_AHEAD;
        }
        options.receive_buffer().max(2 * low_water)
    }

    /// Whether more input is worth asking for: while it can be read ahead.
    fn watches_input(&self, most: usize) -> bool {
        !self.ends.any(Ends::INPUT) && self.buffer.len() + PROBE <= most
    }

    fn watches_output(&self, want: Ready) -> bool {
        want.any(Ready::OUT)
            && !self.ends.any(Ends::WRITING)
            // A write that used the permit up does not mean that another would block. Of a new connection,
            // which any call may find to stand, nothing is known.
            && (self.blocked || self.fresh || self.gather.len() >= CAPACITY)
    }

    /// Asks the host what it can say at once.
    pub fn ask(
        &mut self,
        want: Ready,
        options: &Options,
        error: &Cell<Option<Errno>>,
        notify: &Notify,
    ) {
        self.look_in_time(error, notify);
        if want.any(!Ready::OUT) {
            // A read that finds nothing costs no more than asking the pollable would.
            self.wake_input(want, options, error, notify);
        }
        if want.any(Ready::OUT) && self.permit == 0 && !self.ends.any(Ends::WRITING) {
            let known = self.blocked;
            if !known && self.full > 0 && !notify.events_count() {
                // The host's poll tells as well, and it mostly had no room yet.
                self.full -= 1;
                self.blocked = true;
                return;
            }
            self.wake_output(error, notify);
            if self.blocked && !known {
                self.full = FULL;
            }
        }
    }

    /// What to sleep on.
    pub fn sources(
        &self,
        want: Ready,
        options: &Options,
        notify: &Notify,
        add: &mut dyn FnMut(u32, Slot),
    ) {
        if self.watches_input(self.most(want, options, notify)) {
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
    pub fn wake(
        &mut self,
        slot: Slot,
        options: &Options,
        error: &Cell<Option<Errno>>,
        notify: &Notify,
    ) {
        if slot == INPUT {
            // It was watched, whatever for.
            return self.wake_input(Ready::RDHUP, options, error, notify);
        }
        self.wake_output(error, notify);
    }

    fn wake_output(&mut self, error: &Cell<Option<Errno>>, notify: &Notify) {
        match self.permit() {
            Ok(0) => self.blocked = true,
            Ok(_) => {
                if self.unflushed() {
                    self.flush(error, notify);
                }
                if self.blocked {
                    self.blocked = false;
                    notify.has_room();
                }
            }
            Err(end) => self.output_ended(end, error, notify),
        }
    }

    fn wake_input(
        &mut self,
        want: Ready,
        options: &Options,
        error: &Cell<Option<Errno>>,
        notify: &Notify,
    ) {
        let most = self.most(want, options, notify);
        if self.watches_input(most) {
            self.fill_next(most, error, notify);
        }
    }
}
