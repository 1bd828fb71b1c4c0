//! What WebAssembly or WASI has nothing for: contexts, STREAMS, other processes' memory, the
//! program's segments.

use crate::c::*;

export! {
    /// ENOSYS: a program cannot look at its own stack (getcontext(3)).
    fn getcontext(context: *mut c_void) -> c_int { let _ = context; fail(ENOSYS) }
    /// ENOSYS (setcontext(3)).
    fn setcontext(context: *const c_void) -> c_int { let _ = context; fail(ENOSYS) }
    /// ENOSYS (swapcontext(3)).
    fn swapcontext(from: *mut c_void, to: *const c_void) -> c_int { let _ = (from, to); fail(ENOSYS) }
    /// Nothing: setcontext refuses the context anyway (makecontext(3)).
    fn makecontext(context: *mut c_void, function: *const c_void, count: c_int, rest: va_list) {
        let _ = (context, function, count, rest);
    }

    /// 0: no descriptor is a STREAM; EBADF (POSIX isastream).
    fn isastream(fd: c_int) -> c_int { if is_open(fd) { 0 } else { -1 } }

    /// ENOSYS: there are no other processes, and none may be looked into
    /// (process_vm_readv(2)).
    fn process_vm_readv(pid: pid_t, to: *const c_void, to_count: c_ulong, from: *const c_void,
                        from_count: c_ulong, flags: c_ulong) -> ssize_t {
        let _ = (pid, to, to_count, from, from_count, flags);
        fail(ENOSYS) as ssize_t
    }
    /// ENOSYS (process_vm_writev(2)).
    fn process_vm_writev(pid: pid_t, from: *const c_void, from_count: c_ulong, to: *const c_void,
                         to_count: c_ulong, flags: c_ulong) -> ssize_t {
        let _ = (pid, from, from_count, to, to_count, flags);
        fail(ENOSYS) as ssize_t
    }
    /// EINVAL: no mapping is shared with a file (remap_file_pages(2)).
    fn remap_file_pages(at: *mut c_void, size: size_t, protection: c_int, page: size_t,
                        flags: c_int) -> c_int {
        let _ = (at, size, protection, page, flags);
        fail(EINVAL)
    }
    /// 0, without a call: a component has no segments that could be shown
    /// (dl_iterate_phdr(3)).
    fn dl_iterate_phdr(call: *const c_void, data: *mut c_void) -> c_int { let _ = (call, data); 0 }
    /// ENOSYS: readdir is what lists a folder; EBADF (getdents(2)).
    fn getdents(fd: c_int, to: *mut c_void, size: size_t) -> c_int {
        let _ = (to, size);
        if is_open(fd) { fail(ENOSYS) } else { -1 }
    }
}
