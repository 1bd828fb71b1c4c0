//! WASI error codes to errno, per call: the one table of the library.

use super::bindings::wasi::sockets::network::ErrorCode;
use crate::errno::Errno;

/// The calls whose errors Linux tells apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// socket(2)
    Create,
    /// bind(2)
    Bind,
    /// connect(2)
    Connect,
    /// listen(2)
    Listen,
    /// accept(2)
    Accept,
    /// getsockname(2), getpeername(2)
    Name,
    /// getsockopt(2), setsockopt(2)
    Option,
    /// shutdown(2)
    Shutdown,
    /// send(2) on a datagram socket
    Send,
    /// recv(2) on a datagram socket
    Receive,
}

/// What Linux would have said where the host says `code` in answer to `call`.
pub fn errno(code: ErrorCode, call: Call) -> Errno {
    use ErrorCode as E;
    match code {
        E::Unknown => match call {
            // wasmtime has no code of its own for a peer that is gone.
            Call::Name => Errno::ENOTCONN,
            // Nor, in some versions, for having no descriptor left.
            Call::Create | Call::Accept => Errno::EMFILE,
            _ => Errno::EIO,
        },
        E::AccessDenied => Errno::EACCES,
        E::NotSupported => match call {
            Call::Create => Errno::EAFNOSUPPORT,
            Call::Option => Errno::ENOPROTOOPT,
            _ => Errno::EOPNOTSUPP,
        },
        E::InvalidArgument => match call {
            // Linux routes what cannot be routed to these two.
            Call::Connect => Errno::ENETUNREACH,
            _ => Errno::EINVAL,
        },
        E::OutOfMemory => Errno::ENOMEM,
        E::Timeout => Errno::ETIMEDOUT,
        E::ConcurrencyConflict => Errno::EALREADY,
        E::NotInProgress => Errno::EINVAL,
        E::WouldBlock => match call {
            Call::Connect => Errno::EINPROGRESS,
            _ => Errno::EAGAIN,
        },
        E::InvalidState => match call {
            Call::Connect => Errno::EISCONN,
            Call::Name | Call::Shutdown => Errno::ENOTCONN,
            _ => Errno::EINVAL,
        },
        E::NewSocketLimit => Errno::EMFILE,
        E::AddressNotBindable => Errno::EADDRNOTAVAIL,
        E::AddressInUse => match call {
            // No ephemeral port is left (connect(2)).
            Call::Connect => Errno::EADDRNOTAVAIL,
            _ => Errno::EADDRINUSE,
        },
        E::RemoteUnreachable => Errno::ENETUNREACH,
        E::ConnectionRefused => Errno::ECONNREFUSED,
        E::ConnectionReset => Errno::ECONNRESET,
        E::ConnectionAborted => Errno::ECONNABORTED,
        E::DatagramTooLarge => Errno::EMSGSIZE,
        E::NameUnresolvable => Errno::ENOENT,
        E::TemporaryResolverFailure => Errno::EAGAIN,
        E::PermanentResolverFailure => Errno::EIO,
    }
}

/// The cause of a stream's failure. WASI 0.2.0 tells it in words only, so the words that hosts
/// take over from the operating system are looked for; a host that says something else gets
/// `fallback`.
pub fn from_text(text: &[u8], fallback: Errno) -> Errno {
    const WORDS: &[(&[u8], Errno)] = &[
        (b"onnection reset", Errno::ECONNRESET),
        (b"ECONNRESET", Errno::ECONNRESET),
        (b"onnectionReset", Errno::ECONNRESET),
        (b"roken pipe", Errno::EPIPE),
        (b"EPIPE", Errno::EPIPE),
        (b"timed out", Errno::ETIMEDOUT),
        (b"ETIMEDOUT", Errno::ETIMEDOUT),
        (b"timeout", Errno::ETIMEDOUT),
        (b"o route to host", Errno::EHOSTUNREACH),
        (b"EHOSTUNREACH", Errno::EHOSTUNREACH),
        (b"remote unreachable", Errno::EHOSTUNREACH),
        (b"etwork is unreachable", Errno::ENETUNREACH),
        (b"ENETUNREACH", Errno::ENETUNREACH),
        (b"onnection refused", Errno::ECONNREFUSED),
        (b"ECONNREFUSED", Errno::ECONNREFUSED),
        (b"onnection aborted", Errno::ECONNABORTED),
    ];
    // WASI's own names have hyphens.
    let like = |window: &[u8], word: &[u8]| {
        let pairs = window.iter().zip(word);
        pairs.fold(true, |same, (&here, &there)| {
            same & (here == there || (here, there) == (b'-', b' '))
        })
    };
    WORDS
        .iter()
        .find(|(word, _)| text.windows(word.len()).any(|window| like(window, word)))
        .map_or(fallback, |&(_, errno)| errno)
}
