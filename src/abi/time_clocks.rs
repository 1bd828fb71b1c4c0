//! The clocks of `<time.h>`.

use super::time::Timespec;
use super::types::ClockId;
use super::util::{self, OrMinusOne};
use crate::errno::{Errno, Result};
use crate::host::clock;
use core::ffi::c_int;
use core::ptr;

/// CLOCK_MONOTONIC counts from a made-up start of the system: a day before the host's clock, which
/// mostly starts with the program, while programs take a time near 0 for "never". No more than a
/// day, because they also keep milliseconds in a `long`, and here that is full after 24.
const SINCE_BOOT: u64 = 86_400_000_000_000;

unsafe extern "C" {
    fn __wps_clock_kind(clock: ClockId) -> c_int;
    fn __real_clock_gettime(clock: ClockId, to: *mut Timespec) -> c_int;
    fn __real_clock_getres(clock: ClockId, to: *mut Timespec) -> c_int;
    static _CLOCK_REALTIME: u8;
    static _CLOCK_MONOTONIC: u8;
}

/// What a `clockid_t` stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Realtime,
    Monotonic,
    /// CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID
    Processor,
    /// None of the overlay's.
    Unknown,
}

pub(super) fn kind(clock: ClockId) -> Kind {
    // SAFETY: compares addresses.
    match unsafe { __wps_clock_kind(clock) } {
        1 => Kind::Realtime,
        2 => Kind::Monotonic,
        3 => Kind::Processor,
        _ => Kind::Unknown,
    }
}

/// CLOCK_REALTIME, in nanoseconds.
pub(super) fn realtime() -> Result<i64> {
    let mut now = Timespec::from_nanoseconds(0);
    // SAFETY: writes a timespec.
    if unsafe { __real_clock_gettime((&raw const _CLOCK_REALTIME).cast(), &mut now) } != 0 {
        return Err(util::last_errno());
    }
    Ok(i64::try_from(now.nanoseconds()?).unwrap_or(i64::MAX))
}

/// The moment of the host's clock that a time of CLOCK_MONOTONIC, or of CLOCK_REALTIME as that
/// stands now, means; both in nanoseconds. It may be before that clock's start.
pub(super) fn moment(wall: bool, time: i64) -> Result<i64> {
    if !wall {
        return Ok(time.saturating_sub(SINCE_BOOT as i64));
    }
    let now = i64::try_from(clock::now()).unwrap_or(i64::MAX);
    Ok(now.saturating_add(time.saturating_sub(realtime()?)))
}

/// clock_gettime(2): fails with `EFAULT`, and with `EINVAL` for an unknown clock.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_clock_gettime(clock: ClockId, to: *mut Timespec) -> c_int {
    let now = match kind(clock) {
        Kind::Monotonic => clock::now().saturating_add(SINCE_BOOT),
        Kind::Processor => clock::busy(),
        Kind::Unknown => return Err::<(), _>(Errno::EINVAL).or_minus_one_errno(),
        Kind::Realtime if util::in_memory(to as usize, size_of::<Timespec>()) => {
            // SAFETY: plain forwarding.
            return unsafe { __real_clock_gettime((&raw const _CLOCK_REALTIME).cast(), to) };
        }
        Kind::Realtime => return Err::<(), _>(Errno::EFAULT).or_minus_one_errno(),
    };
    util::write(to, Timespec::from_nanoseconds(now)).or_minus_one_errno()
}

/// clock_getres(2): `to` may be null. Fails as clock_gettime(2) does.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_clock_getres(clock: ClockId, to: *mut Timespec) -> c_int {
    if !to.is_null() && !util::in_memory(to as usize, size_of::<Timespec>()) {
        return Err::<(), _>(Errno::EFAULT).or_minus_one_errno();
    }
    let mut finest = Timespec::from_nanoseconds(1);
    // SAFETY: only addresses are taken.
    let theirs: ClockId = match kind(clock) {
        Kind::Realtime => (&raw const _CLOCK_REALTIME).cast(),
        Kind::Monotonic => (&raw const _CLOCK_MONOTONIC).cast(),
        Kind::Processor => ptr::null(),
        Kind::Unknown => return Err::<(), _>(Errno::EINVAL).or_minus_one_errno(),
    };
    // SAFETY: libc gets a place of ours: some versions write through a null pointer.
    if !theirs.is_null() && unsafe { __real_clock_getres(theirs, ptr::from_mut(&mut finest)) } != 0
    {
        return -1;
    }
    if to.is_null() {
        return 0;
    }
    util::write(to, finest).or_minus_one_errno()
}

/// The clock that the wait engine's deadlines are times of, in nanoseconds.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_now() -> u64 {
    clock::now()
}

/// The deadline that an absolute time (nanoseconds) of CLOCK_REALTIME (`wall` not 0) or
/// CLOCK_MONOTONIC means; 0 for one long past.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_deadline(wall: c_int, time: u64) -> u64 {
    let time = i64::try_from(time).unwrap_or(i64::MAX);
    moment(wall != 0, time).map_or(0, |at| u64::try_from(at).unwrap_or(0))
}

/// From here on the time that the program sleeps is measured.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_measure_processor_time() {
    clock::measure();
}

/// Nanoseconds since the program's start that it did not sleep.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_processor_ns() -> u64 {
    clock::busy()
}
