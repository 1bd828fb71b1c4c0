//! The process, its group and its session: one process that nobody else can see.

use crate::c::*;

/// The user and group that the process runs as: never root, so nothing can be dropped.
pub const UID: c_int = 1000;

/// The process's group and session; 0 stands for those it was started in.
static mut GROUP: pid_t = 0;
static mut SESSION: pid_t = 0;

/// The process number: drawn once, since programs name files and seed generators by it, and two
/// instances must differ.
pub fn pid() -> pid_t {
    static mut PID: pid_t = 0;
    // SAFETY: one thread.
    unsafe {
        if PID == 0 {
            let mut random = 0_u32;
            getentropy((&raw mut random).cast(), 4);
            PID = 1000 + (random % 31_000) as pid_t;
        }
        PID
    }
}

/// The group and session that the process was started in, whose leader is somebody else.
fn launcher() -> pid_t {
    pid() - 1
}

unsafe fn group() -> pid_t {
    unsafe { if GROUP == 0 { launcher() } else { GROUP } }
}

unsafe fn session() -> pid_t {
    unsafe { if SESSION == 0 { launcher() } else { SESSION } }
}

/// Whether `pid` is this process, as the calls count that take 0 for the caller.
#[inline(always)]
fn is_self(who: pid_t) -> bool {
    who == 0 || who == pid()
}

/// Starts a session, unless the process leads its group already.
pub unsafe fn new_session() -> pid_t {
    unsafe {
        if group() == pid() {
            return fail(EPERM);
        }
        GROUP = pid();
        SESSION = pid();
        pid()
    }
}

export! {
    /// The process number, drawn at random at the start, 1000 to 31999 (POSIX getpid).
    fn getpid() -> pid_t { pid() }

    /// 1: the process has no parent that it could know (POSIX getppid).
    fn getppid() -> pid_t { 1 }

    /// The number of the only thread, which is the process's (gettid(2)).
    fn gettid() -> pid_t { pid() }

    /// The process group (POSIX getpgrp).
    fn getpgrp() -> pid_t { group() }

    /// The group of a process, 0 for the caller (POSIX getpgid). ESRCH for others.
    fn getpgid(who: pid_t) -> pid_t {
        if is_self(who) { group() } else { fail(ESRCH) }
    }

    /// Moves the process into its own group (POSIX setpgid). EPERM for another group and for a
    /// session leader, ESRCH for another process, EINVAL below 0.
    fn setpgid(who: pid_t, to: pid_t) -> c_int {
        if to < 0 { return fail(EINVAL) }
        if !is_self(who) { return fail(ESRCH) }
        if session() == pid() || !is_self(to) && to != group() { return fail(EPERM) }
        GROUP = if to == 0 { pid() } else { to };
        0
    }

    /// Moves the process into its own group (POSIX setpgrp).
    fn setpgrp() -> c_int {
        if session() != pid() {
            GROUP = pid();
        }
        0
    }

    /// Starts a session and returns its number; EPERM for a group leader (POSIX setsid).
    fn setsid() -> pid_t { new_session() }

    /// The session of a process, 0 for the caller (POSIX getsid). ESRCH for others.
    fn getsid(who: pid_t) -> pid_t {
        if is_self(who) { session() } else { fail(ESRCH) }
    }

    /// There is no terminal: ENOTTY, EBADF for a closed descriptor (POSIX tcgetpgrp).
    fn tcgetpgrp(fd: c_int) -> pid_t {
        if is_open(fd) { fail(ENOTTY) } else { fail(EBADF) }
    }

    /// There is no terminal: ENOTTY, EBADF for a closed descriptor (POSIX tcsetpgrp).
    fn tcsetpgrp(fd: c_int, to: pid_t) -> c_int {
        if to < 0 { return fail(EINVAL) }
        if is_open(fd) { fail(ENOTTY) } else { fail(EBADF) }
    }

    /// There is no terminal: ENOTTY, EBADF for a closed descriptor (POSIX tcgetsid).
    fn tcgetsid(fd: c_int) -> pid_t {
        if is_open(fd) { fail(ENOTTY) } else { fail(EBADF) }
    }

    /// EPERM: there is no terminal to hang up (vhangup(2)).
    fn vhangup() -> c_int { fail(EPERM) }
}
