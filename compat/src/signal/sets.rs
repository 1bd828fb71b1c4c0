//! Signal sets: sigemptyset and its family (POSIX signal.h), 8 bytes, one bit per signal.

use super::state::{bit, load, store, valid};
use crate::c::*;

type Set = *mut [u32; 2];
type ConstSet = *const [u32; 2];

export! {
    /// Makes the set empty. Returns 0; EINVAL for NULL.
    fn sigemptyset(set: Set) -> c_int {
        if set.is_null() { return fail(EINVAL) }
        store(set, 0);
        0
    }

    /// Puts all 64 signals into the set. Returns 0; EINVAL for NULL.
    fn sigfillset(set: Set) -> c_int {
        if set.is_null() { return fail(EINVAL) }
        store(set, u64::MAX);
        0
    }

    /// Adds a signal. Returns 0; EINVAL for NULL and for a number outside 1 to 64.
    fn sigaddset(set: Set, signo: c_int) -> c_int {
        if set.is_null() || !valid(signo) { return fail(EINVAL) }
        store(set, load(set) | bit(signo));
        0
    }

    /// Removes a signal. Returns 0; EINVAL for NULL and for a number outside 1 to 64.
    fn sigdelset(set: Set, signo: c_int) -> c_int {
        if set.is_null() || !valid(signo) { return fail(EINVAL) }
        store(set, load(set) & !bit(signo));
        0
    }

    /// 1 if the signal is in the set, else 0; -1 with EINVAL for a number outside 1 to 64.
    fn sigismember(set: ConstSet, signo: c_int) -> c_int {
        if set.is_null() || !valid(signo) { return fail(EINVAL) }
        c_int::from(load(set) & bit(signo) != 0)
    }

    /// 1 if the set is empty, else 0 (glibc).
    fn sigisemptyset(set: ConstSet) -> c_int {
        if set.is_null() { return fail(EINVAL) }
        c_int::from(load(set) == 0)
    }

    /// The union of two sets (glibc).
    fn sigorset(to: Set, a: ConstSet, b: ConstSet) -> c_int {
        if to.is_null() || a.is_null() || b.is_null() { return fail(EINVAL) }
        store(to, load(a) | load(b));
        0
    }

    /// The signals that are in both sets (glibc).
    fn sigandset(to: Set, a: ConstSet, b: ConstSet) -> c_int {
        if to.is_null() || a.is_null() || b.is_null() { return fail(EINVAL) }
        store(to, load(a) & load(b));
        0
    }

    /// The first real-time signal: what SIGRTMIN expands to. 34, as with glibc.
    fn __libc_current_sigrtmin() -> c_int {
        super::super::siginfo::SIGRTMIN
    }

    /// The last real-time signal: what SIGRTMAX expands to. 64.
    fn __libc_current_sigrtmax() -> c_int {
        super::super::siginfo::SIGRTMAX
    }
}
