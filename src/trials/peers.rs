//! Peers outside of the program, and what they must see.

use crate::host::sim::outside::{self, Peer};
use crate::host::sim::world::{self, Dice};
use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;

/// Byte number `at` of the stream number `stream`.
pub fn byte(stream: u64, at: usize) -> u8 {
    let mixed = (at as u64 + 1).wrapping_mul(stream.wrapping_mul(2_654_435_761) | 1);
    (mixed >> 16) as u8
}

/// A piece of a stream.
pub fn bytes(stream: u64, from: usize, count: usize) -> Vec<u8> {
    (from..from + count).map(|at| byte(stream, at)).collect()
}

/// What one peer has seen.
#[derive(Default)]
pub struct Seen {
    /// How many bytes it has sent.
    pub sent: usize,
    /// How many came back, all of them right.
    pub back: usize,
    /// The program ended its side.
    pub finished: bool,
    /// The connection was reset.
    pub reset: bool,
    /// It resets the connection itself.
    pub resets: bool,
    /// When it last did something.
    pub last: u64,
    /// When it was told of the end.
    pub over: u64,
}

/// A peer with its stream.
#[derive(Clone)]
pub struct Client {
    pub stream: u64,
    pub seen: Rc<RefCell<Seen>>,
}

impl Client {
    /// A peer that has seen nothing.
    pub fn new(stream: u64) -> Self {
        Client {
            stream,
            seen: Rc::default(),
        }
    }

    /// Takes what has come, and compares it.
    pub fn look(&self, peer: Peer) {
        let mut seen = self.seen.borrow_mut();
        let now = world::with(|world| world.now);
        for got in peer.take() {
            assert_eq!(
                got,
                byte(self.stream, seen.back),
                "byte {} of stream {} is another one",
                seen.back,
                self.stream
            );
            seen.back += 1;
        }
        if !seen.finished && peer.is_finished() {
            seen.finished = true;
            seen.over = now;
        }
        if !seen.reset && peer.is_reset() {
            seen.reset = true;
            seen.over = now;
        }
    }

    /// Has the peer say so many bytes in pieces from now on, and then end.
    pub fn speak(&self, peer: Peer, total: usize, dice: &mut Dice) {
        let mut when = dice.below(500_000);
        let mut at = 0;
        let resets = dice.one_in(6);
        self.seen.borrow_mut().resets = resets;
        let small = dice.one_in(2);
        while at < total {
            let most = if small { 700 } else { 20_000 };
            let count = (1 + dice.below(most) as usize).min(total - at);
            let (client, from) = (self.clone(), at);
            outside::later(when, move || {
                if client.seen.borrow().reset {
                    return;
                }
                peer.send(&bytes(client.stream, from, count));
                let mut seen = client.seen.borrow_mut();
                seen.sent += count;
                seen.last = world::with(|world| world.now);
            });
            at += count;
            when += match dice.below(3) {
                0 => 0,
                1 => dice.below(100_000),
                _ => dice.below(3_000_000),
            };
        }
        let client = self.clone();
        outside::later(when, move || {
            client.seen.borrow_mut().last = world::with(|world| world.now);
            match resets {
                true => {
                    client.seen.borrow_mut().reset = true;
                    peer.reset();
                }
                false => peer.finish(),
            }
        });
    }

    /// All of it came back, in time.
    pub fn must_be_served(&self, slack: u64) {
        let seen = self.seen.borrow();
        assert!(seen.back <= seen.sent, "more came back than was sent");
        if seen.resets {
            return;
        }
        assert!(!seen.reset, "stream {}: reset by the program", self.stream);
        assert_eq!(
            seen.back, seen.sent,
            "stream {}: not all came back",
            self.stream
        );
        assert!(seen.finished, "stream {}: no end", self.stream);
        let took = seen.over.saturating_sub(seen.last);
        assert!(
            took < slack,
            "stream {}: the end took {took} ns",
            self.stream
        );
    }
}

/// Has a peer connect to the program in a while and speak.
pub fn visit(to: SocketAddr, client: &Client, total: usize, dice: &mut Dice) {
    let (client, mut dice) = (client.clone(), Dice::new(dice.roll()));
    outside::later(dice.below(3_000_000), move || {
        let watcher = client.clone();
        let peer = outside::connect(to, move |peer| watcher.look(peer)).expect("somebody listens");
        client.speak(peer, total, &mut dice);
    });
}
