//! sys/prctl.h.

use crate::c::*;

/// The name of the only thread: 15 bytes and a NUL.
pub static mut NAME: [c_char; 16] = [0; 16];

/// Sets the thread's name, cut to 15 bytes.
pub unsafe fn set_name(name: *const c_char) {
    unsafe {
        let to = (&raw mut NAME).cast::<c_char>();
        let length = strnlen(name, 15);
        memset(to.cast(), 0, 16);
        to.copy_from_nonoverlapping(name, length);
    }
}

export! {
    /// prctl(2). PR_SET_NAME and PR_GET_NAME work; PR_SET_PDEATHSIG, PR_SET_DUMPABLE,
    /// PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS and PR_SET_TIMERSLACK are stored and read back, and
    /// change nothing (there is no exec, no core file and nothing to gain). EINVAL for others.
    fn prctl(option: c_int, args: *const usize) -> c_int {
        static mut DEATH_SIGNAL: c_int = 0;
        static mut DUMPABLE: c_int = 1;
        static mut KEEP: c_int = 0;
        static mut NO_NEW: c_int = 0;
        static mut SLACK: usize = 50_000;
        // A call without more arguments passes no pointer that could be read.
        let first = if args.is_null() { 0 } else { *args };
        match option {
            1 if first <= 64 => { DEATH_SIGNAL = first as c_int; 0 }
            2 if points_to(first as *const c_int, 4) => { *(first as *mut c_int) = DEATH_SIGNAL; 0 }
            3 => DUMPABLE,
            4 if first <= 1 => { DUMPABLE = first as c_int; 0 }
            7 => KEEP,
            8 if first <= 1 => { KEEP = first as c_int; 0 }
            15 if is_text(first as *const c_char) => { set_name(first as *const c_char); 0 }
            16 if points_to(first as *const c_char, 16) => {
                (first as *mut c_char).copy_from_nonoverlapping((&raw const NAME).cast(), 16);
                0
            }
            2 | 15 | 16 => fail(EFAULT),
            // No capability is in the bounding set.
            23 if first <= 40 => 0,
            29 => { SLACK = if first == 0 { 50_000 } else { first }; 0 }
            30 => (&raw const SLACK).read() as c_int,
            38 if first == 1 => { NO_NEW = 1; 0 }
            39 => NO_NEW,
            _ => fail(EINVAL),
        }
    }
}
