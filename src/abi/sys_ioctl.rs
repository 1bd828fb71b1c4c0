//! `<sys/ioctl.h>`: ioctl(2) on sockets.

use super::fcntl::close_on_exec;
use super::fcntl_numbers::{O_ASYNC, O_NONBLOCK};
use super::libc_file;
use super::libc_streams;
use super::net_if;
use super::sys_stat;
use super::unistd::{either, forwarded};
use super::util::{self, OrMinusOne};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Class, Description, Domain};
use crate::socket::tcp;
use crate::wait::blocking;
use core::ffi::{c_int, c_void};

unsafe extern "C" {
    /// Variadic in C: the arguments lie where the last parameter points.
    fn __real_ioctl(fd: c_int, request: c_int, arguments: *const usize) -> c_int;
}

const FIONREAD: c_int = 0x541b;
const FIONBIO: c_int = 0x5421;
/// wasi-libc's FIONREAD and FIONBIO, which are taken too.
const READ_OF_LIBC: c_int = 1;
const NONBLOCKING_OF_LIBC: c_int = 2;
const FIONCLEX: c_int = 0x5450;
const FIOCLEX: c_int = 0x5451;
const FIOASYNC: c_int = 0x5452;
const SIOCOUTQ: c_int = 0x5411;
const SIOCOUTQNSD: c_int = 0x894b;
const SIOCATMARK: c_int = 0x8905;

/// Whether it is a TCP socket.
fn is_stream(file: &Description) -> bool {
    let Ok(socket) = file.as_socket() else {
        return false;
    };
    socket.kind() == Type::Stream && socket.domain() != Domain::Unix
}

/// ioctl(2). `arguments` is how C passes what follows the request.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_ioctl(fd: c_int, request: c_int, arguments: *const usize) -> c_int {
    let request = match request {
        READ_OF_LIBC => FIONREAD,
        NONBLOCKING_OF_LIBC => FIONBIO,
        other => other,
    };
    // These belong to the number, not to the file behind it.
    if request == FIOCLEX || request == FIONCLEX {
        return close_on_exec(fd, Some(request == FIOCLEX))
            .map(|_| 0)
            .or_minus_one_errno();
    }
    either(
        fd,
        |file| match request {
            FIONREAD => {
                blocking::readiness_point();
                tcp::socket::bind_readable_bytes();
                let count = file.file.readable_bytes()?;
                util::write(util::read(arguments)? as *mut c_int, count as c_int).map(|()| 0)
            }
            FIONBIO => {
                file.nonblocking
                    .set(util::read(util::read(arguments)? as *const c_int)? != 0);
                Ok(0)
            }
            // SIGIO is never sent; switching it on is harmless.
            FIOASYNC if matches!(file.class, Class::Socket | Class::Pipe) => {
                let on = util::read(util::read(arguments)? as *const c_int)? != 0;
                let flag = if on { O_ASYNC } else { 0 };
                file.status.set(file.status.get() & !O_ASYNC | flag);
                Ok(0)
            }
            SIOCATMARK if file.file.class() == Class::Socket => {
                util::write(util::read(arguments)? as *mut c_int, 0).map(|()| 0)
            }
            SIOCOUTQ => {
                blocking::flush_point();
                let count = file.file.unsent_bytes()?;
                util::write(util::read(arguments)? as *mut c_int, count as c_int).map(|()| 0)
            }
            // Of what the host has handed on nothing is known, so that the two are the same.
            SIOCOUTQNSD if is_stream(&file) => {
                blocking::flush_point();
                let count = file.file.unsent_bytes()?;
                util::write(util::read(arguments)? as *mut c_int, count as c_int).map(|()| 0)
            }
            _ if file.file.class() == Class::Socket => {
                net_if::ioctl(request, util::read(arguments)? as *mut c_void)
                    .unwrap_or(Err(Errno::ENOTTY))
            }
            _ => Err(Errno::ENOTTY),
        },
        // Versions of the C library differ in what they say of a number that is not open.
        |fd| {
            libc_file::access(fd)?;
            on_libc_file(fd, request, arguments)
        },
    )
    .or_minus_one_errno()
}

/// ioctl(2) on a file of the C library, which is given a place of ours to write to.
fn on_libc_file(fd: c_int, request: c_int, arguments: *const usize) -> Result<c_int> {
    let seekable = libc_streams::is_seekable(fd);
    match request {
        FIONREAD => {
            let place = util::read(arguments)? as *mut c_int;
            if sys_stat::is_folder(fd)? {
                return Err(Errno::ENOTTY);
            }
            util::read(place)?;
            let mut count = 0;
            if seekable {
                // As many bits of it as there is room for, as on Linux.
                count = libc_streams::left(fd)? as c_int;
            } else {
                let to = &raw mut count as usize;
                // SAFETY: what follows the request is the place.
                forwarded(unsafe { __real_ioctl(fd, READ_OF_LIBC, &raw const to) })?;
            }
            util::write(place, count).map(|()| 0)
        }
        FIONBIO | FIOASYNC => {
            let on = util::read(util::read(arguments)? as *const c_int)? != 0;
            let flag = if request == FIONBIO {
                O_NONBLOCK
            } else {
                O_ASYNC
            };
            if seekable && request == FIOASYNC {
                return Err(Errno::ENOTTY);
            }
            libc_file::set_flag(fd, flag, on);
            Ok(0)
        }
        _ => Err(Errno::ENOTTY),
    }
}
