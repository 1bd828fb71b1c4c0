//! epoll(7): a set of files with event bits and data of the program's.

mod control;
mod file;

pub use control::{Epoll, Operation, create, of};

/// What a registration asks for: the bits of `struct epoll_event`.
pub mod bits {
    use crate::fd::Ready;

    /// Edge-triggered.
    pub const ET: u32 = 1 << 31;
    /// Disarmed after one report.
    pub const ONESHOT: u32 = 1 << 30;
    /// Kept from suspending the system; without meaning here.
    pub const WAKEUP: u32 = 1 << 29;
    /// Wakes one of several sets; one process has only itself to wake.
    pub const EXCLUSIVE: u32 = 1 << 28;
    /// Those that say how, not what.
    pub const MODES: u32 = ET | ONESHOT | WAKEUP | EXCLUSIVE;
    /// What may stand beside EXCLUSIVE (epoll_ctl(2)).
    pub const WITH_EXCLUSIVE: u32 = EXCLUSIVE | ET | WAKEUP | 0x1 | 0x4 | 0x8 | 0x10;

    /// EPOLLRDNORM and EPOLLWRNORM.
    pub const NORMAL: u32 = 0x40 | 0x100;

    const TABLE: [(u32, Ready); 8] = [
        (0x1, Ready::IN),
        (0x2, Ready::PRI),
        (0x4, Ready::OUT),
        (0x8, Ready::ERR),
        (0x10, Ready::HUP),
        (0x40, Ready::IN),
        (0x100, Ready::OUT),
        (0x2000, Ready::RDHUP),
    ];

    /// The conditions that event bits stand for.
    pub fn to_ready(events: u32) -> Ready {
        TABLE
            .iter()
            .filter(|(bit, _)| events & bit != 0)
            .fold(Ready::NONE, |all, &(_, r)| all | r)
    }

    /// The event bits that conditions stand for, of those that were asked for.
    pub fn from_ready(ready: Ready, asked: u32) -> u32 {
        TABLE
            .iter()
            .filter(|&&(bit, one)| ready.any(one) && (asked & bit != 0 || Ready::ALWAYS.any(one)))
            .fold(0, |all, &(bit, _)| all | bit)
    }
}
