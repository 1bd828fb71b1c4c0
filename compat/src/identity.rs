//! Users and groups of the process: 1000 and 1000, for good.
//!
//! A change succeeds only when it changes nothing: a program must not believe that it dropped
//! rights which the host, not the number, gives it.

use crate::c::*;

const ID: uid_t = crate::session::UID as uid_t;
const KEEP: uid_t = uid_t::MAX;

/// The length of the supplementary list: 1 (the group itself), or 0 once the program emptied it.
static mut EXTRA_GROUPS: usize = 1;

/// Allows what keeps the identity as it is.
#[inline(always)]
fn only_self(ids: [uid_t; 3]) -> c_int {
    if ids[0] == ID && ids[1] == ID && ids[2] == ID {
        0
    } else {
        fail(EPERM)
    }
}

#[inline(always)]
fn kept(id: uid_t) -> uid_t {
    if id == KEEP { ID } else { id }
}

/// Sets the supplementary groups, which can only be the one there is, or none.
unsafe fn set_groups(count: usize, list: *const gid_t) -> c_int {
    unsafe {
        if count > 65536 {
            return fail(EINVAL);
        }
        if count != 0 && !points_to(list, count.wrapping_mul(4)) {
            return -1;
        }
        let mut i = 0;
        while i < count {
            if *list.add(i) != ID {
                return fail(EPERM);
            }
            i += 1;
        }
        EXTRA_GROUPS = if count == 0 { 0 } else { 1 };
        0
    }
}

export! {
    /// The user: 1000 (POSIX getuid).
    fn getuid() -> uid_t { ID }
    /// The effective user: 1000 (POSIX geteuid).
    fn geteuid() -> uid_t { ID }
    /// The group: 1000 (POSIX getgid).
    fn getgid() -> gid_t { ID }
    /// The effective group: 1000 (POSIX getegid).
    fn getegid() -> gid_t { ID }

    /// 0 for the user one is, else EPERM; EINVAL for -1 (POSIX setuid).
    fn setuid(id: uid_t) -> c_int {
        if id == KEEP { return fail(EINVAL) }
        only_self([id, ID, ID])
    }
    /// 0 for the group one is in, else EPERM; EINVAL for -1 (POSIX setgid).
    fn setgid(id: gid_t) -> c_int {
        if id == KEEP { return fail(EINVAL) }
        only_self([id, ID, ID])
    }
    /// As setuid (POSIX seteuid).
    fn seteuid(id: uid_t) -> c_int {
        if id == KEEP { return fail(EINVAL) }
        only_self([id, ID, ID])
    }
    /// As setgid (POSIX setegid).
    fn setegid(id: gid_t) -> c_int {
        if id == KEEP { return fail(EINVAL) }
        only_self([id, ID, ID])
    }
    /// 0 if nothing changes (-1 keeps), else EPERM (POSIX setreuid).
    fn setreuid(real: uid_t, effective: uid_t) -> c_int {
        only_self([kept(real), kept(effective), ID])
    }
    /// 0 if nothing changes (-1 keeps), else EPERM (POSIX setregid).
    fn setregid(real: gid_t, effective: gid_t) -> c_int {
        only_self([kept(real), kept(effective), ID])
    }
    /// 0 if nothing changes (-1 keeps), else EPERM (setresuid(2)).
    fn setresuid(real: uid_t, effective: uid_t, saved: uid_t) -> c_int {
        only_self([kept(real), kept(effective), kept(saved)])
    }
    /// 0 if nothing changes (-1 keeps), else EPERM (setresgid(2)).
    fn setresgid(real: gid_t, effective: gid_t, saved: gid_t) -> c_int {
        only_self([kept(real), kept(effective), kept(saved)])
    }
    /// 1000 three times (getresuid(2)). EFAULT for NULL.
    fn getresuid(real: *mut uid_t, effective: *mut uid_t, saved: *mut uid_t) -> c_int {
        if !points_to(real, 4) || !points_to(effective, 4) || !points_to(saved, 4) { return -1 }
        *real = ID;
        *effective = ID;
        *saved = ID;
        0
    }
    /// 1000 three times (getresgid(2)). EFAULT for NULL.
    fn getresgid(real: *mut gid_t, effective: *mut gid_t, saved: *mut gid_t) -> c_int {
        if !points_to(real, 4) || !points_to(effective, 4) || !points_to(saved, 4) { return -1 }
        *real = ID;
        *effective = ID;
        *saved = ID;
        0
    }
    /// The former one, 1000, whatever is asked (setfsuid(2)).
    fn setfsuid(id: uid_t) -> c_int { let _ = id; ID as c_int }
    /// The former one, 1000, whatever is asked (setfsgid(2)).
    fn setfsgid(id: gid_t) -> c_int { let _ = id; ID as c_int }

    /// The supplementary groups: 1000, or none after setgroups(0, ...) (POSIX getgroups).
    /// EINVAL for a count below 0 or too small.
    fn getgroups(count: c_int, list: *mut gid_t) -> c_int {
        let own = EXTRA_GROUPS as c_int;
        if count < 0 || count != 0 && count < own { return fail(EINVAL) }
        if count != 0 && own != 0 {
            if !points_to(list, 4) { return -1 }
            *list = ID;
        }
        own
    }
    /// 0 for a list of group 1000 alone or an empty one, else EPERM (setgroups(2)). EINVAL
    /// beyond 65,536 entries, EFAULT.
    fn setgroups(count: size_t, list: *const gid_t) -> c_int {
        set_groups(count, list)
    }
    /// 0 for one's own group, else EPERM (initgroups(3)).
    fn initgroups(user: *const c_char, group: gid_t) -> c_int {
        if user.is_null() { return fail(EFAULT) }
        set_groups(1, &group)
    }
    /// 0: the program was not started with more rights than its user (issetugid(2)).
    fn issetugid() -> c_int { 0 }
    /// The variable: the environment is as trustworthy as the user (glibc secure_getenv).
    fn secure_getenv(name: *const c_char) -> *mut c_char { getenv(name) }
    /// 0 with ENOENT: WASI passes no auxiliary vector (getauxval(3)).
    fn getauxval(kind: c_ulong) -> c_ulong {
        let _ = kind;
        set_errno(ENOENT);
        0
    }
}
