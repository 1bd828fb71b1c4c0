//! Write gathering: small writes of one burst go to the host together.
//!
//! WASI has no TCP_NODELAY and hosts leave Nagle's algorithm on, so the second small write of a
//! burst would wait for the peer's (delayed) acknowledgement of the first. The rule:
//!
//! * A burst is what one connection writes between two flush points of the program. A flush
//!   point is any wait, receive, close, shutdown or exit.
//! * A write goes at once when it is large, or when it is the first of its burst and the
//!   connection's previous burst had no second one. So a lone write is never delayed.
//! * Any other write is kept and goes with the next one that fills the buffer, or at the next
//!   flush point, whichever is first.
//! * MSG_MORE and TCP_CORK keep what is not a full buffer until a write without them, or until
//!   the cork is pulled; Linux's 200 ms limit on a corked segment is a flush point here.
//!
//! Order never changes: while bytes are kept, later bytes go behind them.

use alloc::vec::Vec;

/// Kept bytes go once there are this many.
pub const CAPACITY: usize = 16 * 1024;

/// A write of at least this size is not worth copying.
pub const LARGE: usize = 4 * 1024;

/// What to do with a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Hand kept bytes, then these, to the host now.
    Now,
    /// Keep them.
    Keep,
}

/// The kept bytes of one connection and what is known of its habits.
#[derive(Default)]
pub struct Gather {
    kept: Vec<u8>,
    sent: usize,
    burst: u32,
    writes: u32,
    previous_writes: u32,
}

impl Gather {
    /// Decides about a write of `size` bytes in burst number `burst`; `more` is MSG_MORE or
    /// TCP_CORK.
    pub fn plan(&mut self, size: usize, burst: u32, more: bool) -> Plan {
        if self.burst != burst {
            self.burst = burst;
            self.previous_writes = self.writes;
            self.writes = 0;
        }
        self.writes = self.writes.saturating_add(1);
        if self.len() + size > CAPACITY || size >= LARGE && !more {
            return Plan::Now;
        }
        if more || self.writes > 1 || self.previous_writes > 1 {
            Plan::Keep
        } else {
            Plan::Now
        }
    }

    /// Keeps bytes behind those already kept.
    pub fn keep<'a>(&mut self, parts: impl Iterator<Item = &'a [u8]>) {
        for part in parts {
            self.kept.extend_from_slice(part);
        }
    }

    /// What is kept, oldest first.
    pub fn kept(&self) -> &[u8] {
        self.kept.get(self.sent..).unwrap_or_default()
    }

    /// How many bytes are kept.
    pub fn len(&self) -> usize {
        self.kept.len() - self.sent
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first `count` kept bytes are with the host now.
    pub fn advance(&mut self, count: usize) {
        self.sent += count.min(self.len());
        if self.is_empty() {
            self.kept.clear();
            self.sent = 0;
        }
    }

    /// Forgets kept bytes: the connection is gone.
    pub fn discard(&mut self) {
        self.kept = Vec::new();
        self.sent = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_write_goes_at_once() {
        let mut gather = Gather::default();
        for burst in 1..10 {
            assert_eq!(gather.plan(10, burst, false), Plan::Now);
        }
    }

    #[test]
    fn a_burst_is_kept_from_its_second_write_and_the_next_from_its_first() {
        let mut gather = Gather::default();
        assert_eq!(gather.plan(10, 1, false), Plan::Now);
        assert_eq!(gather.plan(10, 1, false), Plan::Keep);
        assert_eq!(gather.plan(10, 1, false), Plan::Keep);
        assert_eq!(gather.plan(10, 2, false), Plan::Keep);
        assert_eq!(
            gather.plan(10, 3, false),
            Plan::Now,
            "the previous burst was a lone write"
        );
    }

    #[test]
    fn large_writes_and_full_buffers_go_now() {
        let mut gather = Gather::default();
        assert_eq!(gather.plan(LARGE, 1, false), Plan::Now);
        assert_eq!(gather.plan(100, 1, false), Plan::Keep);
        gather.keep([[0u8; CAPACITY - 50].as_slice()].into_iter());
        assert_eq!(gather.plan(100, 1, false), Plan::Now);
        assert_eq!(
            gather.plan(100, 1, true),
            Plan::Now,
            "a cork does not exceed the buffer"
        );
    }

    #[test]
    fn a_cork_keeps_even_a_first_write() {
        let mut gather = Gather::default();
        assert_eq!(gather.plan(16, 1, true), Plan::Keep);
        assert_eq!(gather.plan(LARGE, 1, true), Plan::Keep);
    }

    #[test]
    fn bytes_leave_in_order() {
        let mut gather = Gather::default();
        gather.keep([b"ab".as_slice(), b"cd"].into_iter());
        gather.advance(3);
        gather.keep([b"ef".as_slice()].into_iter());
        assert_eq!(gather.kept(), b"def");
        gather.advance(3);
        assert!(gather.is_empty());
    }
}
