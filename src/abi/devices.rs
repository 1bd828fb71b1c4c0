//! The devices of /dev that daemons open before anything else (null(4), random(4)), for programs
//! that the host did not give that folder: without them many refuse to start.

use super::fcntl_numbers::{O_ACCMODE, O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_WRONLY, to_linux};
use super::util::{self, OrMinusOne, c_str, last_errno};
use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, File, Notify, Ready, Receive, Transmit};
use crate::wait::engine;
use core::any::Any;
use core::ffi::{c_char, c_int, c_void};

unsafe extern "C" {
    /// Variadic in C: the mode lies where the last parameter points.
    fn __real_open(path: *const c_char, flags: c_int, arguments: *const c_int) -> c_int;
    fn __real___wasilibc_open_nomode(path: *const c_char, flags: c_int) -> c_int;
    fn getentropy(data: *mut c_void, size: usize) -> c_int;
}

/// What getentropy(3) gives at a time.
const PIECE: usize = 256;
/// ENOTCAPABLE of WASI: no folder that holds the path was given.
const ENOTCAPABLE: Errno = Errno(76);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Null,
    Zero,
    Full,
    Random,
}

struct Device {
    kind: Kind,
    /// O_RDONLY, O_WRONLY or O_RDWR
    access: c_int,
    notify: Notify,
}

fn kind_of(path: &[u8]) -> Option<Kind> {
    match path {
        b"/dev/null" => Some(Kind::Null),
        b"/dev/zero" => Some(Kind::Zero),
        b"/dev/full" => Some(Kind::Full),
        b"/dev/random" | b"/dev/urandom" => Some(Kind::Random),
        _ => None,
    }
}

/// Whether the path is one of a device, which needs no folder.
pub fn is_device(path: &[u8]) -> bool {
    kind_of(path).is_some()
}

/// What an open of the C library came to; a device stands in where it found no such folder.
fn or_device(opened: c_int, path: *const c_char, flags: c_int) -> c_int {
    if opened >= 0 {
        return opened;
    }
    let errno = last_errno();
    open_device(errno, path, flags).or_minus_one_errno()
}

fn open_device(errno: Errno, path: *const c_char, flags: c_int) -> Result<c_int> {
    if errno != Errno::ENOENT && errno != ENOTCAPABLE && errno != Errno::EBADF {
        return Err(errno);
    }
    let kind = kind_of(c_str(path)?).ok_or(errno)?;
    let flags = to_linux(flags);
    let device = Device {
        kind,
        access: flags & O_ACCMODE,
        notify: Notify::default(),
    };
    let file = Description::new(device, flags & O_NONBLOCK != 0);
    engine::install(file, flags & O_CLOEXEC != 0, 0)
}

/// open(2), for the devices; everything else is the C library's. The flags are of either numbering.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_open(path: *const c_char, flags: c_int, arguments: *const c_int) -> c_int {
    if let Err(errno) = util::c_str(path) {
        return Err::<c_int, _>(errno).or_minus_one_errno();
    }
    // SAFETY: plain forwarding.
    or_device(unsafe { __real_open(path, flags, arguments) }, path, flags)
}

/// What the C library's own streams open files with.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap___wasilibc_open_nomode(path: *const c_char, flags: c_int) -> c_int {
    if let Err(errno) = util::c_str(path) {
        return Err::<c_int, _>(errno).or_minus_one_errno();
    }
    // SAFETY: plain forwarding.
    or_device(
        unsafe { __real___wasilibc_open_nomode(path, flags) },
        path,
        flags,
    )
}

impl File for Device {
    fn class(&self) -> Class {
        Class::Device
    }

    fn receive(&self, message: &mut Receive) -> Result<usize> {
        if self.access == O_WRONLY {
            return Err(Errno::EBADF);
        }
        match self.kind {
            Kind::Null => Ok(0),
            Kind::Zero | Kind::Full => {
                message.into.iter_mut().for_each(|part| part.fill(0));
                Ok(message.room())
            }
            Kind::Random => {
                for piece in message
                    .into
                    .iter_mut()
                    .flat_map(|part| part.chunks_mut(PIECE))
                {
                    // SAFETY: the piece is valid for its length.
                    if unsafe { getentropy(piece.as_mut_ptr().cast(), piece.len()) } != 0 {
                        return Err(last_errno());
                    }
                }
                Ok(message.room())
            }
        }
    }

    fn send(&self, message: &mut Transmit) -> Result<usize> {
        if self.access == O_RDONLY {
            Err(Errno::EBADF)
        } else if self.kind == Kind::Full {
            Err(Errno::ENOSPC)
        } else {
            Ok(message.size())
        }
    }

    fn access(&self) -> Option<i32> {
        Some(self.access)
    }

    fn ready(&self) -> Ready {
        Ready::IN | Ready::OUT
    }

    fn notify(&self) -> &Notify {
        &self.notify
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
