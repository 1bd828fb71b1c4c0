//! Names of signals: strsignal, psignal, sigabbrev_np.

use super::siginfo::Siginfo;
use crate::c::*;

/// glibc's texts, in the order of the numbers; NUL-separated to need no table of pointers.
static TEXTS: &[u8] = b"Unknown signal 0\0Hangup\0Interrupt\0Quit\0Illegal instruction\0\
Trace/breakpoint trap\0Aborted\0Bus error\0Floating point exception\0Killed\0\
User defined signal 1\0Segmentation fault\0User defined signal 2\0Broken pipe\0Alarm clock\0\
Terminated\0Stack fault\0Child exited\0Continued\0Stopped (signal)\0Stopped\0\
Stopped (tty input)\0Stopped (tty output)\0Urgent I/O condition\0CPU time limit exceeded\0\
File size limit exceeded\0Virtual timer expired\0Profiling timer expired\0Window changed\0\
I/O possible\0Power failure\0Bad system call\0";

static ABBREVIATIONS: &[u8] = b"\0HUP\0INT\0QUIT\0ILL\0TRAP\0ABRT\0BUS\0FPE\0KILL\0USR1\0SEGV\0\
USR2\0PIPE\0ALRM\0TERM\0STKFLT\0CHLD\0CONT\0STOP\0TSTP\0TTIN\0TTOU\0URG\0XCPU\0XFSZ\0VTALRM\0PROF\0\
WINCH\0POLL\0PWR\0SYS\0";

/// The nth text of a NUL-separated list.
unsafe fn nth(list: *const u8, n: c_int) -> *const c_char {
    unsafe {
        let mut p = list.cast::<c_char>();
        let mut i = 0;
        while i < n {
            p = p.add(strlen(p) + 1);
            i += 1;
        }
        p
    }
}

/// The text of any number, in a static buffer if it has none of its own.
unsafe fn describe(signo: c_int) -> *const c_char {
    unsafe {
        if (1..=31).contains(&signo) {
            return nth(TEXTS.as_ptr(), signo);
        }
        static mut OTHER: [u8; 40] = [0; 40];
        let to = (&raw mut OTHER).cast::<c_char>();
        if (34..=64).contains(&signo) {
            snprintf(to, 40, s!("Real-time signal %d"), signo - 34);
        } else {
            snprintf(to, 40, s!("Unknown signal %d"), signo);
        }
        to
    }
}

unsafe fn print(signo: c_int, message: *const c_char) {
    unsafe {
        let saved = errno();
        let given = !message.is_null() && *message != 0;
        let (before, colon) = if given {
            (message, s!(": "))
        } else {
            (s!(""), s!(""))
        };
        fprintf(stderr, s!("%s%s%s\n"), before, colon, describe(signo));
        set_errno(saved);
    }
}

export! {
    /// The text of a signal (POSIX strsignal), glibc's; never NULL.
    fn strsignal(signo: c_int) -> *const c_char {
        describe(signo)
    }

    /// Writes "message: text" to stderr (POSIX psignal).
    fn psignal(signo: c_int, message: *const c_char) {
        print(signo, message)
    }

    /// As psignal, for the signal in `info` (POSIX psiginfo).
    fn psiginfo(info: *const Siginfo, message: *const c_char) {
        if !info.is_null() {
            print((*info).si_signo, message)
        }
    }

    /// "HUP" for SIGHUP and so on; NULL if there is none (glibc).
    fn sigabbrev_np(signo: c_int) -> *const c_char {
        if !(1..=31).contains(&signo) { return null() }
        nth(ABBREVIATIONS.as_ptr(), signo)
    }

    /// The text of a signal, NULL if there is none (glibc).
    fn sigdescr_np(signo: c_int) -> *const c_char {
        if !(1..=31).contains(&signo) { return null() }
        nth(TEXTS.as_ptr(), signo)
    }
}
