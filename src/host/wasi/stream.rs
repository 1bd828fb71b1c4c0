//! Byte streams: reads land in the caller's buffer, writes need a permit.

#![allow(unsafe_code)]

use super::behind::Behind;
use super::bindings::wasi::{cli, io::streams as host};
use super::errors;
use super::poll::Source;
use super::realloc;
use crate::errno::{Errno, Result};
use crate::host::handles::Handle;
pub use crate::host::kinds::{End, FURTHER};
use alloc::vec::Vec;
use core::mem;

/// The receiving half of a connection, or standard input.
pub struct Input(Handle<host::InputStream>);

impl Input {
    pub(super) fn new(stream: host::InputStream) -> Self {
        Input(Handle::new(stream))
    }

    /// The program's standard input. Every call gives a new handle of the same stream.
    pub fn stdin() -> Self {
        Input::new(cli::stdin::get_stdin())
    }

    /// Reads what is there, at most `buffer.len()` bytes, straight into `buffer`.
    /// `Ok(0)` means nothing yet (or an empty buffer).
    pub fn read(&self, buffer: &mut [u8]) -> core::result::Result<usize, End> {
        let (place, most) = (buffer.as_mut_ptr(), buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let result = realloc::steer(place, most, 1, || self.0.read(most as u64));
        received(result, buffer)
    }

    /// As [`Input::read`], and where `buffer` gets full, what comes behind it (at most [`FURTHER`]
    /// bytes) goes into `further`. Returns how many bytes each of them got.
    pub fn read_on(
        &self,
        buffer: &mut [u8],
        further: &mut [u8; FURTHER],
    ) -> core::result::Result<(usize, usize), End> {
        let (place, length) = (buffer.as_mut_ptr(), buffer.len());
        let Some(behind) = Behind::borrow(buffer) else {
            return Ok((self.read(buffer)?, 0));
        };
        let most = length + FURTHER;
        let result = realloc::steer(place, most, 1, || {
            let result = self.0.read(most as u64);
            // Before anything else runs.
            *further = behind.give_back();
            result
        });
        let count = received(result, buffer)?;
        Ok((count.min(length), count.saturating_sub(length)))
    }

    /// Ready when a read would give bytes, the end, or an error.
    pub fn subscribe(&self) -> Source {
        Source::new(self.0.subscribe())
    }
}

/// The sending half of a connection.
pub struct Output(Handle<host::OutputStream>);

impl Output {
    pub(super) fn new(stream: host::OutputStream) -> Self {
        Output(Handle::new(stream))
    }

    /// How many bytes the next [`Output::write`] may carry; 0 means not now.
    pub fn check_write(&self) -> core::result::Result<usize, End> {
        match self.0.check_write() {
            Ok(permit) => Ok(usize::try_from(permit).unwrap_or(usize::MAX)),
            Err(error) => Err(ended(error, Errno::EPIPE)),
        }
    }

    /// Hands `bytes` to the host; needs a permit for at least as many.
    pub fn write(&self, bytes: &[u8]) -> core::result::Result<(), End> {
        self.0
            .write(bytes)
            .map_err(|error| ended(error, Errno::EPIPE))
    }

    /// Asks the host to send what it holds; `subscribe` tells when it has.
    pub fn flush(&self) -> Result<()> {
        self.0.flush().map_err(|_| Errno::EPIPE)
    }

    /// Ready when `check_write` would give a permit or an error.
    pub fn subscribe(&self) -> Source {
        Source::new(self.0.subscribe())
    }
}

/// How many bytes came, to where `buffer` begins.
fn received(
    result: core::result::Result<Vec<u8>, host::StreamError>,
    buffer: &mut [u8],
) -> core::result::Result<usize, End> {
    match result {
        Ok(bytes) if bytes.as_ptr() == buffer.as_ptr() => {
            let length = bytes.len();
            // The vector is the caller's buffer, not an allocation.
            mem::forget(bytes);
            Ok(length)
        }
        Ok(bytes) => {
            // An empty list comes without an allocation.
            let length = bytes.len().min(buffer.len());
            buffer[..length].copy_from_slice(&bytes[..length]);
            Ok(length)
        }
        Err(error) => Err(ended(error, Errno::ECONNRESET)),
    }
}

fn ended(error: host::StreamError, fallback: Errno) -> End {
    match error {
        host::StreamError::Closed => End::Closed,
        host::StreamError::LastOperationFailed(error) => End::Failed(errors::from_text(
            error.to_debug_string().as_bytes(),
            fallback,
        )),
    }
}
