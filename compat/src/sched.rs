//! sched.h: one processor, one thread, the ordinary policy.

use crate::c::*;

const OTHER: c_int = 0;
const FIFO: c_int = 1;
const RR: c_int = 2;
const BATCH: c_int = 3;
const IDLE: c_int = 5;

/// The policy, without SCHED_RESET_ON_FORK.
static mut POLICY: c_int = OTHER;

fn is_self(pid: pid_t) -> bool {
    pid == 0 || pid == crate::session::pid()
}

/// 0 if `pid` is this process, else -1 with the error.
fn check(pid: pid_t) -> c_int {
    if is_self(pid) {
        0
    } else if pid < 0 {
        fail(EINVAL)
    } else {
        fail(ESRCH)
    }
}

/// 0 for a policy and priority that a user may have, else an error number.
unsafe fn allowed(policy: c_int, priority: c_int) -> c_int {
    match policy & !0x4000_0000 {
        OTHER | BATCH | IDLE if priority == 0 => 0,
        FIFO | RR if (1..=99).contains(&priority) => EPERM,
        _ => EINVAL,
    }
}

/// The policy that was set last.
pub unsafe fn policy() -> c_int {
    unsafe { POLICY }
}

/// Keeps a policy. 0, EPERM or EINVAL.
pub unsafe fn change(policy: c_int, priority: c_int) -> c_int {
    unsafe {
        let error = allowed(policy, priority);
        if error == 0 {
            POLICY = policy & !0x4000_0000;
        }
        error
    }
}

/// 0 for a set of `size` bytes that has processor 0, else EINVAL or EFAULT.
pub unsafe fn set_affinity(size: size_t, mask: *const u8) -> c_int {
    unsafe {
        if !points_to(mask, size) {
            return EFAULT;
        }
        if size > 0 && *mask & 1 != 0 {
            0
        } else {
            EINVAL
        }
    }
}

/// Puts processor 0 into a set. 0, EINVAL or EFAULT.
pub unsafe fn get_affinity(size: size_t, mask: *mut u8) -> c_int {
    unsafe {
        if !points_to(mask, size) {
            return EFAULT;
        }
        if size < 4 || !size.is_multiple_of(4) {
            return EINVAL;
        }
        memset(mask.cast(), 0, size);
        *mask = 1;
        0
    }
}

export! {
    /// 0 if the set has processor 0, which is all there is; else EINVAL (sched_setaffinity(2)).
    /// ESRCH for another process, EFAULT.
    fn sched_setaffinity(pid: pid_t, size: size_t, mask: *const u8) -> c_int {
        if check(pid) != 0 { return -1 }
        match set_affinity(size, mask) { 0 => 0, e => fail(e) }
    }
    /// Processor 0 (sched_getaffinity(2)). EINVAL for a size that is no multiple of 4, ESRCH,
    /// EFAULT.
    fn sched_getaffinity(pid: pid_t, size: size_t, mask: *mut u8) -> c_int {
        if check(pid) != 0 { return -1 }
        match get_affinity(size, mask) { 0 => 0, e => fail(e) }
    }
    /// As sched_setaffinity; returns the error number (glibc).
    fn pthread_setaffinity_np(thread: *mut c_void, size: size_t, mask: *const u8) -> c_int {
        let _ = thread;
        set_affinity(size, mask)
    }
    /// As sched_getaffinity; returns the error number (glibc).
    fn pthread_getaffinity_np(thread: *mut c_void, size: size_t, mask: *mut u8) -> c_int {
        let _ = thread;
        get_affinity(size, mask)
    }
    /// 0, the only processor (glibc sched_getcpu).
    fn sched_getcpu() -> c_int { 0 }
    /// The policy (POSIX sched_getscheduler). ESRCH, EINVAL.
    fn sched_getscheduler(pid: pid_t) -> c_int {
        if check(pid) != 0 { -1 } else { policy() }
    }
    /// Sets the policy, which changes nothing but what is read back. EPERM for the real-time
    /// ones, EINVAL, ESRCH (POSIX sched_setscheduler).
    fn sched_setscheduler(pid: pid_t, policy: c_int, param: *const c_int) -> c_int {
        if check(pid) != 0 { return -1 }
        if param.is_null() { return fail(EINVAL) }
        if !points_to(param, 4) { return -1 }
        match change(policy, *param) { 0 => 0, e => fail(e) }
    }
    /// Priority 0 (POSIX sched_getparam). EINVAL for NULL, ESRCH.
    fn sched_getparam(pid: pid_t, param: *mut c_int) -> c_int {
        if check(pid) != 0 { return -1 }
        if param.is_null() { return fail(EINVAL) }
        if !points_to(param, 4) { return -1 }
        *param = 0;
        0
    }
    /// 0 for priority 0, else EINVAL (POSIX sched_setparam). ESRCH.
    fn sched_setparam(pid: pid_t, param: *const c_int) -> c_int {
        if check(pid) != 0 { return -1 }
        if param.is_null() || points_to(param, 4) && *param != 0 { return fail(EINVAL) }
        if !points_to(param, 4) { return -1 }
        0
    }
    /// 99 for the real-time policies, 0 for the others, EINVAL for unknown ones
    /// (POSIX sched_get_priority_max).
    fn sched_get_priority_max(policy: c_int) -> c_int {
        match policy { FIFO | RR => 99, OTHER | BATCH | IDLE => 0, _ => fail(EINVAL) }
    }
    /// 1 for the real-time policies, 0 for the others, EINVAL for unknown ones
    /// (POSIX sched_get_priority_min).
    fn sched_get_priority_min(policy: c_int) -> c_int {
        match policy { FIFO | RR => 1, OTHER | BATCH | IDLE => 0, _ => fail(EINVAL) }
    }
    /// 0 s: the host's scheduler is not known (POSIX sched_rr_get_interval). ESRCH, EFAULT.
    fn sched_rr_get_interval(pid: pid_t, to: *mut timespec) -> c_int {
        if check(pid) != 0 { return -1 }
        if !points_to(to, 16) { return -1 }
        *to = timespec { tv_sec: 0, tv_nsec: 0 };
        0
    }
    /// An empty set for so many processors, for CPU_FREE; NULL with ENOMEM (CPU_ALLOC(3)).
    fn __sched_cpualloc(count: size_t) -> *mut c_void {
        // The most of a set of Linux, and more than any has.
        if count > 0x10_0000 {
            set_errno(ENOMEM);
            return null_mut();
        }
        calloc(count.div_ceil(32), 4)
    }
    /// Frees what CPU_ALLOC gave (CPU_FREE(3)).
    fn __sched_cpufree(set: *mut c_void) { free(set) }
    /// Processor 0 of node 0 (getcpu(2)). EFAULT.
    fn getcpu(processor: *mut c_uint, node: *mut c_uint) -> c_int {
        if !processor.is_null() && !points_to(processor, 4) || !node.is_null() && !points_to(node, 4) {
            return -1;
        }
        if !processor.is_null() { *processor = 0 }
        if !node.is_null() { *node = 0 }
        0
    }
}
