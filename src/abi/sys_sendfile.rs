//! `<sys/sendfile.h>` and the splice family of `<fcntl.h>`: copies inside the program, since WASI
//! moves nothing between files by itself.

use super::fcntl_numbers::{O_RDONLY, O_WRONLY};
use super::libc_file::{self};
use super::libc_streams;
use super::sys_socket::signal_broken_pipe;
use super::sys_uio::{IoVec, with_sources, with_targets};
use super::types::{Off, SSize};
use super::unistd::{describe, forwarded};
use super::util::{self, OrMinusOne, interruptible};
use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, Flags, Ready, Receive, Transmit};
use crate::socket::local::pipe;
use crate::wait::blocking;
use alloc::rc::Rc;
use alloc::vec;
use alloc::vec::Vec;
use core::ffi::{c_int, c_uint, c_void};

unsafe extern "C" {
    fn __real_pread(fd: c_int, data: *mut c_void, size: usize, offset: i64) -> isize;
    fn __real_pwrite(fd: c_int, data: *const c_void, size: usize, offset: i64) -> isize;
}

/// Copied at a time.
const PIECE: usize = 64 * 1024;
/// Linux moves at most this much in one call.
const MOST: usize = 0x7fff_f000;
const SPLICE_F_NONBLOCK: c_uint = 2;
const SPLICE_FLAGS: c_uint = 0xf;

/// A file of the C library to read from or write to, and where.
struct Source {
    fd: c_int,
    offset: *mut i64,
    at: i64,
}

impl Source {
    /// `file` is open for what it is to be used for (`check_ways`).
    fn open(file: &Description, offset: *mut i64) -> Result<Self> {
        let fd = libc_file::original(file).ok_or(Errno::EINVAL)?;
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
        let outcome = if self.offset.is_null() {
            libc_streams::read(self.fd, data, size)
        } else {
            let place = self.at.saturating_add(done as i64);
            // SAFETY: the buffer is valid for its length.
            let read = || forwarded(unsafe { __real_pread(self.fd, data, size, place) });
            libc_streams::has_places(self.fd, O_WRONLY)
                .and_then(|()| read())
                .map(|count| count as usize)
        };
        match outcome {
            Err(Errno::EISDIR) => Err(Errno::EINVAL),
            outcome => outcome,
        }
    }

    /// What was read but not taken goes back; the caller's offset moves by what was taken.
    fn finish(&self, taken: usize, untaken: usize) -> Result<()> {
        if !self.offset.is_null() {
            return util::write(self.offset, self.at + taken as i64);
        }
        if untaken > 0 {
            const SEEK_CUR: c_int = 1;
            libc_streams::seek(self.fd, -(untaken as i64), SEEK_CUR)?;
        }
        Ok(())
    }
}

/// sendfile(2): copies up to `count` bytes from the file `from`, at `*offset` (which moves) or at
/// its own position, to any file. Fails with `EBADF`, `EINVAL` (`from` is a socket), `EAGAIN`,
/// `EFAULT`, and what write(2) fails with.
#[unsafe(no_mangle)]
pub extern "C" fn sendfile(to: c_int, from: c_int, offset: *mut Off, count: usize) -> SSize {
    let outcome = interruptible(true, || {
        if !offset.is_null() {
            util::read(offset)?;
        }
        let input = describe(from)?;
        opened(&input, O_WRONLY)?;
        let has_places = matches!(input.class, Class::Libc | Class::Device);
        if !offset.is_null() && !has_places {
            return Err(Errno::ESPIPE);
        }
        let target = describe(to)?;
        opened(&target, O_RDONLY)?;
        if is_pipe(&target) {
            check_room(&target, with_status(Flags::NONE, &target, &target))?;
            if count == 0 {
                return Ok(0);
            }
            let moves = matches!(input.class, Class::Socket | Class::Device);
            if moves && offset.is_null() {
                let how = with_status(Flags::NONE, &input, &target);
                return move_bytes(&input, &target, count.min(PIECE), how);
            }
        }
        if count == 0 && !matches!(input.class, Class::Socket | Class::Pipe) {
            return Ok(0);
        }
        if holds_no_bytes(&target) {
            return Err(Errno::EINVAL);
        }
        let source = Source::open(&input, offset)?;
        copy_file(&target, &source, count.min(MOST), Flags::NONE)
    });
    signal_broken_pipe(0, outcome).or_minus_one_errno()
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
/// files only. Fails with `EBADF`, `EINVAL`, `ESPIPE`, `EAGAIN`, `EPIPE` (and SIGPIPE).
#[unsafe(no_mangle)]
pub extern "C" fn splice(
    from: c_int,
    from_offset: *mut Off,
    to: c_int,
    to_offset: *mut Off,
    size: usize,
    flags: c_uint,
) -> SSize {
    let outcome = interruptible(true, || {
        if size == 0 {
            return Ok(0);
        }
        let mut how = how(flags)?;
        let (input, output) = (describe(from)?, describe(to)?);
        check_ways(&input, &output)?;
        let plain = |file: &Description| libc_file::original(file).is_some();
        let neither = !is_pipe(&input) && !is_pipe(&output);
        let takes_none = holds_no_bytes(&output);
        if neither || takes_none || pipe::are_one(&input.file, &output.file) {
            return Err(Errno::EINVAL);
        }
        for (file, offset) in [(&input, from_offset), (&output, to_offset)] {
            if !offset.is_null() && !plain(file) {
                let place = if is_pipe(file) {
                    Errno::ESPIPE
                } else {
                    Errno::EINVAL
                };
                return Err(place);
            }
        }
        if is_pipe(&output) {
            how = with_status(how, &input, &output);
            if !is_pipe(&input) {
                check_room(&output, how)?;
            }
        }
        if holds_no_bytes(&input) {
            return Err(Errno::EINVAL);
        }
        if plain(&input) {
            // A pipe may not have room for everything; what does not fit stays in the file.
            let room = output.file.pipe_size(None)? as usize;
            return copy_file(
                &output,
                &Source::open(&input, from_offset)?,
                size.min(room),
                how,
            );
        }
        if !to_offset.is_null() {
            return move_to_file(&input, &output, to_offset, size.min(PIECE), how);
        }
        move_bytes(&input, &output, size.min(PIECE), how)
    });
    signal_broken_pipe(0, outcome).or_minus_one_errno()
}

/// eventfd(2) and its kin, which splice(2) neither reads nor writes.
fn holds_no_bytes(file: &Description) -> bool {
    matches!(file.class, Class::Event | Class::Timer | Class::Epoll)
}

fn is_pipe(file: &Description) -> bool {
    file.class == Class::Pipe
}

/// `EBADF` unless the one can be read and the other be written.
fn check_ways(input: &Description, output: &Description) -> Result<()> {
    opened(input, O_WRONLY)?;
    opened(output, O_RDONLY)
}

/// `EBADF` if the file is open in the wrong way.
fn opened(file: &Description, wrong: c_int) -> Result<()> {
    if file.file.access() == Some(wrong) {
        Err(Errno::EBADF)
    } else {
        Ok(())
    }
}

/// O_NONBLOCK of a pipe that is written to counts for the whole call, and that of one that is read
/// does if both are pipes.
fn with_status(how: Flags, input: &Description, output: &Description) -> Flags {
    if output.nonblocking.get() || is_pipe(input) && input.nonblocking.get() {
        how | Flags::DONTWAIT
    } else {
        how
    }
}

/// Linux looks for room in a pipe before it looks at what is to go there: `EPIPE` if nobody reads,
/// `EAGAIN` if it is full and the call does not wait.
fn check_room(output: &Description, how: Flags) -> Result<()> {
    let ready = output.file.ready();
    if ready.any(Ready::ERR) {
        return Err(Errno::EPIPE);
    }
    if !ready.any(Ready::OUT) && how.has(Flags::DONTWAIT) {
        return Err(Errno::EAGAIN);
    }
    Ok(())
}

/// The flags of splice(2) and its kin.
fn how(flags: c_uint) -> Result<Flags> {
    if flags & !SPLICE_FLAGS != 0 {
        return Err(Errno::EINVAL);
    }
    Ok(if flags & SPLICE_F_NONBLOCK != 0 {
        Flags::DONTWAIT
    } else {
        Flags::NONE
    })
}

/// Looks at what one read would give.
fn look(input: &Rc<Description>, size: usize, how: Flags) -> Result<Vec<u8>> {
    let mut piece = vec![0u8; size];
    let mut receive = [piece.as_mut_slice()];
    let seen = blocking::receive(input, &mut Receive::new(&mut receive, how | Flags::PEEK))?;
    piece.truncate(seen);
    Ok(piece)
}

/// Takes what was looked at, as much of it as went: the rest stays in the input.
fn take(input: &Rc<Description>, mut piece: Vec<u8>, gone: usize) -> Result<usize> {
    piece.truncate(gone);
    let mut receive = [piece.as_mut_slice()];
    blocking::receive(input, &mut Receive::new(&mut receive, Flags::DONTWAIT))
}

/// Moves what one read gives, as far as the output takes it.
fn move_bytes(
    input: &Rc<Description>,
    output: &Rc<Description>,
    size: usize,
    how: Flags,
) -> Result<usize> {
    let piece = look(input, size, how)?;
    if is_pipe(output) {
        check_room(output, how)?;
    }
    if piece.is_empty() {
        // Of the devices only null(4) has nothing; Linux cannot splice from it.
        return match input.class {
            Class::Device if size > 0 => Err(Errno::EINVAL),
            _ => Ok(0),
        };
    }
    let gone = blocking::send(output, &mut Transmit::new(&[&piece], how))?;
    take(input, piece, gone)
}

/// The same to a place in a file, which moves on.
fn move_to_file(
    input: &Rc<Description>,
    output: &Description,
    offset: *mut i64,
    size: usize,
    how: Flags,
) -> Result<usize> {
    let target = Source::open(output, offset)?;
    let piece = look(input, size, how)?;
    if piece.is_empty() {
        return Ok(0);
    }
    // SAFETY: the bytes are valid for their length.
    let gone = unsafe { __real_pwrite(target.fd, piece.as_ptr().cast(), piece.len(), target.at) };
    let gone = take(input, piece, forwarded(gone)? as usize)?;
    target.finish(gone, 0)?;
    Ok(gone)
}

/// tee(2): writes to one pipe what another one holds, which keeps it: up to `size` bytes. 0 at its
/// end. Fails with `EBADF`, `EINVAL` (no pipes, or two ends of one), `EAGAIN`, `EPIPE` (and SIGPIPE).
#[unsafe(no_mangle)]
pub extern "C" fn tee(from: c_int, to: c_int, size: usize, flags: c_uint) -> SSize {
    let outcome = interruptible(true, || {
        let how = how(flags)?;
        if size == 0 {
            return Ok(0);
        }
        let (input, output) = (describe(from)?, describe(to)?);
        check_ways(&input, &output)?;
        if !is_pipe(&input) || !is_pipe(&output) || pipe::are_one(&input.file, &output.file) {
            return Err(Errno::EINVAL);
        }
        let how = with_status(how, &input, &output);
        let piece = look(&input, size.min(PIECE), how)?;
        check_room(&output, how)?;
        if piece.is_empty() {
            return Ok(0);
        }
        blocking::send(&output, &mut Transmit::new(&[&piece], how))
    });
    signal_broken_pipe(0, outcome).or_minus_one_errno()
}

/// vmsplice(2): writes the buffers to a pipe, or fills them from the end that is read. Fails with
/// `EBADF` (no pipe), `EINVAL`, `EAGAIN`, `EPIPE` (and SIGPIPE).
#[unsafe(no_mangle)]
pub extern "C" fn vmsplice(fd: c_int, parts: *const IoVec, count: usize, flags: c_uint) -> SSize {
    let outcome = interruptible(true, || {
        let how = how(flags)?;
        let file = describe(fd)?;
        if !is_pipe(&file) {
            return Err(Errno::EBADF);
        }
        if file.file.access() == Some(O_RDONLY) {
            return with_targets(parts, count, Errno::EINVAL, |into| {
                blocking::receive(&file, &mut Receive::new(into, how))
            });
        }
        with_sources(parts, count, Errno::EINVAL, |data| {
            if data.iter().all(|part| part.is_empty()) {
                return Ok(0);
            }
            check_room(&file, how)?;
            blocking::send(&file, &mut Transmit::new(data, how))
        })
    });
    signal_broken_pipe(0, outcome).or_minus_one_errno()
}
