//! The network: connections with their two sides, and who listens where.

use super::outside::Peer;
use super::poll::Kind;
use super::{tcp, udp, world};
use crate::errno::Errno;
use crate::host::kinds::End;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::rc::Rc;

/// Bytes that one side may have unread or under way.
const CAPACITY: usize = 40_000;

/// What the test does when something has happened to its side.
pub(super) type Handler = Rc<dyn Fn(Peer)>;

/// One side of a connection.
#[derive(Default)]
pub(super) struct Side {
    /// What has come, and was not read.
    pub(super) arrived: VecDeque<u8>,
    /// Bytes on their way here.
    under_way: usize,
    /// When the last of them comes: nothing overtakes.
    last_arrival: u64,
    /// The other side ended in order.
    pub(super) finished: bool,
    /// The connection was reset.
    pub(super) reset: bool,
    /// A failed write has told of that.
    told: bool,
    /// How much may be written.
    permit: usize,
    /// Written, and still with the host.
    held: Vec<u8>,
    /// The side ends once that is on its way.
    end_due: bool,
    /// There is no permit before this.
    late_until: u64,
    /// This side sends no more.
    pub(super) shut: bool,
    /// Streams and their sources that are open.
    streams: i64,
    input_sources: i64,
    output_sources: i64,
    /// The socket is gone.
    pub(super) closed: bool,
    /// What drives it, if it lies outside of the program.
    pub(super) handler: Option<Handler>,
}

/// See the module.
pub(super) struct Connection {
    pub(super) sides: [Side; 2],
    pub(super) addresses: [SocketAddr; 2],
}

/// All of it.
#[derive(Default)]
pub(super) struct Net {
    pub(super) connections: Vec<Connection>,
    pub(super) sockets: Vec<tcp::Inner>,
    pub(super) datagrams: Vec<udp::Inner>,
    /// Who listens outside of the program.
    pub(super) outside: BTreeMap<SocketAddr, Handler>,
    /// Who takes datagrams there.
    pub(super) outside_datagrams: BTreeMap<SocketAddr, udp::Handler>,
    last_port: u16,
}

impl Net {
    /// A port that nobody has.
    pub(super) fn free_port(&mut self) -> u16 {
        self.last_port = self.last_port.max(40_000) + 1;
        self.last_port
    }
}

std::thread_local! {
    static NET: RefCell<Net> = RefCell::new(Net::default());
}

/// Lends the network. Nothing may be called within that does so itself.
pub(super) fn with<R>(f: impl FnOnce(&mut Net) -> R) -> R {
    NET.with(|net| f(&mut net.borrow_mut()))
}

fn try_with(f: impl FnOnce(&mut Net)) {
    let _ = NET.try_with(|net| f(&mut net.borrow_mut()));
}

/// Begins anew.
pub(super) fn reset() {
    drop(NET.with(|net| net.replace(Net::default())));
}

/// Handles that are open.
pub(super) fn handle(change: i64) {
    world::try_with(|world| world.handles += change);
}

/// Sources that are open, by what they belong to.
pub(super) fn child(kind: Kind, change: i64) {
    try_with(|net| {
        let count = match kind {
            Kind::Input(connection, side) => &mut net.side(connection, side).input_sources,
            Kind::Output(connection, side) => &mut net.side(connection, side).output_sources,
            Kind::Tcp(socket) => &mut net.sockets[socket].sources,
            Kind::Udp(socket) => &mut net.datagrams[socket].sources,
            Kind::Incoming(socket) => &mut net.datagrams[socket].incoming_sources,
            Kind::Outgoing(socket) => &mut net.datagrams[socket].outgoing_sources,
            Kind::At(_) | Kind::Never => return,
        };
        *count += change;
    });
}

/// Streams that are open.
pub(super) fn stream(connection: usize, side: usize, change: i64) {
    try_with(|net| net.side(connection, side).streams += change);
}

/// A stream is dropped: its sources must be gone, and what the host still held of it is lost.
pub(super) fn stream_dropped(connection: usize, side: usize, input: bool) {
    let mut wrong = false;
    try_with(|net| {
        let side = net.side(connection, side);
        side.streams -= 1;
        wrong = match input {
            true => side.input_sources > 0,
            false => side.output_sources > 0,
        };
        if !input {
            side.held.clear();
        }
    });
    if wrong {
        world::trouble("a stream was dropped before its sources".into());
    }
}

/// The socket of a side is dropped.
pub(super) fn close(connection: usize, side: usize) {
    let mut streams = 0;
    let mut unread = false;
    try_with(|net| {
        let side = net.side(connection, side);
        streams = side.streams;
        unread = !side.arrived.is_empty();
        side.closed = true;
    });
    if streams > 0 {
        world::trouble("a socket was dropped before its streams".into());
    }
    match unread {
        true => break_off(connection, side),
        false => finish(connection, side),
    }
}

/// How long something is under way.
fn latency() -> u64 {
    world::with(|world| match world.dice.below(4) {
        0 => 2_000 + world.dice.below(2_000_000),
        _ => 2_000 + world.dice.below(60_000),
    })
}

/// When what is sent now to a side arrives there.
fn arrival(connection: usize, to: usize) -> u64 {
    let soonest = world::with(|world| world.now) + latency();
    with(|net| {
        let side = net.side(connection, to);
        side.last_arrival = side.last_arrival.max(soonest);
        side.last_arrival
    })
}

/// Something has happened to a side: lets the test go on if it is outside.
fn happened(connection: usize, side: usize) {
    let handler = with(|net| net.side(connection, side).handler.clone());
    if let Some(handler) = handler {
        handler(Peer { connection, side });
    }
}

/// An end is on its way to a side, behind all bytes.
fn tell(connection: usize, to: usize, end: fn(&mut Side)) {
    let time = arrival(connection, to);
    let action = move || {
        with(|net| end(net.side(connection, to)));
        happened(connection, to);
    };
    world::with(|world| world.at(time, action));
}

/// Bytes leave a side.
pub(super) fn transmit(connection: usize, from: usize, bytes: Vec<u8>) {
    let to = 1 - from;
    let time = arrival(connection, to);
    with(|net| net.side(connection, to).under_way += bytes.len());
    let action = move || {
        let refused = with(|net| {
            let side = net.side(connection, to);
            side.under_way -= bytes.len();
            if !side.reset && !side.closed {
                side.arrived.extend(&bytes);
            }
            side.closed && !side.reset
        });
        match refused {
            true => break_off(connection, to),
            false => happened(connection, to),
        }
    };
    world::with(|world| world.at(time, action));
}

/// A side ends in order.
pub(super) fn finish(connection: usize, from: usize) {
    let mut already = true;
    try_with(|net| {
        let side = net.side(connection, from);
        let ended = core::mem::replace(&mut side.shut, true) && !side.end_due;
        side.end_due = !side.held.is_empty();
        already = ended || side.reset || side.end_due;
    });
    if already {
        return;
    }
    tell(connection, 1 - from, |side| side.finished = true);
}

/// A side resets the connection.
pub(super) fn break_off(connection: usize, from: usize) {
    let mut already = true;
    try_with(|net| {
        let side = net.side(connection, from);
        already = core::mem::replace(&mut side.reset, true);
    });
    if already {
        return;
    }
    tell(connection, 1 - from, |side| side.reset = true);
}

/// Whether the event of a source has happened.
pub(super) fn is_ready(kind: Kind) -> bool {
    let now = world::with(|world| world.now);
    with(|net| match kind {
        Kind::Input(connection, side) => {
            let side = &net.connections[connection].sides[side];
            !side.arrived.is_empty() || side.finished || side.reset
        }
        Kind::Output(connection, side) => net.writable(connection, side, now),
        Kind::Tcp(socket) => net.sockets[socket].is_ready(now),
        Kind::Udp(socket) => net.datagrams[socket].is_bound(now),
        Kind::Incoming(socket) => net.datagrams[socket].has_input(),
        Kind::Outgoing(socket) => net.datagrams[socket].has_room(now),
        Kind::At(_) | Kind::Never => false,
    })
}

impl Net {
    fn side(&mut self, connection: usize, side: usize) -> &mut Side {
        &mut self.connections[connection].sides[side]
    }

    fn room(&self, connection: usize, from: usize) -> usize {
        let other = &self.connections[connection].sides[1 - from];
        CAPACITY.saturating_sub(other.arrived.len() + other.under_way)
    }

    fn writable(&self, connection: usize, side: usize, now: u64) -> bool {
        let this = &self.connections[connection].sides[side];
        let free = || now >= this.late_until && self.room(connection, side) > 0;
        this.reset || this.held.is_empty() && (this.shut || free())
    }
}

/// Reads from a side, which has not been broken off by the program.
pub(super) fn read(connection: usize, side: usize, buffer: &mut [u8]) -> Result<usize, End> {
    let short = world::with(|world| {
        let n = world.faults.short_read;
        world.dice.one_in(n).then(|| world.dice.roll() as usize)
    });
    let outcome = with(|net| {
        let this = net.side(connection, side);
        let mut most = this.arrived.len().min(buffer.len());
        if let Some(short) = short.filter(|_| most > 1) {
            most = 1 + short % most;
        }
        if most > 0 {
            for (place, byte) in buffer.iter_mut().zip(this.arrived.drain(..most)) {
                *place = byte;
            }
            return Ok(most);
        }
        // After the end a host reads no more, so it does not tell of a reset either.
        if this.finished || this.reset && this.told {
            Err(End::Closed)
        } else if this.reset {
            this.told = true;
            Err(End::Failed(Errno::ECONNRESET))
        } else {
            Ok(0)
        }
    });
    if matches!(outcome, Ok(count) if count > 0) {
        happened(connection, 1 - side);
    }
    outcome
}

/// How much a side may write.
pub(super) fn check_write(connection: usize, side: usize) -> Result<usize, End> {
    let now = world::with(|world| world.now);
    let room = with(|net| {
        let free = net.writable(connection, side, now);
        let room = net.room(connection, side);
        let this = net.side(connection, side);
        if this.reset && !this.told {
            this.told = true;
            return Err(End::Failed(Errno::ECONNRESET));
        }
        if this.reset || this.shut && free {
            return Err(End::Closed);
        }
        Ok(if free { room } else { 0 })
    })?;
    let permit = world::with(|world| {
        if room == 0 || !world.within_budget() {
            return 0;
        }
        world.spent += 1;
        let faults = world.faults;
        if world.dice.one_in(faults.short_permit) {
            1 + world.dice.below(room as u64) as usize
        } else {
            room
        }
    });
    with(|net| net.side(connection, side).permit = permit);
    Ok(permit)
}

/// A side writes.
pub(super) fn write(connection: usize, side: usize, bytes: &[u8]) -> Result<(), End> {
    let (allowed, over) = with(|net| {
        let this = net.side(connection, side);
        let allowed = core::mem::take(&mut this.permit);
        (allowed, this.reset)
    });
    if bytes.len() > allowed {
        world::trouble(format!(
            "{} bytes written with a permit for {allowed}",
            bytes.len()
        ));
    }
    if over {
        return Err(End::Closed);
    }
    let later = world::with(|world| world.late(world.faults.late_permit, 200_000));
    let Some(time) = later else {
        transmit(connection, side, bytes.to_vec());
        return Ok(());
    };
    with(|net| net.side(connection, side).held = bytes.to_vec());
    let action = move || {
        let (held, ends) = with(|net| {
            let this = net.side(connection, side);
            (core::mem::take(&mut this.held), this.end_due)
        });
        if !held.is_empty() {
            transmit(connection, side, held);
        }
        if ends {
            finish(connection, side);
        }
    };
    world::with(|world| world.at(time, action));
    Ok(())
}

/// A new connection between two addresses. There may be no permit at its beginning.
pub(super) fn connect(addresses: [SocketAddr; 2]) -> usize {
    let late = [0, 1].map(|_| {
        let late = world::with(|world| world.late(world.faults.late_permit, 300_000));
        late.unwrap_or(0)
    });
    let index = with(|net| {
        let mut connection = Connection {
            sides: [Side::default(), Side::default()],
            addresses,
        };
        for (side, late) in connection.sides.iter_mut().zip(late) {
            side.late_until = late;
        }
        net.connections.push(connection);
        net.connections.len() - 1
    });
    // So that a sleep that waits for the permit has an end.
    for time in late {
        world::with(|world| world.at(time, || {}));
    }
    index
}
