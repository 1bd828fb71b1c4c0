//! What every entry point needs: checked access to the caller's memory, errno, and signals.

use crate::errno::{Errno, Result};
use crate::wait::signals::{self, Delivered};
use core::ffi::c_int;
use core::mem::size_of;

unsafe extern "C" {
    fn __wps_errno() -> *mut c_int;
}

/// Sets `errno`.
pub fn set_errno(errno: Errno) {
    // SAFETY: libc's errno is always there.
    unsafe { *__wps_errno() = errno.0 }
}

/// Reads `errno`: what a call of the C library failed with.
pub fn last_errno() -> Errno {
    // SAFETY: as above.
    Errno(unsafe { *__wps_errno() })
}

/// Turns a result into what C functions return.
pub trait OrMinusOne {
    /// The integer type that the C function returns.
    type C;
    /// The value, or -1 with `errno` set.
    fn or_minus_one_errno(self) -> Self::C;
}

macro_rules! or_minus_one {
    ($($from:ty => $to:ty),*) => {
        $(impl OrMinusOne for Result<$from> {
            type C = $to;
            fn or_minus_one_errno(self) -> $to {
                match self {
                    Ok(value) => value as $to,
                    Err(errno) => {
                        set_errno(errno);
                        -1
                    }
                }
            }
        })*
    };
}

or_minus_one!(i32 => c_int, usize => isize, i64 => i64);

impl OrMinusOne for Result<()> {
    type C = c_int;
    fn or_minus_one_errno(self) -> c_int {
        self.map(|()| 0).or_minus_one_errno()
    }
}

/// Whether `length` bytes from `start` lie in the program's memory, and not at null.
pub fn in_memory(start: usize, length: usize) -> bool {
    start != 0 && start as u64 + length as u64 <= memory_end()
}

/// One past the last byte. A memory of the full 4 GiB has no end that a pointer can hold; the last
/// byte is given up then.
fn memory_end() -> u64 {
    (core::arch::wasm32::memory_size(0) as u64 * 65_536).min(usize::MAX as u64)
}

/// Reads a value of the caller's, which need not be aligned; `EFAULT` outside of memory.
pub fn read<T: Copy>(from: *const T) -> Result<T> {
    if !in_memory(from as usize, size_of::<T>()) {
        return Err(Errno::EFAULT);
    }
    // SAFETY: inside memory; T is plain data at every call.
    Ok(unsafe { from.read_unaligned() })
}

/// Writes a value of the caller's, which need not be aligned; `EFAULT` outside of memory.
pub fn write<T: Copy>(to: *mut T, value: T) -> Result<()> {
    if !in_memory(to as usize, size_of::<T>()) {
        return Err(Errno::EFAULT);
    }
    // SAFETY: inside memory.
    unsafe { to.write_unaligned(value) };
    Ok(())
}

/// The caller's `length` bytes; `EFAULT` outside of memory. No bytes need no pointer.
pub fn slice<'a>(start: *const u8, length: usize) -> Result<&'a [u8]> {
    if length == 0 {
        return Ok(&[]);
    }
    if length > isize::MAX as usize || !in_memory(start as usize, length) {
        return Err(Errno::EFAULT);
    }
    // SAFETY: inside memory; lent for the duration of the C call.
    Ok(unsafe { core::slice::from_raw_parts(start, length) })
}

/// The caller's `length` bytes, to write to.
pub fn slice_mut<'a>(start: *mut u8, length: usize) -> Result<&'a mut [u8]> {
    if length == 0 {
        return Ok(&mut []);
    }
    if length > isize::MAX as usize || !in_memory(start as usize, length) {
        return Err(Errno::EFAULT);
    }
    // SAFETY: inside memory; lent for the duration of the C call.
    Ok(unsafe { core::slice::from_raw_parts_mut(start, length) })
}

/// A buffer to receive into. Like a kernel, which only finds out about a bad length when it gets
/// that far, this takes a length past the end of memory for what there is; one that no object can have
/// is `EFAULT`.
pub fn room<'a>(start: *mut u8, length: usize) -> Result<&'a mut [u8]> {
    let mut length = length;
    if in_memory(start as usize, 1) {
        let left = (memory_end() - start as u64) as usize;
        if length <= isize::MAX as usize {
            length = length.min(left);
        }
    }
    slice_mut(start, length)
}

/// The bytes of a C string without its null byte; `EFAULT` for null, outside of memory, or
/// without an end inside it.
pub fn c_str<'a>(start: *const core::ffi::c_char) -> Result<&'a [u8]> {
    let mut length = 0;
    loop {
        let place = (start as usize).checked_add(length).ok_or(Errno::EFAULT)?;
        if !in_memory(start as usize, length + 1) {
            return Err(Errno::EFAULT);
        }
        // SAFETY: inside memory.
        if unsafe { *(place as *const u8) } == 0 {
            return slice(start.cast(), length);
        }
        length += 1;
    }
}

/// Runs a call that may sleep. When it reports a signal, handlers run here, with nothing of the
/// call left on the stack (they may longjmp); then the call fails with `EINTR` or starts again,
/// as signal(7) says. `restarts` is false for the calls that SA_RESTART does not concern.
pub fn interruptible<T>(restarts: bool, mut call: impl FnMut() -> Result<T>) -> Result<T> {
    loop {
        match call() {
            Err(interrupted @ (Errno::EINTR | Errno::EINTR_FOR_GOOD)) => match signals::deliver() {
                Delivered::Nothing => {}
                Delivered::Restart if restarts && interrupted == Errno::EINTR => {}
                Delivered::Interrupt | Delivered::Restart => return Err(Errno::EINTR),
            },
            outcome => return outcome,
        }
    }
}
