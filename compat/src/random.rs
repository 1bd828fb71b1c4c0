//! sys/random.h and single system calls.

use crate::c::*;

/// Fills memory with random bytes, 256 at a time as getentropy allows.
unsafe fn fill(to: *mut u8, size: usize) -> c_int {
    unsafe {
        let mut done = 0;
        while done < size {
            let part = if size - done > 256 { 256 } else { size - done };
            if getentropy(to.add(done).cast(), part) != 0 {
                return -1;
            }
            done += part;
        }
        0
    }
}

unsafe fn random(to: *mut c_void, size: usize, flags: c_uint) -> ssize_t {
    unsafe {
        // GRND_NONBLOCK 1, GRND_RANDOM 2, GRND_INSECURE 4
        if flags & !7 != 0 || flags & 6 == 6 {
            return fail(EINVAL) as ssize_t;
        }
        let size = if size > 0x1ff_ffff { 0x1ff_ffff } else { size };
        if size != 0 && !points_to(to, size) {
            return -1;
        }
        if fill(to.cast(), size) != 0 {
            -1
        } else {
            size as ssize_t
        }
    }
}

export! {
    /// Random bytes from the host, never fewer than asked up to 32 MiB - 1 (getrandom(2)).
    /// EINVAL for unknown flags, EFAULT.
    fn getrandom(to: *mut c_void, size: size_t, flags: c_uint) -> ssize_t {
        random(to, size, flags)
    }

    /// A system call by number: getpid, gettid and getrandom by the overlay's numbers, ENOSYS
    /// for all others (syscall(2)).
    fn syscall(number: c_long, args: *const usize) -> c_long {
        match number {
            172 | 178 => crate::session::pid() as c_long,
            278 if !args.is_null() => {
                random(*args as *mut c_void, *args.add(1), *args.add(2) as c_uint) as c_long
            }
            _ => fail(ENOSYS) as c_long,
        }
    }
}
