//! Counts live host handles, because a host traps when its table is full.

use super::habits::MOST_HANDLES;
use crate::errno::{Errno, Result};
use core::ops::Deref;

/// What one connection may come to hold: socket, two streams, three pollables.
const PER_SOCKET: u32 = 6;

state! {
    static LIVE: GlobalCell<u32> = 0;
}

/// A host resource, counted while it lives.
pub struct Handle<T>(T);

#[cfg(target_arch = "wasm32")]
impl<T> Handle<T> {
    pub(in crate::host) fn new(resource: T) -> Self {
        LIVE.set(LIVE.get() + 1);
        Handle(resource)
    }
}

impl<T> Drop for Handle<T> {
    fn drop(&mut self) {
        LIVE.set(LIVE.get() - 1);
    }
}

impl<T> Deref for Handle<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Fails with `EMFILE` when another socket might not fit into the host's table.
pub fn reserve_socket() -> Result<()> {
    if LIVE.get() + PER_SOCKET > MOST_HANDLES {
        return Err(Errno::EMFILE);
    }
    Ok(())
}

/// How many host handles the library holds now.
pub fn live() -> u32 {
    LIVE.get()
}
