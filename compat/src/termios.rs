//! termios.h and pseudo terminals: no descriptor is a terminal that could be set.

use crate::c::*;

const CBAUD: c_uint = 0o10017;
const TERMINAL_ACTIONS: core::ops::RangeInclusive<c_int> = 0..=2;

/// `struct termios` of the overlay.
#[repr(C)]
pub struct Termios {
    iflag: c_uint,
    oflag: c_uint,
    cflag: c_uint,
    lflag: c_uint,
    line: u8,
    cc: [u8; 32],
    ispeed: c_uint,
    ospeed: c_uint,
}

/// ENOTTY, or EBADF when the descriptor is closed.
fn not_a_terminal(fd: c_int) -> c_int {
    fail(if is_open(fd) { ENOTTY } else { EBADF })
}

unsafe fn set_speed(t: *mut Termios, speed: c_uint) -> c_int {
    unsafe {
        if t.is_null() || speed & !CBAUD != 0 {
            return fail(EINVAL);
        }
        (*t).cflag = (*t).cflag & !CBAUD | speed;
        0
    }
}

export! {
    /// ENOTTY; EBADF for a closed descriptor (POSIX tcgetattr).
    fn tcgetattr(fd: c_int, to: *mut Termios) -> c_int { let _ = to; not_a_terminal(fd) }
    /// ENOTTY; EBADF, EINVAL for an unknown action (POSIX tcsetattr).
    fn tcsetattr(fd: c_int, action: c_int, from: *const Termios) -> c_int {
        let _ = from;
        if !TERMINAL_ACTIONS.contains(&action) { return fail(EINVAL) }
        not_a_terminal(fd)
    }
    /// ENOTTY; EBADF (POSIX tcdrain).
    fn tcdrain(fd: c_int) -> c_int { not_a_terminal(fd) }
    /// ENOTTY; EBADF (POSIX tcflow).
    fn tcflow(fd: c_int, action: c_int) -> c_int { let _ = action; not_a_terminal(fd) }
    /// ENOTTY; EBADF (POSIX tcflush).
    fn tcflush(fd: c_int, queue: c_int) -> c_int { let _ = queue; not_a_terminal(fd) }
    /// ENOTTY; EBADF (POSIX tcsendbreak).
    fn tcsendbreak(fd: c_int, time: c_int) -> c_int { let _ = time; not_a_terminal(fd) }
    /// ENOTTY; EBADF (POSIX tcgetwinsize).
    fn tcgetwinsize(fd: c_int, to: *mut c_void) -> c_int { let _ = to; not_a_terminal(fd) }
    /// ENOTTY; EBADF (POSIX tcsetwinsize).
    fn tcsetwinsize(fd: c_int, from: *const c_void) -> c_int { let _ = from; not_a_terminal(fd) }

    /// The speed in the structure (POSIX cfgetospeed).
    fn cfgetospeed(t: *const Termios) -> c_uint {
        if t.is_null() { 0 } else { (*t).cflag & CBAUD }
    }
    /// The speed in the structure (POSIX cfgetispeed).
    fn cfgetispeed(t: *const Termios) -> c_uint {
        if t.is_null() { 0 } else { (*t).cflag & CBAUD }
    }
    /// Puts a speed into the structure; EINVAL for an unknown one (POSIX cfsetospeed).
    fn cfsetospeed(t: *mut Termios, speed: c_uint) -> c_int { set_speed(t, speed) }
    /// Puts a speed into the structure, 0 leaves it; EINVAL for an unknown one
    /// (POSIX cfsetispeed).
    fn cfsetispeed(t: *mut Termios, speed: c_uint) -> c_int {
        if speed == 0 { 0 } else { set_speed(t, speed) }
    }
    /// Puts a speed into the structure; EINVAL for an unknown one (4.4BSD cfsetspeed).
    fn cfsetspeed(t: *mut Termios, speed: c_uint) -> c_int { set_speed(t, speed) }
    /// Sets the structure to raw mode (4.4BSD cfmakeraw).
    fn cfmakeraw(t: *mut Termios) {
        if t.is_null() { return }
        // IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
        (*t).iflag &= !(0o1 | 0o2 | 0o10 | 0o40 | 0o100 | 0o200 | 0o400 | 0o2000);
        (*t).oflag &= !0o1; // OPOST
        (*t).lflag &= !(0o10 | 0o100 | 0o2 | 0o1 | 0o100_000); // ECHO ECHONL ICANON ISIG IEXTEN
        (*t).cflag = (*t).cflag & !(0o60 | 0o400) | 0o60; // CSIZE PARENB; CS8
        (*t).cc[6] = 1; // VMIN
        (*t).cc[5] = 0; // VTIME
    }

    /// NULL with ENOTTY or EBADF (POSIX ttyname).
    fn ttyname(fd: c_int) -> *mut c_char { not_a_terminal(fd); null_mut() }
    /// ENOTTY or EBADF (POSIX ttyname_r).
    fn ttyname_r(fd: c_int, to: *mut c_char, size: size_t) -> c_int {
        let _ = (to, size);
        not_a_terminal(fd);
        errno()
    }
    /// "/dev/tty" (POSIX ctermid).
    fn ctermid(to: *mut c_char) -> *mut c_char {
        static mut NAME: [c_char; 9] = [0; 9];
        let to = if to.is_null() { (&raw mut NAME).cast() } else { to };
        snprintf(to, 9, s!("/dev/tty"));
        to
    }
    /// ENOSYS: there are no pseudo terminals (POSIX posix_openpt).
    fn posix_openpt(flags: c_int) -> c_int { let _ = flags; fail(ENOSYS) }
    /// ENOTTY; EBADF (POSIX grantpt).
    fn grantpt(fd: c_int) -> c_int { not_a_terminal(fd) }
    /// ENOTTY; EBADF (POSIX unlockpt).
    fn unlockpt(fd: c_int) -> c_int { not_a_terminal(fd) }
    /// NULL with ENOTTY or EBADF (POSIX ptsname).
    fn ptsname(fd: c_int) -> *mut c_char { not_a_terminal(fd); null_mut() }
    /// ENOSYS: there are no pseudo terminals (4.4BSD openpty).
    fn openpty(main: *mut c_int, other: *mut c_int, name: *mut c_char, t: *const c_void,
               size: *const c_void) -> c_int {
        let _ = (main, other, name, t, size);
        fail(ENOSYS)
    }
    /// ENOSYS (4.4BSD forkpty).
    fn forkpty(main: *mut c_int, name: *mut c_char, t: *const c_void, size: *const c_void) -> c_int {
        let _ = (main, name, t, size);
        fail(ENOSYS)
    }
    /// ENOTTY; EBADF (4.4BSD login_tty).
    fn login_tty(fd: c_int) -> c_int { not_a_terminal(fd) }

    /// Asks on stderr and reads a line of up to 127 bytes from stdin, as glibc does without a
    /// terminal: what is typed shows. NULL at the end of input (BSD getpass).
    fn getpass(prompt: *const c_char) -> *mut c_char {
        static mut LINE: [c_char; 128] = [0; 128];
        let line = (&raw mut LINE).cast::<c_char>();
        if !prompt.is_null() {
            fputs(prompt, stderr);
        }
        let mut length = 0;
        let mut c = fgetc(stdin);
        if c == EOF { return null_mut() }
        while c != EOF && c != '\n' as c_int {
            if length < 127 {
                *line.add(length) = c as c_char;
                length += 1;
            }
            c = fgetc(stdin);
        }
        *line.add(length) = 0;
        line
    }
}
