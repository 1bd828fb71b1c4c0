//! Error numbers, as the C library of the target defines them.

/// An error number of `<errno.h>`; never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub i32);

/// What every fallible operation of the library returns.
pub type Result<T> = core::result::Result<T, Errno>;

macro_rules! errnos {
    ($($name:ident)*) => {
        #[allow(missing_docs)] // each is documented by errno(3)
        impl Errno {
            $(pub const $name: Errno = Errno(libc::$name);)*
        }
    };
}

errnos! {
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBUSY ECONNABORTED
    ECONNREFUSED ECONNRESET EDESTADDRREQ EDOM EEXIST EFAULT EHOSTUNREACH EINPROGRESS EINTR EINVAL
    EIO EISCONN ELOOP EMFILE EMSGSIZE ENAMETOOLONG ENETUNREACH ENFILE ENOBUFS ENODEV ENOENT
    ENOMEM ENOSPC ENOPROTOOPT ENOSYS ENOTCONN ENOTDIR ENOTSOCK ENOTSUP ENOTTY ENXIO EOPNOTSUPP
    EOVERFLOW EPERM EPIPE EPROTONOSUPPORT EPROTOTYPE ERANGE EROFS ESPIPE ETIMEDOUT ENOTEMPTY
}
