//! One question to one name server, as far as it gets without waiting.

use crate::errno::{Errno, Result};
use crate::host::poll::Source;
use crate::host::stream::{End, Input, Output};
use crate::host::tcp::{Family, TcpSocket};
use crate::host::udp::{Incoming, Outgoing, UdpSocket};
use crate::netdb::dns::message;
use crate::netdb::dns::plan::Transport;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

// The host traps when a socket is dropped before what was made from it: fields are dropped in their order.

/// The question and where it is.
pub struct Talk {
    /// What to sleep on.
    source: Option<Source>,
    by: By,
}

enum By {
    Udp(Datagrams),
    Tcp(Connection),
}

impl Talk {
    /// Begins; nothing is sent yet.
    pub fn new(server: SocketAddr, transport: Transport) -> Result<Talk> {
        let by = match transport {
            Transport::Udp => By::Udp(Datagrams {
                way: Way::new(server)?,
                sent: false,
            }),
            Transport::Tcp => {
                let socket = TcpSocket::new(Family::of(&server))?;
                socket.start_connect(&server)?;
                By::Tcp(Connection {
                    streams: None,
                    socket,
                    sent: 0,
                    length: [0; 2],
                    answer: None,
                    got: 0,
                })
            }
        };
        Ok(Talk { source: None, by })
    }

    /// The answer, as soon as there is one.
    pub fn advance(&mut self, question: &[u8]) -> Result<Option<Vec<u8>>> {
        self.source = None;
        let outcome = match &mut self.by {
            By::Udp(datagrams) => datagrams.advance(question),
            By::Tcp(connection) => connection.advance(question),
        };
        match outcome {
            Ok(answer) => Ok(Some(answer)),
            Err(Held::Until(source)) => {
                self.source = Some(source);
                Ok(None)
            }
            Err(Held::For(errno)) => Err(errno),
        }
    }

    /// What to sleep on.
    pub fn source(&self) -> Option<u32> {
        self.source.as_ref().map(Source::number)
    }
}

/// Why there is no answer.
pub(super) enum Held {
    /// Not yet.
    Until(Source),
    /// There will be none.
    For(Errno),
}

impl From<Errno> for Held {
    fn from(errno: Errno) -> Held {
        Held::For(errno)
    }
}

impl From<End> for Held {
    fn from(end: End) -> Held {
        Held::For(match end {
            End::Closed => Errno::ECONNRESET,
            End::Failed(errno) => errno,
        })
    }
}

/// A UDP socket that talks to one peer.
pub(super) struct Way {
    streams: Option<(Incoming, Outgoing)>,
    socket: UdpSocket,
    to: SocketAddr,
}

impl Way {
    pub(super) fn new(to: SocketAddr) -> Result<Way> {
        let any = match to {
            SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        };
        let socket = UdpSocket::new(Family::of(&to))?;
        socket.start_bind(&SocketAddr::new(any, 0))?;
        Ok(Way {
            streams: None,
            socket,
            to,
        })
    }

    /// Connected: nothing is sent for that.
    pub(super) fn open(
        &mut self,
    ) -> core::result::Result<(&UdpSocket, &Incoming, &Outgoing), Held> {
        if self.streams.is_none() {
            match self.socket.finish_bind() {
                Err(Errno::EAGAIN) => return Err(Held::Until(self.socket.subscribe())),
                done => done?,
            }
            self.streams = Some(self.socket.streams(Some(&self.to))?);
        }
        match &self.streams {
            Some((incoming, outgoing)) => Ok((&self.socket, incoming, outgoing)),
            None => Err(Held::For(Errno::ENOTCONN)),
        }
    }
}

struct Datagrams {
    way: Way,
    sent: bool,
}

impl Datagrams {
    fn advance(&mut self, question: &[u8]) -> core::result::Result<Vec<u8>, Held> {
        let (_, incoming, outgoing) = self.way.open()?;
        if !self.sent {
            if outgoing.check_send()? == 0 {
                return Err(Held::Until(outgoing.subscribe()));
            }
            outgoing.send(&[(question, None)])?;
            self.sent = true;
        }
        loop {
            let mut arrived = match incoming.receive(4) {
                Ok(Some(arrived)) => arrived,
                Ok(None) | Err(Errno::EAGAIN) => {
                    return Err(Held::Until(incoming.subscribe()));
                }
                Err(errno) => return Err(Held::For(errno)),
            };
            while let Some((data, _)) = arrived.first() {
                if message::answers(data, question) {
                    return Ok(data.to_vec());
                }
                // What is not the answer is late or forged, and passed over.
                arrived.pop();
            }
        }
    }
}

struct Connection {
    streams: Option<(Input, Output)>,
    socket: TcpSocket,
    /// How much of the question, with its length before it, is on its way.
    sent: usize,
    length: [u8; 2],
    /// Room for the answer, when its length is known.
    answer: Option<Vec<u8>>,
    /// How much has come of the length, then of the answer.
    got: usize,
}

impl Connection {
    fn advance(&mut self, question: &[u8]) -> core::result::Result<Vec<u8>, Held> {
        if self.streams.is_none() {
            match self.socket.finish_connect() {
                Err(Errno::EINPROGRESS) => return Err(Held::Until(self.socket.subscribe())),
                streams => self.streams = Some(streams?),
            }
        }
        let Some((input, output)) = &self.streams else {
            return Err(Held::For(Errno::ENOTCONN));
        };
        let length = u16::try_from(question.len()).map_err(|_| Errno::EMSGSIZE)?;
        let framed = [&length.to_be_bytes(), question].concat();
        while let Some(left) = framed.get(self.sent..).filter(|left| !left.is_empty()) {
            let permit = output.check_write()?;
            if permit == 0 {
                return Err(Held::Until(output.subscribe()));
            }
            let now = left.get(..permit).unwrap_or(left);
            output.write(now)?;
            self.sent += now.len();
            if self.sent == framed.len() {
                output.flush()?;
            }
        }
        if self.answer.is_none() {
            read(input, &mut self.length, &mut self.got)?;
            let length = usize::from(u16::from_be_bytes(self.length));
            self.answer = Some(alloc::vec![0; length]);
            self.got = 0;
        }
        if let Some(answer) = &mut self.answer {
            read(input, answer, &mut self.got)?;
            if message::answers(answer, question) {
                return Ok(core::mem::take(answer));
            }
        }
        Err(Held::For(Errno::EMSGSIZE))
    }
}

/// Fills the buffer from `got` on.
fn read(input: &Input, buffer: &mut [u8], got: &mut usize) -> core::result::Result<(), Held> {
    while let Some(left) = buffer.get_mut(*got..).filter(|left| !left.is_empty()) {
        match input.read(left)? {
            0 => return Err(Held::Until(input.subscribe())),
            more => *got += more,
        }
    }
    Ok(())
}
