//! Programs that connect to a peer, which sends back what it gets.

use super::peers::{byte, bytes};
use super::{again, close, end, entry, install, receive, send};
use crate::errno::Errno;
use crate::fd::{Address, Domain, Flags, Ready};
use crate::host::sim::outside;
use crate::host::sim::tcp::loopback;
use crate::host::sim::world::{self, Dice};
use crate::host::tcp::Family;
use crate::socket::tcp;
use crate::wait::blocking;
use crate::wait::poll::poll;
use std::cell::Cell;
use std::rc::Rc;

const PORT: u16 = 9;

pub fn trial(dice: &mut Dice) {
    let came = Rc::new(Cell::new(0usize));
    let address = loopback(Family::V4, PORT);
    let (slow, counter) = (dice.one_in(3), came.clone());
    outside::listen(address, move |peer| {
        let counter = counter.clone();
        let answer = move || {
            let data = peer.take_some(if slow { 5_000 } else { usize::MAX });
            for &got in &data {
                assert_eq!(got, byte(1, counter.get()), "what the peer got");
                counter.set(counter.get() + 1);
            }
            if !data.is_empty() {
                peer.send(&data);
            }
            let finished = peer.is_finished();
            if finished {
                peer.finish();
            }
            finished || data.is_empty()
        };
        match slow {
            false => drop(answer()),
            true => turn(Rc::new(answer)),
        }
    });
    for _ in 0..1 + dice.below(3) {
        came.set(0);
        one(dice, Address::Inet(address), &came);
    }
}

/// Lets a slow peer have its turns.
fn turn(answer: Rc<dyn Fn() -> bool>) {
    outside::later(300_000, move || {
        if !answer() {
            turn(answer.clone());
        }
    });
}

/// One connection.
fn one(dice: &mut Dice, address: Address, came: &Cell<usize>) {
    let blocks = dice.one_in(2);
    let socket = again(|| tcp::create(Domain::Inet, !blocks)).expect("a socket");
    let fd = install(&socket);
    match blocking::connect(&socket, &address) {
        Ok(()) => {}
        Err(Errno::EINPROGRESS) if !blocks => {
            wait(fd, Ready::OUT);
            let outcome = socket.as_socket().expect("a socket").connected();
            assert_ne!(
                outcome,
                Err(Errno::EINPROGRESS),
                "poll said that it is done"
            );
            if outcome.is_err() {
                drop(socket);
                return close(fd);
            }
        }
        Err(Errno::ECONNREFUSED) => {
            drop(socket);
            return close(fd);
        }
        Err(errno) => panic!("connect: {errno:?}"),
    }
    let total = match dice.below(3) {
        0 => dice.below(10),
        1 => dice.below(3_000),
        _ => dice.below(60_000),
    } as usize;
    let (mut sent, mut got) = (0, 0);
    let started = world::with(|world| world.now);
    while got < total {
        // As much under way as both sides have room for without reading.
        let window = (got + 12_000).min(total);
        if sent < window && !dice.one_in(4) {
            let size = (1 + dice.below(4_500) as usize).min(window - sent);
            let flags = if dice.one_in(6) {
                Flags::MORE
            } else {
                Flags::NONE
            };
            let data = bytes(1, sent, size);
            match send(fd, &data, flags) {
                Ok(count) => sent += count,
                Err(Errno::EAGAIN) if !blocks => wait(fd, Ready::OUT),
                Err(errno) => panic!("send: {errno:?}"),
            }
        } else if got < sent {
            let mut room = vec![0; 1 + dice.below(5_000) as usize];
            let flags = match blocks && dice.one_in(4) && room.len() <= sent - got {
                true => Flags::WAITALL,
                false => Flags::NONE,
            };
            match receive(fd, &mut room, flags) {
                Ok(0) => panic!("the end after {got} of {total} bytes"),
                Ok(count) => {
                    assert_eq!(room[..count], bytes(1, got, count)[..], "what came back");
                    assert!(flags == Flags::NONE || count == room.len(), "MSG_WAITALL");
                    got += count;
                }
                Err(Errno::EAGAIN) if !blocks => wait(fd, Ready::IN),
                Err(errno) => panic!("recv: {errno:?}"),
            }
        }
    }
    assert_eq!(came.get(), total);
    let took = world::with(|world| world.now) - started;
    assert!(took < 30_000_000_000, "{total} bytes took {took} ns");
    if dice.one_in(2) {
        assert_eq!(end(fd), Ok(()));
        let mut room = [0; 10];
        let last = loop {
            match receive(fd, &mut room, Flags::NONE) {
                Err(Errno::EAGAIN) if !blocks => wait(fd, Ready::IN),
                outcome => break outcome,
            }
        };
        assert_eq!(last, Ok(0), "the end after all bytes");
    }
    drop(socket);
    close(fd);
}

/// poll(2) of one, without a timeout.
fn wait(fd: i32, want: Ready) {
    assert_eq!(poll(&mut [entry(fd, want)], None), Ok(1));
}
