//! `<sys/types.h>` and the like: C's names for what entry points take and return. The layouts that
//! matter are elsewhere; with these names the public header says the same as libc's headers, so
//! that a C compiler can compare the two. `cbindgen.toml` maps each to its name in C.

use core::ffi::{c_int, c_long, c_ulong, c_void};

/// `struct sockaddr`, of any family.
pub type SockAddr = c_void;
/// `socklen_t`, in bytes.
pub type SockLen = u32;
/// `ssize_t`: bytes, or -1.
pub type SSize = isize;
/// `off_t`, in bytes.
pub type Off = i64;
/// `nfds_t`: how many descriptors.
pub type NFds = c_ulong;
/// `fd_set`, in either of its layouts.
pub type FdSet = c_void;
/// `sigset_t`.
pub type SigSet = c_void;
/// `clockid_t`: wasi-libc's clocks are pointers.
pub type ClockId = *const c_void;
/// `struct sigevent` as far as it is read: value, signal, how to notify.
pub type SigEvent = [c_int; 3];
/// `in_addr_t`, in the byte order that the function says.
pub type InAddrT = u32;
/// `ns_sect`: a section of a message of the domain name system.
pub type NsSect = c_int;
/// `struct mq_attr`: flags, the most messages, the most bytes of each, how many there are.
pub type MqAttr = [c_long; 8];
