//! `<sys/socket.h>`: sendmsg(2), recvmsg(2) and their batched forms, with control messages.

use super::sys_socket::{discards, signal_broken_pipe, socket_of, takes_address};
use super::sys_uio::{IoVec, with_sources, with_targets};
use super::time::Timespec;
use super::types::SSize;
use super::util::{self, OrMinusOne, interruptible};
use super::{address, unistd};
use crate::errno::{Errno, Result};
use crate::fd::{Flags, InFlight, Receive, Transmit, process};
use crate::socket::local;
use crate::wait::{blocking, pending};
use crate::wasi::clock;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::ffi::{c_int, c_uint, c_void};

/// `struct msghdr` of wasi-libc
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MsgHdr {
    name: *mut c_void,
    name_length: u32,
    parts: *mut IoVec,
    part_count: c_int,
    control: *mut u8,
    control_length: u32,
    flags: c_int,
}

/// `struct mmsghdr`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MMsgHdr {
    message: MsgHdr,
    length: c_uint,
}

/// `struct cmsghdr`
#[repr(C)]
#[derive(Clone, Copy)]
struct ControlHeader {
    length: u32,
    level: c_int,
    kind: c_int,
}

/// `struct ucred`
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq)]
struct Credentials {
    process: c_int,
    user: u32,
    group: u32,
}

fn credentials() -> Credentials {
    let (process, user, group) = local::credentials();
    Credentials {
        process,
        user,
        group,
    }
}

const SOL_SOCKET: c_int = 0x7fff_ffff;
const SCM_RIGHTS: c_int = 1;
const SCM_CREDENTIALS: c_int = 2;
/// Descriptors in one message at most (SCM_MAX_FD of Linux).
const MOST_RIGHTS: usize = 253;
/// Messages in one sendmmsg(2) or recvmmsg(2) at most (UIO_MAXIOV of Linux).
const MOST_MESSAGES: c_uint = 1024;
const HEADER: usize = size_of::<ControlHeader>();

/// The descriptions that SCM_RIGHTS messages at `control` name.
fn read_rights(control: *const u8, length: u32) -> Result<Vec<InFlight>> {
    let mut rights = Vec::new();
    let mut rest = util::slice(control, length as usize)?;
    while rest.len() >= HEADER {
        let header = util::read(rest.as_ptr().cast::<ControlHeader>())?;
        let size = header.length as usize;
        if size < HEADER || size > rest.len() {
            return Err(Errno::EINVAL);
        }
        let data = rest.get(HEADER..size).unwrap_or_default();
        match (header.level, header.kind) {
            (SOL_SOCKET, SCM_RIGHTS) => {
                for fd in data.chunks_exact(4) {
                    let file = unistd::describe(util::read(fd.as_ptr().cast::<c_int>())?)?;
                    rights.push(InFlight::new(file, pending::add));
                }
                if rights.len() > MOST_RIGHTS {
                    return Err(Errno::EINVAL);
                }
            }
            (SOL_SOCKET, SCM_CREDENTIALS) if data.len() != size_of::<Credentials>() => {
                return Err(Errno::EINVAL);
            }
            // Nobody can pass for somebody else, and who sends is known anyway.
            (SOL_SOCKET, SCM_CREDENTIALS) => {
                if util::read(data.as_ptr().cast::<Credentials>())? != credentials() {
                    return Err(Errno::EPERM);
                }
            }
            (SOL_SOCKET, _) => return Err(Errno::EINVAL),
            // What the protocols take (IP_PKTINFO and the like) is refused by setsockopt too.
            _ => return Err(Errno::EINVAL),
        }
        rest = rest.get(size.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(rights)
}

/// Tells who sent a message, in SCM_CREDENTIALS; returns the length that took and MSG_CTRUNC if
/// it did not fit.
fn write_credentials(
    sender: Option<(c_int, u32, u32)>,
    control: *mut u8,
    room: u32,
) -> Result<(u32, Flags)> {
    let Some((process, user, group)) = sender else {
        return Ok((0, Flags::NONE));
    };
    let length = (HEADER + size_of::<Credentials>()) as u32;
    if control.is_null() || room < length {
        return Ok((0, Flags::CTRUNC));
    }
    util::write(
        control.cast(),
        ControlHeader {
            length,
            level: SOL_SOCKET,
            kind: SCM_CREDENTIALS,
        },
    )?;
    util::write(
        control.wrapping_add(HEADER).cast(),
        Credentials {
            process,
            user,
            group,
        },
    )?;
    Ok((length, Flags::NONE))
}

/// Gives received descriptions numbers and tells them in SCM_RIGHTS; returns the length of the
/// control data and MSG_CTRUNC if not all fitted. Those that did not are closed, as on Linux.
fn write_rights(
    rights: Vec<InFlight>,
    control: *mut u8,
    room: u32,
    close_on_exec: bool,
) -> Result<(u32, Flags)> {
    if rights.is_empty() {
        return Ok((0, Flags::NONE));
    }
    let fitting = if control.is_null() {
        0
    } else {
        (room as usize).saturating_sub(HEADER) / 4
    };
    let mut count = 0;
    let mut truncated = Flags::NONE;
    for file in rights {
        let number = if count < fitting {
            process::install(Rc::clone(&file), close_on_exec, 0)
        } else {
            Err(Errno::EMFILE)
        };
        match number {
            Ok(fd) => {
                util::write(control.wrapping_add(HEADER + count * 4).cast::<c_int>(), fd)?;
                count += 1;
            }
            Err(_) => truncated = Flags::CTRUNC,
        }
    }
    if count == 0 {
        return Ok((0, truncated));
    }
    let length = (HEADER + count * 4) as u32;
    util::write(
        control.cast(),
        ControlHeader {
            length,
            level: SOL_SOCKET,
            kind: SCM_RIGHTS,
        },
    )?;
    Ok((length, truncated))
}

fn part_count(message: &MsgHdr) -> Result<usize> {
    usize::try_from(message.part_count).map_err(|_| Errno::EMSGSIZE)
}

fn send_message(fd: c_int, message: &MsgHdr, flags: c_int) -> Result<usize> {
    let file = socket_of(fd)?;
    with_sources(
        message.parts,
        part_count(message)?,
        Errno::EMSGSIZE,
        |data| {
            let mut transmit = Transmit::new(data, Flags(flags));
            if !message.name.is_null() && message.name_length > 0 && takes_address(&file) {
                let domain = file.as_socket()?.domain();
                transmit.to = Some(address::read_destination(
                    domain,
                    message.name,
                    message.name_length,
                )?);
            }
            if !message.control.is_null() {
                transmit.rights = read_rights(message.control, message.control_length)?;
            }
            blocking::send(&file, &mut transmit)
        },
    )
}

fn receive_message(fd: c_int, place: *mut MsgHdr, flags: c_int) -> Result<usize> {
    let message = util::read(place)?;
    let file = socket_of(fd)?;
    if !message.name.is_null() && (message.name_length as i32) < 0 {
        return Err(Errno::EINVAL);
    }
    with_targets(
        message.parts,
        part_count(&message)?,
        Errno::EMSGSIZE,
        |into| {
            let size = into.iter().map(|part| part.len()).sum();
            let mut receive = Receive::new(into, Flags(flags));
            receive.discard = discards(&file, flags).then_some(size);
            let count = blocking::receive(&file, &mut receive)?;
            let Receive {
                from,
                out_flags,
                rights,
                credentials,
                ..
            } = receive;
            let mut result = message;
            result.flags = out_flags.0;
            if !message.name.is_null() {
                result.name_length = match &from {
                    Some(from) => address::write_cut(from, message.name, message.name_length)?,
                    None => 0,
                };
            }
            let close_on_exec = Flags(flags).has(Flags::CMSG_CLOEXEC);
            let (
                MsgHdr {
                    control,
                    control_length: room,
                    ..
                },
                mut used,
            ) = (message, 0);
            let (length, truncated) = write_credentials(credentials, control, room)?;
            used += length;
            result.flags |= truncated.0;
            let control = control.wrapping_add(used as usize);
            let (length, truncated) = write_rights(rights, control, room - used, close_on_exec)?;
            result.control_length = used + length;
            result.flags |= truncated.0;
            util::write(place, result)?;
            Ok(count)
        },
    )
}

/// sendmsg(2): one message from several buffers, with a destination and control data
/// (SCM_RIGHTS within the process). More than IOV_MAX buffers are `EMSGSIZE`.
#[unsafe(no_mangle)]
pub extern "C" fn sendmsg(fd: c_int, message: *const MsgHdr, flags: c_int) -> SSize {
    let outcome = interruptible(true, || send_message(fd, &util::read(message)?, flags));
    signal_broken_pipe(flags, outcome).or_minus_one_errno()
}

/// recvmsg(2): one message into several buffers, with its sender, control data and `msg_flags`.
#[unsafe(no_mangle)]
pub extern "C" fn recvmsg(fd: c_int, message: *mut MsgHdr, flags: c_int) -> SSize {
    interruptible(true, || receive_message(fd, message, flags)).or_minus_one_errno()
}

/// sendmmsg(2): sends up to `count` messages; returns how many went, and fails only if the first
/// did not go.
#[unsafe(no_mangle)]
pub extern "C" fn sendmmsg(
    fd: c_int,
    messages: *mut MMsgHdr,
    count: c_uint,
    flags: c_uint,
) -> c_int {
    let flags = flags as c_int;
    (|| {
        let count = count.min(MOST_MESSAGES) as usize;
        socket_of(fd)?;
        for index in 0..count {
            let place = messages.wrapping_add(index);
            let outcome = util::read(place).and_then(|entry| {
                interruptible(true, || send_message(fd, &entry.message, flags)).and_then(|length| {
                    util::write(
                        place,
                        MMsgHdr {
                            length: length as c_uint,
                            ..entry
                        },
                    )
                })
            });
            if let Err(errno) = signal_broken_pipe(flags, outcome.map(|()| 0)) {
                return if index == 0 {
                    Err(errno)
                } else {
                    Ok(index as c_int)
                };
            }
        }
        Ok(count as c_int)
    })()
    .or_minus_one_errno()
}

/// recvmmsg(2): receives up to `count` messages. `timeout` is looked at after each message only,
/// as on Linux; MSG_WAITFORONE stops waiting after the first.
#[unsafe(no_mangle)]
pub extern "C" fn recvmmsg(
    fd: c_int,
    messages: *mut MMsgHdr,
    count: c_uint,
    flags: c_uint,
    timeout: *mut Timespec,
) -> c_int {
    (|| {
        let until = if timeout.is_null() {
            None
        } else {
            Some(clock::now().saturating_add(util::read(timeout)?.nanoseconds()?))
        };
        socket_of(fd)?;
        let mut flags = Flags(flags as c_int);
        let wait_for_one = flags.has(Flags::WAITFORONE);
        flags = Flags(flags.0 & !Flags::WAITFORONE.0);
        let count = count.min(MOST_MESSAGES) as usize;
        for index in 0..count {
            let place = messages.wrapping_add(index);
            // The message header is the first member.
            let outcome = interruptible(true, || receive_message(fd, place.cast(), flags.0))
                .and_then(|length| util::read(place).map(|entry| (entry, length)))
                .and_then(|(entry, length)| {
                    util::write(
                        place,
                        MMsgHdr {
                            length: length as c_uint,
                            ..entry
                        },
                    )
                });
            if let Err(errno) = outcome {
                return if index == 0 {
                    Err(errno)
                } else {
                    Ok(index as c_int)
                };
            }
            if wait_for_one {
                flags = flags | Flags::DONTWAIT;
            }
            if until.is_some_and(|until| clock::now() >= until) {
                return Ok(index as c_int + 1);
            }
        }
        Ok(count as c_int)
    })()
    .or_minus_one_errno()
}
