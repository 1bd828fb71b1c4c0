//! pthread.h: attributes of threads that are never made, and scheduling of the one there is.

use crate::c::*;
use crate::sched;

unsafe extern "C" {
    fn pthread_self() -> *mut c_void;
    static __wps_processor_clock: c_void;
    /// Ends of the stack, from the linker.
    static __stack_low: u8;
    static __stack_high: u8;
}

/// `pthread_attr_t` of libc.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Attributes {
    stack_size: size_t,
    guard_size: size_t,
    stack_end: size_t,
    detached: c_int,
    explicit: c_int,
    policy: c_int,
    priority: c_int,
    rest: [c_int; 2],
}

const SIZE: usize = core::mem::size_of::<Attributes>();
const SYSTEM: c_int = 0;
const PROCESS: c_int = 1;
const FIFO: c_int = 1;
const RR: c_int = 2;

/// The attributes that a new thread would get; None until they are set.
static mut DEFAULTS: Option<Attributes> = None;
static mut CONCURRENCY: c_int = 0;

/// What a thread gets that says nothing: a stack like the only thread's.
unsafe fn plain() -> Attributes {
    let (low, high) = (
        &raw const __stack_low as usize,
        &raw const __stack_high as usize,
    );
    Attributes {
        stack_size: high.wrapping_sub(low),
        guard_size: 4096,
        stack_end: 0,
        detached: 0,
        explicit: 0,
        policy: 0,
        priority: 0,
        rest: [0; 2],
    }
}

/// Reads a value out of attributes: 0 or EFAULT.
unsafe fn read(
    from: *const Attributes,
    to: *mut c_int,
    value: unsafe fn(*const Attributes) -> c_int,
) -> c_int {
    unsafe {
        if !points_to(from, SIZE) || !points_to(to, 4) {
            return EFAULT;
        }
        *to = value(from);
        0
    }
}

export! {
    /// Keeps the scope: only PTHREAD_SCOPE_SYSTEM, as with glibc. ENOTSUP for the other, EINVAL
    /// (POSIX pthread_attr_setscope).
    fn pthread_attr_setscope(attributes: *mut Attributes, scope: c_int) -> c_int {
        if !points_to(attributes, SIZE) { return EFAULT }
        match scope { SYSTEM => 0, PROCESS => ENOTSUP, _ => EINVAL }
    }
    /// PTHREAD_SCOPE_SYSTEM (POSIX pthread_attr_getscope).
    fn pthread_attr_getscope(attributes: *const Attributes, to: *mut c_int) -> c_int {
        read(attributes, to, |_| SYSTEM)
    }
    /// Keeps whether a thread would inherit its scheduling. EINVAL
    /// (POSIX pthread_attr_setinheritsched).
    fn pthread_attr_setinheritsched(attributes: *mut Attributes, inherit: c_int) -> c_int {
        if !points_to(attributes, SIZE) { return EFAULT }
        if !(0..=1).contains(&inherit) { return EINVAL }
        (*attributes).explicit = inherit;
        0
    }
    /// What pthread_attr_setinheritsched kept (POSIX pthread_attr_getinheritsched).
    fn pthread_attr_getinheritsched(attributes: *const Attributes, to: *mut c_int) -> c_int {
        read(attributes, to, |from| unsafe { (*from).explicit })
    }
    /// Keeps a policy: SCHED_OTHER, SCHED_FIFO, SCHED_RR; EINVAL
    /// (POSIX pthread_attr_setschedpolicy).
    fn pthread_attr_setschedpolicy(attributes: *mut Attributes, policy: c_int) -> c_int {
        if !points_to(attributes, SIZE) { return EFAULT }
        if !(0..=RR).contains(&policy) { return EINVAL }
        (*attributes).policy = policy;
        0
    }
    /// The kept policy (POSIX pthread_attr_getschedpolicy).
    fn pthread_attr_getschedpolicy(attributes: *const Attributes, to: *mut c_int) -> c_int {
        read(attributes, to, |from| unsafe { (*from).policy })
    }
    /// Keeps a priority of the kept policy's range; EINVAL (POSIX pthread_attr_setschedparam).
    fn pthread_attr_setschedparam(attributes: *mut Attributes, param: *const c_int) -> c_int {
        if !points_to(attributes, SIZE) || !points_to(param, 4) { return EFAULT }
        let range = if matches!((*attributes).policy, FIFO | RR) { 1..=99 } else { 0..=0 };
        if !range.contains(&*param) { return EINVAL }
        (*attributes).priority = *param;
        0
    }
    /// What the overlay's pthread_attr_getschedparam calls: the kept priority, which a libc does not
    /// tell (POSIX pthread_attr_getschedparam).
    fn __wps_attr_getschedparam(attributes: *const Attributes, param: *mut c_int) -> c_int {
        read(attributes, param, |from| unsafe { (*from).priority })
    }
    /// 0 for a set with processor 0; it is not kept. EINVAL
    /// (glibc pthread_attr_setaffinity_np).
    fn pthread_attr_setaffinity_np(attributes: *mut Attributes, size: size_t, set: *const u8) -> c_int {
        if !points_to(attributes, SIZE) { return EFAULT }
        sched::set_affinity(size, set)
    }
    /// Processor 0 (glibc pthread_attr_getaffinity_np). EINVAL for a size that is no multiple
    /// of 4.
    fn pthread_attr_getaffinity_np(attributes: *const Attributes, size: size_t, set: *mut u8) -> c_int {
        if !points_to(attributes, SIZE) { return EFAULT }
        sched::get_affinity(size, set)
    }
    /// The only thread's attributes: its stack; else the defaults. ESRCH for another
    /// (glibc pthread_getattr_np).
    fn pthread_getattr_np(thread: *mut c_void, to: *mut Attributes) -> c_int {
        if thread != pthread_self() { return ESRCH }
        if !points_to(to, SIZE) { return EFAULT }
        *to = plain();
        (*to).stack_end = &raw const __stack_high as usize;
        (*to).guard_size = 0;
        0
    }
    /// What pthread_setattr_default_np kept (glibc pthread_getattr_default_np).
    fn pthread_getattr_default_np(to: *mut Attributes) -> c_int {
        if !points_to(to, SIZE) { return EFAULT }
        *to = match DEFAULTS { Some(kept) => kept, None => plain() };
        0
    }
    /// Keeps the attributes of threads to come, of which there are none; EINVAL for a stack
    /// address (glibc pthread_setattr_default_np).
    fn pthread_setattr_default_np(from: *const Attributes) -> c_int {
        if !points_to(from, SIZE) { return EFAULT }
        if (*from).stack_end != 0 { return EINVAL }
        DEFAULTS = Some(*from);
        0
    }

    /// Sets the only thread's policy and priority as sched_setscheduler does; returns EPERM,
    /// EINVAL, ESRCH (POSIX pthread_setschedparam).
    fn pthread_setschedparam(thread: *mut c_void, policy: c_int, param: *const c_int) -> c_int {
        if thread != pthread_self() { return ESRCH }
        if !points_to(param, 4) { return EFAULT }
        sched::change(policy, *param)
    }
    /// The policy, and priority 0 (POSIX pthread_getschedparam). ESRCH.
    fn pthread_getschedparam(thread: *mut c_void, policy: *mut c_int, param: *mut c_int) -> c_int {
        if thread != pthread_self() { return ESRCH }
        if !points_to(policy, 4) || !points_to(param, 4) { return EFAULT }
        *policy = sched::policy();
        *param = 0;
        0
    }
    /// 0 for priority 0, else EINVAL (POSIX pthread_setschedprio). ESRCH.
    fn pthread_setschedprio(thread: *mut c_void, priority: c_int) -> c_int {
        if thread != pthread_self() { return ESRCH }
        if priority == 0 { 0 } else { EINVAL }
    }
    /// What pthread_setconcurrency kept, at first 0 (POSIX pthread_getconcurrency).
    fn pthread_getconcurrency() -> c_int { CONCURRENCY }
    /// Keeps a hint; EINVAL below 0 (POSIX pthread_setconcurrency).
    fn pthread_setconcurrency(level: c_int) -> c_int {
        if level < 0 { return EINVAL }
        CONCURRENCY = level;
        0
    }
    /// The clock of the processor time that the only thread used (POSIX pthread_getcpuclockid).
    /// ESRCH.
    fn pthread_getcpuclockid(thread: *mut c_void, to: *mut clockid_t) -> c_int {
        if thread != pthread_self() { return ESRCH }
        if !points_to(to, 4) { return EFAULT }
        *to = &raw const __wps_processor_clock;
        0
    }
    /// EBUSY for the only thread, which still runs; ESRCH for others (glibc pthread_tryjoin_np).
    fn pthread_tryjoin_np(thread: *mut c_void, result: *mut *mut c_void) -> c_int {
        let _ = result;
        if thread == pthread_self() { EBUSY } else { ESRCH }
    }
    /// EDEADLK for the only thread, ESRCH for others (glibc pthread_timedjoin_np).
    fn pthread_timedjoin_np(thread: *mut c_void, result: *mut *mut c_void, time: *const timespec) -> c_int {
        let _ = (result, time);
        if thread == pthread_self() { EDEADLK } else { ESRCH }
    }

    /// EINVAL: no lock has the protocol PTHREAD_PRIO_PROTECT
    /// (POSIX pthread_mutex_getprioceiling).
    fn pthread_mutex_getprioceiling(mutex: *const c_void, to: *mut c_int) -> c_int {
        let _ = (mutex, to);
        EINVAL
    }
    /// EINVAL (POSIX pthread_mutex_setprioceiling).
    fn pthread_mutex_setprioceiling(mutex: *mut c_void, ceiling: c_int, old: *mut c_int) -> c_int {
        let _ = (mutex, ceiling, old);
        EINVAL
    }
    /// 1, the lowest that there is (POSIX pthread_mutexattr_getprioceiling).
    fn pthread_mutexattr_getprioceiling(attributes: *const c_void, to: *mut c_int) -> c_int {
        if !points_to(attributes, 4) || !points_to(to, 4) { return EFAULT }
        *to = 1;
        0
    }
    /// 0 for 1; ENOTSUP for what cannot be kept, EINVAL outside 1 to 99
    /// (POSIX pthread_mutexattr_setprioceiling).
    fn pthread_mutexattr_setprioceiling(attributes: *mut c_void, ceiling: c_int) -> c_int {
        if !points_to(attributes, 4) { return EFAULT }
        match ceiling { 1 => 0, 2..=99 => ENOTSUP, _ => EINVAL }
    }
    /// 0: there is no other thread (glibc pthread_yield).
    fn pthread_yield() -> c_int { 0 }
}
