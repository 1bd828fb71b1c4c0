//! The wait engine: everything that sleeps, and poll, select and epoll on top of it.
//!
//! The host's poll costs time for every pollable on every call, so the engine asks recently
//! active files one by one first, and hands the host the whole set only when none of those is
//! ready or when the others have waited long enough (see [`set`]). poll and select keep their set
//! from call to call (see [`kept`]), unless it is small (see [`poll`]).

pub mod blocking;
pub mod busy;
pub mod engine;
pub mod epoll;
pub mod event;
pub mod exit;
pub mod kept;
pub mod pending;
pub mod poll;
pub mod set;
pub mod signals;
pub mod sleep;
pub mod stdin;

pub use sleep::{Sources, Woken};

/// While others are ready, the cold files of a small set are asked in every so manyth wait at most: asking them
/// costs little more than the clock that tells whether it is time to.
const COLD_WAITS: u32 = 8;
