//! The generator: it knows roughly what each descriptor is, so that most calls make sense, and
//! sees to it that some do not.

use super::random::Random;
use super::script::{Call, Script};

/// What a slot holds, as far as the generator knows. It may be wrong: calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A TCP socket that is neither listening nor connected.
    Tcp,
    TcpListener,
    /// One end of a connection.
    TcpStream,
    Udp,
    /// An AF_UNIX socket that is neither listening nor connected.
    Local,
    LocalListener,
    LocalStream,
    LocalDatagram,
    LocalPacket,
    PipeRead,
    PipeWrite,
    Event,
    Timer,
    Epoll,
    File,
    Folder,
}

/// All kinds of sockets that take messages or bytes once they have a peer.
pub const CONNECTED: &[Kind] = &[
    Kind::TcpStream,
    Kind::LocalStream,
    Kind::LocalDatagram,
    Kind::LocalPacket,
];

/// The slots that scripts use; the runner has a few more.
const SLOTS: usize = 16;

/// A script in the making.
#[derive(Debug)]
pub struct Maker {
    pub random: Random,
    slots: [Option<Kind>; SLOTS],
    /// The slot that holds the other end.
    peers: [Option<usize>; SLOTS],
    calls: Vec<Call>,
}

/// Makes the script of a seed: `length` calls or some more, made by `step`.
pub fn generate(
    area: &'static str,
    seed: u64,
    length: usize,
    start: fn(&mut Maker),
    step: fn(&mut Maker),
) -> Script {
    let mut maker = Maker {
        random: Random::new(seed, area),
        slots: [None; SLOTS],
        peers: [None; SLOTS],
        calls: Vec::new(),
    };
    start(&mut maker);
    while maker.calls.len() < length {
        step(&mut maker);
    }
    Script {
        area,
        seed,
        calls: maker.calls,
    }
}

impl Maker {
    /// Adds a call.
    pub fn call(&mut self, name: &'static str, arguments: &[&str]) {
        self.calls.push(Call {
            name,
            arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
        });
    }

    /// A slot for a new descriptor of a kind; where all are taken, one is emptied.
    pub fn fill(&mut self, kind: Kind) -> String {
        let free: Vec<usize> = (0..SLOTS).filter(|i| self.slots[*i].is_none()).collect();
        let slot = if free.is_empty() {
            let slot = self.random.below(SLOTS);
            self.close(slot);
            slot
        } else {
            free[0]
        };
        self.slots[slot] = Some(kind);
        self.peers[slot] = None;
        slot.to_string()
    }

    /// Notes that two slots hold the ends of one connection.
    pub fn pair(&mut self, one: &str, other: &str) {
        if let (Ok(one), Ok(other)) = (one.parse::<usize>(), other.parse::<usize>()) {
            self.peers[one] = Some(other);
            self.peers[other] = Some(one);
        }
    }

    /// Notes what a slot holds from now on.
    pub fn becomes(&mut self, slot: &str, kind: Kind) {
        if let Ok(slot) = slot.parse::<usize>()
            && slot < SLOTS
            && self.slots[slot].is_some()
        {
            self.slots[slot] = Some(kind);
        }
    }

    /// The slot that holds the other end.
    pub fn peer(&self, slot: &str) -> Option<String> {
        let slot: usize = slot.parse().ok()?;
        let peer = self.peers.get(slot).copied().flatten()?;
        Some(peer.to_string())
    }

    /// What a slot holds.
    pub fn kind(&self, slot: &str) -> Option<Kind> {
        let slot: usize = slot.parse().ok()?;
        self.slots.get(slot).copied().flatten()
    }

    /// The slots with one of these kinds.
    pub fn all(&self, kinds: &[Kind]) -> Vec<usize> {
        (0..SLOTS)
            .filter(|i| self.slots[*i].is_some_and(|kind| kinds.contains(&kind)))
            .collect()
    }

    /// The slots that hold anything.
    pub fn open(&self) -> Vec<usize> {
        (0..SLOTS).filter(|i| self.slots[*i].is_some()).collect()
    }

    /// Mostly a slot with one of these kinds, sometimes any other, sometimes none.
    pub fn some(&mut self, kinds: &[Kind]) -> String {
        let fitting = self.all(kinds);
        let open = self.open();
        let odd = self.random.below(100);
        if !fitting.is_empty() && odd >= 6 {
            fitting[self.random.below(fitting.len())].to_string()
        } else if !open.is_empty() && odd >= 2 {
            open[self.random.below(open.len())].to_string()
        } else {
            self.random.one(&["-1", "9999", "15"]).to_owned()
        }
    }

    /// Any slot that holds something.
    pub fn any(&mut self) -> String {
        let open = self.open();
        if open.is_empty() || self.random.chance(2) {
            self.random.one(&["-1", "9999", "15"]).to_owned()
        } else {
            open[self.random.below(open.len())].to_string()
        }
    }

    /// Closes a slot; a TCP socket is read empty before, because closing it would else send a reset
    /// (`close-unread-no-reset`).
    pub fn close(&mut self, slot: usize) {
        let text = slot.to_string();
        if self.slots[slot] == Some(Kind::TcpStream) {
            self.call("drain", &[&text]);
        }
        self.call("close", &[&text]);
        self.slots[slot] = None;
        if let Some(peer) = self.peers[slot].take() {
            self.peers[peer] = None;
        }
    }

    /// Closes any slot.
    pub fn close_some(&mut self) {
        let open = self.open();
        if open.is_empty() || self.random.chance(5) {
            self.call("close", &["15"]);
        } else {
            let slot = open[self.random.below(open.len())];
            self.close(slot);
        }
    }

    /// One of these.
    pub fn one(&mut self, of: &[&str]) -> String {
        self.random.one(of).to_owned()
    }

    /// Mostly none of these flags, else one, seldom two, very seldom one that nobody knows.
    pub fn flags(&mut self, of: &[&str]) -> String {
        match self.random.below(100) {
            0..50 => "0".to_owned(),
            50..85 => self.one(of),
            85..98 => {
                let (first, second) = (self.one(of), self.one(of));
                if first == second {
                    first
                } else {
                    format!("{first}|{second}")
                }
            }
            _ => "0x10000000".to_owned(),
        }
    }

    /// A length: mostly small.
    pub fn length(&mut self) -> String {
        let small = ["1", "2", "5", "8", "13", "64", "100", "115", "512"];
        let medium = ["0", "1000", "1460", "4095", "4096", "4097", "8192"];
        let large = ["16384", "20000", "65535", "65536"];
        match self.random.below(100) {
            0..70 => self.one(&small),
            70..95 => self.one(&medium),
            _ => self.one(&large),
        }
    }

    /// Room to receive into: often more than there is.
    pub fn room(&mut self) -> String {
        if self.random.chance(40) {
            self.one(&["100", "4096", "65536", "100000", "262144"])
        } else {
            self.length()
        }
    }
}
