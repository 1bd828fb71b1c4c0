//! Names and texts of errors, and aligned memory.

use crate::c::*;

unsafe extern "C" {
    fn posix_memalign(to: *mut *mut c_void, alignment: size_t, size: size_t) -> c_int;
}

/// The names of WASI's error numbers 0 to 76, NUL-separated.
static NAMES: &[u8] = b"0\0E2BIG\0EACCES\0EADDRINUSE\0EADDRNOTAVAIL\0EAFNOSUPPORT\0EAGAIN\0\
EALREADY\0EBADF\0EBADMSG\0EBUSY\0ECANCELED\0ECHILD\0ECONNABORTED\0ECONNREFUSED\0ECONNRESET\0\
EDEADLK\0EDESTADDRREQ\0EDOM\0EDQUOT\0EEXIST\0EFAULT\0EFBIG\0EHOSTUNREACH\0EIDRM\0EILSEQ\0\
EINPROGRESS\0EINTR\0EINVAL\0EIO\0EISCONN\0EISDIR\0ELOOP\0EMFILE\0EMLINK\0EMSGSIZE\0EMULTIHOP\0\
ENAMETOOLONG\0ENETDOWN\0ENETRESET\0ENETUNREACH\0ENFILE\0ENOBUFS\0ENODEV\0ENOENT\0ENOEXEC\0\
ENOLCK\0ENOLINK\0ENOMEM\0ENOMSG\0ENOPROTOOPT\0ENOSPC\0ENOSYS\0ENOTCONN\0ENOTDIR\0ENOTEMPTY\0\
ENOTRECOVERABLE\0ENOTSOCK\0EOPNOTSUPP\0ENOTTY\0ENXIO\0EOVERFLOW\0EOWNERDEAD\0EPERM\0EPIPE\0\
EPROTO\0EPROTONOSUPPORT\0EPROTOTYPE\0ERANGE\0EROFS\0ESPIPE\0ESRCH\0ESTALE\0ETIMEDOUT\0ETXTBSY\0\
EXDEV\0ENOTCAPABLE\0";
const LAST: c_int = 76;

unsafe fn aligned(alignment: usize, size: usize) -> *mut c_void {
    unsafe {
        let mut p = null_mut();
        let alignment = if alignment < 8 { 8 } else { alignment };
        match posix_memalign(&mut p, alignment, size) {
            0 => p,
            e => {
                set_errno(e);
                null_mut()
            }
        }
    }
}

export! {
    /// "EINVAL" for EINVAL and so on; NULL for an unknown number (glibc).
    fn strerrorname_np(e: c_int) -> *const c_char {
        if !(0..=LAST).contains(&e) { return null() }
        let mut p = NAMES.as_ptr().cast::<c_char>();
        let mut i = 0;
        while i < e {
            p = p.add(strlen(p) + 1);
            i += 1;
        }
        p
    }
    /// The text of an error; NULL for an unknown number (glibc).
    fn strerrordesc_np(e: c_int) -> *const c_char {
        if !(0..=LAST).contains(&e) { null() } else { strerror(e) }
    }
    /// Memory aligned to a power of 2, for free (SVr4 memalign). EINVAL, ENOMEM.
    fn memalign(alignment: size_t, size: size_t) -> *mut c_void { aligned(alignment, size) }
    /// Memory aligned to a page, for free (4.3BSD valloc). ENOMEM.
    fn valloc(size: size_t) -> *mut c_void { aligned(65536, size) }
    /// As valloc, in whole pages (SVr4 pvalloc). ENOMEM.
    fn pvalloc(size: size_t) -> *mut c_void {
        match size.checked_add(65535) {
            Some(more) => aligned(65536, more & !65535),
            None => {
                set_errno(ENOMEM);
                null_mut()
            }
        }
    }
}
