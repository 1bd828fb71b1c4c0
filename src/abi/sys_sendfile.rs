//! `<sys/sendfile.h>` and the splice family of `<fcntl.h>`: copies inside the program, since WASI
//! moves nothing between files by itself.

use super::libc_file::{self, __real_lseek, __real_read};
use super::types::{Off, SSize};
use super::unistd::{describe, forwarded};
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, Flags, Receive, Transmit, process};
use crate::socket::local::pipe;
use crate::wait::blocking;
use alloc::rc::Rc;
use alloc::vec;
use core::ffi::{c_int, c_uint, c_void};

unsafe extern "C" {
    fn __real_pread(fd: c_int, data: *mut c_void, size: usize, offset: i64) -> isize;
}

/// Copied at a time.
const PIECE: usize = 64 * 1024;
/// Linux moves at most this much in one call.
const MOST: usize = 0x7fff_f000;
const SPLICE_F_NONBLOCK: c_uint = 2;
const SPLICE_FLAGS: c_uint = 0xf;

/// A file of the C library to read from, and where.
struct Source {
    fd: c_int,
    offset: *mut i64,
    at: i64,
}

impl Source {
    fn open(fd: c_int, offset: *mut i64) -> Result<Self> {
        let fd = match process::find(fd) {
            Some(file) => libc_file::original(&file).ok_or(Errno::EINVAL)?,
            None if libc_file::is_open(fd) => fd,
            None => return Err(Errno::EBADF),
        };
        let at = if offset.is_null() {
            0
        } else {
            util::read(offset)?
        };
        if at < 0 {
            return Err(Errno::EINVAL);
        }
        Ok(Source { fd, offset, at })
    }

    fn read(&self, into: &mut [u8], done: usize) -> Result<usize> {
        let (data, size) = (into.as_mut_ptr().cast(), into.len());
        // SAFETY: the buffer is valid for its length.
        let count = unsafe {
            if self.offset.is_null() {
                __real_read(self.fd, data, size)
            } else {
                __real_pread(self.fd, data, size, self.at + done as i64)
            }
        };
        forwarded(count).map(|count| count as usize)
    }

    /// What was read but not taken goes back; the caller's offset moves by what was taken.
    fn finish(&self, taken: usize, untaken: usize) -> Result<()> {
        if !self.offset.is_null() {
            return util::write(self.offset, self.at + taken as i64);
        }
        if untaken > 0 {
            const SEEK_CUR: c_int = 1;
            // SAFETY: plain forwarding.
            forwarded(unsafe { __real_lseek(self.fd, -(untaken as i64), SEEK_CUR) })?;
        }
        Ok(())
    }
}

/// sendfile(2): copies up to `count` bytes from the file `from`, at `*offset` (which moves) or at
/// its own position, to any file. Fails with `EBADF`, `EINVAL` (`from` is a socket), `EAGAIN`,
/// `EFAULT`, and what write(2) fails with.
#[unsafe(no_mangle)]
pub extern "C" fn sendfile(to: c_int, from: c_int, offset: *mut Off, count: usize) -> SSize {
    interruptible(true, || {
        let source = Source::open(from, offset)?;
        let target = describe(to)?;
        copy_file(&target, &source, count.min(MOST), Flags::NONE)
    })
    .or_minus_one_errno()
}

/// sendfile64(3): offsets always have 64 bits here.
#[unsafe(no_mangle)]
pub extern "C" fn sendfile64(to: c_int, from: c_int, offset: *mut Off, count: usize) -> SSize {
    sendfile(to, from, offset, count)
}

fn copy_file(
    target: &Rc<Description>,
    source: &Source,
    count: usize,
    flags: Flags,
) -> Result<usize> {
    let mut piece = vec![0u8; PIECE.min(count)];
    let mut done = 0;
    while done < count {
        let room = PIECE.min(count - done);
        let got = source.read(piece.get_mut(..room).unwrap_or_default(), done)?;
        if got == 0 {
            break;
        }
        let data = piece.get(..got).unwrap_or_default();
        // More follows at once, so it need not leave as a segment of its own.
        let more = if done + got < count && got == room {
            Flags::MORE
        } else {
            Flags::NONE
        };
        let outcome = blocking::send(target, &mut Transmit::new(&[data], flags | more));
        let taken = *outcome.as_ref().unwrap_or(&0);
        done += taken;
        if taken < got {
            source.finish(done, got - taken)?;
            return if done > 0 { Ok(done) } else { outcome };
        }
    }
    source.finish(done, 0)?;
    Ok(done)
}

/// splice(2): moves up to `size` bytes between two files of which one is a pipe. Offsets are for
/// files only. Fails with `EBADF`, `EINVAL`, `ESPIPE`, `EAGAIN`.
#[unsafe(no_mangle)]
pub extern "C" fn splice(
    from: c_int,
    from_offset: *mut Off,
    to: c_int,
    to_offset: *mut Off,
    size: usize,
    flags: c_uint,
) -> SSize {
    interruptible(true, || {
        if flags & !SPLICE_FLAGS != 0 {
            return Err(Errno::EINVAL);
        }
        let (input, output) = (describe(from)?, describe(to)?);
        if size == 0 {
            return Ok(0);
        }
        let is_pipe = |file: &Description| file.file.class() == Class::Pipe;
        let plain = |file: &Description| libc_file::original(file).is_some();
        if !is_pipe(&input) && !is_pipe(&output) || pipe::are_one(&input.file, &output.file) {
            return Err(Errno::EINVAL);
        }
        if !from_offset.is_null() && !plain(&input) || !to_offset.is_null() && !plain(&output) {
            return Err(Errno::ESPIPE);
        }
        if !to_offset.is_null() {
            return Err(Errno::EINVAL);
        }
        let how = if flags & SPLICE_F_NONBLOCK != 0 {
            Flags::DONTWAIT
        } else {
            Flags::NONE
        };
        if plain(&input) {
            // A pipe may not have room for everything; what does not fit stays in the file.
            let room = output.file.pipe_size(None)? as usize;
            return copy_file(
                &output,
                &Source::open(from, from_offset)?,
                size.min(room),
                how,
            );
        }
        move_bytes(&input, &output, size.min(PIECE), how)
    })
    .or_minus_one_errno()
}

/// Moves what one read gives, as far as the output takes it. The bytes are only looked at until
/// it is known how many went: what did not go stays in the input.
fn move_bytes(
    input: &Rc<Description>,
    output: &Rc<Description>,
    size: usize,
    how: Flags,
) -> Result<usize> {
    let mut piece = vec![0u8; size];
    let seen = blocking::receive(
        input,
        &mut Receive::new(&mut [&mut piece], how | Flags::PEEK),
    )?;
    if seen == 0 {
        return Ok(0);
    }
    let data = piece.get(..seen).unwrap_or_default();
    let gone = blocking::send(output, &mut Transmit::new(&[data], how))?;
    let taken = piece.get_mut(..gone.min(seen)).unwrap_or_default();
    blocking::receive(input, &mut Receive::new(&mut [taken], Flags::DONTWAIT))
}

/// tee(2): duplicating the contents of a pipe is not offered; `EINVAL`, as where it is not
/// possible.
#[unsafe(no_mangle)]
pub extern "C" fn tee(from: c_int, to: c_int, _size: usize, _flags: c_uint) -> SSize {
    describe(from)
        .and_then(|_| describe(to))
        .and(Err::<usize, _>(Errno::EINVAL))
        .or_minus_one_errno()
}

/// vmsplice(2): writes the buffers to a pipe.
#[unsafe(no_mangle)]
pub extern "C" fn vmsplice(
    fd: c_int,
    parts: *const super::sys_uio::IoVec,
    count: usize,
    flags: c_uint,
) -> SSize {
    interruptible(true, || {
        let file = process::find(fd)
            .filter(|file| file.file.class() == Class::Pipe)
            .ok_or(Errno::EBADF)?;
        let how = if flags & SPLICE_F_NONBLOCK != 0 {
            Flags::DONTWAIT
        } else {
            Flags::NONE
        };
        super::sys_uio::with_sources(parts, count, Errno::EINVAL, |data| {
            blocking::send(&file, &mut Transmit::new(data, how))
        })
    })
    .or_minus_one_errno()
}
