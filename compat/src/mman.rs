//! sys/mman.h: memory that looks mapped. A file's bytes are read when it is mapped, and written
//! back for shared writable mappings at msync, munmap and exit.
//!
//! wasi-libc has mmap, munmap and mprotect in one object (`-lwasi-emulated-mman`), which aligns
//! nothing and forgets what was written; these take their place.

use crate::c::*;

/// What sysconf(_SC_PAGESIZE) says in WebAssembly.
const PAGE: usize = 65536;
const PROT_WRITE: c_int = 2;
const PROT_EXEC: c_int = 4;
const MAP_PRIVATE: c_int = 2;
const MAP_TYPE: c_int = 15;
const MAP_FIXED: c_int = 0x10;
const MAP_ANON: c_int = 0x20;
const MS_ASYNC: c_int = 1;
const MS_INVALIDATE: c_int = 2;
const MS_SYNC: c_int = 4;
const MADV_DONTNEED: c_int = 4;
const MREMAP_MAYMOVE: c_int = 1;
/// The bits of O_RDONLY and O_WRONLY; O_RDWR is both.
const O_READ: c_int = 0x0400_0000;
const O_WRITE: c_int = 0x1000_0000;
const S_IFMT: u32 = 0o170_000;
const S_IFREG: u32 = 0o100_000;

unsafe extern "C" {
    fn posix_memalign(to: *mut *mut c_void, alignment: size_t, size: size_t) -> c_int;
    fn pread(fd: c_int, p: *mut c_void, n: size_t, at: off_t) -> ssize_t;
    fn pwrite(fd: c_int, p: *const c_void, n: size_t, at: off_t) -> ssize_t;
    fn fstat(fd: c_int, to: *mut Stat) -> c_int;
    fn dup(fd: c_int) -> c_int;
    fn atexit(function: extern "C" fn()) -> c_int;
}

/// libc's `struct stat`.
#[repr(C, align(8))]
struct Stat {
    dev: u64,
    ino: u64,
    nlink: u64,
    mode: u32,
    uid: u32,
    gid: u32,
    pad: u32,
    rdev: u64,
    size: i64,
    rest: [u64; 12],
}

/// One mapping; they form a list.
struct Mapping {
    next: *mut Mapping,
    /// What malloc gave.
    memory: *mut c_void,
    /// What is still mapped of it: munmap takes from either end, and a hole stays mapped.
    start: usize,
    length: usize,
    /// The file to write back to, a duplicate of the program's descriptor; -1 if there is nothing
    /// to write. The program may close it with all others, so it is used only while it still
    /// names the same file.
    fd: c_int,
    dev: u64,
    ino: u64,
    at: off_t,
}

static mut FIRST: *mut Mapping = null_mut();

fn pages(length: usize) -> usize {
    length.wrapping_add(PAGE - 1) & !(PAGE - 1)
}

/// The mapping that holds all of a range; NULL if there is none.
unsafe fn find(start: usize, length: usize) -> *mut Mapping {
    unsafe {
        let mut mapping = FIRST;
        while !mapping.is_null() {
            let inside = start.wrapping_sub((*mapping).start);
            if inside < (*mapping).length && length <= (*mapping).length - inside {
                return mapping;
            }
            mapping = (*mapping).next;
        }
        null_mut()
    }
}

/// Fills memory from a file, up to its end. Returns 0 or an error number.
unsafe fn fill(fd: c_int, to: *mut u8, length: usize, at: off_t) -> c_int {
    unsafe {
        let mut done = 0;
        while done < length {
            let place = at.wrapping_add(done as off_t);
            let n = pread(fd, to.add(done).cast(), length - done, place);
            if n < 0 {
                return errno();
            }
            if n == 0 {
                return 0;
            }
            done += n as usize;
        }
        0
    }
}

/// Writes a part of a shared mapping to its file, up to the file's end. Returns 0, or EIO when
/// the program closed the duplicate, or the error of writing.
unsafe fn write_back(mapping: *const Mapping, start: usize, length: usize) -> c_int {
    unsafe {
        let fd = (*mapping).fd;
        if fd < 0 {
            return 0;
        }
        let mut stat = core::mem::zeroed::<Stat>();
        let same =
            fstat(fd, &mut stat) == 0 && stat.dev == (*mapping).dev && stat.ino == (*mapping).ino;
        if !same {
            return EIO;
        }
        let at = (*mapping)
            .at
            .wrapping_add((start - (*mapping).start) as off_t);
        let end = stat.size.wrapping_sub(at);
        let length = if end < 0 {
            0
        } else if end < length as off_t {
            end as usize
        } else {
            length
        };
        let mut done = 0;
        while done < length {
            let place = at.wrapping_add(done as off_t);
            let n = pwrite(fd, (start + done) as *const c_void, length - done, place);
            if n <= 0 {
                return if n < 0 { errno() } else { EIO };
            }
            done += n as usize;
        }
        0
    }
}

/// What the end of a program does for mappings that are still there.
extern "C" fn write_back_all() {
    // SAFETY: one thread; the list is whole between calls.
    unsafe {
        let mut mapping = FIRST;
        while !mapping.is_null() {
            write_back(mapping, (*mapping).start, (*mapping).length);
            mapping = (*mapping).next;
        }
    }
}

unsafe fn map(length: usize, prot: c_int, flags: c_int, fd: c_int, at: off_t) -> *mut c_void {
    unsafe {
        let failed = usize::MAX as *mut c_void;
        let sharing = flags & MAP_TYPE;
        let anonymous = flags & MAP_ANON != 0;
        let placed = flags & MAP_FIXED != 0 || at < 0 || at & 4095 != 0;
        let error = if length == 0 || placed || sharing == 0 || sharing > 3 {
            EINVAL
        } else if prot & PROT_EXEC != 0 {
            EPERM
        } else if length > 1 << 31 {
            ENOMEM
        } else {
            0
        };
        if error != 0 {
            set_errno(error);
            return failed;
        }
        let mut stat = core::mem::zeroed::<Stat>();
        if !anonymous {
            if fstat(fd, &mut stat) != 0 {
                return failed;
            }
            if stat.mode & S_IFMT != S_IFREG {
                set_errno(ENODEV);
                return failed;
            }
        }
        let written = !anonymous && sharing != MAP_PRIVATE && prot & PROT_WRITE != 0;
        if !anonymous {
            let access = fcntl(fd, F_GETFL);
            if access & O_READ == 0 || written && access & O_WRITE == 0 {
                set_errno(EACCES);
                return failed;
            }
        }
        let mapping = malloc(core::mem::size_of::<Mapping>()).cast::<Mapping>();
        let mut memory = null_mut();
        if mapping.is_null() || posix_memalign(&mut memory, PAGE, pages(length)) != 0 {
            free(mapping.cast());
            set_errno(ENOMEM);
            return failed;
        }
        memset(memory, 0, pages(length));
        let mut error = if anonymous {
            0
        } else {
            fill(fd, memory.cast(), length, at)
        };
        let file = if written { dup(fd) } else { -1 };
        if error == 0 && written && file < 0 {
            error = errno();
        }
        if error != 0 {
            if file >= 0 {
                close(file);
            }
            free(memory);
            free(mapping.cast());
            set_errno(error);
            return failed;
        }
        if written {
            static mut WATCHING: bool = false;
            if !WATCHING {
                WATCHING = true;
                atexit(write_back_all);
            }
        }
        *mapping = Mapping {
            next: FIRST,
            memory,
            start: memory as usize,
            length: pages(length),
            fd: file,
            dev: stat.dev,
            ino: stat.ino,
            at,
        };
        FIRST = mapping;
        memory
    }
}

/// Gives a range back; the memory is freed once nothing of it is mapped.
unsafe fn unmap(start: usize, length: usize) -> c_int {
    unsafe {
        if start & (PAGE - 1) != 0 || length == 0 {
            return fail(EINVAL);
        }
        if length > 1 << 31 {
            return fail(EINVAL);
        }
        // A length is given as it was to mmap, which rounded it up.
        let length = pages(length);
        let mapping = find(start, 1);
        if mapping.is_null() {
            // Nothing is mapped there, which is no error.
            return 0;
        }
        let before = start - (*mapping).start;
        let rest = (*mapping).length - before;
        let length = if length > rest { rest } else { length };
        write_back(mapping, start, length);
        if length == rest {
            (*mapping).length = before;
        } else if before == 0 {
            (*mapping).start += length;
            (*mapping).length -= length;
            (*mapping).at = (*mapping).at.wrapping_add(length as off_t);
        }
        if (*mapping).length == 0 {
            let mut link = &raw mut FIRST;
            while *link != mapping {
                link = &raw mut (**link).next;
            }
            *link = (*mapping).next;
            if (*mapping).fd >= 0 {
                close((*mapping).fd);
            }
            free((*mapping).memory);
            free(mapping.cast());
        }
        0
    }
}

export! {
    /// Memory filled from a file or with zeros (POSIX mmap). A shared writable mapping of a file
    /// is written back at msync, munmap and exit; until then it holds a descriptor. Changes by
    /// others do not show. EINVAL (also MAP_FIXED), EACCES, EPERM for PROT_EXEC, ENODEV for what is no
    /// regular file, ENOMEM, EBADF, EMFILE.
    fn mmap(hint: *mut c_void, length: size_t, prot: c_int, flags: c_int, fd: c_int, at: off_t) -> *mut c_void {
        let _ = hint;
        map(length, prot, flags, fd, at)
    }
    /// As mmap (LFS).
    fn mmap64(hint: *mut c_void, length: size_t, prot: c_int, flags: c_int, fd: c_int, at: off_t) -> *mut c_void {
        let _ = hint;
        map(length, prot, flags, fd, at)
    }
    /// Gives mapped memory back (POSIX munmap); it is freed once the whole mapping is given
    /// back. EINVAL for an address within a page or length 0.
    fn munmap(start: *mut c_void, length: size_t) -> c_int { unmap(start as usize, length) }
    /// 0 for reading and writing; memory cannot be protected, so less is ENOTSUP, and PROT_EXEC
    /// is EACCES (POSIX mprotect).
    fn mprotect(start: *mut c_void, length: size_t, prot: c_int) -> c_int {
        let _ = length;
        if start as usize & 4095 != 0 { return fail(EINVAL) }
        if prot & PROT_EXEC != 0 { return fail(EACCES) }
        if prot & 3 == 3 { 0 } else { fail(ENOTSUP) }
    }
    /// Writes a shared mapping to its file (POSIX msync). ENOMEM where nothing is mapped, EIO if
    /// the descriptor was closed, EINVAL for bad flags, write's errors.
    fn msync(start: *mut c_void, length: size_t, flags: c_int) -> c_int {
        let both = flags & (MS_ASYNC | MS_SYNC) == MS_ASYNC | MS_SYNC;
        if start as usize & 4095 != 0 || both || flags & !(MS_ASYNC | MS_SYNC | MS_INVALIDATE) != 0 {
            return fail(EINVAL);
        }
        let mapping = find(start as usize, length);
        if mapping.is_null() { return fail(ENOMEM) }
        match write_back(mapping, start as usize, length) { 0 => 0, e => fail(e) }
    }
    /// Moves a mapping into one of another size (mremap(2)). ENOMEM when it would have to move
    /// and may not, EFAULT where nothing is mapped, EINVAL for other flags.
    fn mremap(start: *mut c_void, old: size_t, new: size_t, flags: c_int, rest: va_list) -> *mut c_void {
        let _ = rest;
        let failed = usize::MAX as *mut c_void;
        if new == 0 || flags & !MREMAP_MAYMOVE != 0 || start as usize & 4095 != 0 {
            set_errno(EINVAL);
            return failed;
        }
        let mapping = find(start as usize, old);
        if mapping.is_null() {
            set_errno(EFAULT);
            return failed;
        }
        if new <= (*mapping).length - (start as usize - (*mapping).start) { return start }
        if flags & MREMAP_MAYMOVE == 0 || (*mapping).fd >= 0 {
            set_errno(ENOMEM);
            return failed;
        }
        let moved = map(new, PROT_WRITE, MAP_ANON | MAP_PRIVATE, -1, 0);
        if moved != failed {
            moved.cast::<u8>().copy_from_nonoverlapping(start.cast(), old);
            unmap(start as usize, old);
        }
        moved
    }
    /// Takes advice (madvise(2)): MADV_DONTNEED zeroes an anonymous mapping, as on Linux; other
    /// advice changes nothing. EINVAL for an address within a page.
    fn madvise(start: *mut c_void, length: size_t, advice: c_int) -> c_int {
        if start as usize & 4095 != 0 || advice < 0 { return fail(EINVAL) }
        if advice == MADV_DONTNEED {
            let mapping = find(start as usize, length);
            if !mapping.is_null() && (*mapping).ino == 0 {
                memset(start, 0, length);
            }
        }
        0
    }
    /// 0: advice that changes nothing (POSIX posix_madvise).
    fn posix_madvise(start: *mut c_void, length: size_t, advice: c_int) -> c_int {
        let _ = (start, length);
        if (0..=4).contains(&advice) { 0 } else { EINVAL }
    }
    /// EPERM: the host may move memory to disk, and RLIMIT_MEMLOCK is 0 (POSIX mlock).
    fn mlock(start: *const c_void, length: size_t) -> c_int { let _ = (start, length); fail(EPERM) }
    /// EPERM, as mlock (mlock2(2)).
    fn mlock2(start: *const c_void, length: size_t, flags: c_uint) -> c_int {
        let _ = (start, length, flags);
        fail(EPERM)
    }
    /// 0: nothing is ever locked (POSIX munlock).
    fn munlock(start: *const c_void, length: size_t) -> c_int { let _ = (start, length); 0 }
    /// EPERM, as mlock (POSIX mlockall).
    fn mlockall(flags: c_int) -> c_int { let _ = flags; fail(EPERM) }
    /// 0: nothing is ever locked (POSIX munlockall).
    fn munlockall() -> c_int { 0 }
    /// ENOSYS: what is in memory is not known (mincore(2)).
    fn mincore(start: *mut c_void, length: size_t, to: *mut u8) -> c_int {
        let _ = (start, length, to);
        fail(ENOSYS)
    }
    /// ENOSYS: memory cannot be shared (POSIX shm_open).
    fn shm_open(name: *const c_char, flags: c_int, mode: mode_t) -> c_int {
        let _ = (name, flags, mode);
        fail(ENOSYS)
    }
    /// ENOENT: shm_open makes nothing (POSIX shm_unlink).
    fn shm_unlink(name: *const c_char) -> c_int { let _ = name; fail(ENOENT) }
    /// ENOSYS: files have names here (memfd_create(2)).
    fn memfd_create(name: *const c_char, flags: c_uint) -> c_int { let _ = (name, flags); fail(ENOSYS) }
    /// ENOMEM: the end of the heap is malloc's (4.3BSD brk).
    fn brk(end: *mut c_void) -> c_int { let _ = end; fail(ENOMEM) }
}
