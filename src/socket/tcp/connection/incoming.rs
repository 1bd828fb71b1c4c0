//! The receiving half of a connection at the host.

use crate::wasi::clock;
use crate::wasi::poll::{self, Pollable};
use crate::wasi::stream::{End, Input};
use alloc::vec::Vec;
use core::cell::OnceCell;

/// How long a host may take to hear of the end of a broken connection.
const SETTLING: u64 = 1_000_000_000;

/// A stream and what tells of it. The host wants the pollable gone first.
pub struct Incoming {
    source: OnceCell<Pollable>,
    stream: Input,
}

impl Incoming {
    pub fn new(stream: Input) -> Self {
        Incoming {
            source: OnceCell::new(),
            stream,
        }
    }

    /// What to sleep on.
    pub fn source(&self) -> &Pollable {
        self.source.get_or_init(|| self.stream.subscribe())
    }

    /// Reads what is there. When the connection is `broken`, which a failed write tells first, the
    /// host may not have heard yet of what had come before that. It is there, or else the end
    /// is, so it is waited for: "nothing yet" would tell the program that nothing came at all.
    pub fn read(&self, broken: bool, buffer: &mut [u8]) -> Result<usize, End> {
        let mut count = self.stream.read(buffer)?;
        if broken && count == 0 && !buffer.is_empty() {
            let limit = clock::now() + SETTLING;
            while count == 0 && clock::now() < limit {
                self.wait(limit);
                count = self.stream.read(buffer)?;
            }
        }
        Ok(count)
    }

    fn wait(&self, limit: u64) {
        let timer = clock::at(limit);
        let numbers = [self.source().number(), timer.number()];
        clock::asleep(|| poll::wait(&numbers, &mut Vec::new()));
    }
}
