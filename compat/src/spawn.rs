//! spawn.h: nothing can be spawned; the attribute calls do nothing.

use crate::c::*;

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
    /// 0 (POSIX posix_spawnattr_init).
    fn posix_spawnattr_init(a: *mut c_void) -> c_int { let _ = a; 0 }
    /// 0 (POSIX posix_spawnattr_destroy).
    fn posix_spawnattr_destroy(a: *mut c_void) -> c_int { let _ = a; 0 }
    /// 0; the flags are not kept (POSIX posix_spawnattr_setflags).
    fn posix_spawnattr_setflags(a: *mut c_void, flags: i16) -> c_int { let _ = (a, flags); 0 }
    /// 0; the group is not kept (POSIX posix_spawnattr_setpgroup).
    fn posix_spawnattr_setpgroup(a: *mut c_void, group: pid_t) -> c_int { let _ = (a, group); 0 }
    /// 0; the mask is not kept (POSIX posix_spawnattr_setsigmask).
    fn posix_spawnattr_setsigmask(a: *mut c_void, set: *const c_void) -> c_int { let _ = (a, set); 0 }
    /// 0; the set is not kept (POSIX posix_spawnattr_setsigdefault).
    fn posix_spawnattr_setsigdefault(a: *mut c_void, set: *const c_void) -> c_int { let _ = (a, set); 0 }
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
}
