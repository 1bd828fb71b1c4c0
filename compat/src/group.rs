//! grp.h: groups from /etc/group if it can be opened; root, nogroup, nobody and the group one is in
//! without it too.

use crate::c::*;
use crate::database::{self, Database, Key, LINE, TEXT, Walk};

const GID: gid_t = crate::session::UID as gid_t;
const POINTER: usize = core::mem::size_of::<usize>();

/// `struct group`.
#[repr(C)]
pub struct Group {
    name: *mut c_char,
    passwd: *mut c_char,
    gid: gid_t,
    members: *mut *mut c_char,
}

/// Room for a line and a pointer for each member that can be in it.
const SHARED_SIZE: usize = LINE + POINTER * (LINE / 2 + 2);

/// The result of the calls that return a static object; the text is made on first use.
struct Shared {
    entry: Group,
    text: *mut c_char,
}

static mut SHARED: Shared = Shared {
    entry: Group {
        name: null_mut(),
        passwd: null_mut(),
        gid: 0,
        members: null_mut(),
    },
    text: null_mut(),
};

static mut WALK: Walk = Walk::START;

const GROUPS: Database = Database {
    path: s!("/etc/group"),
    accept,
    line,
    built_in: 4,
    is_built_in,
};

const NOBODY: gid_t = 65534;

unsafe fn is_built_in(entry: *const c_void, index: usize) -> bool {
    unsafe {
        let id = (*entry.cast::<Group>()).gid;
        id == match index {
            0 => 0,
            1 | 2 => NOBODY,
            _ => GID,
        }
    }
}

/// How many members a list of names with commas has.
unsafe fn count_members(list: *const c_char) -> usize {
    unsafe {
        let mut count = usize::from(*list != 0);
        let mut p = list;
        while *p != 0 {
            count += usize::from(*p == ',' as c_char);
            p = p.add(1);
        }
        count
    }
}

unsafe fn accept(key: Key, to: *mut c_void, buffer: *mut c_char, size: usize) -> c_int {
    unsafe {
        let mut fields: [*mut c_char; 4] = [null_mut(); 4];
        let (line, length) = database::cut((&raw mut fields).cast(), 4);
        if line.is_null() {
            return ENOENT;
        }
        let [name, passwd, gid, list] = fields;
        let Some(gid) = database::number(gid) else {
            return ENOENT;
        };
        if !database::is_wanted(key, name, gid) {
            return ENOENT;
        }
        // The pointers come first, aligned; the text follows them.
        let pad = (buffer as usize).wrapping_neg() % POINTER;
        let count = count_members(list);
        let needed = pad + POINTER * (count + 1) + length;
        if needed > size {
            return ERANGE;
        }
        let members = buffer.add(pad).cast::<*mut c_char>();
        let place = members.add(count + 1).cast::<c_char>();
        place.copy_from_nonoverlapping(line, length);
        let at = |field: *mut c_char| place.offset(field.offset_from(line));
        let mut p = at(list);
        let mut i = 0;
        while i < count {
            *members.add(i) = p;
            i += 1;
            let comma = strchr(p, ',' as c_int);
            if !comma.is_null() {
                *comma = 0;
                p = comma.add(1);
            }
        }
        *members.add(count) = null_mut();
        *to.cast() = Group {
            name: at(name),
            passwd: at(passwd),
            gid,
            members,
        };
        0
    }
}

/// Puts the line of a group that always exists into [`TEXT`]. Distributions call the group of the
/// user nobody one or the other.
unsafe fn line(index: usize) {
    unsafe {
        let text = (&raw mut TEXT).cast::<c_char>();
        match index {
            0 => snprintf(text, LINE, s!("root:x:0:")),
            1 => snprintf(text, LINE, s!("nogroup:x:%u:"), NOBODY),
            2 => snprintf(text, LINE, s!("nobody:x:%u:"), NOBODY),
            _ => snprintf(text, LINE, s!("wasi:x:%u:"), GID),
        };
    }
}

/// The memory of the static object; NULL when there is none to be had.
unsafe fn shared_text() -> *mut c_char {
    unsafe {
        let shared = &raw mut SHARED;
        if (*shared).text.is_null() {
            (*shared).text = malloc(SHARED_SIZE).cast();
        }
        (*shared).text
    }
}

/// Looks a group up into the static object; NULL if there is none.
unsafe fn find_shared(key: Key) -> *mut Group {
    unsafe {
        let text = shared_text();
        let entry = &raw mut SHARED.entry;
        let found =
            !text.is_null() && database::find_shared(&GROUPS, key, entry.cast(), text, SHARED_SIZE);
        if found { entry } else { null_mut() }
    }
}

export! {
    /// The group of that name: from /etc/group if it can be opened; "wasi", number 1000, "root",
    /// "nogroup" and "nobody" exist always (POSIX getgrnam). NULL, errno unchanged, if there is none.
    fn getgrnam(name: *const c_char) -> *mut Group {
        if name.is_null() {
            set_errno(EINVAL);
            return null_mut();
        }
        find_shared(Key::Name(name))
    }

    /// The group of that number; 1000, 0 and 65534 exist always (POSIX getgrgid). NULL if there is none.
    fn getgrgid(id: gid_t) -> *mut Group {
        find_shared(Key::Id(id))
    }

    /// As getgrnam, into the caller's memory. Returns 0, with `*result` NULL if there is none,
    /// ERANGE if the buffer is too small, EINVAL for NULL (POSIX getgrnam_r).
    fn getgrnam_r(name: *const c_char, to: *mut Group, buffer: *mut c_char, size: size_t,
                  result: *mut *mut Group) -> c_int {
        if name.is_null() || to.is_null() || result.is_null() || buffer.is_null() { return EINVAL }
        let found = database::find(&GROUPS, Key::Name(name), to.cast(), buffer, size);
        database::give(found, to.cast(), result.cast())
    }

    /// As getgrgid, into the caller's memory. Returns 0, with `*result` NULL if there is none,
    /// ERANGE if the buffer is too small, EINVAL for NULL (POSIX getgrgid_r).
    fn getgrgid_r(id: gid_t, to: *mut Group, buffer: *mut c_char, size: size_t,
                  result: *mut *mut Group) -> c_int {
        if to.is_null() || result.is_null() || buffer.is_null() { return EINVAL }
        let found = database::find(&GROUPS, Key::Id(id), to.cast(), buffer, size);
        database::give(found, to.cast(), result.cast())
    }

    /// The next group, the built-in ones that the file lacks last; NULL at the end
    /// (POSIX getgrent).
    fn getgrent() -> *mut Group {
        let text = shared_text();
        if text.is_null() { return null_mut() }
        let entry = &raw mut SHARED.entry;
        let e = database::next(&GROUPS, &raw mut WALK, entry.cast(), text, SHARED_SIZE);
        if e == 0 { entry } else { null_mut() }
    }

    /// As getgrent, into the caller's memory. Returns 0, ENOENT at the end, or ERANGE (glibc).
    fn getgrent_r(to: *mut Group, buffer: *mut c_char, size: size_t, result: *mut *mut Group) -> c_int {
        if to.is_null() || result.is_null() || buffer.is_null() { return EINVAL }
        let e = database::next(&GROUPS, &raw mut WALK, to.cast(), buffer, size);
        *result = if e == 0 { to } else { null_mut() };
        e
    }

    /// Goes back to the first group (POSIX setgrent).
    fn setgrent() { database::restart(&raw mut WALK) }

    /// Goes back to the first group and closes the file (POSIX endgrent).
    fn endgrent() { database::restart(&raw mut WALK) }

    /// The next group of an open file in the format of /etc/group; NULL with ENOENT at the end.
    fn fgetgrent(file: *mut FILE) -> *mut Group {
        let text = shared_text();
        let entry = &raw mut SHARED.entry;
        if !file.is_null() && !text.is_null()
            && database::next_of(&GROUPS, file, entry.cast(), text, SHARED_SIZE) == 0 {
            return entry;
        }
        set_errno(ENOENT);
        null_mut()
    }

    /// The groups of a user: `group` and those of /etc/group that list the name (glibc).
    /// `*count` is the room before and the number after; -1 if the room was too small.
    fn getgrouplist(user: *const c_char, group: gid_t, list: *mut gid_t, count: *mut c_int) -> c_int {
        if user.is_null() || count.is_null() { return fail(EFAULT) }
        let text = shared_text();
        if text.is_null() { return -1 }
        let room = if list.is_null() { 0 } else { *count };
        let mut found: c_int = 0;
        if found < room {
            *list = group;
        }
        found += 1;
        let entry = &raw mut SHARED.entry;
        let file = open_own(s!("/etc/group"));
        if !file.is_null() {
            while database::next_of(&GROUPS, file, entry.cast(), text, SHARED_SIZE) == 0 {
                if (*entry).gid == group {
                    continue;
                }
                let mut member = (*entry).members;
                while !(*member).is_null() && strcmp(*member, user) != 0 {
                    member = member.add(1);
                }
                if !(*member).is_null() {
                    if found < room {
                        *list.add(found as usize) = (*entry).gid;
                    }
                    found += 1;
                }
            }
            fclose(file);
        }
        *count = found;
        if found > room { -1 } else { found }
    }
}
