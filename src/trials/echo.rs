//! A server that sends back what it gets, over every way to wait.

use super::peers::{Client, visit};
use super::{again, close, control, end, entry, file, install, receive, send, wait_for};
use crate::errno::Errno;
use crate::fd::{Address, Domain, Flags, Ready};
use crate::host::sim::tcp::loopback;
use crate::host::sim::world::{self, Dice};
use crate::host::tcp::Family;
use crate::socket::tcp;
use crate::wait::blocking;
use crate::wait::epoll::{self, Operation, bits};
use crate::wait::kept::Kept;
use crate::wait::poll::{Item, Target, poll};
use crate::wait::set::Interest;
use std::collections::BTreeMap;

/// How the server waits.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Poll,
    Kept,
    Level,
    Edge,
    Once,
    Blocking,
}

const WAYS: [Way; 6] = [
    Way::Poll,
    Way::Kept,
    Way::Level,
    Way::Edge,
    Way::Once,
    Way::Blocking,
];

/// Virtual nanoseconds from a peer's last word to its end: MSG_MORE may hold back for 200 ms.
const SLACK: u64 = 1_500_000_000;

const PORT: u16 = 7;

/// One connection of the server.
#[derive(Default)]
struct Echo {
    /// What is to go back.
    rest: Vec<u8>,
    ended: bool,
}

struct Server<'a> {
    dice: &'a mut Dice,
    connections: BTreeMap<i32, Echo>,
    over: usize,
}

pub fn trial(dice: &mut Dice) {
    let way = WAYS[dice.below(6) as usize];
    let count = match (way, dice.below(4)) {
        (Way::Blocking, _) => 1 + dice.below(3),
        (_, 0) => 20 + dice.below(80),
        _ => 1 + dice.below(6),
    };
    let listener = again(|| tcp::create(Domain::Inet, way != Way::Blocking)).expect("a socket");
    let socket = listener.as_socket().expect("a socket");
    let address = loopback(Family::V4, PORT);
    socket.bind(&Address::Inet(address)).expect("bound");
    socket.listen(128).expect("listening");
    let listening = install(&listener);
    drop(listener);
    let clients: Vec<Client> = (0..count).map(|number| Client::new(number + 1)).collect();
    for client in &clients {
        let total = match dice.below(4) {
            0 => 0,
            1 => dice.below(100),
            2 => dice.below(5_000),
            _ => dice.below(if count > 10 { 9_000 } else { 60_000 }),
        };
        visit(address, client, total as usize, dice);
    }
    let before = world::with(|world| world.calls);
    let mut server = Server {
        dice,
        connections: BTreeMap::new(),
        over: 0,
    };
    match way {
        Way::Blocking => server.serve_one_by_one(listening, clients.len()),
        _ => server.serve(way, listening, clients.len()),
    }
    close(listening);
    let calls = world::with(|world| world.calls) - before;
    // The last words are under way.
    crate::wait::exit::finish();
    let soon = world::with(|world| world.now) + 50_000_000;
    blocking::pause(soon).expect("no signals here");
    let mut bytes = 0;
    for client in &clients {
        client.must_be_served(SLACK);
        bytes += client.seen.borrow().sent as u64;
    }
    let bound = 3_000 + count * 400 + bytes * 2 + count * count * 20;
    assert!(
        calls < bound,
        "{way:?}: {calls} calls of the host for {count} peers and {bytes} bytes"
    );
}

impl Server<'_> {
    /// Takes what can be had of a connection, and sends it back. False when it is over.
    fn go_on(&mut self, fd: i32, all: bool) -> bool {
        let echo = self.connections.get_mut(&fd).expect("known");
        let mut turns = if all {
            u64::MAX
        } else {
            1 + self.dice.below(3)
        };
        while turns > 0 && !echo.ended && echo.rest.len() < 100_000 {
            turns -= 1;
            let mut room = vec![0; 1 + self.dice.below(8_000) as usize];
            if self.dice.one_in(8) {
                let looked = receive(fd, &mut room, Flags::PEEK);
                if let Ok(looked) = looked {
                    let mut same = vec![0; looked];
                    let again = receive(fd, &mut same, Flags::NONE);
                    assert_eq!(again, Ok(looked), "what was seen is there");
                    assert_eq!(same[..], room[..looked], "what was seen is what is there");
                    echo.rest.extend_from_slice(&same);
                    echo.ended = looked == 0;
                    continue;
                }
            }
            match receive(fd, &mut room, Flags::NONE) {
                Ok(0) => echo.ended = true,
                Ok(count) => echo.rest.extend_from_slice(&room[..count]),
                Err(Errno::EAGAIN) => break,
                Err(Errno::ECONNRESET | Errno::EPIPE) => return false,
                Err(errno) => panic!("recv: {errno:?}"),
            }
        }
        while !echo.rest.is_empty() {
            let size = (1 + self.dice.below(6_000) as usize).min(echo.rest.len());
            let flags = match self.dice.below(12) {
                0 => Flags::MORE,
                _ => Flags::NONE,
            };
            match send(fd, &echo.rest[..size], flags) {
                Ok(count) => drop(echo.rest.drain(..count)),
                Err(Errno::EAGAIN) => break,
                Err(Errno::ECONNRESET | Errno::EPIPE) => return false,
                Err(errno) => panic!("send: {errno:?}"),
            }
        }
        let over = echo.ended && echo.rest.is_empty();
        if over && self.dice.one_in(3) {
            // The connection may be gone by now.
            let _ = end(fd);
        }
        !over
    }

    fn end(&mut self, fd: i32) {
        self.connections.remove(&fd);
        self.over += 1;
        close(fd);
    }

    fn serve_one_by_one(&mut self, listening: i32, peers: usize) {
        while self.over < peers {
            let accepted = again(|| blocking::accept(&file(listening))).expect("accepted");
            let fd = install(&accepted);
            drop(accepted);
            self.connections.insert(fd, Echo::default());
            while self.go_on(fd, false) {}
            self.end(fd);
        }
    }

    /// What to wait for on a connection.
    fn want(&self, fd: i32) -> Ready {
        let echo = &self.connections[&fd];
        Ready::IN.when(!echo.ended) | Ready::OUT.when(!echo.rest.is_empty())
    }

    fn serve(&mut self, way: Way, listening: i32, peers: usize) {
        let set = (way != Way::Poll && way != Way::Kept).then(|| install(&epoll::create()));
        let mut kept = Kept::default();
        let control = |operation, fd: i32, events: u32| {
            control(set.expect("an instance"), operation, fd, events, fd as u64);
        };
        let mode = match way {
            Way::Edge => bits::ET,
            Way::Once => bits::ONESHOT,
            _ => 0,
        };
        if set.is_some() {
            control(Operation::Add, listening, 1);
        }
        while self.over < peers {
            let mut found = Vec::new();
            match way {
                Way::Poll => self.poll(listening, &mut found),
                Way::Kept => self.wait_kept(&mut kept, listening, &mut found),
                _ => {
                    let most = 1 + self.dice.below(10) as usize;
                    let ready = wait_for(set.expect("an instance"), most, None);
                    assert!(!ready.is_empty());
                    found.extend(ready.into_iter().map(|data| data as i32));
                }
            }
            for fd in found {
                if fd == listening {
                    // One, or all there are.
                    while let Ok(accepted) = blocking::accept(&file(listening)) {
                        accepted.nonblocking.set(true);
                        let fd = install(&accepted);
                        self.connections.insert(fd, Echo::default());
                        match way {
                            Way::Edge => control(Operation::Add, fd, 0x1 | 0x4 | mode),
                            Way::Level | Way::Once => control(Operation::Add, fd, 1 | mode),
                            _ => {}
                        }
                        if self.dice.one_in(2) {
                            break;
                        }
                    }
                    continue;
                }
                if !self.go_on(fd, way == Way::Edge) {
                    kept.remove(fd);
                    self.end(fd);
                } else if matches!(way, Way::Level | Way::Once) {
                    let want = self.want(fd);
                    let reads = if want.any(Ready::IN) { 1 } else { 0 };
                    let events = if want.any(Ready::OUT) {
                        reads | 4
                    } else {
                        reads
                    };
                    control(Operation::Modify, fd, events | mode);
                }
            }
        }
        if let Some(set) = set {
            close(set);
        }
    }

    fn poll(&mut self, listening: i32, found: &mut Vec<i32>) {
        let all = self.connections.keys().map(|&fd| (fd, self.want(fd)));
        let all = all.chain([(listening, Ready::IN)]);
        let (numbers, mut items): (Vec<i32>, Vec<Item>) =
            all.map(|(fd, want)| (fd, entry(fd, want))).unzip();
        let count = poll(&mut items, None).expect("no signals here");
        assert!(count > 0);
        let ready = numbers
            .iter()
            .zip(&items)
            .filter(|(_, item)| !item.got.is_empty());
        found.extend(ready.map(|(&fd, _)| fd));
    }

    fn wait_kept(&mut self, kept: &mut Kept, listening: i32, found: &mut Vec<i32>) {
        let mut put = |fd: i32, want: Ready| {
            let interest = Interest {
                want,
                counts: want | Ready::ALWAYS,
                edge: false,
                once: false,
                bits: 0,
                data: fd as u64,
            };
            kept.put(fd, Target::File(file(fd)), interest);
        };
        put(listening, Ready::IN);
        let wants: Vec<_> = self
            .connections
            .keys()
            .map(|&fd| (fd, self.want(fd)))
            .collect();
        wants.into_iter().for_each(|(fd, want)| put(fd, want));
        let count = kept.set.wait(usize::MAX, None, &mut |interest, _| {
            found.push(interest.data as i32);
            Ok(())
        });
        assert!(count.is_ok_and(|count| count > 0));
    }
}
