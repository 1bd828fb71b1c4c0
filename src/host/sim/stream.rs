//! Byte streams.

use super::poll::{Kind, Source};
use super::{net, world};
use crate::errno::Result;
pub use crate::host::kinds::{End, FURTHER};

/// The receiving half of a connection, or standard input.
pub struct Input(Option<(usize, usize)>);

impl Input {
    pub(super) fn new(connection: usize, side: usize) -> Self {
        net::handle(1);
        net::stream(connection, side, 1);
        Input(Some((connection, side)))
    }

    /// The program's standard input, on which nothing ever comes.
    pub fn stdin() -> Self {
        net::handle(1);
        Input(None)
    }

    /// Reads what is there; `Ok(0)` means nothing yet.
    pub fn read(&self, buffer: &mut [u8]) -> core::result::Result<usize, End> {
        world::call();
        match self.0 {
            Some((connection, side)) if !buffer.is_empty() => net::read(connection, side, buffer),
            _ => Ok(0),
        }
    }

    /// As [`Input::read`], and some of what is behind goes into `further`.
    pub fn read_on(
        &self,
        buffer: &mut [u8],
        further: &mut [u8; FURTHER],
    ) -> core::result::Result<(usize, usize), End> {
        let length = buffer.len();
        let mut all = vec![0; length + FURTHER];
        let count = self.read(&mut all)?;
        let here = count.min(length);
        buffer[..here].copy_from_slice(&all[..here]);
        further[..count - here].copy_from_slice(&all[here..count]);
        Ok((here, count - here))
    }

    /// Ready when a read would give bytes, the end, or an error.
    pub fn subscribe(&self) -> Source {
        world::call();
        Source::new(match self.0 {
            Some((connection, side)) => Kind::Input(connection, side),
            None => Kind::Never,
        })
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        if let Some((connection, side)) = self.0 {
            net::stream_dropped(connection, side, true);
        }
        net::handle(-1);
    }
}

/// The sending half of a connection.
pub struct Output(usize, usize);

impl Output {
    pub(super) fn new(connection: usize, side: usize) -> Self {
        net::handle(1);
        net::stream(connection, side, 1);
        Output(connection, side)
    }

    /// How many bytes the next [`Output::write`] may carry; 0 means not now.
    pub fn check_write(&self) -> core::result::Result<usize, End> {
        world::call();
        net::check_write(self.0, self.1)
    }

    /// Hands `bytes` to the host; needs a permit for at least as many.
    pub fn write(&self, bytes: &[u8]) -> core::result::Result<(), End> {
        world::call();
        net::write(self.0, self.1, bytes)
    }

    /// Asks the host to send what it holds.
    pub fn flush(&self) -> Result<()> {
        world::call();
        Ok(())
    }

    /// Ready when `check_write` would give a permit or an error.
    pub fn subscribe(&self) -> Source {
        world::call();
        Source::new(Kind::Output(self.0, self.1))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        net::stream_dropped(self.0, self.1, false);
        net::handle(-1);
    }
}
