//! Owners, modes, locks and special files: what WASI's file system does not have.

use crate::c::*;

const ID: uid_t = crate::session::UID as uid_t;
const KEEP: uid_t = uid_t::MAX;
const AT_SYMLINK_NOFOLLOW: c_int = 1;
const S_IFMT: mode_t = 0o170_000;
const S_IFREG: mode_t = 0o100_000;
const SEEK_SET: c_int = 0;
const SEEK_CUR: c_int = 1;
const SEEK_END: c_int = 2;

unsafe extern "C" {
    fn fsync(fd: c_int) -> c_int;
    fn fdatasync(fd: c_int) -> c_int;
    #[link_name = "__wps_futimens"]
    fn futimens(fd: c_int, times: *const timespec) -> c_int;
    #[link_name = "__wps_utimensat"]
    fn utimensat(dir: c_int, path: *const c_char, times: *const timespec, flags: c_int) -> c_int;
    #[link_name = "__wps_faccessat"]
    fn faccessat(dir: c_int, path: *const c_char, mode: c_int, flags: c_int) -> c_int;
    #[link_name = "__wps_openat"]
    fn openat(dir: c_int, path: *const c_char, flags: c_int, ...) -> c_int;
    fn getcwd(to: *mut c_char, size: size_t) -> *mut c_char;
    fn __wps_libc_fd(fd: c_int, otherwise: c_int) -> c_int;
    fn posix_fallocate(fd: c_int, at: off_t, length: off_t) -> c_int;
    fn ftruncate(fd: c_int, length: off_t) -> c_int;
    fn lseek(fd: c_int, offset: off_t, whence: c_int) -> off_t;
    #[link_name = "__wps_readlinkat"]
    fn readlinkat(dir: c_int, path: *const c_char, to: *mut c_char, size: size_t) -> ssize_t;
}

/// Every file belongs to the user one is, as far as a program can see; giving it away is EPERM.
#[inline(always)]
fn own(user: uid_t, group: gid_t) -> c_int {
    let stays = (user == KEEP || user == ID) && (group == KEEP || group == ID);
    if stays { 0 } else { fail(EPERM) }
}

/// 0 if the path names something, a link itself if `flags` says so; -1 with the error of looking.
unsafe fn exists(dir: c_int, path: *const c_char, flags: c_int) -> c_int {
    unsafe {
        if !is_text(path) {
            return -1;
        }
        if flags & AT_SYMLINK_NOFOLLOW != 0 {
            let mut c = 0 as c_char;
            if readlinkat(dir, path, &mut c, 1) >= 0 {
                return 0;
            }
        }
        faccessat(dir, path, 0, 0)
    }
}

unsafe fn change_owner(
    dir: c_int,
    path: *const c_char,
    user: uid_t,
    group: gid_t,
    flags: c_int,
) -> c_int {
    unsafe {
        if exists(dir, path, flags) != 0 {
            -1
        } else {
            own(user, group)
        }
    }
}

unsafe fn make_node(dir: c_int, path: *const c_char, mode: mode_t) -> c_int {
    unsafe {
        if !is_text(path) {
            return -1;
        }
        if mode & S_IFMT != 0 && mode & S_IFMT != S_IFREG {
            return if faccessat(dir, path, 0, 0) == 0 {
                fail(EEXIST)
            } else {
                fail(EPERM)
            };
        }
        // O_CREAT | O_EXCL | O_WRONLY
        let fd = openat(dir, path, 0x40 | 0x80 | 1, mode);
        if fd < 0 {
            return -1;
        }
        close(fd)
    }
}

/// Two timevals as timespecs; None if the microseconds are out of range.
unsafe fn precise(times: *const timeval) -> Option<[timespec; 2]> {
    unsafe {
        let (a, b) = (*times, *times.add(1));
        let good = |t: timeval| (0..1_000_000).contains(&t.tv_usec);
        let exact = |t: timeval| timespec {
            tv_sec: t.tv_sec,
            tv_nsec: t.tv_usec as c_long * 1000,
        };
        (good(a) && good(b)).then_some([exact(a), exact(b)])
    }
}

/// Makes a file as long as `end`, if it is shorter.
unsafe fn extend(fd: c_int, end: off_t) -> c_int {
    unsafe {
        let position = lseek(fd, 0, SEEK_CUR);
        if position < 0 {
            return -1;
        }
        let size = lseek(fd, 0, SEEK_END);
        lseek(fd, position, SEEK_SET);
        match size {
            ..0 => -1,
            _ if size >= end => 0,
            _ => ftruncate(fd, end),
        }
    }
}

export! {
    /// 0 for the user one is (every file is his), EPERM for another; the errors of looking for
    /// the file (POSIX chown).
    fn chown(path: *const c_char, user: uid_t, group: gid_t) -> c_int {
        change_owner(AT_FDCWD, path, user, group, 0)
    }
    /// As chown, of a link itself (POSIX lchown).
    fn lchown(path: *const c_char, user: uid_t, group: gid_t) -> c_int {
        change_owner(AT_FDCWD, path, user, group, AT_SYMLINK_NOFOLLOW)
    }
    /// As chown, by descriptor: EBADF (POSIX fchown).
    fn fchown(fd: c_int, user: uid_t, group: gid_t) -> c_int {
        if is_open(fd) { own(user, group) } else { fail(EBADF) }
    }
    /// As chown, from a folder (POSIX fchownat).
    fn fchownat(dir: c_int, path: *const c_char, user: uid_t, group: gid_t, flags: c_int) -> c_int {
        change_owner(dir, path, user, group, flags)
    }
    /// EOPNOTSUPP, as Linux says of links (4.4BSD lchmod).
    fn lchmod(path: *const c_char, mode: mode_t) -> c_int { let _ = (path, mode); fail(ENOTSUP) }

    /// The former mask, 022 at first (POSIX umask). WASI files have no modes, so it is only
    /// remembered.
    fn umask(mask: mode_t) -> mode_t {
        static mut MASK: mode_t = 0o022;
        let before = (&raw const MASK).read();
        MASK = mask & 0o777;
        before
    }

    /// 0 for "/", which changes nothing; else EPERM, or the errors of looking for the folder
    /// (chroot(2)). A program sees only the folders it was given.
    fn chroot(path: *const c_char) -> c_int {
        if !is_text(path) { return -1 }
        if strcmp(path, s!("/")) == 0 { return 0 }
        if access(path, 0) != 0 { -1 } else { fail(EPERM) }
    }

    /// EPERM, what Linux says of a file system without them; EEXIST (POSIX mkfifo).
    fn mkfifo(path: *const c_char, mode: mode_t) -> c_int {
        make_node(AT_FDCWD, path, mode & !S_IFMT | 0o010_000)
    }
    /// As mkfifo, from a folder (POSIX mkfifoat).
    fn mkfifoat(dir: c_int, path: *const c_char, mode: mode_t) -> c_int {
        make_node(dir, path, mode & !S_IFMT | 0o010_000)
    }
    /// Makes an empty regular file; EPERM for anything else, EEXIST (POSIX mknod).
    fn mknod(path: *const c_char, mode: mode_t, device: u64) -> c_int {
        let _ = device;
        make_node(AT_FDCWD, path, mode)
    }
    /// As mknod, from a folder (POSIX mknodat).
    fn mknodat(dir: c_int, path: *const c_char, mode: mode_t, device: u64) -> c_int {
        let _ = device;
        make_node(dir, path, mode)
    }

    /// 0 for an open descriptor: a lock that keeps nobody out, since WASI has none to ask for
    /// (flock(2)). EBADF, EINVAL for an unknown operation.
    fn flock(fd: c_int, operation: c_int) -> c_int {
        if !matches!(operation & !4, 1 | 2 | 8) { return fail(EINVAL) }
        if is_open(fd) { 0 } else { fail(EBADF) }
    }
    /// As flock (POSIX lockf).
    fn lockf(fd: c_int, command: c_int, length: off_t) -> c_int {
        let _ = length;
        if !is_open(fd) { return fail(EBADF) }
        if (0..=3).contains(&command) { 0 } else { fail(EINVAL) }
    }

    /// ENOSYS: libc does not know a descriptor's path; EBADF (POSIX fchdir).
    fn fchdir(fd: c_int) -> c_int {
        fail(if is_open(fd) { ENOSYS } else { EBADF })
    }
    /// The working folder, to be freed (glibc).
    fn get_current_dir_name() -> *mut c_char { getcwd(null_mut(), 0) }
    /// The working folder, in PATH_MAX bytes (4.3BSD getwd). EINVAL for NULL.
    fn getwd(to: *mut c_char) -> *mut c_char {
        if to.is_null() {
            set_errno(EINVAL);
            return null_mut();
        }
        getcwd(to, 4096)
    }
    /// As access: the effective user is the user (glibc euidaccess).
    fn euidaccess(path: *const c_char, mode: c_int) -> c_int { if is_text(path) { access(path, mode) } else { -1 } }
    /// As access (glibc eaccess).
    fn eaccess(path: *const c_char, mode: c_int) -> c_int { if is_text(path) { access(path, mode) } else { -1 } }

    /// Nothing: WASI cannot flush all files at once (POSIX sync).
    fn sync() {}
    /// As fsync (syncfs(2)). EBADF.
    fn syncfs(fd: c_int) -> c_int { fsync(fd) }
    /// As fdatasync (sync_file_range(2)). EINVAL for unknown flags, EBADF.
    fn sync_file_range(fd: c_int, at: off_t, length: off_t, flags: c_uint) -> c_int {
        if at < 0 || length < 0 || flags & !7 != 0 { return fail(EINVAL) }
        fdatasync(fd)
    }
    /// Extends a file, for mode 0; EOPNOTSUPP for the other modes (fallocate(2)). Where the host
    /// cannot reserve room, only the length grows. EINVAL, EBADF, EFBIG, ENODEV for what is no
    /// file, and ftruncate's errors.
    fn fallocate(fd: c_int, mode: c_int, at: off_t, length: off_t) -> c_int {
        let flags = fcntl(fd, F_GETFL);
        if flags == -1 { return -1 }
        if at < 0 || length <= 0 { return fail(EINVAL) }
        if mode != 0 { return fail(ENOTSUP) }
        // O_WRONLY of wasi-libc
        if flags & 0x1000_0000 == 0 { return fail(EBADF) }
        if at.wrapping_add(length) < 0 { return fail(EFBIG) }
        let number = __wps_libc_fd(fd, ENODEV);
        if number == -1 { return -1 }
        if lseek(fd, 0, SEEK_CUR) < 0 { return fail(ENODEV) }
        match posix_fallocate(number, at, length) {
            0 => 0,
            ENOTSUP | ENOSYS => extend(fd, at.wrapping_add(length)),
            e => fail(e),
        }
    }
    /// 0: reading ahead is the host's business; EBADF (readahead(2)).
    fn readahead(fd: c_int, at: off_t, length: size_t) -> ssize_t {
        let _ = (at, length);
        if is_open(fd) { 0 } else { fail(EBADF) as ssize_t }
    }
    /// Sets a file's times; NULL is now (4.4BSD futimes). EINVAL, and futimens's errors.
    fn futimes(fd: c_int, times: *const timeval) -> c_int {
        if times.is_null() { return futimens(fd, null()) }
        if !points_to(times, 32) { return -1 }
        match precise(times) { Some(t) => futimens(fd, t.as_ptr()), None => fail(EINVAL) }
    }
    /// Sets a link's times; NULL is now (4.4BSD lutimes). EINVAL, and utimensat's errors.
    fn lutimes(path: *const c_char, times: *const timeval) -> c_int {
        if !is_text(path) || !times.is_null() && !points_to(times, 32) { return -1 }
        if times.is_null() { return utimensat(AT_FDCWD, path, null(), AT_SYMLINK_NOFOLLOW) }
        match precise(times) {
            Some(t) => utimensat(AT_FDCWD, path, t.as_ptr(), AT_SYMLINK_NOFOLLOW),
            None => fail(EINVAL),
        }
    }
    /// Copies between files (copy_file_range(2)): a part of what is asked, as it may, at the
    /// files' own positions. EXDEV with explicit ones, after which programs read and write.
    fn copy_file_range(from: c_int, from_at: *mut off_t, to: c_int, to_at: *mut off_t,
                       length: size_t, flags: c_uint) -> ssize_t {
        if flags != 0 { return fail(EINVAL) as ssize_t }
        if !from_at.is_null() || !to_at.is_null() { return fail(EXDEV) as ssize_t }
        const ROOM: usize = 16384;
        let buffer = malloc(ROOM).cast::<u8>();
        if buffer.is_null() { return fail(ENOMEM) as ssize_t }
        let length = if length > ROOM { ROOM } else { length };
        let got = read(from, buffer.cast(), length);
        let mut done = 0;
        let mut result = got;
        while done < got {
            let n = write(to, buffer.offset(done).cast(), (got - done) as usize);
            if n <= 0 {
                result = if done > 0 { done } else { -1 };
                break;
            }
            done += n;
        }
        free(buffer.cast());
        result
    }

    /// Closes every descriptor from this number on (BSD closefrom).
    fn closefrom(first: c_int) {
        unsafe extern "C" { fn __wps_fd_limit() -> c_uint; }
        let saved = errno();
        let end = __wps_fd_limit() as c_int;
        let mut fd = if first < 0 { 0 } else { first };
        while fd < end {
            close(fd);
            fd += 1;
        }
        set_errno(saved);
    }
    /// Closes a range of descriptors (close_range(2)). CLOSE_RANGE_CLOEXEC (4) does nothing, for
    /// there is no exec. EINVAL for a range that ends before it begins and other flags.
    fn close_range(first: c_uint, last: c_uint, flags: c_int) -> c_int {
        unsafe extern "C" { fn __wps_fd_limit() -> c_uint; }
        if first > last || flags & !6 != 0 { return fail(EINVAL) }
        if flags & 4 != 0 { return 0 }
        let saved = errno();
        let limit = __wps_fd_limit();
        let mut fd = first;
        while fd <= last && fd < limit {
            close(fd as c_int);
            fd += 1;
        }
        set_errno(saved);
        0
    }

    /// EPERM: mounting is root's (mount(2)).
    fn mount(from: *const c_char, to: *const c_char, kind: *const c_char, flags: c_ulong,
             data: *const c_void) -> c_int {
        let _ = (from, to, kind, flags, data);
        fail(EPERM)
    }
    /// EPERM: mounting is root's (umount(2)).
    fn umount(path: *const c_char) -> c_int { let _ = path; fail(EPERM) }
    /// EPERM: mounting is root's (umount2(2)).
    fn umount2(path: *const c_char, flags: c_int) -> c_int { let _ = (path, flags); fail(EPERM) }
}
