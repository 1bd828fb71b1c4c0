//! Signals that a process sends itself, and those of its timers.
//!
//! No other process can signal a component, so a signal comes from raise, kill of oneself, or a
//! timer. The first two run handlers at once; a timer's signal waits for the next blocking call,
//! whose wait engine asks the hooks of [`deliver`] (DESIGN: at the edge of a blocking call, with
//! nothing borrowed, because handlers may longjmp out).

mod action;
mod deliver;
mod jump;
mod names;
mod posix_timers;
mod send;
mod sets;
mod siginfo;
mod state;
mod sysv;
mod timers;
mod wait;
