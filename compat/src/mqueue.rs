//! mqueue.h: mq_open, whose last arguments are there only with O_CREAT. The main archive has the rest.

use crate::c::*;

/// Linux's number, or wasi-libc's.
const CREATE: c_int = 0x40 | 0x1000;

unsafe extern "C" {
    fn __wps_mq_open(name: *const c_char, flags: c_int, attributes: *const c_void) -> c_int;
}

export! {
    /// A descriptor of the queue of that name within the program, which O_CREAT makes
    /// (POSIX mq_open). ENOENT, EEXIST, EINVAL, EACCES (a slash in the name), ENAMETOOLONG, EMFILE,
    /// ENOMEM, EFAULT.
    fn mq_open(name: *const c_char, flags: c_int, rest: va_list) -> c_int {
        // The mode comes first, which means nothing here.
        let given = flags & CREATE != 0 && points_to(rest, 8);
        let attributes = if given { *rest.cast::<*const c_void>().add(1) } else { null() };
        __wps_mq_open(name, flags, attributes)
    }
}
