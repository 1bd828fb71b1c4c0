//! One bound host socket of a UDP socket, with its two streams.

use crate::errno::{Errno, Result};
use crate::fd::Slot;
use crate::host::clock;
use crate::host::poll::Source;
use crate::host::tcp::Family;
use crate::host::udp::{Batch, Incoming, Outbound, Outgoing, UdpSocket};
use crate::socket::batching::{Ask, Batching, Pace};
use core::cell::OnceCell;
use core::net::SocketAddr;

/// The largest payload of a datagram: 65,535 bytes less the header of UDP and, over IPv4, that of IP.
pub(super) fn largest(family: Family) -> usize {
    match family {
        Family::V4 => 65_507,
        Family::V6 => 65_527,
    }
}

state! {
    /// How many datagrams to ask for, learned from all sockets.
    static BATCHING: GlobalCell<Batching> = Batching::NEW;
}

/// The streams; pollables drop before them, they before the socket.
struct Streams {
    input_source: OnceCell<Source>,
    output_source: OnceCell<Source>,
    incoming: Incoming,
    outgoing: Outgoing,
}

/// See the module.
pub struct Half {
    streams: Option<Streams>,
    host: UdpSocket,
    family: Family,
    /// The host took no datagram when last asked.
    blocked: bool,
    pace: Pace,
}

impl Half {
    /// Opens the streams of a bound host socket.
    pub fn open(host: UdpSocket, peer: Option<&SocketAddr>) -> Result<Self> {
        let family = host.family();
        let mut half = Half {
            streams: None,
            host,
            family,
            blocked: false,
            pace: Pace::NEW,
        };
        half.reopen(peer)?;
        Ok(half)
    }

    /// Connects to a peer, or dissolves that. The host wants the old streams gone first.
    pub fn reopen(&mut self, peer: Option<&SocketAddr>) -> Result<()> {
        self.streams = None;
        let outcome = self.host.streams(peer);
        // After a refusal the socket goes on unconnected.
        let (incoming, outgoing) = match outcome {
            Ok(streams) => streams,
            Err(errno) => {
                self.streams = self.host.streams(None).ok().map(Streams::new);
                return Err(errno);
            }
        };
        self.streams = Some(Streams::new((incoming, outgoing)));
        Ok(())
    }

    /// The host socket.
    pub fn host(&self) -> &UdpSocket {
        &self.host
    }

    /// Its family.
    pub fn family(&self) -> Family {
        self.family
    }

    /// Takes over what has arrived; all of it where the program asks for `several` at a time, and so
    /// will find the queue empty itself.
    pub fn receive(&mut self, several: bool) -> Result<Option<Batch>> {
        let Some(streams) = &self.streams else {
            return Ok(None);
        };
        let mut batching = BATCHING.get();
        let Ask { most, timed } = batching.ask();
        let asked = match several {
            true => most,
            false => self.pace.ask(most),
        };
        let timed = timed && asked == most;
        // The clock's own time would count for more in a small batch.
        let (before, start) = match timed {
            true => (clock::now(), clock::now()),
            false => (0, 0),
        };
        let batch = streams.incoming.receive(asked)?;
        let count = batch.as_ref().map_or(0, Batch::len) as u64;
        // What was asked for on purpose cannot have been too much.
        if !several || count == asked {
            self.pace.came(count, asked);
        }
        if count == most {
            let end = if timed { clock::now() } else { 0 };
            let clock = start - before;
            batching.came(count, (end - start).saturating_sub(clock));
            BATCHING.set(batching);
        }
        Ok(batch)
    }

    /// Sends datagrams in order, as many as the host takes now; `EAGAIN` when it takes none. Tells how many
    /// went, and whether an error, which the host does not tell, kept back the next one.
    pub fn send(&mut self, datagrams: &[Outbound]) -> Result<(usize, bool)> {
        let streams = self.streams.as_ref().ok_or(Errno::EBADF)?;
        let permit = streams.outgoing.check_send()?.min(datagrams.len());
        let sent = match datagrams.get(..permit) {
            None | Some([]) => 0,
            Some(permitted) => streams.outgoing.send(permitted)?,
        };
        if sent == 0 {
            self.blocked = true;
            return Err(Errno::EAGAIN);
        }
        let failed = sent < permit && !matches!(streams.outgoing.check_send(), Ok(0));
        Ok((sent, failed))
    }

    /// Whether the host took no datagram when last asked.
    pub fn is_blocked(&self) -> bool {
        self.blocked
    }

    /// Asks again; true when sending has become possible.
    pub fn unblock(&mut self) -> bool {
        if !self.blocked {
            return false;
        }
        // An error counts: the next send tells it.
        let takes = self
            .streams
            .as_ref()
            .is_some_and(|s| !matches!(s.outgoing.check_send(), Ok(0)));
        self.blocked = !takes;
        takes
    }

    /// Whether the host says that something can be received.
    pub fn input_ready(&self) -> bool {
        self.streams
            .as_ref()
            .is_some_and(|streams| streams.input_source().ready())
    }

    /// What to sleep on: `slot` for input, `slot + 1` for output.
    pub fn sources(&self, input: bool, slot: Slot, add: &mut dyn FnMut(u32, Slot)) {
        let Some(streams) = &self.streams else { return };
        if input {
            add(streams.input_source().number(), slot);
        }
        if self.blocked {
            let source = streams
                .output_source
                .get_or_init(|| streams.outgoing.subscribe());
            add(source.number(), slot + 1);
        }
    }
}

impl Streams {
    fn new((incoming, outgoing): (Incoming, Outgoing)) -> Self {
        Streams {
            input_source: OnceCell::new(),
            output_source: OnceCell::new(),
            incoming,
            outgoing,
        }
    }

    fn input_source(&self) -> &Source {
        self.input_source.get_or_init(|| self.incoming.subscribe())
    }
}
