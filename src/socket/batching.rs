//! How many datagrams to ask the host for at once.
//!
//! Asking for more costs fewer host calls. But a host may set a buffer of the largest size aside
//! for each datagram it is asked for (wasmtime does: 64 KiB, zeroed), and what its allocator makes
//! of a megabyte of them that comes and goes differs: with glibc's, the time for a datagram was
//! 2.2 us in batches of 16, 2.0 us in batches of 8 and 2.3 us in batches of 2 where something had
//! raised the allocator's thresholds before (a program compiled at the start does), and 11 us,
//! 8 us and 2.2 us where nothing had (a program compiled ahead of time). The guest can see
//! neither, but it can take the time.
//!
//! So: batches are of 16 at first. After a good many full ones, each size is tried and timed a few
//! times; the fastest stays until the next trial, each of which is twice as far off as the last
//! ([`Batching`], one for the process).
//!
//! Asking for more than there is costs too: the host has to find its queue empty, and wasmtime then
//! leaves another thread waiting there, which takes over what comes next, although the program
//! would have asked in time. Two programs that answer each other spent 1.6 times the processor time
//! on it. So a socket whose queue was found empty asks for one at a time, until its datagrams
//! come without a wait ([`Pace`], one for each socket).

/// Sizes to choose from; the first is what is asked for as long as nothing is known.
const SIZES: [u64; 3] = [16, 8, 2];

/// Full batches of each size in a trial, in a row, because what one leaves in the caches is part
/// of what the next costs. Only the fastest counts, so that one which another
/// process or a page fault held up is not taken for what the size costs.
const ROUNDS: u32 = 8;

/// Datagrams in full batches before the first trial.
const FIRST_TRIAL: u64 = 2048;

/// The same between trials, at most.
const RAREST: u64 = 1 << 22;

/// Another size must be better than the first by one part in so many.
const MARGIN: u64 = 32;

/// The state of the choice, one for the process: it depends on the host alone.
#[derive(Clone, Copy)]
pub struct Batching {
    chosen: usize,
    /// Datagrams until the next trial.
    left: u64,
    /// The same from the trial before it.
    distance: u64,
    /// The trial under way: how many full batches it has had.
    tried: u32,
    /// Nanoseconds for a datagram in sixteenths, at best.
    best: [u64; SIZES.len()],
}

/// What to ask for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// This many datagrams.
    pub most: u64,
    /// Take the time.
    pub timed: bool,
}

impl Batching {
    /// Nothing is known yet.
    pub const NEW: Self = Batching {
        chosen: 0,
        left: FIRST_TRIAL,
        distance: FIRST_TRIAL,
        tried: 0,
        best: [u64::MAX; SIZES.len()],
    };

    /// How many to ask for.
    pub fn ask(&self) -> Ask {
        let timed = self.left == 0;
        let index = if timed {
            (self.tried / ROUNDS) as usize
        } else {
            self.chosen
        };
        Ask {
            most: SIZES.get(index).copied().unwrap_or(1),
            timed,
        }
    }

    /// `count` came, in `nanoseconds` if that was to be timed. Batches that were not full say
    /// nothing: the host found its queue empty, which costs more than a datagram.
    pub fn came(&mut self, count: u64, nanoseconds: u64) {
        let Ask { most, timed } = self.ask();
        if count < most {
            return;
        }
        if !timed {
            self.left = self.left.saturating_sub(count);
            return;
        }
        let index = (self.tried / ROUNDS) as usize;
        if let Some(best) = self.best.get_mut(index) {
            *best = (*best).min(nanoseconds * 16 / most);
        }
        self.tried += 1;
        if self.tried == ROUNDS * SIZES.len() as u32 {
            self.choose();
        }
    }

    fn choose(&mut self) {
        let known = self.best.first().map_or(0, |best| best - best / MARGIN);
        let others = self.best.iter().enumerate().skip(1);
        let better = others.filter(|(_, best)| **best < known);
        self.chosen = better
            .min_by_key(|(_, best)| **best)
            .map_or(0, |(index, _)| index);
        self.distance = (self.distance * 2).min(RAREST);
        self.left = self.distance;
        self.tried = 0;
        self.best = [u64::MAX; SIZES.len()];
    }
}

/// How many datagrams one socket asks for.
#[derive(Clone, Copy)]
pub struct Pace {
    /// At most, whatever is best for the host.
    limit: u64,
    /// Full batches since the queue was last found empty, or since the limit was raised.
    full: u32,
    /// So many of them raise the limit.
    patience: u32,
}

/// What is asked for at first, and as long as it comes.
const NO_LIMIT: u64 = u64::MAX;

/// Limits on the way there.
const ONE: u64 = 1;
const FEW: u64 = 4;

/// Full batches that raise the limit, at most.
const MOST_PATIENCE: u32 = 64;

impl Pace {
    /// Of a new socket.
    pub const NEW: Self = Pace {
        limit: NO_LIMIT,
        full: 0,
        patience: 1,
    };

    /// How many to ask for where `most` is best for the host.
    pub fn ask(&self, most: u64) -> u64 {
        self.limit.min(most)
    }

    /// `count` of `asked` came.
    pub fn came(&mut self, count: u64, asked: u64) {
        if count == 0 {
            self.full = 0;
        } else if count < asked {
            // It was too much: slower next time.
            self.limit = if count < FEW { ONE } else { FEW };
            self.full = 0;
            self.patience = (self.patience * 2).min(MOST_PATIENCE);
        } else if count > self.limit {
            // Asked for on purpose (recvmmsg), and all of it was there.
            self.limit = NO_LIMIT;
            self.full = 0;
        } else if self.limit < NO_LIMIT {
            self.full += 1;
            if self.limit > ONE {
                self.patience = 1;
            }
            if self.full > self.patience {
                self.limit = if self.limit == ONE { FEW } else { NO_LIMIT };
                self.full = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Receives so many full batches, where a batch of n takes `time(n)`; returns what is asked
    /// for in the end.
    fn run(batching: &mut Batching, batches: u32, time: impl Fn(u64) -> u64) -> u64 {
        for _ in 0..batches {
            let ask = batching.ask();
            batching.came(ask.most, if ask.timed { time(ask.most) } else { 0 });
        }
        batching.ask().most
    }

    /// Full batches up to the end of the first trial.
    const TRIAL: u32 = (FIRST_TRIAL / 16) as u32 + ROUNDS * SIZES.len() as u32;

    #[test]
    fn the_largest_is_asked_for_at_first() {
        let mut batching = Batching::NEW;
        for _ in 0..FIRST_TRIAL / 16 {
            assert_eq!(
                batching.ask(),
                Ask {
                    most: 16,
                    timed: false
                }
            );
            batching.came(16, 0);
        }
        assert!(batching.ask().timed);
    }

    #[test]
    fn the_fastest_stays() {
        assert_eq!(run(&mut { Batching::NEW }, TRIAL, |n| 300 + n * 2000), 16);
        assert_eq!(
            run(&mut { Batching::NEW }, TRIAL, |n| 600 + n * (2000 + n * 30)),
            8
        );
        assert_eq!(
            run(&mut { Batching::NEW }, TRIAL, |n| n * (1500 + n * 600)),
            2
        );
    }

    #[test]
    fn a_small_advantage_does_not_count() {
        assert_eq!(
            run(&mut { Batching::NEW }, TRIAL, |n| n * (2000 + n * 2)),
            16
        );
    }

    #[test]
    fn batches_that_are_not_full_do_not_count() {
        let mut batching = Batching::NEW;
        for _ in 0..100_000 {
            batching.came(15, 0);
        }
        assert!(!batching.ask().timed);
        run(&mut batching, (FIRST_TRIAL / 16) as u32, |_| 0);
        for _ in 0..100_000 {
            assert_eq!(
                batching.ask(),
                Ask {
                    most: 16,
                    timed: true
                }
            );
            batching.came(3, 10);
        }
    }

    #[test]
    fn one_slow_batch_is_forgiven() {
        let calls = core::cell::Cell::new(0);
        let time = |n| {
            calls.set(calls.get() + 1);
            if calls.get() % 7 == 0 {
                10_000_000
            } else {
                300 + n * 2000
            }
        };
        assert_eq!(run(&mut { Batching::NEW }, TRIAL, time), 16);
    }

    #[test]
    fn a_host_that_changes_is_followed() {
        let mut batching = Batching::NEW;
        assert_eq!(run(&mut batching, TRIAL, |n| n * (1500 + n * 600)), 2);
        assert_eq!(run(&mut batching, 100_000, |n| 300 + n * 2000), 16);
    }

    #[test]
    fn trials_become_rare() {
        let mut batching = Batching::NEW;
        let mut timed = 0;
        for _ in 0..10_000_000 / 16 {
            let ask = batching.ask();
            timed += u32::from(ask.timed);
            batching.came(ask.most, 1000 * ask.most);
        }
        assert!(
            timed < 20 * ROUNDS * SIZES.len() as u32,
            "{timed} batches were timed"
        );
    }

    /// Lets a socket receive while `waiting` says how many are there each time; returns what was
    /// asked for.
    fn pace(pace: &mut Pace, waiting: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let turn = |there: u64| {
            let asked = pace.ask(16);
            pace.came(there.min(asked), asked);
            asked
        };
        waiting.into_iter().map(turn).collect()
    }

    #[test]
    fn a_new_socket_takes_all_there_is() {
        assert_eq!(pace(&mut { Pace::NEW }, [100, 100, 100]), [16, 16, 16]);
    }

    #[test]
    fn single_datagrams_are_asked_for_one_by_one() {
        let mut socket = Pace::NEW;
        assert_eq!(
            pace(&mut socket, [1, 0, 1, 0, 1, 0, 1, 0]),
            [16, 1, 1, 1, 1, 1, 1, 1]
        );
    }

    #[test]
    fn a_backlog_is_noticed() {
        let mut socket = Pace::NEW;
        pace(&mut socket, [1, 0]);
        assert_eq!(pace(&mut socket, [100; 8]), [1, 1, 1, 4, 4, 16, 16, 16]);
    }

    #[test]
    fn a_large_batch_tells_of_a_backlog() {
        let mut socket = Pace::NEW;
        pace(&mut socket, [1, 0]);
        assert_eq!(socket.ask(16), 1);
        socket.came(16, 16);
        assert_eq!(socket.ask(16), 16);
    }

    /// As two programs that answer each other see it: there is always one, and never a second.
    #[test]
    fn asking_for_too_much_becomes_rare() {
        let asked = pace(&mut { Pace::NEW }, [1; 10_000]);
        let too_much = asked.iter().filter(|&&asked| asked > 1).count();
        assert!(too_much < 10_000 / 60 + 10, "{too_much} times");
    }
}
