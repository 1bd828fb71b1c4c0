//! `<time.h>` and the sleeps of `<unistd.h>`: a sleep is a flush point, and signals end it.

use super::time_clocks::{self, Kind};
use super::types::ClockId;
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::host::clock;
use crate::wait::blocking;
use core::ffi::{c_int, c_long};

/// `struct timespec` of wasi-libc
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Timespec {
    seconds: i64,
    nanoseconds: c_long,
}

/// `struct timeval` of wasi-libc
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Timeval {
    seconds: i64,
    microseconds: i64,
}

impl Timespec {
    /// The time in nanoseconds; `EINVAL` if it is negative or its second part is not below a
    /// second.
    pub fn nanoseconds(self) -> Result<u64> {
        if self.seconds < 0 || !(0..1_000_000_000).contains(&self.nanoseconds) {
            return Err(Errno::EINVAL);
        }
        Ok((self.seconds as u64)
            .saturating_mul(1_000_000_000)
            .saturating_add(self.nanoseconds as u64))
    }

    /// A time from nanoseconds.
    pub fn from_nanoseconds(nanoseconds: u64) -> Self {
        Timespec {
            seconds: (nanoseconds / 1_000_000_000) as i64,
            nanoseconds: (nanoseconds % 1_000_000_000) as c_long,
        }
    }
}

impl Timeval {
    /// The time in nanoseconds; `EINVAL` if negative. Linux lets more than a second of
    /// microseconds pass in select(2).
    pub fn nanoseconds(self) -> Result<u64> {
        if self.seconds < 0 || self.microseconds < 0 {
            return Err(Errno::EINVAL);
        }
        let seconds = (self.seconds as u64).saturating_mul(1_000_000_000);
        Ok(seconds.saturating_add((self.microseconds as u64).saturating_mul(1_000)))
    }

    /// What is left of a time, rounded down.
    pub fn from_nanoseconds(nanoseconds: u64) -> Self {
        Timeval {
            seconds: (nanoseconds / 1_000_000_000) as i64,
            microseconds: (nanoseconds % 1_000_000_000 / 1_000) as i64,
        }
    }
}

/// Sleeps; returns what was left when a signal ended it.
fn rest(nanoseconds: u64) -> core::result::Result<(), u64> {
    let until = clock::now().saturating_add(nanoseconds);
    interruptible(false, || blocking::pause(until)).map_err(|_| until.saturating_sub(clock::now()))
}

/// sleep(3): returns the seconds left when a signal ended it (rounded up), else 0.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_sleep(seconds: u32) -> u32 {
    match rest(u64::from(seconds) * 1_000_000_000) {
        Ok(()) => 0,
        Err(left) => left.div_ceil(1_000_000_000) as u32,
    }
}

/// usleep(3): microseconds.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_usleep(microseconds: u32) -> c_int {
    rest(u64::from(microseconds) * 1_000)
        .map_err(|_| Errno::EINTR)
        .or_minus_one_errno()
}

fn sleep_for(request: *const Timespec, remaining: *mut Timespec) -> Result<()> {
    let time = util::read(request)?.nanoseconds()?;
    rest(time).or_else(|left| {
        if !remaining.is_null() {
            util::write(remaining, Timespec::from_nanoseconds(left))?;
        }
        Err(Errno::EINTR)
    })
}

/// nanosleep(2): fails with `EINTR` (and tells what is left), `EINVAL`, `EFAULT`.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_nanosleep(request: *const Timespec, remaining: *mut Timespec) -> c_int {
    sleep_for(request, remaining).or_minus_one_errno()
}

/// How often an absolute sleep looks whether CLOCK_REALTIME was set.
const LOOK_AGAIN: u64 = 10_000_000_000;

/// Sleeps until a time of CLOCK_REALTIME or CLOCK_MONOTONIC.
fn sleep_until(wall: bool, request: *const Timespec) -> Result<()> {
    let time = i64::try_from(util::read(request)?.nanoseconds()?).unwrap_or(i64::MAX);
    loop {
        let until = time_clocks::moment(wall, time)?;
        let until = u64::try_from(until).unwrap_or(0);
        let step = if wall {
            until.min(clock::now().saturating_add(LOOK_AGAIN))
        } else {
            until
        };
        interruptible(false, || blocking::pause(step))?;
        if !wall || time_clocks::realtime()? >= time {
            return Ok(());
        }
    }
}

/// clock_nanosleep(2): returns the error number: `EINTR`, `EINVAL`, `EFAULT`, `ENOTSUP` for
/// processor time.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_clock_nanosleep(
    clock_id: ClockId,
    flags: c_int,
    request: *const Timespec,
    remaining: *mut Timespec,
) -> c_int {
    const TIMER_ABSTIME: c_int = 1;
    let outcome = match time_clocks::kind(clock_id) {
        Kind::Unknown => {
            blocking::flush_point();
            Err(Errno::EINVAL)
        }
        Kind::Processor => Err(Errno::ENOTSUP),
        _ if flags & TIMER_ABSTIME == 0 => sleep_for(request, remaining),
        kind => sleep_until(kind == Kind::Realtime, request),
    };
    outcome.map_or_else(|errno| errno.0, |()| 0)
}
