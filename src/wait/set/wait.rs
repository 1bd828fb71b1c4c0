//! The wait of a set.
//!
//! The host's poll costs about 0.2 us for every pollable, each time. So:
//!
//! 1. What is known without a host call is taken first.
//! 2. Files that were active lately (hot) are asked one by one, by reading ahead, which costs no
//!    more than the read that follows would, until one has nothing after others had. Where that was
//!    mostly in vain it is left out for a while: `luck` keeps account of what was saved and what was asked
//!    for nothing.
//! 3. The whole set goes to the host when that found nothing. As long as something was found the others
//!    (cold) are asked in slices of 128: the next one when 16 times what the last one cost have passed;
//!    later while none of them is ever ready, but then each within 25 ms.
//! 4. Before a sleep the hot files are asked for a while longer, as long as that mostly saves the
//!    sleep: a busy peer answers sooner than a host puts a program to sleep and wakes it. (Not those whose
//!    peers send without waiting for answers.)
//! 5. Before sleeping on a large set the engine sleeps on the hot files alone, for as long as
//!    asking about all would take (or the host's shortest sleep, a millisecond).
//!
//! So no file waits for ever behind busy ones: as long as the program keeps calling, a cold file
//! is asked again after 25 ms, or 16 times what asking all costs if that is more (at most 12.8 us for each
//! member), plus that one short sleep; in a set of up to 64 in the eighth wait after that at the latest.

use super::activity::next_round;
use super::lists::{ALL, Lists, touch_due, wake};
use super::{Interest, Set};
use crate::errno::{Errno, Result};
use crate::fd::Ready;
use crate::host::clock;
use crate::host::habits::is_cut_short;
use crate::socket::looks;
use crate::wait::{Woken, blocking, signals};

/// What the host's poll usually costs per pollable, in nanoseconds (wasmtime 49).
pub(super) const COST: u64 = 200;

/// Larger sets have their cold files asked by the clock, and sleep on their hot files first.
pub(super) const LARGE: usize = 64;

/// Takes what is asked about a member that is ready, and what holds.
pub type Report<'a> = &'a mut dyn FnMut(&Interest, Ready) -> Result<()>;

impl Set {
    /// Waits until something is ready or `deadline` has passed (`Some(0)`: does not wait); calls
    /// `report` for at most `most` members.
    pub fn wait(&self, most: usize, deadline: Option<u64>, report: Report) -> Result<usize> {
        blocking::readiness_point();
        looks::begin();
        let round = next_round();
        // Asking about a single one is as cheap for the host's poll.
        let several = self.size() > 1;
        let mut found = false;
        if several && self.luck.get() >= 0 {
            found = self.ask_hot(round);
        } else if several {
            self.luck.set(self.luck.get() + 1);
        }
        let mut asked = self.ask_cold(found);
        let mut flushed = false;
        let mut nap = None;
        let mut asked_on = false;
        loop {
            let count = self.take(most, round, report)?;
            if count > 0 {
                blocking::found();
                return Ok(count);
            }
            if deadline == Some(0) && !asked {
                asked = true;
                self.ask_all();
                continue;
            }
            if !flushed {
                flushed = true;
                if blocking::flush_after_all() {
                    continue;
                }
            }
            if !asked_on && signals::pending() {
                return Err(Errno::EINTR);
            }
            // Whatever woke it: a host may call something ready time and again for nothing.
            let over = |until| until == 0 || asked_on && clock::now() >= until;
            if deadline.is_some_and(over) {
                return Ok(0);
            }
            if !asked_on {
                asked_on = true;
                if self.ask_on(deadline, round) {
                    continue;
                }
                if self.size() > LARGE {
                    nap = Some(clock::now() + self.size() as u64 * COST);
                }
            }
            // The timer of a nap may be an older one that rings early.
            nap = nap.filter(|&end| clock::now() < end);
            if self.sleep(deadline, nap, round) == Woken::Signal {
                return Err(Errno::EINTR);
            }
        }
    }

    /// Reports from the front of the queue. What stays ready goes to the end, so that every file
    /// has its turn.
    fn take(&self, most: usize, round: u32, report: Report) -> Result<usize> {
        let mut count = 0;
        let queued = self.shared.queue.borrow().len();
        for _ in 0..queued {
            if count >= most {
                break;
            }
            let Some(item) = self.shared.queue.borrow_mut().pop_front() else {
                break;
            };
            item.queued.set(false);
            let Some(file) = item.file() else { continue };
            let interest = item.interest();
            let Some(found) = item.report(&file, &interest, round) else {
                continue;
            };
            report(&interest, found)?;
            count += 1;
            self.heat(&item, &file, round);
            if interest.is_level_triggered() {
                self.shared.queue(item);
            }
        }
        Ok(count)
    }

    /// Sleeps on all members, or on the hot ones until `nap`.
    fn sleep(&self, deadline: Option<u64>, nap: Option<u64>, round: u32) -> Woken {
        let mut all = true;
        let (woken, found) = Lists::with(|lists| {
            let mut due = None;
            if nap.is_some() {
                self.collect_hot(lists, round);
                all = lists.sources.is_empty();
            }
            if all {
                due = self.collect(lists, ALL, &|_, _| true);
            }
            let nap = nap.filter(|_| !all);
            let until = [due, deadline, nap].into_iter().flatten().min();
            let Lists { sources, files } = lists;
            let woken = sources.sleep(until, &mut |owner, slot| wake(files, owner, slot));
            touch_due(files, due);
            (woken, sources.found())
        });
        if found > 1 && found * 3 >= self.hot.borrow().len() {
            // So many at once: asking them one by one would have paid.
            self.luck.set(self.luck.get().max(0));
        }
        if all {
            self.all_were_asked();
        }
        if is_cut_short(found) {
            self.ask_all();
        }
        woken
    }
}
