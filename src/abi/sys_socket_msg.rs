//! `<sys/socket.h>`: sendmsg(2) and recvmsg(2), with control messages. Their batched forms are in
//! [`super::sys_socket_mmsg`].

use super::sys_socket::{discards, kind_of, signal_broken_pipe, socket_of};
use super::sys_socket_control::Control;
use super::sys_uio::{IoVec, with_sources, with_targets};
use super::types::SSize;
use super::util::{self, OrMinusOne, interruptible};
use super::{address, sys_socket_orders};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, Domain, Flags, Receive, Transmit};
use crate::wait::blocking;
use core::ffi::{c_int, c_void};

/// `struct msghdr` of wasi-libc
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MsgHdr {
    pub(super) name: *mut c_void,
    pub(super) name_length: u32,
    pub(super) parts: *mut IoVec,
    part_count: c_int,
    pub(super) control: *mut u8,
    control_length: u32,
    flags: c_int,
}

pub(super) fn part_count(message: &MsgHdr) -> Result<usize> {
    usize::try_from(message.part_count).map_err(|_| Errno::EMSGSIZE)
}

/// Where a message is to go. Its address may have no length, and is cut where it is too long
/// (copy_msghdr_from_user of Linux).
pub(super) fn destination(kind: (Domain, Type), message: &MsgHdr) -> Result<Option<Address>> {
    let length = message.name_length;
    if message.name.is_null() || length == 0 {
        return Ok(None);
    }
    if (length as i32) < 0 {
        return Err(Errno::EINVAL);
    }
    address::read_destination(kind, message.name, length.min(address::LONGEST))
}

pub(super) fn send_message(fd: c_int, message: &MsgHdr, flags: c_int) -> Result<usize> {
    let file = socket_of(fd)?;
    with_sources(
        message.parts,
        part_count(message)?,
        Errno::EMSGSIZE,
        |data| {
            let mut transmit = Transmit::new(data, Flags(flags));
            transmit.to = destination(kind_of(&file)?, message)?;
            if !message.control.is_null() {
                let socket = file.as_socket()?;
                let (at, length) = (message.control, message.control_length);
                sys_socket_orders::read(socket, &mut transmit, at, length)?;
            }
            blocking::send(&file, &mut transmit)
        },
    )
}

pub(super) fn receive_message(fd: c_int, place: *mut MsgHdr, flags: c_int) -> Result<usize> {
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
            // Linux hands this one back (net/socket.c: ____sys_recvmsg).
            let kept = Flags(flags & Flags::CMSG_CLOEXEC.0);
            result.flags = (receive.out_flags | control.flags() | kept).0;
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
