//! `<sys/socket.h>`: sendmmsg(2) and recvmmsg(2), several messages in one call.

use super::sys_socket::{signal_broken_pipe, socket_of};
use super::sys_socket_msg::{MsgHdr, destination, part_count, receive_message, send_message};
use super::sys_uio;
use super::time::Timespec;
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, Domain, Flags, Transmit};
use crate::host::clock;
use crate::socket::tcp;
use core::ffi::{c_int, c_uint};
use core::mem::offset_of;

/// `struct mmsghdr`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MMsgHdr {
    message: MsgHdr,
    length: c_uint,
}

/// Messages in one sendmmsg(2) or recvmmsg(2) at most (UIO_MAXIOV of Linux).
const MOST_MESSAGES: c_uint = 1024;

/// Messages that are handed down together at most.
const TOGETHER: usize = 16;

/// Parts that they have at most.
const PARTS: usize = 4 * TOGETHER;

/// Sends the first of `most` messages together; returns how many went, and whether an error ended that.
/// None of those is out of the ordinary: 0 leaves the first to [`send_message`], which also tells what is
/// wrong with it.
fn send_together(
    fd: c_int,
    messages: *const MMsgHdr,
    most: usize,
    flags: c_int,
) -> Result<(usize, bool)> {
    let file = socket_of(fd)?;
    let (domain, kind) = file.socket.ok_or(Errno::ENOTSOCK)?;
    if most < 2 || domain == Domain::Unix || kind != Type::Datagram {
        return Ok((0, false));
    }
    let mut parts: [&[u8]; PARTS] = [&[]; PARTS];
    let mut found = [const { (0, None) }; TOGETHER];
    let mut count = 0;
    let mut rest = parts.as_mut_slice();
    for (index, found) in found.iter_mut().enumerate().take(most) {
        let ordinary = util::read(messages.wrapping_add(index))
            .and_then(|entry| read_ordinary((domain, kind), &entry.message, rest));
        let Ok((used, to)) = ordinary else { break };
        *found = (used, to);
        rest = rest.get_mut(used..).unwrap_or_default();
        count += 1;
    }
    let mut data = parts.as_slice();
    let together: [Transmit; TOGETHER] = found.map(|(used, to)| {
        let (these, others) = data.split_at_checked(used).unwrap_or_default();
        data = others;
        let mut transmit = Transmit::new(these, Flags(flags));
        transmit.to = to;
        transmit
    });
    let (sent, failed) = file
        .as_socket()?
        .send_together(together.get(..count).unwrap_or_default());
    for (index, transmit) in together.iter().enumerate().take(sent) {
        write_length(messages.cast_mut().wrapping_add(index), transmit.size())?;
    }
    Ok((sent, failed))
}

/// Reads a message without control data into `parts`: how many it takes, and its destination.
fn read_ordinary(
    kind: (Domain, Type),
    message: &MsgHdr,
    parts: &mut [&[u8]],
) -> Result<(usize, Option<Address>)> {
    let sources = sys_uio::check(message.parts, part_count(message)?, Errno::EMSGSIZE)?;
    if !message.control.is_null() || sources.len() > parts.len() {
        return Err(Errno::EINVAL);
    }
    for (part, source) in parts.iter_mut().zip(sources) {
        *part = util::slice(source.base, source.length)?;
    }
    Ok((sources.len(), destination(kind, message)?))
}

/// Tells how many bytes of a message went or came.
fn write_length(place: *mut MMsgHdr, length: usize) -> Result<()> {
    let field = place.wrapping_byte_add(offset_of!(MMsgHdr, length));
    util::write(field.cast(), length as c_uint)
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
        let mut sent = 0;
        while sent < count {
            let place = messages.wrapping_add(sent);
            // An error is told by the first message alone.
            if let Ok((together @ 1.., failed)) = send_together(fd, place, count - sent, flags) {
                sent += together;
                if failed {
                    return Ok(sent as c_int);
                }
                continue;
            }
            let outcome = util::read(place)
                .and_then(|entry| interruptible(true, || send_message(fd, &entry.message, flags)))
                .and_then(|length| write_length(place, length));
            match signal_broken_pipe(flags, outcome.map(|()| 0)) {
                Ok(_) => sent += 1,
                Err(errno) if sent == 0 => return Err(errno),
                Err(_) => return Ok(sent as c_int),
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
        let file = socket_of(fd)?;
        let mut flags = Flags(flags as c_int);
        // An error comes even before data, and where no message is asked for.
        tcp::socket::bind_readable_bytes();
        if !flags.has(Flags::ERRQUEUE)
            && let Some(errno) = file.as_socket()?.pending_error()
        {
            return Err(errno);
        }
        drop(file);
        let wait_for_one = flags.has(Flags::WAITFORONE);
        let count = count.min(MOST_MESSAGES) as usize;
        if count > 1 {
            // The socket may ask its host for as many.
            flags = flags | Flags::WAITFORONE;
        }
        for index in 0..count {
            let place = messages.wrapping_add(index);
            // The message header is the first member.
            let outcome = interruptible(true, || receive_message(fd, place.cast(), flags.0))
                .and_then(|length| write_length(place, length));
            match outcome {
                Ok(()) => {}
                Err(errno) if index == 0 => return Err(errno),
                Err(errno) => {
                    // The next call tells it (BUGS in recvmmsg(2)).
                    if !matches!(errno, Errno::EAGAIN | Errno::EINTR) {
                        let file = socket_of(fd)?;
                        file.as_socket()?.error().set(Some(errno));
                        file.file.notify().event();
                    }
                    return Ok(index as c_int);
                }
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
