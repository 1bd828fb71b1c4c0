//! `<sys/stat.h>`: fstat(2).

use super::unistd::{either, forwarded};
use super::util::{self, OrMinusOne};
use crate::fd::Class;
use core::ffi::c_int;
use core::mem::zeroed;

unsafe extern "C" {
    fn __real_fstat(fd: c_int, to: *mut libc::stat) -> c_int;
}

const S_IFSOCK: u32 = 0o140_000;
const S_IFIFO: u32 = 0o010_000;

/// fstat(2): a socket is `S_IFSOCK | 0777`, a pipe `S_IFIFO | 0600`, epoll and its like `0600`.
#[unsafe(no_mangle)]
pub extern "C" fn __wrap_fstat(fd: c_int, to: *mut libc::stat) -> c_int {
    either(
        fd,
        |file| {
            // SAFETY: plain data, for which all zeroes is a value.
            let mut stat: libc::stat = unsafe { zeroed() };
            stat.st_mode = match file.file.class() {
                Class::Socket => S_IFSOCK | 0o777,
                Class::Pipe => S_IFIFO | 0o600,
                _ => 0o600,
            };
            stat.st_nlink = 1;
            // Different files differ by their inode number.
            stat.st_ino = (alloc::rc::Rc::as_ptr(&file).cast::<u8>() as usize) as u64;
            stat.st_blksize = 4096;
            util::write(to, stat)
        },
        // SAFETY: plain forwarding.
        |fd| forwarded(unsafe { __real_fstat(fd, to) }).map(|_| ()),
    )
    .or_minus_one_errno()
}
