//! `<sys/time.h>`: gettimeofday(2).

use super::time::Timeval;
use super::time_clocks::realtime;
use super::util::{self, OrMinusOne};
use core::ffi::{c_int, c_void};

/// `struct timezone`: minutes west of Greenwich, and the kind of summer time. Both are 0.
type Timezone = [c_int; 2];

/// gettimeofday(2): CLOCK_REALTIME in microseconds, and Linux's own time zone, which is 0. Either
/// pointer may be null. Fails with `EFAULT`.
#[unsafe(no_mangle)]
pub extern "C" fn gettimeofday(time: *mut Timeval, zone: *mut c_void) -> c_int {
    (|| {
        if !time.is_null() {
            let now = realtime()?;
            util::write(
                time,
                Timeval::from_nanoseconds(u64::try_from(now).unwrap_or(0)),
            )?;
        }
        if !zone.is_null() {
            util::write(zone.cast::<Timezone>(), [0, 0])?;
        }
        Ok(())
    })()
    .or_minus_one_errno()
}
