//! semaphore.h: semaphores of the only thread, by address and by name. Only a signal handler can
//! post while it waits, so a wait with no timer set and no time limit is EDEADLK.

use crate::c::*;

const VALUE_MAX: c_uint = 0x7fff_ffff;
/// Linux's number, or wasi-libc's.
const CREATE: c_int = 0x40 | 0x1000;
const EXCLUSIVE: c_int = 0x80 | 0x4000;
/// The longest name that glibc takes, without its slash.
const LONGEST: usize = 250;

/// `sem_t`: four words, the first of which counts.
pub type Sem = [c_int; 4];

/// A semaphore with a name; the name's bytes and a NUL follow it.
struct Named {
    sem: Sem,
    next: *mut Named,
    /// How many sem_open were not closed.
    users: c_uint,
    /// Whether the name still leads to it.
    linked: bool,
}

static mut NAMED: *mut Named = null_mut();

unsafe fn name_of(item: *mut Named) -> *mut c_char {
    item.wrapping_add(1).cast()
}

/// A name without the slashes before it, and its length; None for what is no name.
unsafe fn plain(name: *const c_char) -> Option<(*const c_char, usize)> {
    unsafe {
        let mut start = name;
        while *start == '/' as c_char {
            start = start.add(1);
        }
        let length = strlen(start);
        let usable = length > 0 && length <= LONGEST && strchr(start, '/' as c_int).is_null();
        usable.then_some((start, length))
    }
}

unsafe fn find(name: *const c_char) -> *mut Named {
    unsafe {
        let mut item = NAMED;
        while !item.is_null() && (!(*item).linked || strcmp(name_of(item), name) != 0) {
            item = (*item).next;
        }
        item
    }
}

/// Gives back what has neither a name nor users.
unsafe fn sweep(item: *mut Named) {
    unsafe {
        if (*item).linked || (*item).users != 0 {
            return;
        }
        let mut place = &raw mut NAMED;
        while *place != item {
            place = &raw mut (**place).next;
        }
        *place = (*item).next;
        free(item.cast());
    }
}

/// Takes one, or waits until `until` (ns, `u64::MAX` for ever). 0 or an error number.
unsafe fn take(sem: *mut Sem, until: u64) -> c_int {
    unsafe {
        loop {
            let count = &raw mut (*sem)[0];
            if count.read_volatile() > 0 {
                count.write_volatile(count.read_volatile() - 1);
                return 0;
            }
            match __wps_await(until) {
                0 => {}
                e => return e,
            }
        }
    }
}

unsafe fn take_until(sem: *mut Sem, wall: c_int, time: *const timespec) -> c_int {
    unsafe {
        if !points_to(sem, 16) || !points_to(time, 16) {
            return -1;
        }
        let Some(ns) = nanoseconds(time) else {
            return fail(EINVAL);
        };
        match take(sem, __wps_deadline(wall, ns)) {
            0 => 0,
            e => fail(e),
        }
    }
}

export! {
    /// Makes a semaphore (POSIX sem_init). EINVAL for a value above SEM_VALUE_MAX, EFAULT.
    fn sem_init(sem: *mut Sem, shared: c_int, value: c_uint) -> c_int {
        if value > VALUE_MAX { return fail(EINVAL) }
        if !points_to(sem, 16) { return -1 }
        *sem = [value as c_int, shared, 0, 0];
        0
    }
    /// 0 (POSIX sem_destroy). EFAULT.
    fn sem_destroy(sem: *mut Sem) -> c_int { if points_to(sem, 16) { 0 } else { -1 } }
    /// The value (POSIX sem_getvalue). EFAULT.
    fn sem_getvalue(sem: *mut Sem, to: *mut c_int) -> c_int {
        if !points_to(sem, 16) || !points_to(to, 4) { return -1 }
        *to = (*sem)[0];
        0
    }
    /// Adds one (POSIX sem_post); handlers may call it. EOVERFLOW above SEM_VALUE_MAX, EFAULT.
    fn sem_post(sem: *mut Sem) -> c_int {
        if !points_to(sem, 16) { return -1 }
        if (*sem)[0] == VALUE_MAX as c_int { return fail(EOVERFLOW) }
        (*sem)[0] += 1;
        0
    }
    /// Takes one (POSIX sem_trywait). EAGAIN at 0, EFAULT.
    fn sem_trywait(sem: *mut Sem) -> c_int {
        if !points_to(sem, 16) { return -1 }
        if (*sem)[0] <= 0 { return fail(EAGAIN) }
        (*sem)[0] -= 1;
        0
    }
    /// Takes one, and waits for it while a timer's signal handler may still post
    /// (POSIX sem_wait). EDEADLK where nothing can, EINTR, EFAULT.
    fn sem_wait(sem: *mut Sem) -> c_int {
        if !points_to(sem, 16) { return -1 }
        match take(sem, u64::MAX) { 0 => 0, e => fail(e) }
    }
    /// Takes one, and waits for it until a time of CLOCK_REALTIME (POSIX sem_timedwait).
    /// ETIMEDOUT, EINTR, EINVAL for a time out of range, EFAULT.
    fn sem_timedwait(sem: *mut Sem, time: *const timespec) -> c_int { take_until(sem, 1, time) }
    /// As sem_timedwait, by CLOCK_REALTIME or CLOCK_MONOTONIC (POSIX sem_clockwait). EINVAL for
    /// another clock.
    fn sem_clockwait(sem: *mut Sem, clock: clockid_t, time: *const timespec) -> c_int {
        let wall = clock == &raw const _CLOCK_REALTIME;
        if !wall && clock != &raw const _CLOCK_MONOTONIC { return fail(EINVAL) }
        take_until(sem, c_int::from(wall), time)
    }

    /// The semaphore of that name within the program; with O_CREAT it is made
    /// (POSIX sem_open). NULL with ENOENT, EEXIST (O_EXCL), EINVAL for a name with a slash
    /// inside, none or one longer than 250 bytes, or a value above SEM_VALUE_MAX; EFAULT, ENOMEM.
    fn sem_open(name: *const c_char, flags: c_int, rest: va_list) -> *mut Sem {
        let refuse = |e: c_int| { set_errno(e); null_mut() };
        if !is_text(name) { return null_mut() }
        let Some((name, length)) = plain(name) else { return refuse(EINVAL) };
        let old = find(name);
        if !old.is_null() {
            if flags & CREATE != 0 && flags & EXCLUSIVE != 0 { return refuse(EEXIST) }
            (*old).users += 1;
            return &raw mut (*old).sem;
        }
        if flags & CREATE == 0 { return refuse(ENOENT) }
        // The mode comes first, which means nothing here.
        if !points_to(rest, 8) { return null_mut() }
        let value = *rest.cast::<c_uint>().add(1);
        if value > VALUE_MAX { return refuse(EINVAL) }
        let new: *mut Named = malloc(core::mem::size_of::<Named>() + length + 1).cast();
        if new.is_null() { return refuse(ENOMEM) }
        *new = Named { sem: [value as c_int, 1, 0, 0], next: NAMED, users: 1, linked: true };
        name_of(new).copy_from_nonoverlapping(name, length + 1);
        NAMED = new;
        &raw mut (*new).sem
    }
    /// Ends one use of a named semaphore (POSIX sem_close). EINVAL for another one.
    fn sem_close(sem: *mut Sem) -> c_int {
        let mut item = NAMED;
        while !item.is_null() && (&raw mut (*item).sem != sem || (*item).users == 0) {
            item = (*item).next;
        }
        if item.is_null() { return fail(EINVAL) }
        (*item).users -= 1;
        sweep(item);
        0
    }
    /// Takes the name away; the semaphore stays until it is closed (POSIX sem_unlink). ENOENT,
    /// EFAULT.
    fn sem_unlink(name: *const c_char) -> c_int {
        if !is_text(name) { return -1 }
        let Some((name, _)) = plain(name) else { return fail(ENOENT) };
        let item = find(name);
        if item.is_null() { return fail(ENOENT) }
        (*item).linked = false;
        sweep(item);
        0
    }
}
