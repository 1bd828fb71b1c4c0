//! Asking a name server: over UDP first, over TCP when the answer does not fit a datagram.

use crate::abi::netdb::env::bound;
use crate::errno::{Errno, Result};
use crate::host::clock;
use crate::host::poll::{self, Source};
use crate::host::stream::{End, Input, Output};
use crate::host::tcp::{Family, TcpSocket};
use crate::netdb::dns::message;
use crate::wait::blocking;
use alloc::vec::Vec;
use core::net::SocketAddr;

/// How to ask.
pub struct Plan {
    /// Whom, in this order.
    pub servers: Vec<SocketAddr>,
    /// How long to wait for each answer, in seconds.
    pub timeout: u32,
    /// How often to go through the list.
    pub attempts: u32,
    /// Use TCP from the start.
    pub tcp: bool,
    /// Be content with an answer that was cut.
    pub keep_truncated: bool,
}

/// Asks until a server answers. An answer that only tells of trouble at the server counts when
/// no other server has a better one. `ETIMEDOUT` when none answers, `ECONNREFUSED` when none is
/// there.
pub fn ask(plan: &Plan, question: &[u8]) -> Result<Vec<u8>> {
    blocking::flush_point();
    let mut trouble = None;
    let mut error = Errno::ECONNREFUSED;
    for _ in 0..plan.attempts {
        for server in &plan.servers {
            match ask_one(plan, server, question) {
                Ok(answer) if is_trouble(&answer) => trouble = Some(answer),
                Ok(answer) => return Ok(answer),
                Err(Errno::ECONNREFUSED) => {}
                Err(other) => error = other,
            }
        }
        if trouble.is_some() {
            break;
        }
    }
    trouble.ok_or(error)
}

/// SERVFAIL, NOTIMP or REFUSED: another server may know more.
fn is_trouble(answer: &[u8]) -> bool {
    message::header(answer).is_none_or(|header| matches!(header.code, 2 | 4 | 5))
}

fn ask_one(plan: &Plan, server: &SocketAddr, question: &[u8]) -> Result<Vec<u8>> {
    let deadline = clock::now().saturating_add(u64::from(plan.timeout) * 1_000_000_000);
    if !plan.tcp {
        let answer = over_udp(server, question, deadline)?;
        let truncated = message::header(&answer).is_some_and(|header| header.truncated);
        if !truncated || plan.keep_truncated {
            return Ok(answer);
        }
    }
    over_tcp(server, question, deadline)
}

/// Waits for the event; `ETIMEDOUT` when the deadline comes first.
fn wait(event: &Source, deadline: u64) -> Result<()> {
    let timer = clock::at(deadline);
    let mut ready = Vec::new();
    poll::wait(&[event.number(), timer.number()], &mut ready);
    if ready.contains(&0) {
        Ok(())
    } else {
        Err(Errno::ETIMEDOUT)
    }
}

fn over_udp(server: &SocketAddr, question: &[u8], deadline: u64) -> Result<Vec<u8>> {
    let socket = bound(server.ip())?;
    let (incoming, outgoing) = socket.streams(Some(server))?;
    while outgoing.check_send()? == 0 {
        wait(&outgoing.subscribe(), deadline)?;
    }
    outgoing.send(&[(question, None)])?;
    loop {
        let mut arrived = match incoming.receive(4) {
            Ok(Some(arrived)) => arrived,
            Ok(None) | Err(Errno::EAGAIN) => {
                wait(&incoming.subscribe(), deadline)?;
                continue;
            }
            Err(errno) => return Err(errno),
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

fn over_tcp(server: &SocketAddr, question: &[u8], deadline: u64) -> Result<Vec<u8>> {
    let socket = TcpSocket::new(Family::of(server))?;
    socket.start_connect(server)?;
    let (input, output) = loop {
        match socket.finish_connect() {
            Err(Errno::EINPROGRESS) => wait(&socket.subscribe(), deadline)?,
            done => break done?,
        }
    };
    let length = u16::try_from(question.len()).map_err(|_| Errno::EMSGSIZE)?;
    let framed = [&length.to_be_bytes(), question].concat();
    write_all(&output, &framed, deadline)?;
    let mut length = [0; 2];
    read_exact(&input, &mut length, deadline)?;
    let mut answer = alloc::vec![0; usize::from(u16::from_be_bytes(length))];
    read_exact(&input, &mut answer, deadline)?;
    if message::answers(&answer, question) {
        Ok(answer)
    } else {
        Err(Errno::EMSGSIZE)
    }
}

fn failed(end: End) -> Errno {
    match end {
        End::Closed => Errno::ECONNRESET,
        End::Failed(errno) => errno,
    }
}

fn write_all(output: &Output, bytes: &[u8], deadline: u64) -> Result<()> {
    let mut left = bytes;
    while !left.is_empty() {
        let permit = output.check_write().map_err(failed)?;
        if permit == 0 {
            wait(&output.subscribe(), deadline)?;
            continue;
        }
        let (now, later) = left.split_at(permit.min(left.len()));
        output.write(now).map_err(failed)?;
        left = later;
    }
    output.flush()
}

fn read_exact(input: &Input, buffer: &mut [u8], deadline: u64) -> Result<()> {
    let mut left = buffer;
    while !left.is_empty() {
        match input.read(left).map_err(failed)? {
            0 => wait(&input.subscribe(), deadline)?,
            got => left = left.get_mut(got..).unwrap_or_default(),
        }
    }
    Ok(())
}
