//! pwd.h: users from /etc/passwd if it can be opened; root, nobody and the user one is without it too.

use crate::c::*;
use crate::database::{self, Database, Key, LINE, TEXT, Walk};

const UID: uid_t = crate::session::UID as uid_t;

/// `struct passwd`.
#[repr(C)]
pub struct Passwd {
    name: *mut c_char,
    passwd: *mut c_char,
    uid: uid_t,
    gid: gid_t,
    gecos: *mut c_char,
    dir: *mut c_char,
    shell: *mut c_char,
}

/// The result of the calls that return a static object.
pub struct Shared {
    entry: Passwd,
    text: [c_char; LINE],
}

static mut SHARED: Shared = Shared {
    entry: Passwd {
        name: null_mut(),
        passwd: null_mut(),
        uid: 0,
        gid: 0,
        gecos: null_mut(),
        dir: null_mut(),
        shell: null_mut(),
    },
    text: [0; LINE],
};

static mut WALK: Walk = Walk::START;

const USERS: Database = Database {
    path: s!("/etc/passwd"),
    accept,
    line,
    built_in: 3,
    is_built_in,
};

const NOBODY: uid_t = 65534;

unsafe fn is_built_in(entry: *const c_void, index: usize) -> bool {
    unsafe {
        let id = (*entry.cast::<Passwd>()).uid;
        id == match index {
            0 => 0,
            1 => NOBODY,
            _ => UID,
        }
    }
}

unsafe fn accept(key: Key, to: *mut c_void, buffer: *mut c_char, size: usize) -> c_int {
    unsafe {
        let mut fields: [*mut c_char; 7] = [null_mut(); 7];
        let (line, length) = database::cut((&raw mut fields).cast(), 7);
        if line.is_null() {
            return ENOENT;
        }
        let [name, passwd, uid, gid, gecos, dir, shell] = fields;
        let (Some(uid), Some(gid)) = (database::number(uid), database::number(gid)) else {
            return ENOENT;
        };
        if !database::is_wanted(key, name, uid) {
            return ENOENT;
        }
        if length > size {
            return ERANGE;
        }
        buffer.copy_from_nonoverlapping(line, length);
        let at = |field: *mut c_char| buffer.offset(field.offset_from(line));
        *to.cast() = Passwd {
            name: at(name),
            passwd: at(passwd),
            uid,
            gid,
            gecos: at(gecos),
            dir: at(dir),
            shell: at(shell),
        };
        0
    }
}

/// Puts the line of a user that always exists into [`TEXT`].
unsafe fn line(index: usize) {
    unsafe {
        let text = (&raw mut TEXT).cast::<c_char>();
        match index {
            0 => snprintf(text, LINE, s!("root:x:0:0:root:/root:/bin/sh")),
            1 => {
                let format = s!("nobody:x:%u:%u:nobody:/nonexistent:/usr/sbin/nologin");
                snprintf(text, LINE, format, NOBODY, NOBODY)
            }
            _ => {
                let home = getenv(s!("HOME"));
                let usable = !home.is_null() && *home != 0 && strchr(home, ':' as c_int).is_null();
                let home = if usable { home.cast_const() } else { s!("/") };
                let format = s!("wasi:x:%u:%u:WASI user:%s:/usr/sbin/nologin");
                snprintf(text, LINE, format, UID, UID, home)
            }
        };
    }
}

/// Looks a user up into the static object; NULL if there is none.
unsafe fn find_shared(key: Key) -> *mut Passwd {
    unsafe {
        let shared = &raw mut SHARED;
        let entry = &raw mut (*shared).entry;
        let text = (&raw mut (*shared).text).cast();
        let found = database::find_shared(&USERS, key, entry.cast(), text, LINE);
        if found { entry } else { null_mut() }
    }
}

export! {
    /// The user of that name: from /etc/passwd if it can be opened; "wasi", number 1000, "root" and
    /// "nobody" exist always (POSIX getpwnam). NULL, errno unchanged, if there is none.
    fn getpwnam(name: *const c_char) -> *mut Passwd {
        if name.is_null() {
            set_errno(EINVAL);
            return null_mut();
        }
        find_shared(Key::Name(name))
    }

    /// The user of that number; 1000, 0 and 65534 exist always (POSIX getpwuid). NULL if there is none.
    fn getpwuid(id: uid_t) -> *mut Passwd {
        find_shared(Key::Id(id))
    }

    /// As getpwnam, into the caller's memory. Returns 0, with `*result` NULL if there is none,
    /// ERANGE if the buffer is too small, EINVAL for NULL (POSIX getpwnam_r).
    fn getpwnam_r(name: *const c_char, to: *mut Passwd, buffer: *mut c_char, size: size_t,
                  result: *mut *mut Passwd) -> c_int {
        if name.is_null() || to.is_null() || result.is_null() || buffer.is_null() { return EINVAL }
        let found = database::find(&USERS, Key::Name(name), to.cast(), buffer, size);
        database::give(found, to.cast(), result.cast())
    }

    /// As getpwuid, into the caller's memory. Returns 0, with `*result` NULL if there is none,
    /// ERANGE if the buffer is too small, EINVAL for NULL (POSIX getpwuid_r).
    fn getpwuid_r(id: uid_t, to: *mut Passwd, buffer: *mut c_char, size: size_t,
                  result: *mut *mut Passwd) -> c_int {
        if to.is_null() || result.is_null() || buffer.is_null() { return EINVAL }
        let found = database::find(&USERS, Key::Id(id), to.cast(), buffer, size);
        database::give(found, to.cast(), result.cast())
    }

    /// The next user, the built-in ones that the file lacks last; NULL at the end
    /// (POSIX getpwent).
    fn getpwent() -> *mut Passwd {
        let shared = &raw mut SHARED;
        let text = (&raw mut (*shared).text).cast();
        let entry = &raw mut (*shared).entry;
        let e = database::next(&USERS, &raw mut WALK, entry.cast(), text, LINE);
        if e == 0 { entry } else { null_mut() }
    }

    /// As getpwent, into the caller's memory. Returns 0, ENOENT at the end, or ERANGE (glibc).
    fn getpwent_r(to: *mut Passwd, buffer: *mut c_char, size: size_t, result: *mut *mut Passwd) -> c_int {
        if to.is_null() || result.is_null() || buffer.is_null() { return EINVAL }
        let e = database::next(&USERS, &raw mut WALK, to.cast(), buffer, size);
        *result = if e == 0 { to } else { null_mut() };
        e
    }

    /// Goes back to the first user (POSIX setpwent).
    fn setpwent() { database::restart(&raw mut WALK) }

    /// Goes back to the first user and closes the file (POSIX endpwent).
    fn endpwent() { database::restart(&raw mut WALK) }

    /// The next user of an open file in the format of /etc/passwd; NULL with ENOENT at the end.
    fn fgetpwent(file: *mut FILE) -> *mut Passwd {
        let shared = &raw mut SHARED;
        let text = (&raw mut (*shared).text).cast();
        let entry = &raw mut (*shared).entry;
        if !file.is_null() && database::next_of(&USERS, file, entry.cast(), text, LINE) == 0 {
            return entry;
        }
        set_errno(ENOENT);
        null_mut()
    }

    /// Writes a user as a line of /etc/passwd. Returns 0, or -1 with EINVAL or the error of
    /// writing.
    fn putpwent(entry: *const Passwd, file: *mut FILE) -> c_int {
        if entry.is_null() || file.is_null() || (*entry).name.is_null() { return fail(EINVAL) }
        let text = |p: *mut c_char| if p.is_null() { s!("") } else { p.cast_const() };
        let format = s!("%s:%s:%u:%u:%s:%s:%s\n");
        let written = fprintf(file, format, (*entry).name, text((*entry).passwd), (*entry).uid,
                              (*entry).gid, text((*entry).gecos), text((*entry).dir),
                              text((*entry).shell));
        if written < 0 { -1 } else { 0 }
    }

    /// The name of the user one is (POSIX getlogin).
    fn getlogin() -> *mut c_char {
        static mut NAME: [c_char; 64] = [0; 64];
        let entry = find_shared(Key::Id(UID));
        if entry.is_null() { return null_mut() }
        snprintf((&raw mut NAME).cast(), 64, s!("%s"), (*entry).name);
        (&raw mut NAME).cast()
    }

    /// As getlogin, into the caller's memory. Returns 0, ERANGE or EINVAL (POSIX getlogin_r).
    fn getlogin_r(to: *mut c_char, size: size_t) -> c_int {
        if to.is_null() { return EINVAL }
        let entry = find_shared(Key::Id(UID));
        if entry.is_null() || strlen((*entry).name) >= size { return ERANGE }
        snprintf(to, size, s!("%s"), (*entry).name);
        0
    }

    /// The name of the user one is, into at least 9 bytes or a static array (X/Open cuserid).
    fn cuserid(to: *mut c_char) -> *mut c_char {
        static mut NAME: [c_char; 9] = [0; 9];
        let to = if to.is_null() { (&raw mut NAME).cast() } else { to };
        let entry = find_shared(Key::Id(UID));
        snprintf(to, 9, s!("%s"), if entry.is_null() { s!("") } else { (*entry).name });
        to
    }

    /// NULL with EACCES: passwords are not shown to a user (getspnam(3)).
    fn getspnam(name: *const c_char) -> *mut c_void {
        let _ = name;
        set_errno(EACCES);
        null_mut()
    }
}
