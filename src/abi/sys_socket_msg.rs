//! `<sys/socket.h>`: sendmsg(2), recvmsg(2) and their batched forms, with control messages.

use super::sys_socket::{discards, signal_broken_pipe, socket_of, takes_address};
use super::sys_socket_control::Control;
use super::sys_uio::{IoVec, with_sources, with_targets};
use super::time::Timespec;
use super::types::SSize;
use super::util::{self, OrMinusOne, interruptible};
use super::{address, sys_socket_control};
use crate::errno::{Errno, Result};
use crate::fd::{Flags, Receive, Transmit};
use crate::wait::blocking;
use crate::wasi::clock;
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

/// Messages in one sendmmsg(2) or recvmmsg(2) at most (UIO_MAXIOV of Linux).
const MOST_MESSAGES: c_uint = 1024;

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
                let socket = file.as_socket()?;
                transmit.rights =
                    sys_socket_control::read(socket, message.control, message.control_length)?;
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
            let mut result = message;
            if !message.name.is_null() {
                result.name_length = match &receive.from {
                    Some(from) => address::write_cut(from, message.name, message.name_length)?,
                    None => 0,
                };
            }
            let mut control = Control::new(message.control, message.control_length);
            control.write(
                &receive.particulars,
                receive.credentials,
                receive.rights,
                Flags(flags).has(Flags::CMSG_CLOEXEC),
            )?;
            result.control_length = control.used() as u32;
            result.flags = (receive.out_flags | control.flags()).0;
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
