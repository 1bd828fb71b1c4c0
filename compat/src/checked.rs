//! libc's calls on files, as the overlay's headers bind them: pointers are checked (EFAULT, where libc
//! would trap), and a file may be named by a number that dup() gave, which libc does not know. Those
//! that take only a path need none of it: the main archive reads the path in libc's place.

use crate::c::*;

const ESPIPE: c_int = 70;
const SEEK_CUR: c_int = 1;
/// R_OK, W_OK and X_OK
const ANY_ACCESS: c_int = 7;

unsafe extern "C" {
    /// libc's number for a descriptor; `otherwise`, as errno, and -1 for one that is none of its files.
    fn __wps_libc_fd(fd: c_int, otherwise: c_int) -> c_int;

    fn openat(dir: c_int, path: *const c_char, flags: c_int, ...) -> c_int;
    fn fstatat(dir: c_int, path: *const c_char, to: *mut c_void, flags: c_int) -> c_int;
    fn mkdirat(dir: c_int, path: *const c_char, mode: mode_t) -> c_int;
    fn linkat(
        old_dir: c_int,
        old: *const c_char,
        new_dir: c_int,
        new: *const c_char,
        flags: c_int,
    ) -> c_int;
    fn symlinkat(target: *const c_char, dir: c_int, path: *const c_char) -> c_int;
    fn readlinkat(dir: c_int, path: *const c_char, to: *mut c_char, size: size_t) -> ssize_t;
    fn renameat(old_dir: c_int, old: *const c_char, new_dir: c_int, new: *const c_char) -> c_int;
    fn utimensat(dir: c_int, path: *const c_char, times: *const timespec, flags: c_int) -> c_int;
    fn futimens(fd: c_int, times: *const timespec) -> c_int;
    fn utime(path: *const c_char, times: *const c_void) -> c_int;
    fn utimes(path: *const c_char, times: *const timeval) -> c_int;
    fn posix_fadvise(fd: c_int, at: off_t, length: off_t, advice: c_int) -> c_int;
    fn fdopendir(fd: c_int) -> *mut c_void;
    fn closedir(folder: *mut c_void) -> c_int;
    fn dirfd(folder: *mut c_void) -> c_int;
    fn fpathconf(fd: c_int, name: c_int) -> c_long;
    fn uname(to: *mut c_void) -> c_int;
    fn lseek(fd: c_int, offset: off_t, whence: c_int) -> off_t;
    /// `files`
    fn fallocate(fd: c_int, mode: c_int, at: off_t, length: off_t) -> c_int;
}

/// Two times (NULL: now) that the caller gives.
#[inline(always)]
unsafe fn are_times<T>(times: *const T) -> bool {
    times.is_null() || points_to(times, 2 * size_of::<T>())
}

/// A folder that was opened by the number that dup() gave for another one: that number goes with it.
struct Copied {
    next: *mut Copied,
    folder: *mut c_void,
    fd: c_int,
}

static mut COPIED: *mut Copied = null_mut();

/// Where the list names this folder, or where it ends.
unsafe fn copied(folder: *mut c_void) -> *mut *mut Copied {
    unsafe {
        let mut place = &raw mut COPIED;
        while !(*place).is_null() && (**place).folder != folder {
            place = &raw mut (**place).next;
        }
        place
    }
}

export! {
    /// What openat() calls (POSIX openat). The flags may be of either numbering; EFAULT.
    fn __wps_openat(dir: c_int, path: *const c_char, flags: c_int, va: va_list) -> c_int {
        let _ = va;
        if is_text(path) { openat(dir, path, flags) } else { -1 }
    }
    /// What fstatat() calls (POSIX fstatat). EFAULT.
    fn __wps_fstatat(dir: c_int, path: *const c_char, to: *mut c_void, flags: c_int) -> c_int {
        if is_text(path) { fstatat(dir, path, to, flags) } else { -1 }
    }
    /// What faccessat() calls (POSIX faccessat). EFAULT, EINVAL for an unknown kind of access.
    fn __wps_faccessat(dir: c_int, path: *const c_char, mode: c_int, flags: c_int) -> c_int {
        if mode & !ANY_ACCESS != 0 { return fail(EINVAL) }
        if is_text(path) { faccessat(dir, path, mode, flags) } else { -1 }
    }
    /// What mkdirat() calls (POSIX mkdirat). EFAULT.
    fn __wps_mkdirat(dir: c_int, path: *const c_char, mode: mode_t) -> c_int {
        if is_text(path) { mkdirat(dir, path, mode) } else { -1 }
    }
    /// What linkat() calls (POSIX linkat). EFAULT.
    fn __wps_linkat(old_dir: c_int, old: *const c_char, new_dir: c_int, new: *const c_char,
                    flags: c_int) -> c_int {
        if !is_text(old) || !is_text(new) { return -1 }
        linkat(old_dir, old, new_dir, new, flags)
    }
    /// What symlinkat() calls (POSIX symlinkat). EFAULT.
    fn __wps_symlinkat(target: *const c_char, dir: c_int, path: *const c_char) -> c_int {
        if !is_text(target) || !is_text(path) { return -1 }
        symlinkat(target, dir, path)
    }
    /// What readlinkat() calls (POSIX readlinkat). EFAULT.
    fn __wps_readlinkat(dir: c_int, path: *const c_char, to: *mut c_char, size: size_t) -> ssize_t {
        if is_text(path) { readlinkat(dir, path, to, size) } else { -1 }
    }
    /// What renameat() calls (POSIX renameat). EFAULT.
    fn __wps_renameat(old_dir: c_int, old: *const c_char, new_dir: c_int, new: *const c_char) -> c_int {
        if !is_text(old) || !is_text(new) { return -1 }
        renameat(old_dir, old, new_dir, new)
    }
    /// What utimensat() calls (POSIX utimensat). EFAULT; EINVAL for no path, as with glibc.
    fn __wps_utimensat(dir: c_int, path: *const c_char, times: *const timespec, flags: c_int) -> c_int {
        if path.is_null() { return fail(EINVAL) }
        if !is_text(path) || !are_times(times) { return -1 }
        utimensat(dir, path, times, flags)
    }
    /// What futimens() calls (POSIX futimens). EFAULT, EINVAL; 0 for what is no file.
    fn __wps_futimens(fd: c_int, times: *const timespec) -> c_int {
        if !are_times(times) || !is_open(fd) { return -1 }
        let fd = __wps_libc_fd(fd, EBADF);
        if fd != -1 { return futimens(fd, times) }
        // UTIME_NOW and UTIME_OMIT are -1 and -2 here.
        let good = |t: timespec| (-2..1_000_000_000).contains(&t.tv_nsec);
        if times.is_null() || good(*times) && good(*times.add(1)) { 0 } else { fail(EINVAL) }
    }
    /// What utime() calls (POSIX utime). EFAULT.
    fn __wps_utime(path: *const c_char, times: *const c_void) -> c_int {
        if !are_times(times.cast::<time_t>()) { return -1 }
        utime(path, times)
    }
    /// What utimes() calls (POSIX utimes). EFAULT, EINVAL.
    fn __wps_utimes(path: *const c_char, times: *const timeval) -> c_int {
        if !are_times(times) { return -1 }
        let good = |t: timeval| (0..1_000_000).contains(&t.tv_usec);
        if !(times.is_null() || good(*times) && good(*times.add(1))) { return fail(EINVAL) }
        utimes(path, times)
    }
    /// What posix_fadvise() calls (POSIX posix_fadvise). 0 where the host takes no advice; EBADF,
    /// EINVAL, ESPIPE.
    fn __wps_posix_fadvise(fd: c_int, at: off_t, length: off_t, advice: c_int) -> c_int {
        if !is_open(fd) { return EBADF }
        if lseek(fd, 0, SEEK_CUR) < 0 { return ESPIPE }
        if length < 0 || !(0..=5).contains(&advice) { return EINVAL }
        let fd = __wps_libc_fd(fd, EBADF);
        // wasi-libc has the numbers of POSIX_FADV_RANDOM and POSIX_FADV_SEQUENTIAL the other way
        // round.
        let advice = if matches!(advice, 1 | 2) { 3 - advice } else { advice };
        if fd != -1 && at >= 0 { posix_fadvise(fd, at, length, advice); }
        0
    }
    /// What posix_fallocate() calls (POSIX posix_fallocate). Where the host cannot reserve room, only
    /// the length grows. EBADF, EFBIG, EINVAL, ENODEV, and ftruncate's errors.
    fn __wps_posix_fallocate(fd: c_int, at: off_t, length: off_t) -> c_int {
        let saved = errno();
        let result = if fallocate(fd, 0, at, length) == 0 { 0 } else { errno() };
        set_errno(saved);
        result
    }
    /// What fdopendir() calls (POSIX fdopendir). A number that dup() gave goes with the folder.
    fn __wps_fdopendir(fd: c_int) -> *mut c_void {
        let number = __wps_libc_fd(fd, ENOTDIR);
        if number == fd { return fdopendir(fd) }
        if number == -1 { return null_mut() }
        let entry = malloc(size_of::<Copied>()).cast::<Copied>();
        if entry.is_null() { return null_mut() }
        // Of its own, for libc closes it.
        let own = openat(fd, s!("."), 0);
        let folder = if own < 0 { null_mut() } else { fdopendir(own) };
        if folder.is_null() {
            if own >= 0 { close(own); }
            free(entry.cast());
            return null_mut();
        }
        entry.write(Copied { next: COPIED, folder, fd });
        COPIED = entry;
        folder
    }
    /// What closedir() calls (POSIX closedir).
    fn __wps_closedir(folder: *mut c_void) -> c_int {
        let place = copied(folder);
        let entry = *place;
        let result = closedir(folder);
        if !entry.is_null() {
            *place = (*entry).next;
            close((*entry).fd);
            free(entry.cast());
        }
        result
    }
    /// What dirfd() calls (POSIX dirfd).
    fn __wps_dirfd(folder: *mut c_void) -> c_int {
        let entry = *copied(folder);
        if entry.is_null() { dirfd(folder) } else { (*entry).fd }
    }
    /// What fpathconf() calls (POSIX fpathconf). EBADF for the values that depend on the file.
    fn __wps_fpathconf(fd: c_int, name: c_int) -> c_long {
        const _PC_PIPE_BUF: c_int = 5;
        // _PC_LINK_MAX, _PC_NAME_MAX, _PC_CHOWN_RESTRICTED, _PC_FILESIZEBITS, _PC_2_SYMLINKS
        let of_the_file = matches!(name, 0 | 3 | 6 | 13 | 20);
        if fd < 0 || of_the_file && !is_open(fd) { return fail(EBADF) as c_long }
        // Linux tells it of every file.
        if name == _PC_PIPE_BUF { return 4096 }
        fpathconf(fd, name)
    }
    /// What statvfs() calls (POSIX statvfs). ENOSYS, for WASI tells nothing of file systems; EFAULT,
    /// and the errors of looking for the file.
    fn __wps_statvfs(path: *const c_char, to: *mut c_void) -> c_int {
        let _ = to;
        if access(path, 0) != 0 { -1 } else { fail(ENOSYS) }
    }
    /// What fstatvfs() calls (POSIX fstatvfs). ENOSYS, as statvfs; EBADF.
    fn __wps_fstatvfs(fd: c_int, to: *mut c_void) -> c_int {
        let _ = to;
        if is_open(fd) { fail(ENOSYS) } else { -1 }
    }
    /// What uname() calls (POSIX uname). EFAULT.
    fn __wps_uname(to: *mut c_void) -> c_int {
        if points_to(to, 6 * 65) { uname(to) } else { -1 }
    }
    /// What getentropy() calls (getentropy(3)). EFAULT; EIO for more than 256 bytes.
    fn __wps_getentropy(to: *mut c_void, size: size_t) -> c_int {
        if size > 256 { return fail(EIO) }
        if size > 0 && !points_to(to, size) { return -1 }
        getentropy(to, size)
    }
}
