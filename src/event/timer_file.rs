//! timerfd_create(2): a timer as a file.

use super::timer::{Setting, Timer};
use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, File, Notify, Ready, Receive};
use crate::host::clock;
use alloc::rc::Rc;
use core::any::Any;
use core::cell::Cell;

/// The file behind a timerfd.
pub struct TimerFile {
    timer: Cell<Timer>,
    /// Whether times that are not relative are those of the wall clock.
    pub wall: bool,
    notify: Notify,
}

/// timerfd_create(2)
pub fn create(wall: bool, nonblocking: bool) -> Rc<Description> {
    let timer = TimerFile {
        timer: Cell::default(),
        wall,
        notify: Notify::default(),
    };
    Description::new(timer, nonblocking)
}

/// The timer in `file`; `EINVAL` if it is something else.
pub fn of(file: &dyn File) -> Result<&TimerFile> {
    file.as_any().downcast_ref().ok_or(Errno::EINVAL)
}

/// The monotonic clock, as timers count.
pub fn now() -> i64 {
    i64::try_from(clock::now()).unwrap_or(i64::MAX)
}

impl TimerFile {
    /// The timer with everything counted that has expired by `now`.
    fn at(&self, now: i64) -> Timer {
        let mut timer = self.timer.get();
        let before = timer.expiries();
        timer.advance(now);
        self.timer.set(timer);
        if before == 0 && timer.expiries() > 0 {
            self.notify.event();
        }
        timer
    }

    /// timerfd_settime(2)
    pub fn set(&self, setting: Setting) {
        let mut timer = self.timer.get();
        timer.set(setting);
        self.timer.set(timer);
        self.notify.touch();
    }

    /// timerfd_gettime(2): nanoseconds to the next expiry, and between later ones.
    pub fn remaining(&self) -> (i64, i64) {
        let now = now();
        self.at(now).remaining(now)
    }
}

impl File for TimerFile {
    fn class(&self) -> Class {
        Class::Timer
    }

    fn receive(&self, message: &mut Receive) -> Result<usize> {
        if message.room() < 8 {
            return Err(Errno::EINVAL);
        }
        let mut timer = self.at(now());
        let expiries = timer.take();
        if expiries == 0 {
            return Err(Errno::EAGAIN);
        }
        self.timer.set(timer);
        message.put(0, &expiries.to_ne_bytes());
        Ok(8)
    }

    fn ready(&self) -> Ready {
        let timer = self.timer.get();
        // The clock is asked only while its answer can matter.
        let timer = if timer.due().is_some() {
            self.at(now())
        } else {
            timer
        };
        Ready::IN.when(timer.expiries() > 0)
    }

    fn deadline(&self) -> Option<u64> {
        self.timer
            .get()
            .due()
            .map(|due| u64::try_from(due).unwrap_or(0))
    }

    fn notify(&self) -> &Notify {
        &self.notify
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
