//! `siginfo_t` and the signal numbers.

use crate::c::*;

pub const SIGILL: c_int = 4;
pub const SIGTRAP: c_int = 5;
pub const SIGBUS: c_int = 7;
pub const SIGFPE: c_int = 8;
pub const SIGKILL: c_int = 9;
pub const SIGSEGV: c_int = 11;
pub const SIGPIPE: c_int = 13;
pub const SIGALRM: c_int = 14;
pub const SIGCHLD: c_int = 17;
pub const SIGCONT: c_int = 18;
pub const SIGSTOP: c_int = 19;
pub const SIGTSTP: c_int = 20;
pub const SIGTTIN: c_int = 21;
pub const SIGTTOU: c_int = 22;
pub const SIGURG: c_int = 23;
pub const SIGWINCH: c_int = 28;
pub const SIGSYS: c_int = 31;
/// The first and last real-time signal that programs may use, as glibc numbers them.
pub const SIGRTMIN: c_int = 34;
pub const SIGRTMAX: c_int = 64;

pub const SI_USER: c_int = 0;
pub const SI_KERNEL: c_int = 128;
pub const SI_QUEUE: c_int = -1;
pub const SI_TIMER: c_int = -2;
pub const SI_TKILL: c_int = -6;

/// The start of `siginfo_t`; the type is 128 bytes in C.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Siginfo {
    pub si_signo: c_int,
    pub si_errno: c_int,
    pub si_code: c_int,
    /// Sender's process, or the timer's number.
    pub si_pid: c_int,
    /// Sender's user, or the timer's overrun count.
    pub si_uid: c_int,
    /// `union sigval`: a pointer and an int share these bytes.
    pub si_value: usize,
    pub reserved: [u32; 26],
}

impl Siginfo {
    /// What a signal without details carries.
    #[inline(always)]
    pub const fn new(signo: c_int, code: c_int, pid: c_int, uid: c_int, value: usize) -> Self {
        Siginfo {
            si_signo: signo,
            si_errno: 0,
            si_code: code,
            si_pid: pid,
            si_uid: uid,
            si_value: value,
            reserved: [0; 26],
        }
    }
}
