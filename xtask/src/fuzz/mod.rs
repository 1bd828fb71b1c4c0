//! `cargo xtask fuzz`: looks for faults at random, for as long as one likes.

pub mod linux;
