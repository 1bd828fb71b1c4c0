//! The areas: what calls each makes.

mod bad;
mod common;
mod files;
mod local;
mod options;
mod pipes;
mod ready;
mod tcp;
mod udp;

use super::generate::{Maker, generate};
use super::script::Script;

/// An area.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    pub name: &'static str,
    start: fn(&mut Maker),
    step: fn(&mut Maker),
    length: usize,
}

/// All of them.
pub const AREAS: [Area; 8] = [
    area("tcp", tcp::start, tcp::step, 40),
    area("udp", udp::start, udp::step, 40),
    area("unix", local::start, local::step, 60),
    area("pipes", pipes::start, pipes::step, 60),
    area("epoll", ready::start, ready::step, 50),
    area("options", options::start, options::step, 60),
    area("pointers", bad::start, bad::step, 60),
    area("files", files::start, files::step, 60),
];

const fn area(
    name: &'static str,
    start: fn(&mut Maker),
    step: fn(&mut Maker),
    length: usize,
) -> Area {
    Area {
        name,
        start,
        step,
        length,
    }
}

impl Area {
    /// The script of a seed.
    pub fn script(&self, seed: u64) -> Script {
        generate(self.name, seed, self.length, self.start, self.step)
    }
}
