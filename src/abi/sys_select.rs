//! `<sys/select.h>`: select(2) and pselect(2), over the overlay's bitmaps and over the lists that
//! wasi-libc's own headers make of an fd_set.

mod kept;
mod layout;

use super::poll::deadline;
use super::signal_hooks::with_mask;
use super::time::{Timespec, Timeval};
use super::types::{FdSet, SigSet};
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::fd::{Ready, process};
use crate::host::clock;
use core::ffi::{c_int, c_void};
use kept::LAST;
use layout::{Bitmap, Layout, List};

/// What each of the three sets asks about, and what of it select(2) counts as ready.
const SETS: [(Ready, Ready); 3] = [
    (Ready::IN, Ready(Ready::IN.0 | Ready::HUP.0 | Ready::ERR.0)),
    (Ready::OUT, Ready(Ready::OUT.0 | Ready::ERR.0)),
    (Ready::PRI, Ready::PRI),
];

fn select_sets<L: Layout>(
    limit: c_int,
    sets: [*mut c_void; 3],
    deadline: Option<u64>,
) -> Result<c_int> {
    if limit < 0 {
        return Err(Errno::EINVAL);
    }
    // As Linux does: programs pass getdtablesize() with sets that are much smaller.
    let most = process::with(|table| table.room().min(table.limit()));
    let limit = limit.min(most as c_int);
    interruptible(false, || {
        let mut last = LAST.with(Option::take).unwrap_or_default();
        let outcome = (|| {
            for (bits, set) in last.asked.iter_mut().zip(sets) {
                bits.clear();
                if !set.is_null() {
                    L::load(set, limit, bits)?;
                }
            }
            let found = last.wait(deadline)?;
            for (bits, set) in last.found.iter_mut().zip(sets) {
                if !set.is_null() {
                    L::store(set, limit, bits)?;
                }
            }
            Ok(found as c_int)
        })();
        LAST.with(|kept| *kept = Some(last));
        outcome
    })
}

fn select_with<L: Layout>(limit: c_int, sets: [*mut c_void; 3], timeout: *mut Timeval) -> c_int {
    (|| {
        let nanoseconds = if timeout.is_null() {
            None
        } else {
            Some(util::read(timeout)?.nanoseconds()?)
        };
        let until = deadline(nanoseconds);
        let outcome = select_sets::<L>(limit, sets, until);
        // Linux tells what was left of the time (select(2)).
        if let Some(until) = until.filter(|&until| until != 0) {
            let _ = util::write(
                timeout,
                Timeval::from_nanoseconds(until.saturating_sub(clock::now())),
            );
        }
        outcome
    })()
    .or_minus_one_errno()
}

fn pselect_with<L: Layout>(
    limit: c_int,
    sets: [*mut c_void; 3],
    timeout: *const Timespec,
    mask: *const c_void,
) -> c_int {
    (|| {
        let timeout = if timeout.is_null() {
            None
        } else {
            Some(util::read(timeout)?.nanoseconds()?)
        };
        let until = deadline(timeout);
        with_mask(mask, || select_sets::<L>(limit, sets, until))
    })()
    .or_minus_one_errno()
}

/// select(2) over the fd_set of the overlay headers. Returns how many bits are left over the
/// three sets. Fails with `EBADF`, `EINVAL`, `EINTR`, `EFAULT`.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_select_bitmap(
    limit: c_int,
    read: *mut c_void,
    write: *mut c_void,
    except: *mut c_void,
    timeout: *mut Timeval,
) -> c_int {
    select_with::<Bitmap>(limit, [read, write, except], timeout)
}

/// pselect(2) over the fd_set of the overlay headers.
#[unsafe(no_mangle)]
pub extern "C" fn __wps_pselect_bitmap(
    limit: c_int,
    read: *mut c_void,
    write: *mut c_void,
    except: *mut c_void,
    timeout: *const Timespec,
    mask: *const c_void,
) -> c_int {
    pselect_with::<Bitmap>(limit, [read, write, except], timeout, mask)
}

/// select(2) for objects compiled with wasi-libc's own fd_set.
#[unsafe(no_mangle)]
pub extern "C" fn select(
    limit: c_int,
    read: *mut FdSet,
    write: *mut FdSet,
    except: *mut FdSet,
    timeout: *mut Timeval,
) -> c_int {
    select_with::<List>(limit, [read, write, except], timeout)
}

/// pselect(2) for objects compiled with wasi-libc's own fd_set. Its one-byte sigset_t carries no
/// mask, so none is set.
#[unsafe(no_mangle)]
pub extern "C" fn pselect(
    limit: c_int,
    read: *mut FdSet,
    write: *mut FdSet,
    except: *mut FdSet,
    timeout: *const Timespec,
    _mask: *const SigSet,
) -> c_int {
    pselect_with::<List>(limit, [read, write, except], timeout, core::ptr::null())
}
