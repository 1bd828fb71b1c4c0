//! Sending signals: only the process itself can be reached.

use super::deliver;
use super::siginfo::*;
use super::state;
use crate::c::*;
use crate::session;

/// Sends to `pid` as kill(2) counts them: 0 and the negated group are this process, -1 is every
/// other process and so nobody; process 1 belongs to somebody else.
unsafe fn send(pid: pid_t, signo: c_int, code: c_int, value: usize) -> c_int {
    unsafe {
        if signo != 0 && !state::valid(signo) {
            return fail(EINVAL);
        }
        let own = session::pid();
        if pid == 1 {
            return fail(EPERM);
        }
        if pid != 0 && pid != own && pid != own.wrapping_neg() {
            return fail(ESRCH);
        }
        if signo == 0 {
            0
        } else {
            deliver::send_self(signo, code, value)
        }
    }
}

export! {
    /// Sends the process a signal; an unblocked one is handled before it returns (ISO C raise).
    /// EINVAL for a bad number. The default action of most ends the program with status 128+n.
    fn raise(signo: c_int) -> c_int {
        if !state::valid(signo) { return fail(EINVAL) }
        deliver::send_self(signo, SI_TKILL, 0)
    }

    /// As raise, to this process; 0 only asks whether it exists (POSIX kill). ESRCH for other
    /// processes, EPERM for process 1, EINVAL for a bad number.
    fn kill(pid: pid_t, signo: c_int) -> c_int {
        send(pid, signo, SI_USER, 0)
    }

    /// Sends to a process group: this process's own (POSIX killpg). ESRCH for others.
    fn killpg(group: pid_t, signo: c_int) -> c_int {
        if group < 0 { return fail(EINVAL) }
        send(group.wrapping_neg(), signo, SI_USER, 0)
    }

    /// As kill, with a value that a SA_SIGINFO handler gets (POSIX sigqueue). Real-time signals
    /// queue, at most 64; EAGAIN beyond.
    fn sigqueue(pid: pid_t, signo: c_int, value: *const usize) -> c_int {
        // `union sigval` is passed by reference in WebAssembly's C ABI.
        send(pid, signo, SI_QUEUE, if value.is_null() { 0 } else { *value })
    }

    /// Sends to a thread: the only one there is (tgkill(2)). ESRCH for others, EINVAL for
    /// numbers below 1.
    fn tgkill(group: pid_t, thread: pid_t, signo: c_int) -> c_int {
        if group < 1 || thread < 1 { return fail(EINVAL) }
        if group != session::pid() || thread != group { return fail(ESRCH) }
        send(group, signo, SI_TKILL, 0)
    }

    /// Sends to a thread: the only one there is (POSIX pthread_kill). Returns an error number.
    fn pthread_kill(thread: *const c_void, signo: c_int) -> c_int {
        unsafe extern "C" { fn pthread_self() -> *mut c_void; }
        if thread != pthread_self().cast_const() { return ESRCH }
        let saved = errno();
        let result = if send(session::pid(), signo, SI_TKILL, 0) == 0 { 0 } else { errno() };
        set_errno(saved);
        result
    }
}
