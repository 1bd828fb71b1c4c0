//! `<netdb.h>`: services and protocols.

use super::env::{protocols, services};
use super::pack::{Kept, Packer, give};
use crate::abi::util::{self, c_str, set_errno};
use crate::errno::Errno;
use crate::host::cell::{Global, GlobalCell};
use crate::netdb::databases::{self, Protocol, Service};
use crate::netdb::text::Fields;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int};
use core::ptr;

/// `struct servent`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct ServEnt {
    name: *mut c_char,
    aliases: *mut *mut c_char,
    port: c_int,
    protocol: *mut c_char,
}

/// `struct protoent`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct ProtoEnt {
    name: *mut c_char,
    aliases: *mut *mut c_char,
    number: c_int,
}

/// A C structure made of a line of a database file.
pub(super) trait Entry: Copy {
    type Line<'a>;
    const EMPTY: Self;
    fn pack(packer: &mut Packer, line: &Self::Line<'_>) -> Option<Self>;
}

pub(super) fn aliases(packer: &mut Packer, aliases: &Fields<'_>) -> Option<*mut *mut c_char> {
    let list: Vec<&[u8]> = aliases.clone().collect();
    packer.strings(&list)
}

impl Entry for ServEnt {
    type Line<'a> = Service<'a>;
    const EMPTY: ServEnt = ServEnt {
        name: ptr::null_mut(),
        aliases: ptr::null_mut(),
        port: 0,
        protocol: ptr::null_mut(),
    };

    fn pack(packer: &mut Packer, line: &Service<'_>) -> Option<ServEnt> {
        Some(ServEnt {
            aliases: aliases(packer, &line.aliases)?,
            name: packer.string(line.name)?,
            port: c_int::from(line.port.to_be()),
            protocol: packer.string(line.protocol)?,
        })
    }
}

impl Entry for ProtoEnt {
    type Line<'a> = Protocol<'a>;
    const EMPTY: ProtoEnt = ProtoEnt {
        name: ptr::null_mut(),
        aliases: ptr::null_mut(),
        number: 0,
    };

    fn pack(packer: &mut Packer, line: &Protocol<'_>) -> Option<ProtoEnt> {
        Some(ProtoEnt {
            aliases: aliases(packer, &line.aliases)?,
            name: packer.string(line.name)?,
            number: line.number,
        })
    }
}

pub(super) type Slot<E> = Global<Kept<E>>;

/// Ends a call without `_r`.
pub(super) fn keep<E: Entry>(slot: &Slot<E>, line: Option<E::Line<'_>>) -> *mut E {
    let Some(line) = line else {
        return ptr::null_mut();
    };
    let entry = slot.with(|kept| kept.keep(|packer| E::pack(packer, &line)));
    if entry.is_null() {
        set_errno(Errno::ENOMEM);
    }
    entry
}

/// Ends an `_r` call: 0 also when nothing was found.
pub(super) fn hand_over<E: Entry>(
    line: Option<E::Line<'_>>,
    entry: *mut E,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut E,
) -> c_int {
    let status = match line {
        Some(line) => give(entry, buffer, size, result, |packer| E::pack(packer, &line)),
        None => util::write(result, ptr::null_mut()).map(|()| 0),
    };
    status.unwrap_or_else(|errno| {
        set_errno(errno);
        errno.0
    })
}

/// Where a walk through a database stands.
pub(super) type Walk = GlobalCell<usize>;

/// The next line of a walk.
pub(super) fn advance<T>(walk: &Walk, mut lines: impl Iterator<Item = T>) -> Option<T> {
    let line = lines.nth(walk.get())?;
    walk.set(walk.get() + 1);
    Some(line)
}

/// The next line of a walk to the caller of an `_r` function. Unlike a search, the end of the
/// walk is an error, `ENOENT`; a line that does not fit is offered again.
pub(super) fn advance_for<'a, E: Entry + 'a>(
    walk: &Walk,
    mut lines: impl Iterator<Item = E::Line<'a>>,
    entry: *mut E,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut E,
) -> c_int {
    let line = lines.nth(walk.get());
    let found = line.is_some();
    match hand_over(line, entry, buffer, size, result) {
        0 if found => {
            walk.set(walk.get() + 1);
            0
        }
        0 => Errno::ENOENT.0,
        status => status,
    }
}

/// A string that may be null, which stands for any.
fn filter(text: *const c_char) -> Option<Option<&'static [u8]>> {
    if text.is_null() {
        Some(None)
    } else {
        c_str(text).ok().map(Some)
    }
}

fn service_by_name(name: *const c_char, protocol: *const c_char) -> Option<Service<'static>> {
    databases::service_by_name(services(), c_str(name).ok()?, filter(protocol)?)
}

/// The port comes in network byte order in the low 16 bits; no service has a larger number.
fn service_by_port(port: c_int, protocol: *const c_char) -> Option<Service<'static>> {
    let port = u16::from_be(u16::try_from(port).ok()?);
    databases::service_by_port(services(), port, filter(protocol)?)
}

static SERVICE_WALK: Walk = Walk::new(0);

/// `struct servent *getservbyname(const char *name, const char *protocol)`
///
/// POSIX getservbyname(). A null protocol means any; null when there is no such service.
///
/// # Safety
/// The arguments are C strings, `protocol` perhaps null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getservbyname(
    name: *const c_char,
    protocol: *const c_char,
) -> *mut ServEnt {
    static KEPT: Slot<ServEnt> = Global::new(Kept::new(ServEnt::EMPTY));
    keep(&KEPT, service_by_name(name, protocol))
}

/// `struct servent *getservbyport(int port, const char *protocol)`
///
/// POSIX getservbyport(), `port` in network byte order. Null when there is no such service.
///
/// # Safety
/// `protocol` is null or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getservbyport(port: c_int, protocol: *const c_char) -> *mut ServEnt {
    static KEPT: Slot<ServEnt> = Global::new(Kept::new(ServEnt::EMPTY));
    keep(&KEPT, service_by_port(port, protocol))
}

/// `int getservbyname_r(const char *name, const char *protocol, struct servent *entry, char
/// *buffer, size_t size, struct servent **result)`
///
/// getservbyname_r(3). 0, with `*result` null when nothing was found; `ERANGE`.
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getservbyname_r(
    name: *const c_char,
    protocol: *const c_char,
    entry: *mut ServEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut ServEnt,
) -> c_int {
    hand_over(service_by_name(name, protocol), entry, buffer, size, result)
}

/// `int getservbyport_r(int port, const char *protocol, struct servent *entry, char *buffer,
/// size_t size, struct servent **result)`
///
/// getservbyport_r(3). 0, with `*result` null when nothing was found; `ERANGE`.
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getservbyport_r(
    port: c_int,
    protocol: *const c_char,
    entry: *mut ServEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut ServEnt,
) -> c_int {
    hand_over(service_by_port(port, protocol), entry, buffer, size, result)
}

/// `struct servent *getservent(void)`
///
/// POSIX getservent(): the next line of `/etc/services`, null after the last.
#[unsafe(no_mangle)]
pub extern "C" fn getservent() -> *mut ServEnt {
    static KEPT: Slot<ServEnt> = Global::new(Kept::new(ServEnt::EMPTY));
    keep(
        &KEPT,
        advance(&SERVICE_WALK, databases::services(services())),
    )
}

/// `int getservent_r(struct servent *entry, char *buffer, size_t size, struct servent **result)`
///
/// getservent_r(3). 0; `ENOENT` after the last line, `ERANGE`.
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getservent_r(
    entry: *mut ServEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut ServEnt,
) -> c_int {
    let lines = databases::services(services());
    advance_for(&SERVICE_WALK, lines, entry, buffer, size, result)
}

/// `void setservent(int stay_open)`
///
/// POSIX setservent(): back to the first line.
#[unsafe(no_mangle)]
pub extern "C" fn setservent(_stay_open: c_int) {
    SERVICE_WALK.set(0);
}

/// `void endservent(void)`
///
/// POSIX endservent(): ends the walk.
#[unsafe(no_mangle)]
pub extern "C" fn endservent() {
    SERVICE_WALK.set(0);
}

fn protocol_by_name(name: *const c_char) -> Option<Protocol<'static>> {
    databases::protocol_by_name(protocols(), c_str(name).ok()?)
}

static PROTOCOL_WALK: Walk = Walk::new(0);

/// `struct protoent *getprotobyname(const char *name)`
///
/// POSIX getprotobyname(). Null when there is no such protocol.
///
/// # Safety
/// `name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getprotobyname(name: *const c_char) -> *mut ProtoEnt {
    static KEPT: Slot<ProtoEnt> = Global::new(Kept::new(ProtoEnt::EMPTY));
    keep(&KEPT, protocol_by_name(name))
}

/// `struct protoent *getprotobynumber(int number)`
///
/// POSIX getprotobynumber(). Null when there is no such protocol.
#[unsafe(no_mangle)]
pub extern "C" fn getprotobynumber(number: c_int) -> *mut ProtoEnt {
    static KEPT: Slot<ProtoEnt> = Global::new(Kept::new(ProtoEnt::EMPTY));
    keep(&KEPT, databases::protocol_by_number(protocols(), number))
}

/// `int getprotobyname_r(const char *name, struct protoent *entry, char *buffer, size_t size,
/// struct protoent **result)`
///
/// getprotobyname_r(3). 0, with `*result` null when nothing was found; `ERANGE`.
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getprotobyname_r(
    name: *const c_char,
    entry: *mut ProtoEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut ProtoEnt,
) -> c_int {
    hand_over(protocol_by_name(name), entry, buffer, size, result)
}

/// `int getprotobynumber_r(int number, struct protoent *entry, char *buffer, size_t size, struct
/// protoent **result)`
///
/// getprotobynumber_r(3). 0, with `*result` null when nothing was found; `ERANGE`.
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getprotobynumber_r(
    number: c_int,
    entry: *mut ProtoEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut ProtoEnt,
) -> c_int {
    hand_over(
        databases::protocol_by_number(protocols(), number),
        entry,
        buffer,
        size,
        result,
    )
}

/// `struct protoent *getprotoent(void)`
///
/// POSIX getprotoent(): the next line of `/etc/protocols`, null after the last.
#[unsafe(no_mangle)]
pub extern "C" fn getprotoent() -> *mut ProtoEnt {
    static KEPT: Slot<ProtoEnt> = Global::new(Kept::new(ProtoEnt::EMPTY));
    keep(
        &KEPT,
        advance(&PROTOCOL_WALK, databases::protocols(protocols())),
    )
}

/// `int getprotoent_r(struct protoent *entry, char *buffer, size_t size, struct protoent
/// **result)`
///
/// getprotoent_r(3). 0; `ENOENT` after the last line, `ERANGE`.
///
/// # Safety
/// As in C: the buffer has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getprotoent_r(
    entry: *mut ProtoEnt,
    buffer: *mut c_char,
    size: usize,
    result: *mut *mut ProtoEnt,
) -> c_int {
    let lines = databases::protocols(protocols());
    advance_for(&PROTOCOL_WALK, lines, entry, buffer, size, result)
}

/// `void setprotoent(int stay_open)`
///
/// POSIX setprotoent(): back to the first line.
#[unsafe(no_mangle)]
pub extern "C" fn setprotoent(_stay_open: c_int) {
    PROTOCOL_WALK.set(0);
}

/// `void endprotoent(void)`
///
/// POSIX endprotoent(): ends the walk.
#[unsafe(no_mangle)]
pub extern "C" fn endprotoent() {
    PROTOCOL_WALK.set(0);
}
