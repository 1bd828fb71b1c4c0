//! threads.h: C11's threads as far as one thread goes. Locks work; nobody else can unlock or signal,
//! so waiting without a time limit is an error.

use crate::c::*;

unsafe extern "C" {
    fn pthread_self() -> *mut c_void;
    fn pthread_exit(result: *mut c_void) -> !;
}

const SUCCESS: c_int = 0;
const BUSY: c_int = 1;
const ERROR: c_int = 2;
const TIMED_OUT: c_int = 4;
const RECURSIVE: c_int = 1;

/// What call_once calls.
pub type Function = Option<unsafe extern "C" fn()>;

/// `mtx_t`: the type, and how often it is locked.
pub type Mutex = [c_int; 6];

/// As many keys as POSIX promises, PTHREAD_KEYS_MAX.
const KEYS: usize = 128;

/// The thread's value of each key that is given out.
static mut VALUES: [Option<*mut c_void>; KEYS] = [None; KEYS];

/// The place of a key; NULL for a number that is none.
unsafe fn place(key: c_uint) -> *mut Option<*mut c_void> {
    if key as usize >= KEYS {
        return null_mut();
    }
    (&raw mut VALUES)
        .cast::<Option<*mut c_void>>()
        .wrapping_add(key as usize)
}

unsafe fn try_lock(mutex: *mut Mutex) -> c_int {
    unsafe {
        if !points_to(mutex, 24) {
            return ERROR;
        }
        let [kind, count, ..] = *mutex;
        if count > 0 && kind & RECURSIVE == 0 {
            return BUSY;
        }
        (*mutex)[1] = count.wrapping_add(1);
        SUCCESS
    }
}

/// Waits until a time of CLOCK_REALTIME, through handlers. Nobody comes before that.
unsafe fn wait_out(time: *const timespec) -> c_int {
    unsafe {
        if !points_to(time, 16) {
            return ERROR;
        }
        let Some(ns) = nanoseconds(time) else {
            return ERROR;
        };
        while __wps_await(__wps_deadline(1, ns)) != ETIMEDOUT {}
        TIMED_OUT
    }
}

export! {
    /// thrd_error: there are no threads to be had (ISO C thrd_create).
    fn thrd_create(thread: *mut *mut c_void, start: *const c_void, argument: *mut c_void) -> c_int {
        let _ = (thread, start, argument);
        ERROR
    }
    /// Ends the only thread and so the program, with status 0 (ISO C thrd_exit).
    fn thrd_exit(result: c_int) -> ! { pthread_exit(result as usize as *mut c_void) }
    /// thrd_error: the only thread cannot wait for itself (ISO C thrd_join).
    fn thrd_join(thread: *mut c_void, result: *mut c_int) -> c_int {
        let _ = (thread, result);
        ERROR
    }
    /// thrd_success for the only thread, else thrd_error (ISO C thrd_detach).
    fn thrd_detach(thread: *mut c_void) -> c_int {
        if thread == pthread_self() { SUCCESS } else { ERROR }
    }
    /// Nothing: there is no other thread (ISO C thrd_yield).
    fn thrd_yield() {}

    /// Calls the function the first time (ISO C call_once).
    fn call_once(flag: *mut c_int, function: Function) {
        if !points_to(flag, 4) || *flag != 0 { return }
        *flag = 1;
        if let Some(function) = function { function() }
    }

    /// Makes a lock: thrd_success, or thrd_error (ISO C mtx_init).
    fn mtx_init(mutex: *mut Mutex, kind: c_int) -> c_int {
        if !points_to(mutex, 24) { return ERROR }
        *mutex = [kind & RECURSIVE, 0, 0, 0, 0, 0];
        SUCCESS
    }
    /// Nothing (ISO C mtx_destroy).
    fn mtx_destroy(mutex: *mut Mutex) { let _ = mutex; }
    /// Locks; thrd_error where the thread would wait for itself (ISO C mtx_lock).
    fn mtx_lock(mutex: *mut Mutex) -> c_int {
        if try_lock(mutex) == SUCCESS { SUCCESS } else { ERROR }
    }
    /// Locks, or waits until a time of CLOCK_REALTIME: thrd_timedout (ISO C mtx_timedlock).
    fn mtx_timedlock(mutex: *mut Mutex, time: *const timespec) -> c_int {
        match try_lock(mutex) { BUSY => wait_out(time), done => done }
    }
    /// Locks, or thrd_busy (ISO C mtx_trylock).
    fn mtx_trylock(mutex: *mut Mutex) -> c_int { try_lock(mutex) }
    /// Unlocks; thrd_error for what is not locked (ISO C mtx_unlock).
    fn mtx_unlock(mutex: *mut Mutex) -> c_int {
        if !points_to(mutex, 24) || (*mutex)[1] <= 0 { return ERROR }
        (*mutex)[1] -= 1;
        SUCCESS
    }

    /// thrd_success (ISO C cnd_init).
    fn cnd_init(condition: *mut c_void) -> c_int { let _ = condition; SUCCESS }
    /// Nothing (ISO C cnd_destroy).
    fn cnd_destroy(condition: *mut c_void) { let _ = condition; }
    /// thrd_success: nobody waits (ISO C cnd_signal).
    fn cnd_signal(condition: *mut c_void) -> c_int { let _ = condition; SUCCESS }
    /// thrd_success: nobody waits (ISO C cnd_broadcast).
    fn cnd_broadcast(condition: *mut c_void) -> c_int { let _ = condition; SUCCESS }
    /// thrd_error: nobody could signal (ISO C cnd_wait).
    fn cnd_wait(condition: *mut c_void, mutex: *mut Mutex) -> c_int {
        let _ = (condition, mutex);
        ERROR
    }
    /// thrd_timedout, at that time of CLOCK_REALTIME (ISO C cnd_timedwait).
    fn cnd_timedwait(condition: *mut c_void, mutex: *mut Mutex, time: *const timespec) -> c_int {
        let _ = (condition, mutex);
        wait_out(time)
    }

    /// A key for the thread's own data, of which there are 128: thrd_success, or thrd_error
    /// (ISO C tss_create). Destructors run at the end of a thread, which the only one has with
    /// the program's.
    fn tss_create(key: *mut c_uint, destructor: *const c_void) -> c_int {
        let _ = destructor;
        if !points_to(key, 4) { return ERROR }
        let mut number = 0;
        while number < KEYS as c_uint {
            let place = place(number);
            if (*place).is_none() {
                *place = Some(null_mut());
                *key = number;
                return SUCCESS;
            }
            number += 1;
        }
        ERROR
    }
    /// Gives a key back (ISO C tss_delete).
    fn tss_delete(key: c_uint) {
        let place = place(key);
        if !place.is_null() { *place = None }
    }
    /// Sets the thread's value of a key: thrd_success, or thrd_error (ISO C tss_set).
    fn tss_set(key: c_uint, value: *mut c_void) -> c_int {
        let place = place(key);
        if place.is_null() || (*place).is_none() { return ERROR }
        *place = Some(value);
        SUCCESS
    }
    /// The thread's value of a key, at first NULL (ISO C tss_get).
    fn tss_get(key: c_uint) -> *mut c_void {
        let place = place(key);
        if place.is_null() { return null_mut() }
        match *place { Some(value) => value, None => null_mut() }
    }
}
