//! sys/xattr.h: files have no extended attributes. EOPNOTSUPP, as on a Linux file system
//! without them.

use crate::c::*;

export! {
    /// EOPNOTSUPP (getxattr(2)).
    fn getxattr(path: *const c_char, name: *const c_char, to: *mut c_void, size: size_t) -> ssize_t {
        let _ = (path, name, to, size);
        fail(ENOTSUP) as ssize_t
    }
    /// EOPNOTSUPP (lgetxattr(2)).
    fn lgetxattr(path: *const c_char, name: *const c_char, to: *mut c_void, size: size_t) -> ssize_t {
        let _ = (path, name, to, size);
        fail(ENOTSUP) as ssize_t
    }
    /// EOPNOTSUPP; EBADF (fgetxattr(2)).
    fn fgetxattr(fd: c_int, name: *const c_char, to: *mut c_void, size: size_t) -> ssize_t {
        let _ = (name, to, size);
        fail(if is_open(fd) { ENOTSUP } else { EBADF }) as ssize_t
    }
    /// EOPNOTSUPP (setxattr(2)).
    fn setxattr(path: *const c_char, name: *const c_char, from: *const c_void, size: size_t,
                flags: c_int) -> c_int {
        let _ = (path, name, from, size, flags);
        fail(ENOTSUP)
    }
    /// EOPNOTSUPP (lsetxattr(2)).
    fn lsetxattr(path: *const c_char, name: *const c_char, from: *const c_void, size: size_t,
                 flags: c_int) -> c_int {
        let _ = (path, name, from, size, flags);
        fail(ENOTSUP)
    }
    /// EOPNOTSUPP; EBADF (fsetxattr(2)).
    fn fsetxattr(fd: c_int, name: *const c_char, from: *const c_void, size: size_t, flags: c_int) -> c_int {
        let _ = (name, from, size, flags);
        fail(if is_open(fd) { ENOTSUP } else { EBADF })
    }
    /// EOPNOTSUPP (listxattr(2)).
    fn listxattr(path: *const c_char, to: *mut c_char, size: size_t) -> ssize_t {
        let _ = (path, to, size);
        fail(ENOTSUP) as ssize_t
    }
    /// EOPNOTSUPP (llistxattr(2)).
    fn llistxattr(path: *const c_char, to: *mut c_char, size: size_t) -> ssize_t {
        let _ = (path, to, size);
        fail(ENOTSUP) as ssize_t
    }
    /// EOPNOTSUPP; EBADF (flistxattr(2)).
    fn flistxattr(fd: c_int, to: *mut c_char, size: size_t) -> ssize_t {
        let _ = (to, size);
        fail(if is_open(fd) { ENOTSUP } else { EBADF }) as ssize_t
    }
    /// EOPNOTSUPP (removexattr(2)).
    fn removexattr(path: *const c_char, name: *const c_char) -> c_int {
        let _ = (path, name);
        fail(ENOTSUP)
    }
    /// EOPNOTSUPP (lremovexattr(2)).
    fn lremovexattr(path: *const c_char, name: *const c_char) -> c_int {
        let _ = (path, name);
        fail(ENOTSUP)
    }
    /// EOPNOTSUPP; EBADF (fremovexattr(2)).
    fn fremovexattr(fd: c_int, name: *const c_char) -> c_int {
        let _ = name;
        fail(if is_open(fd) { ENOTSUP } else { EBADF })
    }
}
