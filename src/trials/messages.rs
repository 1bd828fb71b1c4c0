//! Datagrams: lost, doubled and out of order as the network likes, but never another one.

use super::{again, close, control, file, install, wait_for};
use crate::errno::Errno;
use crate::fd::{Address, Domain, Flags, Receive, Transmit};
use crate::host::sim::outside;
use crate::host::sim::tcp::loopback;
use crate::host::sim::world::{self, Dice};
use crate::host::tcp::Family;
use crate::socket::udp;
use crate::wait::blocking;
use crate::wait::epoll::{self, Operation};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

const PORT: u16 = 53;
const FIRST_PEER: u16 = 1_000;

/// What a datagram holds: its number, and as many bytes as that says.
fn content(number: u32) -> Vec<u8> {
    let length = (number.wrapping_mul(2_654_435_761) >> 20) as usize % 1_400;
    let mut data = number.to_le_bytes().to_vec();
    data.resize(4 + length, number as u8);
    data
}

fn is_right(data: &[u8]) -> bool {
    let number = data.first_chunk().map(|bytes| u32::from_le_bytes(*bytes));
    number.is_some_and(|number| content(number) == data)
}

pub fn trial(dice: &mut Dice) {
    let blocks = dice.one_in(2);
    let socket = again(|| udp::create(Domain::Inet, !blocks)).expect("a socket");
    let server = loopback(Family::V4, PORT);
    socket
        .as_socket()
        .expect("a socket")
        .bind(&Address::Inet(server))
        .expect("bound");
    let fd = install(&socket);
    drop(socket);
    let answers: Rc<RefCell<BTreeMap<u32, u32>>> = Rc::default();
    let peers = 1 + dice.below(3) as u16;
    for peer in 0..peers {
        let answers = answers.clone();
        let here = loopback(Family::V4, FIRST_PEER + peer);
        outside::take_datagrams(here, move |data, from| {
            assert_eq!(from, server, "who answers");
            assert!(is_right(data), "an answer is another one");
            let number = u32::from_le_bytes(*data.first_chunk().expect("a number"));
            *answers.borrow_mut().entry(number).or_default() += 1;
        });
    }
    let count = 1 + dice.below(200) as u32;
    let mut when = 0;
    for number in 1..=count {
        let from = loopback(Family::V4, FIRST_PEER + dice.below(peers.into()) as u16);
        when += dice.below(2) * dice.below(400_000);
        outside::later(when, move || {
            outside::send_datagram(from, server, &content(number))
        });
    }
    // The last one comes for certain.
    for turn in 0..40 {
        let from = loopback(Family::V4, FIRST_PEER);
        outside::later(when + 10_000_000 * (turn + 1), move || {
            outside::send_datagram(from, server, &content(0));
        });
    }
    let set = install(&epoll::create());
    control(set, Operation::Add, fd, 1, 0);
    let before = world::with(|world| world.calls);
    let mut served = 0;
    'serving: loop {
        if !blocks {
            assert_eq!(wait_for(set, 4, None), [0]);
        }
        loop {
            let mut room = [0; 2_000];
            let mut parts = [&mut room[..]];
            let mut message = Receive::new(&mut parts, Flags::NONE);
            let outcome = blocking::receive(&file(fd), &mut message);
            let from = message.from.take();
            match outcome {
                Ok(length) => {
                    assert!(is_right(&room[..length]), "a datagram is another one");
                    served += 1;
                    if room[..4] == [0; 4] {
                        break 'serving;
                    }
                    let data = &room[..length];
                    let half = [&data[..length / 2], &data[length / 2..]];
                    let mut answer = Transmit::new(&half, Flags::NONE);
                    answer.to = from;
                    match blocking::send(&file(fd), &mut answer) {
                        Ok(sent) => assert_eq!(sent, length),
                        Err(Errno::EAGAIN) if !blocks => {}
                        Err(errno) => panic!("send: {errno:?}"),
                    }
                }
                Err(Errno::EAGAIN) if !blocks => break,
                Err(errno) => panic!("recv: {errno:?}"),
            }
        }
    }
    let calls = world::with(|world| world.calls) - before;
    assert!(
        calls < 600 + served * 30,
        "{calls} calls for {served} datagrams"
    );
    let soon = world::with(|world| world.now) + 20_000_000;
    blocking::pause(soon).expect("no signals here");
    close(fd);
    close(set);
    assert!(
        answers
            .borrow()
            .keys()
            .all(|number| (1..=count).contains(number))
    );
}
