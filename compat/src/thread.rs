//! The only thread: pthread.h, as far as wasi-libc leaves it out, and the locks of stdio.h.

use crate::c::*;
use crate::prctl::{NAME, set_name};

unsafe extern "C" {
    fn pthread_self() -> *mut c_void;
}

export! {
    /// Returns EAGAIN: there are no threads to be had (POSIX pthread_create).
    fn pthread_create(
        thread: *mut c_void,
        attributes: *const c_void,
        start: *const c_void,
        argument: *mut c_void,
    ) -> c_int {
        let _ = (thread, attributes, start, argument);
        EAGAIN
    }
    /// Returns EDEADLK for the only thread, ESRCH for others (POSIX pthread_join).
    fn pthread_join(thread: *mut c_void, result: *mut *mut c_void) -> c_int {
        let _ = result;
        if thread == pthread_self() { EDEADLK } else { ESRCH }
    }
    /// Returns 0 for the only thread, ESRCH for others (POSIX pthread_detach).
    fn pthread_detach(thread: *mut c_void) -> c_int {
        if thread == pthread_self() { 0 } else { ESRCH }
    }
    /// Sets the name of the only thread, up to 15 bytes (glibc). ERANGE for longer ones.
    fn pthread_setname_np(thread: *mut c_void, name: *const c_char) -> c_int {
        let _ = thread;
        if name.is_null() { return EINVAL }
        if strnlen(name, 16) > 15 { return ERANGE }
        set_name(name);
        0
    }
    /// The name of the only thread (glibc). ERANGE for less than 16 bytes.
    fn pthread_getname_np(thread: *mut c_void, to: *mut c_char, size: size_t) -> c_int {
        let _ = thread;
        if to.is_null() { return EINVAL }
        if size < 16 { return ERANGE }
        to.copy_from_nonoverlapping((&raw const NAME).cast(), 16);
        0
    }
    /// 0: there is no fork that could call them (POSIX pthread_atfork).
    fn pthread_atfork(prepare: *const c_void, parent: *const c_void, child: *const c_void) -> c_int {
        let _ = (prepare, parent, child);
        0
    }

    /// Nothing: one thread needs no lock (POSIX flockfile).
    fn flockfile(file: *mut FILE) { let _ = file; }
    /// 0: the lock is free (POSIX ftrylockfile).
    fn ftrylockfile(file: *mut FILE) -> c_int { let _ = file; 0 }
    /// Nothing (POSIX funlockfile).
    fn funlockfile(file: *mut FILE) { let _ = file; }
}
