//! Whether to go on asking before a sleep, and for how long.
//!
//! Going to sleep in the host and being woken costs it some 20 us of processor time (wasmtime), and
//! the program twice that until it goes on. A peer that is busy too often answers sooner. So
//! whoever is about to sleep may ask again for a while, and this learns whether that pays: after
//! a time in vain the next sleeps are left alone, twice as many each time, and half as many after
//! each that was not. Where the caller is forgiving, a time in vain is first set against one that was
//! not. So a program that mostly sleeps spends next to nothing on it.

/// How long it may take at most, in nanoseconds: what the sleep would take.
const LONGEST: u64 = 50_000;

/// So many times as long while connections come and go: a peer that opens another one makes some calls
/// before it has something to say.
const CHANGING: u64 = 2;

/// More files get less time, by the square: one of several peers answers sooner, or else they all
/// wait for something; and asking them all takes longer.
const FEW: u64 = 4;

/// How many sleeps are left alone after one time in vain, and at most.
const LEAST_LEFT_ALONE: u16 = 8;
const MOST_LEFT_ALONE: u16 = 256;

/// So many times in vain are forgiven at most.
const MOST_CREDIT: u8 = 8;

/// What was learned, for one kind of sleep.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How many sleeps are still left alone.
    left_alone: u16,
    /// How many that were the last time.
    last: u16,
    /// How many times in vain are forgiven.
    credit: u8,
}

impl Patience {
    /// Nothing is known yet.
    pub const NEW: Self = Patience {
        left_alone: 0,
        last: 0,
        credit: 0,
    };

    /// Before a sleep on so many files that were active lately: for how many nanoseconds to ask
    /// first, if at all. `changing` says that files were added lately.
    pub fn limit(&mut self, files: usize, changing: bool) -> Option<u64> {
        if self.left_alone > 0 {
            self.left_alone -= 1;
            return None;
        }
        let longest = if changing {
            LONGEST * CHANGING
        } else {
            LONGEST
        };
        Some(longest * FEW * FEW / (files as u64).max(FEW).pow(2))
    }

    /// The sleep was saved, or not. `forgiving` makes and uses credit.
    pub fn ended(&mut self, saved: bool, forgiving: bool) {
        self.last = match saved {
            true => self.last / 2,
            false if forgiving && self.credit > 0 => {
                self.credit -= 1;
                return;
            }
            false => (self.last * 2).clamp(LEAST_LEFT_ALONE, MOST_LEFT_ALONE),
        };
        if saved && forgiving {
            self.credit = (self.credit + 1).min(MOST_CREDIT);
        } else {
            self.left_alone = self.last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes to sleep on one file so many times, where something comes `after` so many nanoseconds;
    /// returns how many sleeps were saved, and how long was asked in vain.
    fn run(patience: &mut Patience, sleeps: u32, after: u64, forgiving: bool) -> (u32, u64) {
        let (mut saved, mut vain) = (0, 0);
        for _ in 0..sleeps {
            let Some(limit) = patience.limit(1, false) else {
                continue;
            };
            patience.ended(after <= limit, forgiving);
            match after <= limit {
                true => saved += 1,
                false => vain += limit,
            }
        }
        (saved, vain)
    }

    #[test]
    fn quick_answers_save_every_sleep() {
        for forgiving in [false, true] {
            let found = run(&mut { Patience::NEW }, 1000, 30_000, forgiving);
            assert_eq!(found, (1000, 0));
        }
    }

    #[test]
    fn slow_answers_cost_next_to_nothing() {
        let (saved, vain) = run(&mut { Patience::NEW }, 10_000, 1_000_000, true);
        assert_eq!(saved, 0);
        assert!(vain < 10_000 * 250, "{vain} ns");
    }

    #[test]
    fn a_few_slow_answers_among_quick_ones_are_borne() {
        let mut patience = Patience::NEW;
        for _ in 0..100 {
            assert_eq!(run(&mut patience, 9, 30_000, true), (9, 0));
            assert_eq!(run(&mut patience, 1, 1_000_000, true), (0, LONGEST));
        }
    }

    #[test]
    fn a_peer_that_becomes_quick_is_noticed() {
        let mut patience = Patience::NEW;
        run(&mut patience, 10_000, 1_000_000, false);
        let (saved, _) = run(&mut patience, 2000, 10_000, false);
        assert!(saved > 1400, "{saved}");
    }

    #[test]
    fn many_files_get_less_time() {
        let limit = |files| { Patience::NEW }.limit(files, false);
        assert_eq!(limit(0), Some(LONGEST));
        assert_eq!(limit(4), Some(LONGEST));
        assert_eq!(limit(8), Some(LONGEST / 4));
        assert_eq!(limit(16), Some(LONGEST / 16));
        assert_eq!({ Patience::NEW }.limit(8, true), Some(LONGEST / 2));
    }
}
