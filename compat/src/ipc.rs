//! System V objects and POSIX queues: nobody is there to share them with, so ENOSYS, as from a
//! Linux kernel built without them.

use crate::c::*;

unsafe extern "C" {
    fn fstatat(dir: c_int, path: *const c_char, to: *mut c_void, flags: c_int) -> c_int;
}

export! {
    /// ENOSYS (POSIX shmget).
    fn shmget(key: c_int, size: size_t, flags: c_int) -> c_int { let _ = (key, size, flags); fail(ENOSYS) }
    /// (void *)-1 with ENOSYS (POSIX shmat).
    fn shmat(id: c_int, at: *const c_void, flags: c_int) -> *mut c_void {
        let _ = (id, at, flags);
        fail(ENOSYS) as usize as *mut c_void
    }
    /// ENOSYS (POSIX shmdt).
    fn shmdt(at: *const c_void) -> c_int { let _ = at; fail(ENOSYS) }
    /// ENOSYS (POSIX shmctl).
    fn shmctl(id: c_int, command: c_int, data: *mut c_void) -> c_int { let _ = (id, command, data); fail(ENOSYS) }
    /// ENOSYS (POSIX semget).
    fn semget(key: c_int, count: c_int, flags: c_int) -> c_int { let _ = (key, count, flags); fail(ENOSYS) }
    /// ENOSYS (POSIX semop).
    fn semop(id: c_int, operations: *mut c_void, count: size_t) -> c_int { let _ = (id, operations, count); fail(ENOSYS) }
    /// ENOSYS (semtimedop(2)).
    fn semtimedop(id: c_int, operations: *mut c_void, count: size_t, time: *const timespec) -> c_int {
        let _ = (id, operations, count, time);
        fail(ENOSYS)
    }
    /// ENOSYS (POSIX semctl).
    fn semctl(id: c_int, number: c_int, command: c_int, rest: va_list) -> c_int {
        let _ = (id, number, command, rest);
        fail(ENOSYS)
    }
    /// ENOSYS (POSIX msgget).
    fn msgget(key: c_int, flags: c_int) -> c_int { let _ = (key, flags); fail(ENOSYS) }
    /// ENOSYS (POSIX msgsnd).
    fn msgsnd(id: c_int, from: *const c_void, size: size_t, flags: c_int) -> c_int {
        let _ = (id, from, size, flags);
        fail(ENOSYS)
    }
    /// ENOSYS (POSIX msgrcv).
    fn msgrcv(id: c_int, to: *mut c_void, size: size_t, kind: c_long, flags: c_int) -> ssize_t {
        let _ = (id, to, size, kind, flags);
        fail(ENOSYS) as ssize_t
    }
    /// ENOSYS (POSIX msgctl).
    fn msgctl(id: c_int, command: c_int, data: *mut c_void) -> c_int { let _ = (id, command, data); fail(ENOSYS) }

    /// A key from a file's number and device (POSIX ftok); stat's errors.
    fn ftok(path: *const c_char, id: c_int) -> c_int {
        let mut stat = [0_u64; 16];
        if !is_text(path) { return -1 }
        if fstatat(AT_FDCWD, path, (&raw mut stat).cast(), 0) != 0 { return -1 }
        let [device, number, ..] = stat;
        (number as c_int & 0xffff) | (device as c_int & 0xff) << 16 | (id & 0xff) << 24
    }

    /// ENOSYS: nobody watches files (inotify_init(2)).
    fn inotify_init() -> c_int { fail(ENOSYS) }
    /// ENOSYS (inotify_init1(2)).
    fn inotify_init1(flags: c_int) -> c_int { let _ = flags; fail(ENOSYS) }
    /// EBADF, as no descriptor is an inotify one (inotify_add_watch(2)); EINVAL for other open
    /// ones.
    fn inotify_add_watch(fd: c_int, path: *const c_char, mask: c_uint) -> c_int {
        let _ = (path, mask);
        fail(if is_open(fd) { EINVAL } else { EBADF })
    }
    /// As inotify_add_watch (inotify_rm_watch(2)).
    fn inotify_rm_watch(fd: c_int, watch: c_int) -> c_int {
        let _ = watch;
        fail(if is_open(fd) { EINVAL } else { EBADF })
    }
}
