//! A native server for unbound to forward to. What it answers follows from the name asked for, and
//! it counts who was asked for how often.

use super::message::{A, NXDOMAIN, Question, REFUSED, Record, SOA, TXT, soa};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

/// How a question came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    Udp4,
    Udp6,
    Tcp4,
    Tcp6,
}

#[derive(Default)]
struct State {
    asked: BTreeMap<(String, Way), usize>,
    /// Answers to names that begin with `held-`, while these are held back.
    held: Option<Vec<(UdpSocket, SocketAddr, Vec<u8>)>>,
}

type Shared = Arc<Mutex<State>>;

/// A running server. It lives as long as the test program.
pub struct Upstream {
    pub port: u16,
    state: Shared,
}

impl Upstream {
    /// Starts it on one port of 127.0.0.1 and ::1, by UDP and TCP.
    pub fn start() -> Result<Self> {
        let (port, sockets) = (0..100)
            .find_map(|_| Self::bind().ok())
            .context("no port is free on 127.0.0.1 and ::1 by UDP and TCP")?;
        let state = Arc::default();
        let [(udp4, tcp4), (udp6, tcp6)] = sockets;
        serve_datagrams(udp4, Way::Udp4, &state);
        serve_datagrams(udp6, Way::Udp6, &state);
        serve_connections(tcp4, Way::Tcp4, &state);
        serve_connections(tcp6, Way::Tcp6, &state);
        Ok(Self { port, state })
    }

    fn bind() -> Result<(u16, [(UdpSocket, TcpListener); 2])> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = first.local_addr()?.port();
        let (v4, v6) = (
            IpAddr::from(Ipv4Addr::LOCALHOST),
            IpAddr::from(Ipv6Addr::LOCALHOST),
        );
        let sockets = [
            (UdpSocket::bind((v4, port))?, first),
            (UdpSocket::bind((v6, port))?, TcpListener::bind((v6, port))?),
        ];
        Ok((port, sockets))
    }

    /// How often `name` was asked for that way.
    pub fn asked_by(&self, name: &str, way: Way) -> usize {
        let key = (name.to_owned(), way);
        locked(&self.state).asked.get(&key).copied().unwrap_or(0)
    }

    /// How often `name` was asked for.
    pub fn asked(&self, name: &str) -> usize {
        [Way::Udp4, Way::Udp6, Way::Tcp4, Way::Tcp6]
            .iter()
            .map(|&way| self.asked_by(name, way))
            .sum()
    }

    /// From now on, names that begin with `held-` are not answered by UDP.
    pub fn hold(&self) {
        locked(&self.state).held = Some(Vec::new());
    }

    /// Answers all that were held back.
    pub fn release(&self) {
        let held = locked(&self.state).held.take();
        for (socket, client, message) in held.into_iter().flatten() {
            let _ = socket.send_to(&message, client);
        }
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn count(state: &Mutex<State>, question: &Question, way: Way) -> usize {
    let mut state = locked(state);
    let times = state.asked.entry((question.name.clone(), way)).or_insert(0);
    *times += 1;
    *times
}

/// The number at the end of the first label: 12 in `host-12.example`.
pub fn number(name: &str) -> u32 {
    let label = name.split('.').next().unwrap_or_default();
    let digits = label.rsplit('-').next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

/// The address of a name: its number within 10.0.0.0/8.
pub fn address(name: &str) -> Ipv4Addr {
    let [_, b, c, d] = number(name).to_be_bytes();
    Ipv4Addr::new(10, b, c, d)
}

/// The whole answer to a question.
fn answer(question: &Question) -> Vec<u8> {
    let name = &question.name;
    if !name.ends_with(".example") {
        return question.answer(REFUSED, false, &[], &[]);
    }
    let denial = [Record {
        kind: SOA,
        seconds: 600,
        data: soa(600),
    }];
    let record = |data: Vec<u8>| Record {
        kind: question.kind,
        seconds: 3600,
        data,
    };
    match question.kind {
        _ if name.starts_with("none-") => question.answer(NXDOMAIN, false, &[], &denial),
        A => question.answer(0, false, &[record(address(name).octets().to_vec())], &[]),
        TXT => {
            // Single strings of 255 bytes, different from each other as a set must be.
            let strings = number(name).div_ceil(268);
            let text = |index: u32| {
                let mut text = format!("{index:x<255}").into_bytes();
                text.insert(0, 255);
                record(text)
            };
            let records: Vec<Record> = (0..strings).map(text).collect();
            question.answer(0, false, &records, &[])
        }
        _ => question.answer(0, false, &[], &denial),
    }
}

fn serve_datagrams(socket: UdpSocket, way: Way, state: &Shared) {
    let state = Arc::clone(state);
    thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok((length, client)) = socket.recv_from(&mut piece) {
            let Ok(question) = Question::read(&piece[..length]) else {
                continue;
            };
            let times = count(&state, &question, way);
            let name = &question.name;
            if name.starts_with("lost-") && times == 1 {
                continue;
            }
            if name.starts_with("forged-") {
                forge(&socket, client, &question);
            }
            let mut message = answer(&question);
            if message.len() > question.room {
                message = question.answer(0, true, &[], &[]);
            }
            if name.starts_with("held-")
                && let Some(held) = &mut locked(&state).held
                && let Ok(socket) = socket.try_clone()
            {
                held.push((socket, client, message));
                continue;
            }
            let _ = socket.send_to(&message, client);
        }
    });
}

/// Sends what somebody would who wants to be believed: another identity, and another question.
fn forge(socket: &UdpSocket, client: SocketAddr, question: &Question) {
    let lie = Record {
        kind: A,
        seconds: 3600,
        data: vec![192, 0, 2, 66],
    };
    let mut wrong = question.clone();
    wrong.id = !wrong.id;
    let _ = socket.send_to(
        &wrong.answer(0, false, std::slice::from_ref(&lie), &[]),
        client,
    );
    // From another address, the right identity.
    let elsewhere = match client {
        SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)),
        SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)),
    };
    if let Ok(elsewhere) = elsewhere {
        let _ = elsewhere.send_to(&question.answer(0, false, &[lie], &[]), client);
    }
}

fn serve_connections(listener: TcpListener, way: Way, state: &Shared) {
    let state = Arc::clone(state);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let state = Arc::clone(&state);
            thread::spawn(move || {
                let mut connection = connection;
                while let Ok(message) = read_message(&mut connection) {
                    let Ok(question) = Question::read(&message) else {
                        return;
                    };
                    count(&state, &question, way);
                    if write_message(&mut connection, &answer(&question)).is_err() {
                        return;
                    }
                }
            });
        }
    });
}

/// Reads a message with its length before it, as DNS over TCP has it.
pub fn read_message(connection: &mut TcpStream) -> Result<Vec<u8>> {
    let mut length = [0; 2];
    connection.read_exact(&mut length)?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    connection.read_exact(&mut message)?;
    Ok(message)
}

/// Writes a message with its length before it.
pub fn write_message(connection: &mut TcpStream, message: &[u8]) -> Result<()> {
    let mut framed = (message.len() as u16).to_be_bytes().to_vec();
    framed.extend(message);
    Ok(connection.write_all(&framed)?)
}
