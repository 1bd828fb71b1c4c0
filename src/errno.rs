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
    ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EEXIST EFAULT EHOSTUNREACH EINPROGRESS EINTR EINVAL
    EIO EISCONN EISDIR ELOOP EMFILE EMSGSIZE ENAMETOOLONG ENETUNREACH ENFILE ENOBUFS ENODEV ENOENT
    ENOMEM ENOSPC ENOPROTOOPT ENOSYS ENOTCONN ENOTDIR ENOTSOCK ENOTSUP ENOTTY ENXIO EOPNOTSUPP
    EOVERFLOW EPERM EPIPE EPROTONOSUPPORT EPROTOTYPE ERANGE EROFS ESPIPE ESRCH ETIMEDOUT ENOTEMPTY
}

impl Errno {
    /// wasi-libc has no number for it; this is the one of `include/errno.h`.
    pub const ESOCKTNOSUPPORT: Errno = Errno(94);

    /// Inside the library only: as `EPIPE`, from a socket of messages, for which Linux raises no
    /// SIGPIPE.
    pub const EPIPE_WITHOUT_SIGNAL: Errno = Errno(-2);

    /// Inside the library only: as `EINTR`, for a call that SA_RESTART does not start again
    /// because it has a timeout of its own (signal(7)).
    pub const EINTR_FOR_GOOD: Errno = Errno(-1);
}
