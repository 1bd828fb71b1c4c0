//! `<netdb.h>`: the hosts file, line by line.

use super::env::System;
use super::hosts::{Caller, HostEnt, hand_over, keep};
use super::pack::Kept;
use crate::abi::util;
use crate::errno::Errno;
use crate::host::cell::Global;
use crate::netdb::Env;
use crate::netdb::consts::HOST_NOT_FOUND;
use crate::netdb::hosts::{self, Host};
use alloc::vec::Vec;
use core::ffi::{c_char, c_int};
use core::ptr;

/// The text that is walked through, and how many of its lines have been returned.
static WALK: Global<Option<(Vec<u8>, usize)>> = Global::new(None);

/// The next line; `step` goes past it.
fn next() -> Option<Host> {
    if WALK.with(|walk| walk.is_none()) {
        let file = System::ask(|system| system.hosts());
        let text = file.map_or_else(|| hosts::LOCAL.to_vec(), |text| text.into_owned());
        WALK.with(|walk| *walk = Some((text, 0)));
    }
    WALK.with(|walk| {
        let (text, done) = walk.as_ref()?;
        let line = hosts::entries(text).nth(*done)?;
        Some(Host {
            name: line.name.to_vec(),
            aliases: line.aliases.map(<[u8]>::to_vec).collect(),
            addresses: alloc::vec![line.address],
        })
    })
}

fn step() {
    WALK.with(|walk| walk.iter_mut().for_each(|(_, done)| *done += 1));
}

/// `struct hostent *gethostent(void)`
///
/// gethostent(3): the next line of `/etc/hosts`, null after the last.
#[unsafe(no_mangle)]
pub extern "C" fn gethostent() -> *mut HostEnt {
    static KEPT: Global<Kept<HostEnt>> = Global::new(Kept::new(HostEnt::EMPTY));
    match next() {
        Some(host) => {
            step();
            keep(&KEPT, Ok(host))
        }
        None => ptr::null_mut(),
    }
}

/// `int gethostent_r(struct hostent *entry, char *buffer, size_t size, struct hostent **result,
/// int *error)`
///
/// gethostent_r(3). 0; `ENOENT` after the last line; `ERANGE` when the buffer is too small, and
/// the line is offered again.
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gethostent_r(
    entry: *mut HostEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut HostEnt,
    error: *mut c_int,
) -> c_int {
    let Some(host) = next() else {
        let told = util::write(result, ptr::null_mut());
        let told = told.and_then(|()| util::write(error, HOST_NOT_FOUND));
        return told.map_or_else(|errno| errno.0, |()| Errno::ENOENT.0);
    };
    let caller = Caller {
        entry,
        buffer,
        size,
        result,
        error,
    };
    let status = hand_over(&caller, Ok(host));
    if status == 0 {
        step();
    }
    status
}

/// `void sethostent(int stay_open)`
///
/// gethostent(3): back to the first line.
#[unsafe(no_mangle)]
pub extern "C" fn sethostent(_stay_open: c_int) {
    WALK.with(|walk| *walk = None);
}

/// `void endhostent(void)`
///
/// gethostent(3): ends the walk.
#[unsafe(no_mangle)]
pub extern "C" fn endhostent() {
    WALK.with(|walk| *walk = None);
}
