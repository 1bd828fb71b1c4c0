//! The addresses of sockets (nl_pid): the process's number for the first one, as on Linux; numbers that
//! are no process's for the others.

use crate::errno::{Errno, Result};
use crate::socket::local;
use alloc::vec::Vec;

fn with<R>(f: impl FnOnce(&mut Vec<u32>) -> R) -> R {
    state! {
        static TAKEN: Global<Vec<u32>> = Vec::new();
    }
    TAKEN.with(f)
}

/// Takes an address that is free.
pub fn take_any() -> u32 {
    let (process, _, _) = local::credentials();
    with(|taken| {
        let mut port = process as u32;
        let mut next = u32::MAX;
        while port == 0 || taken.contains(&port) {
            port = next;
            next = next.wrapping_sub(1);
        }
        taken.push(port);
        port
    })
}

/// Takes this address; `EADDRINUSE` if another socket has it.
pub fn take(port: u32) -> Result<()> {
    with(|taken| {
        if taken.contains(&port) {
            return Err(Errno::EADDRINUSE);
        }
        taken.push(port);
        Ok(())
    })
}

/// Gives an address back; 0 is none.
pub fn give_back(port: u32) {
    with(|taken| taken.retain(|&other| other != port));
}
