//! Which files were active lately (hot), in rounds.

use super::{Item, Set};
use crate::fd::Description;
use alloc::rc::Rc;

/// A file stays hot for this many rounds after it was ready.
pub(super) const HOT_ROUNDS: u32 = 32;

state! {
    /// Counts waits, so that a file's last activity can be told from its number.
    static ROUND: GlobalCell<u32> = 1;
}

/// A new round of some readiness call.
pub(super) fn next_round() -> u32 {
    let round = ROUND.get().wrapping_add(1).max(1);
    ROUND.set(round);
    round
}

/// The round of the last wait.
pub fn round() -> u32 {
    ROUND.get()
}

/// Whether a file was active lately.
pub(super) fn is_hot(file: &Description, round: u32) -> bool {
    let active = file.active.get();
    active != 0 && round.wrapping_sub(active) <= HOT_ROUNDS
}

impl Set {
    /// The file of a member is active, or about to be.
    pub(super) fn heat(&self, item: &Rc<Item>, file: &Description, round: u32) {
        file.active.set(round);
        if !item.hot.replace(true) {
            self.hot.borrow_mut().push(item.clone());
        }
    }
}
