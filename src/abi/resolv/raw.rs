//! `<resolv.h>`: making and sending queries as messages.

use super::state::{__res_state, ResState};
use super::{Room, ask, question, with_state};
use crate::abi::util::{c_str, set_errno, slice, slice_mut};
use crate::errno::Errno;
use crate::netdb::dns::message::{self, QUERY};
use core::ffi::{c_char, c_int};

/// `int res_mkquery(int op, const char *name, int class, int type, const unsigned char *data, int
/// length, const unsigned char *unused, unsigned char *query, int size)`
///
/// resolver(3). The length of the query made, or -1: not a plain query, not a name, no room.
///
/// # Safety
/// As in C: `query` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_mkquery(
    op: c_int,
    name: *const c_char,
    class: c_int,
    kind: c_int,
    data: *const u8,
    length: c_int,
    unused: *const u8,
    query: *mut u8,
    size: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        res_nmkquery(
            __res_state(),
            op,
            name,
            class,
            kind,
            data,
            length,
            unused,
            query,
            size,
        )
    }
}

/// `int res_nmkquery(res_state state, int op, const char *name, int class, int type, const
/// unsigned char *data, int length, const unsigned char *unused, unsigned char *query, int size)`
///
/// resolver(3). As [`res_mkquery`].
///
/// # Safety
/// As in C: `query` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_nmkquery(
    state: *mut ResState,
    op: c_int,
    name: *const c_char,
    class: c_int,
    kind: c_int,
    _data: *const u8,
    _length: c_int,
    _unused: *const u8,
    query: *mut u8,
    size: c_int,
) -> c_int {
    let make = || {
        if op != c_int::from(QUERY) {
            return None;
        }
        let class = u16::try_from(class).ok()?;
        let mut message = question(QUERY, c_str(name).ok()?, class, u16::try_from(kind).ok()?)?;
        with_state(state, |state| {
            state.mark(&mut message);
            Ok(())
        })
        .ok()?;
        let room = usize::try_from(size)
            .ok()
            .filter(|room| message.len() <= *room)?;
        slice_mut(query, room)
            .ok()?
            .get_mut(..message.len())?
            .copy_from_slice(&message);
        Some(message.len())
    };
    make().map_or(-1, |length| length as c_int)
}

/// `int res_nsend(res_state state, const unsigned char *query, int length, unsigned char *answer,
/// int size)`
///
/// resolver(3). The length of the answer, of which at most `size` bytes are stored; -1 with
/// errno (`ETIMEDOUT`, `ECONNREFUSED`).
///
/// # Safety
/// As in C: `query` has `length` bytes, `answer` has `size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_nsend(
    state: *mut ResState,
    query: *const u8,
    length: c_int,
    answer: *mut u8,
    size: c_int,
) -> c_int {
    let send = || {
        let length = usize::try_from(length).map_err(|_| Errno::EINVAL)?;
        let question = slice(query, length)?;
        if length < message::HEADER {
            return Err(Errno::EINVAL);
        }
        Room {
            start: answer,
            size,
        }
        .put(&ask(state, &|| Some(question.to_vec()))?)
    };
    match send() {
        Ok(length) => length as c_int,
        Err(errno) => {
            set_errno(errno);
            -1
        }
    }
}

/// `int res_send(const unsigned char *query, int length, unsigned char *answer, int size)`
///
/// resolver(3). As [`res_nsend`].
///
/// # Safety
/// As in C: `query` has `length` bytes, `answer` has `size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_send(
    query: *const u8,
    length: c_int,
    answer: *mut u8,
    size: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { res_nsend(__res_state(), query, length, answer, size) }
}
