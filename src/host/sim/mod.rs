//! A host inside of the test: a network, a virtual clock and faults, all of it settled by a seed.
//!
//! It is what the backend for WASI stands for elsewhere, so that the layers above run on the development
//! machine. Each thread has its own ([`world`]). What lies outside of the program, its peers, is driven by
//! the test through [`outside`].

pub mod clock;
mod net;
pub mod outside;
pub mod poll;
pub mod stream;
pub mod tcp;
pub mod udp;
pub mod world;

/// Files by their path: there are none.
pub mod files {
    /// Whether the path names a file or folder.
    pub fn exist(_: &[u8]) -> bool {
        false
    }
}

/// Who the program is.
pub mod identity {
    /// getpid(2)
    pub fn process() -> i32 {
        42
    }

    /// The lowest descriptor number.
    pub fn fd_base() -> usize {
        3
    }
}

/// What the user of a program sets in its environment.
pub mod settings {
    /// `WPS_BUSY_POLL`, in microseconds.
    pub fn busy_poll() -> u32 {
        0
    }
}
