//! getaddrinfo_a(3): requests in a row, complete when the call returns.

use super::{AddrInfo, lookup, system};
use crate::abi::time::Timespec;
use crate::abi::types::SigEvent;
use crate::abi::util;
use crate::errno::Errno;
use crate::netdb::errors::Eai;
use core::ffi::{c_char, c_int};
use core::ptr;

/// `struct gaicb`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct GaiCb {
    name: *const c_char,
    service: *const c_char,
    hints: *const AddrInfo,
    result: *mut AddrInfo,
    state: c_int,
    reserved: [c_int; 5],
}

/// `int getaddrinfo_a(int mode, struct gaicb *list[], int count, struct sigevent *event)`
///
/// getaddrinfo_a(3). There is no second thread: each request is complete when the call returns,
/// in either mode. A notification by signal or thread is refused with `EAI_SYSTEM`, `ENOTSUP`.
///
/// # Safety
/// As in C: `list` has `count` pointers, each null or to a request.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getaddrinfo_a(
    mode: c_int,
    list: *mut *mut GaiCb,
    count: c_int,
    event: *mut SigEvent,
) -> c_int {
    match requests(mode, list, count, event) {
        Ok(()) => 0,
        Err(Eai(code)) => code,
    }
}

const GAI_WAIT: c_int = 0;
const GAI_NOWAIT: c_int = 1;
const SIGEV_NONE: c_int = 1;

fn requests(
    mode: c_int,
    list: *const *mut GaiCb,
    count: c_int,
    event: *const SigEvent,
) -> Result<(), Eai> {
    if mode != GAI_WAIT && mode != GAI_NOWAIT {
        return Err(system(Errno::EINVAL));
    }
    if mode == GAI_NOWAIT && !event.is_null() {
        let [_value, _signal, notify] = util::read(event).map_err(system)?;
        if notify != SIGEV_NONE {
            return Err(system(Errno::ENOTSUP));
        }
    }
    for at in 0..usize::try_from(count).map_err(|_| system(Errno::EINVAL))? {
        let request = util::read(list.wrapping_add(at)).map_err(system)?;
        if request.is_null() {
            continue;
        }
        let given = util::read(request.cast_const()).map_err(system)?;
        let (result, state) = match lookup(given.name, given.service, given.hints) {
            Ok(head) => (head, 0),
            Err(Eai(code)) => (ptr::null_mut(), code),
        };
        util::write(
            request,
            GaiCb {
                result,
                state,
                ..given
            },
        )
        .map_err(system)?;
    }
    Ok(())
}

/// `int gai_error(struct gaicb *request)`
///
/// getaddrinfo_a(3): what getaddrinfo would have returned for the request.
///
/// # Safety
/// The request has been through [`getaddrinfo_a`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gai_error(request: *mut GaiCb) -> c_int {
    match util::read(request) {
        Ok(request) => request.state,
        Err(errno) => system(errno).0,
    }
}

/// `int gai_cancel(struct gaicb *request)`
///
/// getaddrinfo_a(3). Requests are complete before they can be cancelled: `EAI_ALLDONE`.
#[unsafe(no_mangle)]
pub extern "C" fn gai_cancel(_request: *mut GaiCb) -> c_int {
    Eai::ALLDONE.0
}

/// `int gai_suspend(const struct gaicb *const list[], int count, const struct timespec *limit)`
///
/// getaddrinfo_a(3). Nothing is ever under way: `EAI_ALLDONE`.
#[unsafe(no_mangle)]
pub extern "C" fn gai_suspend(
    _list: *const *const GaiCb,
    _count: c_int,
    _limit: *const Timespec,
) -> c_int {
    Eai::ALLDONE.0
}
