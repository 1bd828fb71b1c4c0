//! Write gathering: small writes of one burst go to the host together.
//!
//! WASI has no TCP_NODELAY and hosts leave Nagle's algorithm on, so the second small write of a
//! burst would wait for the peer's (delayed) acknowledgement of the first. The whole rule, with what
//! is a flush point and what follows from it, is in docs/ARCHITECTURE.md, "Writing"; this is its part
//! that decides about one write:
//!
//! * A burst is what one connection writes between two flush points of the program, and what answers one
//!   piece of input after the other while there is more (`burst.rs`).
//! * A write goes at once when it is large, or when it is the first of its burst and the
//!   connection's previous burst had no second one. So a lone write is never delayed.
//! * Any other write is kept and goes with the next one that goes at once, or at the next flush
//!   point, whichever is first.
//! * MSG_MORE and TCP_CORK keep what does not fill the buffer until a write without them, or until
//!   the cork is pulled, for 200 ms at most.
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
    /// So many of the last ones a cork holds.
    held: usize,
    burst: u32,
    writes: u16,
    previous_writes: u16,
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
        if self.len() + size >= CAPACITY || size >= LARGE && !more {
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

    /// A cork holds the last `count` bytes: those before it have nothing to wait for.
    pub fn hold(&mut self, count: usize) {
        self.held = (self.held + count).min(self.len());
    }

    /// The cork is pulled.
    pub fn release(&mut self) {
        self.held = 0;
    }

    /// What is kept and not held, oldest first.
    pub fn due(&self) -> &[u8] {
        let end = self.kept.len() - self.held;
        self.kept.get(self.sent..end).unwrap_or_default()
    }

    /// How many bytes are kept.
    pub fn len(&self) -> usize {
        self.kept.len() - self.sent
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first `count` bytes that are due are with the host now.
    pub fn advance(&mut self, count: usize) {
        self.sent += count.min(self.due().len());
        if self.is_empty() {
            self.kept.clear();
            self.sent = 0;
        }
    }

    /// Forgets kept bytes: the connection is gone.
    pub fn discard(&mut self) {
        self.kept = Vec::new();
        self.sent = 0;
        self.held = 0;
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
        assert_eq!(gather.due(), b"def");
        gather.advance(3);
        assert!(gather.is_empty());
    }

    #[test]
    fn a_cork_holds_what_came_under_it_alone() {
        let mut gather = Gather::default();
        gather.keep([b"abc".as_slice()].into_iter());
        gather.keep([b"de".as_slice()].into_iter());
        gather.hold(2);
        assert_eq!(gather.due(), b"abc");
        gather.advance(5);
        assert_eq!(gather.due(), b"");
        assert_eq!(gather.len(), 2);
        gather.keep([b"f".as_slice()].into_iter());
        gather.hold(1);
        gather.release();
        assert_eq!(gather.due(), b"def");
        gather.advance(3);
        assert!(gather.is_empty());
    }

    #[test]
    fn nothing_is_held_of_what_was_discarded() {
        let mut gather = Gather::default();
        gather.keep([b"abc".as_slice()].into_iter());
        gather.hold(3);
        gather.discard();
        gather.keep([b"d".as_slice()].into_iter());
        assert_eq!(gather.due(), b"d");
    }

    /// Random writes, corks and hosts that take a part: what leaves is what came, in order.
    #[test]
    fn whatever_happens_the_bytes_are_the_same() {
        let mut seed = 88_172_645_463_325_252u64;
        let mut below = |n: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % n) as usize
        };
        let mut gather = Gather::default();
        let (mut came, mut went, mut burst) = (Vec::new(), Vec::new(), 1);
        for _ in 0..1_000 {
            let size = below(600) * below(20) + 1;
            let more = below(4) == 0;
            let data: Vec<u8> = (came.len()..came.len() + size)
                .map(|i| (i / 7) as u8)
                .collect();
            came.extend_from_slice(&data);
            let plan = gather.plan(size, burst, more);
            gather.keep([data.as_slice()].into_iter());
            match plan {
                Plan::Keep if more => gather.hold(size),
                Plan::Keep => {}
                Plan::Now => {
                    gather.release();
                    let taken = gather.due().len();
                    went.extend_from_slice(gather.due());
                    gather.advance(taken);
                }
            }
            assert!(gather.len() <= CAPACITY);
            if below(6) == 0 {
                burst += 1;
                let taken = below(gather.due().len() as u64 + 1);
                went.extend_from_slice(&gather.due()[..taken]);
                gather.advance(taken);
            }
        }
        gather.release();
        went.extend_from_slice(gather.due());
        assert!(came == went);
    }
}
