//! utmp.h and utmpx.h: who is logged in. There is no such record, so nothing is found in it and
//! nothing is written to it.

use crate::c::*;

/// NULL with ENOENT: as where the record's file is missing.
fn none() -> *mut c_void {
    set_errno(ENOENT);
    null_mut()
}

export! {
    /// NULL with ENOENT (glibc getutent).
    fn getutent() -> *mut c_void { none() }
    /// NULL with ENOENT (glibc getutid).
    fn getutid(entry: *const c_void) -> *mut c_void { let _ = entry; none() }
    /// NULL with ENOENT (glibc getutline).
    fn getutline(entry: *const c_void) -> *mut c_void { let _ = entry; none() }
    /// NULL with ENOENT (glibc pututline).
    fn pututline(entry: *const c_void) -> *mut c_void { let _ = entry; none() }
    /// -1 with ENOENT and a NULL result (glibc getutent_r).
    fn getutent_r(buffer: *mut c_void, result: *mut *mut c_void) -> c_int {
        let _ = buffer;
        if points_to(result, 4) { *result = null_mut() }
        fail(ENOENT)
    }
    /// As getutent_r (glibc getutid_r).
    fn getutid_r(entry: *const c_void, buffer: *mut c_void, result: *mut *mut c_void) -> c_int {
        let _ = (entry, buffer);
        if points_to(result, 4) { *result = null_mut() }
        fail(ENOENT)
    }
    /// As getutent_r (glibc getutline_r).
    fn getutline_r(entry: *const c_void, buffer: *mut c_void, result: *mut *mut c_void) -> c_int {
        let _ = (entry, buffer);
        if points_to(result, 4) { *result = null_mut() }
        fail(ENOENT)
    }
    /// Nothing (glibc setutent).
    fn setutent() {}
    /// Nothing (glibc endutent).
    fn endutent() {}
    /// 0; no other record is read either (glibc utmpname).
    fn utmpname(path: *const c_char) -> c_int { let _ = path; 0 }
    /// NULL with ENOENT (POSIX getutxent).
    fn getutxent() -> *mut c_void { none() }
    /// NULL with ENOENT (POSIX getutxid).
    fn getutxid(entry: *const c_void) -> *mut c_void { let _ = entry; none() }
    /// NULL with ENOENT (POSIX getutxline).
    fn getutxline(entry: *const c_void) -> *mut c_void { let _ = entry; none() }
    /// NULL with ENOENT (POSIX pututxline).
    fn pututxline(entry: *const c_void) -> *mut c_void { let _ = entry; none() }
    /// Nothing (POSIX setutxent).
    fn setutxent() {}
    /// Nothing (POSIX endutxent).
    fn endutxent() {}
    /// 0; no other record is read either (glibc utmpxname).
    fn utmpxname(path: *const c_char) -> c_int { let _ = path; 0 }
    /// Nothing: there is no record to add to (glibc updwtmp).
    fn updwtmp(path: *const c_char, entry: *const c_void) { let _ = (path, entry); }
    /// Nothing (glibc updwtmpx).
    fn updwtmpx(path: *const c_char, entry: *const c_void) { let _ = (path, entry); }
    /// Nothing (BSD logwtmp).
    fn logwtmp(line: *const c_char, name: *const c_char, host: *const c_char) { let _ = (line, name, host); }
    /// Nothing (BSD login).
    fn login(entry: *const c_void) { let _ = entry; }
    /// 0: no such line was found (BSD logout).
    fn logout(line: *const c_char) -> c_int { let _ = line; 0 }
}
