//! capget(2) and capset(2): the process has no capabilities, as every unprivileged one.

use crate::c::*;

const VERSION_1: c_uint = 0x1998_0330;
const VERSION_2: c_uint = 0x2007_1026;
const VERSION_3: c_uint = 0x2008_0522;

/// `struct __user_cap_header_struct`
#[repr(C)]
pub struct Header {
    version: c_uint,
    pid: c_int,
}

/// Effective, permitted and inheritable capabilities of 32 numbers.
pub type Data = [c_uint; 3];

/// How many `Data` the header's version means; 0 with the error for none, and then the version
/// that should be asked for.
unsafe fn words(header: *mut Header) -> usize {
    unsafe {
        if !points_to(header, 8) {
            return 0;
        }
        match (*header).version {
            VERSION_1 => 1,
            VERSION_2 | VERSION_3 => 2,
            _ => {
                (*header).version = VERSION_3;
                set_errno(EINVAL);
                0
            }
        }
    }
}

export! {
    /// No capabilities (capget(2)). EINVAL for an unknown version, which is replaced by the
    /// newest (0 if that was all that was asked), or a pid below 0; ESRCH for another process,
    /// EFAULT.
    fn capget(header: *mut Header, data: *mut Data) -> c_int {
        let count = words(header);
        if count == 0 {
            return if data.is_null() && errno() == EINVAL { 0 } else { -1 };
        }
        if (*header).pid < 0 { return fail(EINVAL) }
        if (*header).pid != 0 && (*header).pid != crate::session::pid() { return fail(ESRCH) }
        if data.is_null() { return 0 }
        if !points_to(data, 12 * count) { return -1 }
        memset(data.cast(), 0, 12 * count);
        0
    }
    /// 0 for no capabilities, EPERM for any (capset(2)). EINVAL, EFAULT.
    fn capset(header: *mut Header, data: *const Data) -> c_int {
        let count = words(header);
        if count == 0 { return -1 }
        if (*header).pid != 0 && (*header).pid != crate::session::pid() { return fail(EPERM) }
        if !points_to(data, 12 * count) { return -1 }
        let mut word = data.cast::<c_uint>();
        let end = word.add(3 * count);
        while word < end {
            if *word != 0 { return fail(EPERM) }
            word = word.add(1);
        }
        0
    }
}
