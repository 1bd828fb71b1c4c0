//! The receiving half of a connection at the host.

use crate::host::clock;
use crate::host::poll::Source;
use crate::host::stream::{End, FURTHER, Input};
use core::cell::OnceCell;

/// How often a host is asked for the end of a broken connection; one that does not tell it even then
/// will not.
const SETTLING: u32 = 1000;

/// How long it gets each time, in nanoseconds.
const PAUSE: u64 = 1_000_000;

/// A stream and what tells of it. The host wants the pollable gone first.
pub struct Incoming {
    source: OnceCell<Source>,
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
    pub fn source(&self) -> &Source {
        self.source.get_or_init(|| self.stream.subscribe())
    }

    /// As `read` where the connection stands, and some of what is behind `buffer` goes into `further`.
    pub fn read_on(
        &self,
        buffer: &mut [u8],
        further: &mut [u8; FURTHER],
    ) -> Result<(usize, usize), End> {
        self.stream.read_on(buffer, further)
    }

    /// Reads what is there.
    pub fn read_now(&self, buffer: &mut [u8]) -> Result<usize, End> {
        self.stream.read(buffer)
    }

    /// The same. When the connection is `broken`, which a failed write tells first, the
    /// host may not have heard yet of what had come before that. It is there, or else the end
    /// is, so it is waited for: "nothing yet" would tell the program that nothing came at all.
    pub fn read(&self, broken: bool, buffer: &mut [u8]) -> Result<usize, End> {
        let mut count = self.stream.read(buffer)?;
        if broken && !buffer.is_empty() {
            for _ in 0..SETTLING {
                if count > 0 {
                    break;
                }
                clock::at(clock::now() + PAUSE).block();
                count = self.stream.read(buffer)?;
            }
        }
        Ok(count)
    }
}
