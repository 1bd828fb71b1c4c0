//! `<resolv.h>`: resolver(3).

pub mod names;
pub mod nameser;
pub mod raw;
pub mod state;

use super::file::read_all;
use super::h_errno::set_h_errno;
use super::under_way::Aside;
use super::util::{c_str, in_memory, set_errno, slice_mut};
use crate::errno::{Errno, Result};
use crate::netdb::Failure;
use crate::netdb::consts::{HOST_NOT_FOUND, NETDB_INTERNAL, NO_DATA, NO_RECOVERY, TRY_AGAIN};
use crate::netdb::dns::message::{self, CLASS_IN, QUERY, TYPE_PTR};
use crate::resolver::{self, exchange::Exchange};
use crate::wait::{blocking, signals};
use alloc::vec::Vec;
use core::ffi::{c_char, c_int};
use state::{__res_state, INIT, ResState};

/// The exchange that finds the name of an address, asked under its reverse name. Without an
/// `/etc/resolv.conf` there is nobody to ask.
pub fn exchange_for(reverse_name: &[u8]) -> core::result::Result<Exchange, Failure> {
    if read_all(c"/etc/resolv.conf").is_none() {
        return Err(Failure::NotFound);
    }
    let question = question(QUERY, reverse_name, CLASS_IN, TYPE_PTR).ok_or(Failure::NotFound)?;
    match with_state(__res_state(), |state| Ok(state.plan())) {
        Ok(plan) => Ok(Exchange::new(plan, question)),
        Err(_) => Err(Failure::TryAgain),
    }
}

/// The exchange that signal handlers have come into.
static EXCHANGE: Aside<Exchange> = Aside::new();

/// Asks until a server answers, as the state says. Signal handlers run meanwhile, with nothing of the
/// exchange left on the stack. `EINVAL` when there is no question.
fn ask(state: *mut ResState, question: &dyn Fn() -> Option<Vec<u8>>) -> Result<Vec<u8>> {
    blocking::flush_point();
    let mut begun = None;
    loop {
        let mut exchange = match begun {
            Some(exchange) => exchange,
            None => {
                let question = question().ok_or(Errno::EINVAL)?;
                let plan = with_state(state, |state| Ok(state.plan()))?;
                Exchange::new(plan, question)
            }
        };
        match resolver::finish(&mut exchange) {
            Ok(outcome) => return outcome,
            Err(_) => EXCHANGE.put(&question, exchange),
        }
        signals::deliver();
        begun = EXCHANGE.take(&question);
    }
}

/// Lends a state out, initialised.
fn with_state<T>(state: *mut ResState, call: impl FnOnce(&mut ResState) -> Result<T>) -> Result<T> {
    if !in_memory(state as usize, size_of::<ResState>()) {
        return Err(Errno::EFAULT);
    }
    // SAFETY: the state lies in memory, is the program's or ours, and no call here is entered
    // twice at once.
    let state = unsafe { &mut *state };
    if state.options & INIT == 0 {
        state.init();
    }
    call(state)
}

fn question(op: u8, name: &[u8], class: u16, kind: u16) -> Option<Vec<u8>> {
    let mut id = [0u8; 2];
    // An id that cannot be guessed is half of what keeps forged answers out. When there is no
    // randomness the other half, the port, has to do.
    // SAFETY: the buffer has two bytes.
    unsafe { libc::getentropy(id.as_mut_ptr().cast(), id.len()) };
    message::question(u16::from_ne_bytes(id), op, name, class, kind)
}

/// -1 with `h_errno` and the state's own, or the length of the answer.
fn finish(state: *mut ResState, result: core::result::Result<usize, c_int>) -> c_int {
    match result {
        Ok(length) => length as c_int,
        Err(code) => {
            let _ = with_state(state, |state| {
                state.error = code;
                Ok(())
            });
            set_h_errno(code);
            -1
        }
    }
}

/// What `h_errno` says of an exchange that failed.
fn internal(errno: Errno) -> c_int {
    set_errno(errno);
    match errno {
        Errno::ECONNREFUSED | Errno::ETIMEDOUT | Errno::ENETUNREACH => TRY_AGAIN,
        _ => NETDB_INTERNAL,
    }
}

/// Room for an answer.
struct Room {
    start: *mut u8,
    size: c_int,
}

impl Room {
    /// Stores what fits, returns the full length.
    fn put(&self, answer: &[u8]) -> Result<usize> {
        let room = usize::try_from(self.size).map_err(|_| Errno::EINVAL)?;
        let length = answer.len().min(room);
        slice_mut(self.start, length)?.copy_from_slice(answer.get(..length).unwrap_or_default());
        Ok(answer.len())
    }
}

/// A name with the kind of record that is asked for.
struct Query<'a> {
    name: &'a [u8],
    class: c_int,
    kind: c_int,
}

fn query(
    state: *mut ResState,
    query: &Query<'_>,
    room: &Room,
) -> core::result::Result<usize, c_int> {
    let make = || {
        let mut question = question(QUERY, query.name, query.class as u16, query.kind as u16)?;
        with_state(state, |state| {
            state.mark(&mut question);
            Ok(question)
        })
        .ok()
    };
    let answer = ask(state, &make).map_err(|errno| match errno {
        Errno::EINVAL => NO_RECOVERY,
        errno => internal(errno),
    })?;
    let header = message::header(&answer).ok_or(NO_RECOVERY)?;
    let length = room.put(&answer).map_err(internal)?;
    match (header.code, header.answers) {
        (0, 1..) => Ok(length),
        (0, 0) => Err(NO_DATA),
        (message::NXDOMAIN, _) => Err(HOST_NOT_FOUND),
        (message::SERVFAIL, _) => Err(TRY_AGAIN),
        _ => Err(NO_RECOVERY),
    }
}

fn search(
    state: *mut ResState,
    wanted: &Query<'_>,
    room: &Room,
) -> core::result::Result<usize, c_int> {
    let names = with_state(state, |state| Ok(state.candidates(wanted.name))).map_err(internal)?;
    let mut outcome = HOST_NOT_FOUND;
    for name in &names {
        match query(state, &Query { name, ..*wanted }, room) {
            Ok(length) => return Ok(length),
            // The name exists, only not this kind of record: worth more than "no such name".
            Err(NO_DATA) => outcome = NO_DATA,
            Err(HOST_NOT_FOUND) => {}
            Err(code) => return Err(code),
        }
    }
    Err(outcome)
}

/// `int res_init(void)`
///
/// resolver(3): reads `/etc/resolv.conf` again. 0.
#[unsafe(no_mangle)]
pub extern "C" fn res_init() -> c_int {
    // SAFETY: the shared state.
    unsafe { res_ninit(__res_state()) }
}

/// `int res_ninit(res_state state)`
///
/// resolver(3). 0, or -1 with `EFAULT`. A state that is in use must be closed first.
///
/// # Safety
/// `state` points at a `struct __res_state`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_ninit(state: *mut ResState) -> c_int {
    if !in_memory(state as usize, size_of::<ResState>()) {
        set_errno(Errno::EFAULT);
        return -1;
    }
    // SAFETY: inside memory. The shared state's belongings are given back; a caller's fresh
    // state may hold anything, so nothing in it is believed.
    unsafe {
        if state == __res_state() {
            (*state).close();
        }
        (*state).init();
    }
    0
}

/// `void res_nclose(res_state state)`
///
/// resolver(3): gives back what [`res_ninit`] took.
///
/// # Safety
/// `state` has been initialised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_nclose(state: *mut ResState) {
    if in_memory(state as usize, size_of::<ResState>()) {
        // SAFETY: the caller's promise.
        unsafe { (*state).close() };
    }
}

/// `int res_nquery(res_state state, const char *name, int class, int type, unsigned char *answer,
/// int size)`
///
/// resolver(3). The length of the answer, of which at most `size` bytes are stored; -1 with
/// `h_errno`.
///
/// # Safety
/// As in C: `answer` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_nquery(
    state: *mut ResState,
    name: *const c_char,
    class: c_int,
    kind: c_int,
    answer: *mut u8,
    size: c_int,
) -> c_int {
    let room = Room {
        start: answer,
        size,
    };
    finish(
        state,
        c_str(name)
            .map_err(internal)
            .and_then(|name| query(state, &Query { name, class, kind }, &room)),
    )
}

/// `int res_query(const char *name, int class, int type, unsigned char *answer, int size)`
///
/// resolver(3). As [`res_nquery`].
///
/// # Safety
/// As in C: `answer` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_query(
    name: *const c_char,
    class: c_int,
    kind: c_int,
    answer: *mut u8,
    size: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { res_nquery(__res_state(), name, class, kind, answer, size) }
}

/// `int res_nsearch(res_state state, const char *name, int class, int type, unsigned char
/// *answer, int size)`
///
/// resolver(3). As [`res_nquery`], trying the domains of the search list as well.
///
/// # Safety
/// As in C: `answer` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_nsearch(
    state: *mut ResState,
    name: *const c_char,
    class: c_int,
    kind: c_int,
    answer: *mut u8,
    size: c_int,
) -> c_int {
    let room = Room {
        start: answer,
        size,
    };
    finish(
        state,
        c_str(name)
            .map_err(internal)
            .and_then(|name| search(state, &Query { name, class, kind }, &room)),
    )
}

/// `int res_search(const char *name, int class, int type, unsigned char *answer, int size)`
///
/// resolver(3). As [`res_nsearch`].
///
/// # Safety
/// As in C: `answer` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_search(
    name: *const c_char,
    class: c_int,
    kind: c_int,
    answer: *mut u8,
    size: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { res_nsearch(__res_state(), name, class, kind, answer, size) }
}

/// `int res_nquerydomain(res_state state, const char *name, const char *domain, int class, int
/// type, unsigned char *answer, int size)`
///
/// resolver(3). As [`res_nquery`], for `name.domain`; a null domain stands for none.
///
/// # Safety
/// As in C: `answer` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_nquerydomain(
    state: *mut ResState,
    name: *const c_char,
    domain: *const c_char,
    class: c_int,
    kind: c_int,
    answer: *mut u8,
    size: c_int,
) -> c_int {
    let joined = c_str(name).and_then(|name| match domain.is_null() {
        true => Ok(name.to_vec()),
        false => Ok([name, b".", c_str(domain)?].concat()),
    });
    let room = Room {
        start: answer,
        size,
    };
    let outcome = joined.map_err(internal).and_then(|name| {
        query(
            state,
            &Query {
                name: &name,
                class,
                kind,
            },
            &room,
        )
    });
    finish(state, outcome)
}

/// `int res_querydomain(const char *name, const char *domain, int class, int type, unsigned char
/// *answer, int size)`
///
/// resolver(3). As [`res_nquerydomain`].
///
/// # Safety
/// As in C: `answer` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn res_querydomain(
    name: *const c_char,
    domain: *const c_char,
    class: c_int,
    kind: c_int,
    answer: *mut u8,
    size: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { res_nquerydomain(__res_state(), name, domain, class, kind, answer, size) }
}
