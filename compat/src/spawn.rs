//! spawn.h: nothing can be spawned. Attributes are checked, kept and read back; file actions are
//! checked.

use crate::c::*;

/// `posix_spawnattr_t`, of which the overlay declares more room.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Attributes {
    flags: i16,
    group: pid_t,
    default: [u32; 2],
    mask: [u32; 2],
    policy: c_int,
    priority: c_int,
}

const SIZE: usize = core::mem::size_of::<Attributes>();
/// All that glibc knows: POSIX_SPAWN_RESETIDS to POSIX_SPAWN_SETSID.
const FLAGS: i16 = 0xff;

/// Reads a member: 0, or EFAULT.
unsafe fn get<T: Copy>(
    from: *const Attributes,
    to: *mut T,
    member: unsafe fn(*const Attributes) -> T,
) -> c_int {
    unsafe {
        if !points_to(from, SIZE) || !points_to(to, core::mem::size_of::<T>()) {
            return EFAULT;
        }
        to.write_unaligned(member(from));
        0
    }
}

export! {
    /// Returns ENOSYS (POSIX posix_spawn).
    fn posix_spawn(pid: *mut pid_t, path: *const c_char, actions: *const c_void,
                   attributes: *const c_void, argv: *const *mut c_char,
                   env: *const *mut c_char) -> c_int {
        let _ = (pid, path, actions, attributes, argv, env);
        ENOSYS
    }
    /// Returns ENOSYS (POSIX posix_spawnp).
    fn posix_spawnp(pid: *mut pid_t, file: *const c_char, actions: *const c_void,
                    attributes: *const c_void, argv: *const *mut c_char,
                    env: *const *mut c_char) -> c_int {
        let _ = (pid, file, actions, attributes, argv, env);
        ENOSYS
    }

    /// Makes attributes that say nothing (POSIX posix_spawnattr_init).
    fn posix_spawnattr_init(a: *mut Attributes) -> c_int {
        if !points_to(a, SIZE) { return EFAULT }
        memset(a.cast(), 0, SIZE);
        0
    }
    /// 0 (POSIX posix_spawnattr_destroy).
    fn posix_spawnattr_destroy(a: *mut Attributes) -> c_int { let _ = a; 0 }
    /// Keeps the flags; EINVAL for unknown ones (POSIX posix_spawnattr_setflags).
    fn posix_spawnattr_setflags(a: *mut Attributes, flags: i16) -> c_int {
        if !points_to(a, SIZE) { return EFAULT }
        if flags & !FLAGS != 0 { return EINVAL }
        (*a).flags = flags;
        0
    }
    /// The kept flags (POSIX posix_spawnattr_getflags).
    fn posix_spawnattr_getflags(a: *const Attributes, to: *mut i16) -> c_int {
        get(a, to, |a| unsafe { (*a).flags })
    }
    /// Keeps the process group (POSIX posix_spawnattr_setpgroup).
    fn posix_spawnattr_setpgroup(a: *mut Attributes, group: pid_t) -> c_int {
        if !points_to(a, SIZE) { return EFAULT }
        (*a).group = group;
        0
    }
    /// The kept process group (POSIX posix_spawnattr_getpgroup).
    fn posix_spawnattr_getpgroup(a: *const Attributes, to: *mut pid_t) -> c_int {
        get(a, to, |a| unsafe { (*a).group })
    }
    /// Keeps the signal mask (POSIX posix_spawnattr_setsigmask).
    fn posix_spawnattr_setsigmask(a: *mut Attributes, set: *const [u32; 2]) -> c_int {
        if !points_to(a, SIZE) || !points_to(set, 8) { return EFAULT }
        (*a).mask = *set;
        0
    }
    /// The kept signal mask (POSIX posix_spawnattr_getsigmask).
    fn posix_spawnattr_getsigmask(a: *const Attributes, to: *mut [u32; 2]) -> c_int {
        get(a, to, |a| unsafe { (*a).mask })
    }
    /// Keeps which signals get their default action (POSIX posix_spawnattr_setsigdefault).
    fn posix_spawnattr_setsigdefault(a: *mut Attributes, set: *const [u32; 2]) -> c_int {
        if !points_to(a, SIZE) || !points_to(set, 8) { return EFAULT }
        (*a).default = *set;
        0
    }
    /// The kept set of signals (POSIX posix_spawnattr_getsigdefault).
    fn posix_spawnattr_getsigdefault(a: *const Attributes, to: *mut [u32; 2]) -> c_int {
        get(a, to, |a| unsafe { (*a).default })
    }
    /// Keeps a policy: SCHED_OTHER, SCHED_FIFO, SCHED_RR; EINVAL
    /// (POSIX posix_spawnattr_setschedpolicy).
    fn posix_spawnattr_setschedpolicy(a: *mut Attributes, policy: c_int) -> c_int {
        if !points_to(a, SIZE) { return EFAULT }
        if !(0..=2).contains(&policy) { return EINVAL }
        (*a).policy = policy;
        0
    }
    /// The kept policy (POSIX posix_spawnattr_getschedpolicy).
    fn posix_spawnattr_getschedpolicy(a: *const Attributes, to: *mut c_int) -> c_int {
        get(a, to, |a| unsafe { (*a).policy })
    }
    /// Keeps a priority (POSIX posix_spawnattr_setschedparam).
    fn posix_spawnattr_setschedparam(a: *mut Attributes, param: *const c_int) -> c_int {
        if !points_to(a, SIZE) || !points_to(param, 4) { return EFAULT }
        (*a).priority = *param;
        0
    }
    /// The kept priority (POSIX posix_spawnattr_getschedparam).
    fn posix_spawnattr_getschedparam(a: *const Attributes, to: *mut c_int) -> c_int {
        get(a, to, |a| unsafe { (*a).priority })
    }

    /// 0 (POSIX posix_spawn_file_actions_init).
    fn posix_spawn_file_actions_init(a: *mut c_void) -> c_int { let _ = a; 0 }
    /// 0 (POSIX posix_spawn_file_actions_destroy).
    fn posix_spawn_file_actions_destroy(a: *mut c_void) -> c_int { let _ = a; 0 }
    /// 0; nothing is kept (POSIX posix_spawn_file_actions_adddup2).
    fn posix_spawn_file_actions_adddup2(a: *mut c_void, from: c_int, to: c_int) -> c_int {
        let _ = a;
        if from < 0 || to < 0 { EBADF } else { 0 }
    }
    /// 0; nothing is kept (POSIX posix_spawn_file_actions_addclose).
    fn posix_spawn_file_actions_addclose(a: *mut c_void, fd: c_int) -> c_int {
        let _ = a;
        if fd < 0 { EBADF } else { 0 }
    }
    /// 0; nothing is kept (POSIX posix_spawn_file_actions_addopen).
    fn posix_spawn_file_actions_addopen(a: *mut c_void, fd: c_int, path: *const c_char,
                                        flags: c_int, mode: mode_t) -> c_int {
        let _ = (a, path, flags, mode);
        if fd < 0 { EBADF } else { 0 }
    }
    /// 0; nothing is kept (glibc posix_spawn_file_actions_addchdir_np).
    fn posix_spawn_file_actions_addchdir_np(a: *mut c_void, path: *const c_char) -> c_int {
        let _ = (a, path);
        0
    }
    /// 0; nothing is kept (glibc posix_spawn_file_actions_addfchdir_np).
    fn posix_spawn_file_actions_addfchdir_np(a: *mut c_void, fd: c_int) -> c_int {
        let _ = a;
        if fd < 0 { EBADF } else { 0 }
    }
    /// 0; nothing is kept (glibc posix_spawn_file_actions_addclosefrom_np).
    fn posix_spawn_file_actions_addclosefrom_np(a: *mut c_void, from: c_int) -> c_int {
        let _ = a;
        if from < 0 { EBADF } else { 0 }
    }
    /// 0; nothing is kept (glibc posix_spawn_file_actions_addtcsetpgrp_np).
    fn posix_spawn_file_actions_addtcsetpgrp_np(a: *mut c_void, fd: c_int) -> c_int {
        let _ = a;
        if fd < 0 { EBADF } else { 0 }
    }
}
