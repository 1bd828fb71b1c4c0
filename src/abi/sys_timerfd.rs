//! `<sys/timerfd.h>`: timerfd_create(2), timerfd_settime(2), timerfd_gettime(2).

use super::libc_file;
use super::time::Timespec;
use super::time_clocks::{self, Kind};
use super::types::ClockId;
use super::util::{self, OrMinusOne};
use crate::errno::{Errno, Result};
use crate::event::timer::Setting;
use crate::event::timer_file::{self, TimerFile};
use crate::fd::{Description, process};
use crate::wait::engine;
use alloc::rc::Rc;
use core::ffi::c_int;

/// O_NONBLOCK
const TFD_NONBLOCK: c_int = 0x800;
/// O_CLOEXEC
const TFD_CLOEXEC: c_int = 0x8_0000;
const TFD_TIMER_ABSTIME: c_int = 1;
/// Accepted without effect: nobody sets the clock under a component.
const TFD_TIMER_CANCEL_ON_SET: c_int = 2;

/// `struct itimerspec`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ITimerSpec {
    interval: Timespec,
    value: Timespec,
}

/// timerfd_create(2): a timer that is read as a descriptor; disarmed. `clock` is CLOCK_REALTIME
/// or CLOCK_MONOTONIC. Fails with `EINVAL` for other clocks and flags, `EMFILE`.
#[unsafe(no_mangle)]
pub extern "C" fn timerfd_create(clock: ClockId, flags: c_int) -> c_int {
    (|| {
        let wall = match time_clocks::kind(clock) {
            Kind::Realtime => true,
            Kind::Monotonic => false,
            Kind::Processor | Kind::Unknown => return Err(Errno::EINVAL),
        };
        if flags & !(TFD_NONBLOCK | TFD_CLOEXEC) != 0 {
            return Err(Errno::EINVAL);
        }
        engine::install(
            timer_file::create(wall, flags & TFD_NONBLOCK != 0),
            flags & TFD_CLOEXEC != 0,
            0,
        )
    })()
    .or_minus_one_errno()
}

fn timer_of(fd: c_int) -> Result<Rc<Description>> {
    match process::find(fd) {
        Some(file) => Ok(file),
        None if libc_file::is_open(fd) => Err(Errno::EINVAL),
        None => Err(Errno::EBADF),
    }
}

fn nanoseconds(time: Timespec) -> Result<i64> {
    time.nanoseconds()
        .map(|time| i64::try_from(time).unwrap_or(i64::MAX))
}

fn current(timer: &TimerFile) -> ITimerSpec {
    let (value, interval) = timer.remaining();
    let time = |nanoseconds: i64| Timespec::from_nanoseconds(nanoseconds.max(0) as u64);
    ITimerSpec {
        interval: time(interval),
        value: time(value),
    }
}

/// timerfd_settime(2): arms the timer for `new`'s value (relative, or with TFD_TIMER_ABSTIME a
/// time of its clock) and from then on every `new`'s interval; a value of 0 disarms. Expiries
/// that were not read are forgotten. `old`, if not null, gets what timerfd_gettime(2) would have
/// told. Fails with `EBADF`, `EFAULT`, `EINVAL`.
///
/// An absolute time of CLOCK_REALTIME is converted here: setting that clock later does not move
/// the timer.
#[unsafe(no_mangle)]
pub extern "C" fn timerfd_settime(
    fd: c_int,
    flags: c_int,
    new: *const ITimerSpec,
    old: *mut ITimerSpec,
) -> c_int {
    (|| {
        let ITimerSpec { interval, value } = util::read(new)?;
        if flags & !(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET) != 0 {
            return Err(Errno::EINVAL);
        }
        let (interval, value) = (nanoseconds(interval)?, nanoseconds(value)?);
        let file = timer_of(fd)?;
        let timer = timer_file::of(&file.file)?;
        let before = current(timer);
        let first = match value {
            0 => None,
            value if flags & TFD_TIMER_ABSTIME != 0 => {
                Some(time_clocks::moment(timer.wall, value)?)
            }
            value => Some(timer_file::now().saturating_add(value)),
        };
        timer.set(Setting { first, interval });
        if old.is_null() {
            Ok(())
        } else {
            util::write(old, before)
        }
    })()
    .or_minus_one_errno()
}

/// timerfd_gettime(2): the time until the next expiry (0 while disarmed) and the interval. Fails
/// with `EBADF`, `EFAULT`, `EINVAL` (not a timer).
#[unsafe(no_mangle)]
pub extern "C" fn timerfd_gettime(fd: c_int, to: *mut ITimerSpec) -> c_int {
    timer_of(fd)
        .and_then(|file| util::write(to, current(timer_file::of(&file.file)?)))
        .or_minus_one_errno()
}
