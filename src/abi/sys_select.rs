//! `<sys/select.h>`: select(2) and pselect(2), over the overlay's bitmaps and over the lists that
//! wasi-libc's own headers make of an fd_set.

use super::poll::{deadline, target};
use super::signal_hooks::with_mask;
use super::time::{Timespec, Timeval};
use super::types::{FdSet, SigSet};
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::fd::{Ready, process};
use crate::wait::poll::{Item, Target, poll as wait};
use crate::wasi::cell::Global;
use crate::wasi::clock;
use alloc::vec::Vec;
use core::ffi::{c_int, c_void};

/// What each of the three sets asks about, and what of it select(2) counts as ready.
const SETS: [(Ready, Ready); 3] = [
    (Ready::IN, Ready(Ready::IN.0 | Ready::HUP.0 | Ready::ERR.0)),
    (Ready::OUT, Ready(Ready::OUT.0 | Ready::ERR.0)),
    (Ready::PRI, Ready::PRI),
];

/// How an fd_set is laid out.
trait Layout {
    /// The members below `limit`, in any order.
    fn members(set: *mut c_void, limit: c_int, each: &mut dyn FnMut(c_int)) -> Result<()>;
    /// Leaves only the members for which `keep` says so; returns how many.
    fn retain(set: *mut c_void, limit: c_int, keep: &mut dyn FnMut(c_int) -> bool)
    -> Result<usize>;
}

/// Linux's: bit n of the set is descriptor n. Only the words up to the limit are touched, so
/// that masks of any size work.
struct Bitmap;

const WORD: usize = 32;

impl Layout for Bitmap {
    fn members(set: *mut c_void, limit: c_int, each: &mut dyn FnMut(c_int)) -> Result<()> {
        for index in 0..(limit as usize).div_ceil(WORD) {
            let mut word = util::read(set.cast::<u32>().wrapping_add(index))?;
            while word != 0 {
                let fd = (index * WORD) as c_int + word.trailing_zeros() as c_int;
                word &= word - 1;
                if fd < limit {
                    each(fd);
                }
            }
        }
        Ok(())
    }

    fn retain(
        set: *mut c_void,
        limit: c_int,
        keep: &mut dyn FnMut(c_int) -> bool,
    ) -> Result<usize> {
        let mut count = 0;
        for index in 0..(limit as usize).div_ceil(WORD) {
            let place = set.cast::<u32>().wrapping_add(index);
            let mut word = util::read(place)?;
            let mut kept = 0;
            while word != 0 {
                let bit = word & word.wrapping_neg();
                word &= word - 1;
                let fd = (index * WORD) as c_int + bit.trailing_zeros() as c_int;
                if fd < limit && keep(fd) {
                    kept |= bit;
                    count += 1;
                }
            }
            util::write(place, kept)?;
        }
        Ok(count)
    }
}

/// wasi-libc's: a count and that many descriptors.
struct List;

impl Layout for List {
    fn members(set: *mut c_void, limit: c_int, each: &mut dyn FnMut(c_int)) -> Result<()> {
        for index in 0..util::read(set.cast::<usize>())? {
            let fd = util::read(set.cast::<c_int>().wrapping_add(1 + index))?;
            if fd < limit {
                each(fd);
            }
        }
        Ok(())
    }

    fn retain(
        set: *mut c_void,
        limit: c_int,
        keep: &mut dyn FnMut(c_int) -> bool,
    ) -> Result<usize> {
        let mut count = 0;
        for index in 0..util::read(set.cast::<usize>())? {
            let fd = util::read(set.cast::<c_int>().wrapping_add(1 + index))?;
            if fd < limit && keep(fd) {
                util::write(set.cast::<c_int>().wrapping_add(1 + count), fd)?;
                count += 1;
            }
        }
        util::write(set.cast::<usize>(), count)?;
        Ok(count)
    }
}

/// The poll set of the last call, and where in it each descriptor stands.
struct Scratch {
    items: Vec<Item>,
    index: Vec<u32>,
}

static SCRATCH: Global<Scratch> = Global::new(Scratch {
    items: Vec::new(),
    index: Vec::new(),
});

const ABSENT: u32 = u32::MAX;

fn collect<L: Layout>(scratch: &mut Scratch, limit: c_int, sets: &[*mut c_void; 3]) -> Result<()> {
    let Scratch { items, index } = scratch;
    items.clear();
    index.clear();
    for (&set, (want, _)) in sets.iter().zip(SETS) {
        if set.is_null() {
            continue;
        }
        L::members(set, limit, &mut |fd| {
            let Ok(number) = usize::try_from(fd) else {
                return;
            };
            if number >= index.len() {
                index.resize(number + 1, ABSENT);
            }
            let Some(place) = index.get_mut(number) else {
                return;
            };
            if *place == ABSENT {
                *place = items.len() as u32;
                items.push(Item {
                    target: target(fd),
                    want: Ready::NONE,
                    got: Ready::NONE,
                });
            }
            if let Some(item) = items.get_mut(*place as usize) {
                item.want |= want;
            }
        })?;
    }
    if items
        .iter()
        .any(|item| matches!(item.target, Target::Invalid))
    {
        return Err(Errno::EBADF);
    }
    Ok(())
}

fn store<L: Layout>(scratch: &Scratch, limit: c_int, sets: &[*mut c_void; 3]) -> Result<usize> {
    let mut count = 0;
    for (&set, (_, counts)) in sets.iter().zip(SETS) {
        if set.is_null() {
            continue;
        }
        count += L::retain(set, limit, &mut |fd| {
            let place = usize::try_from(fd)
                .ok()
                .and_then(|number| scratch.index.get(number));
            let item = place.and_then(|&place| scratch.items.get(place as usize));
            item.is_some_and(|item| item.got.any(counts))
        })?;
    }
    Ok(count)
}

fn select_sets<L: Layout>(
    limit: c_int,
    sets: [*mut c_void; 3],
    deadline: Option<u64>,
) -> Result<c_int> {
    if limit < 0 {
        return Err(Errno::EINVAL);
    }
    let most = process::with(|table| table.limit());
    let limit = limit.min(most as c_int);
    interruptible(false, || {
        let mut scratch = SCRATCH.with(|kept| {
            core::mem::replace(
                kept,
                Scratch {
                    items: Vec::new(),
                    index: Vec::new(),
                },
            )
        });
        let outcome = collect::<L>(&mut scratch, limit, &sets).and_then(|()| {
            loop {
                let ready = wait(&mut scratch.items, deadline)?;
                // HUP and ERR alone count only where a set asks for what they stand for.
                let counted = scratch.items.iter().any(|item| {
                    SETS.iter()
                        .any(|&(want, counts)| item.want.any(want) && item.got.any(counts))
                });
                if ready == 0 || counted || deadline == Some(0) {
                    return store::<L>(&scratch, limit, &sets);
                }
                if deadline.is_some_and(|deadline| clock::now() >= deadline) {
                    return store::<L>(&scratch, limit, &sets);
                }
                // Such a file would end every sleep at once.
                for item in &mut scratch.items {
                    if !item.got.is_empty() {
                        item.target = Target::Ignored;
                    }
                }
            }
        });
        scratch.items.clear();
        SCRATCH.with(|kept| *kept = scratch);
        outcome.map(|count| count as c_int)
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
