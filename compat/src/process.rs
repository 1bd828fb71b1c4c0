//! Other processes: there are none, and none can be made.

use crate::c::*;

/// The refusal of the exec calls: what Linux says of a file that is not there, else ENOSYS.
unsafe fn refuse(dir: c_int, path: *const c_char) -> c_int {
    unsafe {
        if !is_text(path) {
            return -1;
        }
        if faccessat(dir, path, 0, 0) != 0 {
            return -1;
        }
        fail(ENOSYS)
    }
}

/// As [`refuse`]; a name without a slash would be searched in PATH, and is ENOSYS at once.
unsafe fn refuse_search(file: *const c_char) -> c_int {
    unsafe {
        if !is_text(file) {
            return -1;
        }
        if strchr(file, '/' as c_int).is_null() {
            fail(ENOSYS)
        } else {
            refuse(AT_FDCWD, file)
        }
    }
}

export! {
    /// ENOSYS: WASI makes no processes (POSIX fork).
    fn fork() -> pid_t { fail(ENOSYS) }
    /// ENOSYS (POSIX _Fork).
    fn _Fork() -> pid_t { fail(ENOSYS) }
    /// ENOSYS (4.2BSD vfork).
    fn vfork() -> pid_t { fail(ENOSYS) }

    /// ENOSYS: no program can be started in place of this one; ENOENT and the other errors of
    /// looking for a file that is not there (POSIX execve).
    fn execve(path: *const c_char, argv: *const *mut c_char, env: *const *mut c_char) -> c_int {
        let _ = (argv, env);
        refuse(AT_FDCWD, path)
    }
    /// As execve (POSIX execv).
    fn execv(path: *const c_char, argv: *const *mut c_char) -> c_int {
        let _ = argv;
        refuse(AT_FDCWD, path)
    }
    /// As execve; a name without a slash is ENOSYS (POSIX execvp).
    fn execvp(file: *const c_char, argv: *const *mut c_char) -> c_int {
        let _ = argv;
        refuse_search(file)
    }
    /// As execvp (glibc execvpe).
    fn execvpe(file: *const c_char, argv: *const *mut c_char, env: *const *mut c_char) -> c_int {
        let _ = (argv, env);
        refuse_search(file)
    }
    /// As execve (POSIX execl).
    fn execl(path: *const c_char, arg: *const c_char, rest: va_list) -> c_int {
        let _ = (arg, rest);
        refuse(AT_FDCWD, path)
    }
    /// As execve; a name without a slash is ENOSYS (POSIX execlp).
    fn execlp(file: *const c_char, arg: *const c_char, rest: va_list) -> c_int {
        let _ = (arg, rest);
        refuse_search(file)
    }
    /// As execve (POSIX execle).
    fn execle(path: *const c_char, arg: *const c_char, rest: va_list) -> c_int {
        let _ = (arg, rest);
        refuse(AT_FDCWD, path)
    }
    /// ENOSYS; EBADF (POSIX fexecve).
    fn fexecve(fd: c_int, argv: *const *mut c_char, env: *const *mut c_char) -> c_int {
        let _ = (argv, env);
        fail(if is_open(fd) { ENOSYS } else { EBADF })
    }

    /// 0 for NULL: there is no shell; else -1 with ENOSYS (ISO C system).
    fn system(command: *const c_char) -> c_int {
        if command.is_null() { 0 } else { fail(ENOSYS) }
    }
    /// NULL with ENOSYS (POSIX popen).
    fn popen(command: *const c_char, mode: *const c_char) -> *mut FILE {
        let _ = (command, mode);
        set_errno(ENOSYS);
        null_mut()
    }
    /// Closes the stream; -1 with ECHILD, for it was not from popen (POSIX pclose).
    fn pclose(file: *mut FILE) -> c_int {
        if !file.is_null() {
            fclose(file);
        }
        fail(ECHILD)
    }

    /// ECHILD: there are no children (POSIX wait).
    fn wait(status: *mut c_int) -> pid_t {
        let _ = status;
        fail(ECHILD)
    }
    /// ECHILD; EINVAL for unknown options (POSIX waitpid).
    fn waitpid(pid: pid_t, status: *mut c_int, options: c_int) -> pid_t {
        let _ = (pid, status);
        fail(if options & !WAIT_OPTIONS != 0 { EINVAL } else { ECHILD })
    }
    /// ECHILD; EINVAL for unknown options (wait3(2)).
    fn wait3(status: *mut c_int, options: c_int, usage: *mut c_void) -> pid_t {
        let _ = (status, usage);
        fail(if options & !WAIT_OPTIONS != 0 { EINVAL } else { ECHILD })
    }
    /// ECHILD; EINVAL for unknown options (wait4(2)).
    fn wait4(pid: pid_t, status: *mut c_int, options: c_int, usage: *mut c_void) -> pid_t {
        let _ = (pid, status, usage);
        fail(if options & !WAIT_OPTIONS != 0 { EINVAL } else { ECHILD })
    }
    /// ECHILD; EINVAL for an unknown kind or options (POSIX waitid).
    fn waitid(kind: c_int, id: id_t, info: *mut c_void, options: c_int) -> c_int {
        let _ = (id, info);
        // Linux's WNOHANG, WSTOPPED, WEXITED, WCONTINUED, WNOWAIT; one of the states is needed.
        let known = options & !(1 | 2 | 4 | 8 | 0x0100_0000 | THREAD_OPTIONS) == 0;
        if !known || options & (2 | 4 | 8) == 0 || !(0..=3).contains(&kind) {
            return fail(EINVAL);
        }
        fail(ECHILD)
    }

    /// Stays in the foreground, for there is nobody to return to: starts a session, goes to "/"
    /// unless told not to, and leaves stdin, stdout and stderr alone, so that messages are seen.
    /// Returns 0 (4.4BSD daemon).
    fn daemon(nochdir: c_int, noclose: c_int) -> c_int {
        unsafe extern "C" { fn chdir(path: *const c_char) -> c_int; }
        let _ = noclose;
        let saved = errno();
        crate::session::new_session();
        if nochdir == 0 {
            chdir(s!("/"));
        }
        set_errno(saved);
        0
    }

    /// ENOSYS (clone(2)).
    fn clone(function: *const c_void, stack: *mut c_void, flags: c_int, argument: *mut c_void,
             rest: va_list) -> c_int {
        let _ = (function, stack, flags, argument, rest);
        fail(ENOSYS)
    }
    /// EPERM: namespaces are root's (unshare(2)).
    fn unshare(flags: c_int) -> c_int { let _ = flags; fail(EPERM) }
    /// EPERM: namespaces are root's (setns(2)).
    fn setns(fd: c_int, kind: c_int) -> c_int { let _ = (fd, kind); fail(EPERM) }
}

/// WNOHANG, WUNTRACED, WCONTINUED and Linux's thread options.
const WAIT_OPTIONS: c_int = 1 | 2 | 8 | THREAD_OPTIONS;
const THREAD_OPTIONS: c_int = 0xe000_0000_u32 as c_int;
