//! The descriptor table of the program.

use super::table::{Entry, Table};
use super::{Class, Description, Socket};
use crate::errno::{Errno, Result};
use crate::host::identity;
use alloc::rc::Rc;
use alloc::vec::Vec;

/// Descriptors that can be open at once: a little more than the host's handle table has room
/// for, so that the host's limit is what counts.
pub const LIMIT: usize = 65_536;

state! {
    /// Made at the first use, because the program decides where it begins.
    static TABLE: Global<Option<Table<Description>>> = None;
}

/// Runs `f` with the table.
pub fn with<R>(f: impl FnOnce(&mut Table<Description>) -> R) -> R {
    TABLE.with(|table| f(table.get_or_insert_with(|| Table::new(identity::fd_base(), LIMIT))))
}

/// Adds the numbers that may name something else than in that generation, unless they are there, and brings
/// it up to date; false when they are too many.
pub fn catch_up(generation: &mut u32, numbers: &mut Vec<i32>) -> bool {
    with(|table| {
        let before = core::mem::replace(generation, table.generation());
        before == *generation
            || table.changed_since(before).is_some_and(|changed| {
                for number in changed {
                    if !numbers.contains(&number) {
                        numbers.push(number);
                    }
                }
                true
            })
    })
}

/// The description behind a number of ours, or None for a number that is the C library's (or
/// nobody's).
pub fn find(fd: i32) -> Option<Rc<Description>> {
    with(|table| table.get(fd).map(|entry| entry.description.clone()))
}

/// Gives a description its first (or another) number.
pub fn install(description: Rc<Description>, close_on_exec: bool, at_least: usize) -> Result<i32> {
    let counted = description.clone();
    let fd = with(|table| {
        table.insert_from(
            at_least,
            Entry {
                description,
                close_on_exec,
            },
        )
    })?;
    counted.opened();
    Ok(fd)
}

/// Like `find`, for a call on sockets: `ENOTSOCK` for other files of ours. A number that is not
/// ours is `EBADF` here; the caller knows whether it is a file of the C library.
pub fn find_socket(fd: i32) -> Result<Rc<Description>> {
    let description = find(fd).ok_or(Errno::EBADF)?;
    if description.file.class() != Class::Socket {
        return Err(Errno::ENOTSOCK);
    }
    Ok(description)
}

impl Description {
    /// The socket interface.
    pub fn as_socket(&self) -> Result<&dyn Socket> {
        self.file.socket().ok_or(Errno::ENOTSOCK)
    }
}
