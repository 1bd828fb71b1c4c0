//! The error numbers of `<netdb.h>` and their texts.

use super::Failure;
use super::consts::{HOST_NOT_FOUND, NETDB_INTERNAL, NO_DATA, NO_RECOVERY, TRY_AGAIN};
use core::ffi::CStr;

/// What getaddrinfo and getnameinfo return: an `EAI_` number, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Eai(pub i32);

#[allow(missing_docs)] // each is documented by gai_strerror(3)
impl Eai {
    pub const BADFLAGS: Eai = Eai(-1);
    pub const NONAME: Eai = Eai(-2);
    pub const AGAIN: Eai = Eai(-3);
    pub const FAIL: Eai = Eai(-4);
    pub const NODATA: Eai = Eai(-5);
    pub const FAMILY: Eai = Eai(-6);
    pub const SOCKTYPE: Eai = Eai(-7);
    pub const SERVICE: Eai = Eai(-8);
    pub const ADDRFAMILY: Eai = Eai(-9);
    pub const MEMORY: Eai = Eai(-10);
    pub const SYSTEM: Eai = Eai(-11);
    pub const OVERFLOW: Eai = Eai(-12);
    pub const INPROGRESS: Eai = Eai(-100);
    pub const CANCELED: Eai = Eai(-101);
    pub const NOTCANCELED: Eai = Eai(-102);
    pub const ALLDONE: Eai = Eai(-103);
    pub const INTR: Eai = Eai(-104);
    pub const IDN_ENCODE: Eai = Eai(-105);
}

impl From<Failure> for Eai {
    fn from(failure: Failure) -> Eai {
        match failure {
            Failure::NotFound => Eai::NONAME,
            Failure::TryAgain => Eai::AGAIN,
            Failure::Permanent => Eai::FAIL,
            // errno then tells why: EACCES.
            Failure::Denied => Eai::SYSTEM,
            Failure::Memory => Eai::MEMORY,
        }
    }
}

/// What the gethostby functions leave in `h_errno`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostError(pub i32);

impl From<Failure> for HostError {
    fn from(failure: Failure) -> HostError {
        HostError(match failure {
            Failure::NotFound => HOST_NOT_FOUND,
            Failure::TryAgain => TRY_AGAIN,
            Failure::Permanent => NO_RECOVERY,
            Failure::Denied | Failure::Memory => NETDB_INTERNAL,
        })
    }
}

/// The text of gai_strerror(3).
pub fn gai_text(code: i32) -> &'static CStr {
    match Eai(code) {
        Eai(0) => c"Success",
        Eai::BADFLAGS => c"Bad value for ai_flags",
        Eai::NONAME => c"Name or service not known",
        Eai::AGAIN => c"Temporary failure in name resolution",
        Eai::FAIL => c"Non-recoverable failure in name resolution",
        Eai::NODATA => c"No address associated with hostname",
        Eai::FAMILY => c"ai_family not supported",
        Eai::SOCKTYPE => c"ai_socktype not supported",
        Eai::SERVICE => c"Servname not supported for ai_socktype",
        Eai::ADDRFAMILY => c"Address family for hostname not supported",
        Eai::MEMORY => c"Memory allocation failure",
        Eai::SYSTEM => c"System error",
        Eai::OVERFLOW => c"Result too large for supplied buffer",
        Eai::INPROGRESS => c"Processing request in progress",
        Eai::CANCELED => c"Request canceled",
        Eai::NOTCANCELED => c"Request not canceled",
        Eai::ALLDONE => c"All requests done",
        Eai::INTR => c"Interrupted by a signal",
        Eai::IDN_ENCODE => c"Parameter string not correctly encoded",
        _ => c"Unknown error",
    }
}

/// The text of hstrerror(3).
pub fn host_text(code: i32) -> &'static CStr {
    match code {
        0 => c"Resolver Error 0 (no error)",
        HOST_NOT_FOUND => c"Unknown host",
        TRY_AGAIN => c"Host name lookup failure",
        NO_RECOVERY => c"Unknown server error",
        NO_DATA => c"No address associated with name",
        code if code < 0 => c"Resolver internal error",
        _ => c"Unknown resolver error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_text_of_its_own() {
        let codes: Vec<i32> = (-105..=-100).chain(-12..=0).collect();
        for (at, code) in codes.iter().enumerate() {
            assert_ne!(gai_text(*code), c"Unknown error", "{code}");
            for other in &codes[..at] {
                assert_ne!(gai_text(*code), gai_text(*other));
            }
        }
        assert_eq!(gai_text(1), c"Unknown error");
        assert_eq!(gai_text(i32::MIN), c"Unknown error");
    }

    #[test]
    fn host_errors_have_texts() {
        assert_eq!(host_text(1), c"Unknown host");
        assert_eq!(host_text(-1), c"Resolver internal error");
        assert_eq!(host_text(77), c"Unknown resolver error");
    }
}
