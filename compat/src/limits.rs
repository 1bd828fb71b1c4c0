//! Limits, priorities and scheduling.

use crate::c::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Rlimit {
    cur: u64,
    max: u64,
}

const INFINITY: u64 = u64::MAX;
const RLIMITS: c_int = 16;
const NOFILE: c_int = 7;

unsafe extern "C" {
    /// The descriptor number that the core never gives out, and how to lower it.
    fn __wps_fd_limit() -> c_uint;
    fn __wps_set_fd_limit(limit: c_uint) -> c_int;
}

const fn both(limit: u64) -> Rlimit {
    Rlimit {
        cur: limit,
        max: limit,
    }
}

/// In the order of RLIMIT_*. No processes, no core files, no locked memory and no real-time
/// priority are to be had. Of memory and stack nobody takes anything away, so these are infinite, as
/// for most users of Linux; descriptors are asked for when wanted.
static mut LIMITS: [Rlimit; RLIMITS as usize] = [
    both(INFINITY),
    both(INFINITY),
    both(INFINITY),
    both(INFINITY),
    Rlimit {
        cur: 0,
        max: INFINITY,
    },
    both(INFINITY),
    both(1),
    both(0),
    both(0),
    both(INFINITY),
    both(INFINITY),
    both(64),
    both(819_200),
    both(0),
    both(0),
    both(INFINITY),
];

/// The limit, as it is now; None for an unknown one.
unsafe fn get(which: c_int) -> Option<Rlimit> {
    unsafe {
        if !(0..RLIMITS).contains(&which) {
            return None;
        }
        let entry = (&raw mut LIMITS).cast::<Rlimit>().add(which as usize & 15);
        if which == NOFILE {
            (*entry).cur = __wps_fd_limit() as u64;
            if (*entry).max < (*entry).cur {
                (*entry).max = (*entry).cur;
            }
        }
        Some(*entry)
    }
}

/// Sets and reads a limit, either of which may be NULL.
unsafe fn change(which: c_int, new: *const Rlimit, old: *mut Rlimit) -> c_int {
    unsafe {
        let Some(before) = get(which) else {
            return fail(EINVAL);
        };
        if !new.is_null() && !points_to(new, 16) || !old.is_null() && !points_to(old, 16) {
            return -1;
        }
        if !new.is_null() {
            let wanted = *new;
            if wanted.cur > wanted.max {
                return fail(EINVAL);
            }
            if wanted.max > before.max {
                return fail(EPERM);
            }
            if which == NOFILE && __wps_set_fd_limit(wanted.cur as c_uint) != 0 {
                return -1;
            }
            *(&raw mut LIMITS).cast::<Rlimit>().add(which as usize & 15) = wanted;
        }
        if !old.is_null() {
            *old = before;
        }
        0
    }
}

/// The nice value, 0 to 19: only root may lower it.
static mut NICE: c_int = 0;

/// Whether `who` can mean this process; -1 when it means another.
fn is_self(which: c_int, who: id_t) -> c_int {
    let own = match which {
        0 | 1 => crate::session::pid() as id_t,
        2 => crate::session::UID as id_t,
        _ => return fail(EINVAL),
    };
    if who == 0 || who == own {
        0
    } else {
        fail(ESRCH)
    }
}

unsafe fn renice(to: c_int, refusal: c_int) -> c_int {
    unsafe {
        let to = to.clamp(-20, 19);
        if to < NICE {
            return fail(refusal);
        }
        NICE = to;
        0
    }
}

export! {
    /// A limit (POSIX getrlimit). RLIMIT_NOFILE is the core's, RLIMIT_NPROC 1; memory
    /// and stack are RLIM_INFINITY. EINVAL for an unknown one, EFAULT;
    /// NULL only asks whether there is such a limit, as with glibc.
    fn getrlimit(which: c_int, to: *mut Rlimit) -> c_int {
        change(which, null(), to)
    }

    /// Sets a limit (POSIX setrlimit). RLIMIT_NOFILE takes effect, the others are read back.
    /// EPERM above the hard limit, EINVAL for an unknown one or soft above hard, EFAULT.
    fn setrlimit(which: c_int, from: *const Rlimit) -> c_int {
        change(which, from, null_mut())
    }

    /// Both at once (prlimit(2)); ESRCH for another process.
    fn prlimit(who: pid_t, which: c_int, new: *const Rlimit, old: *mut Rlimit) -> c_int {
        if who != 0 && who != crate::session::pid() { return fail(ESRCH) }
        change(which, new, old)
    }

    /// As getrlimit.
    fn getrlimit64(which: c_int, to: *mut Rlimit) -> c_int {
        change(which, null(), to)
    }

    /// As setrlimit.
    fn setrlimit64(which: c_int, from: *const Rlimit) -> c_int {
        change(which, from, null_mut())
    }

    /// The soft limit of descriptors (4.2BSD getdtablesize).
    fn getdtablesize() -> c_int {
        let limit = __wps_fd_limit();
        if limit > c_int::MAX as c_uint { c_int::MAX } else { limit as c_int }
    }

    /// The nice value (POSIX getpriority). EINVAL for an unknown kind, ESRCH for others.
    fn getpriority(which: c_int, who: id_t) -> c_int {
        if is_self(which, who) != 0 { return -1 }
        NICE
    }

    /// Raises the nice value; it changes nothing but what getpriority says
    /// (POSIX setpriority). EACCES to lower it, EINVAL, ESRCH.
    fn setpriority(which: c_int, who: id_t, to: c_int) -> c_int {
        if is_self(which, who) != 0 { return -1 }
        renice(to, EACCES)
    }

    /// Adds to the nice value and returns it (POSIX nice). EPERM to lower it.
    fn nice(by: c_int) -> c_int {
        let by = by.clamp(-40, 40);
        if renice((&raw const NICE).read().wrapping_add(by), EPERM) != 0 { return -1 }
        NICE
    }
}
