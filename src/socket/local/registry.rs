//! The one table of names of the program, and the look-ups of bind(2) and connect(2).

use super::endpoint::Endpoint;
use super::names::{Name, Names};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, UnixAddress};
use alloc::rc::{Rc, Weak};

type Table = Names<Weak<Endpoint>>;

fn with<R>(f: impl FnOnce(&mut Table) -> R) -> R {
    state! {
        static NAMES: Global<Table> = Names::new();
    }
    NAMES.with(f)
}

/// The AF_UNIX address in `address`; anything else is `EINVAL`, as is the empty name.
pub fn named(address: &Address) -> Result<&UnixAddress> {
    match address {
        Address::Unix(name) if *name != UnixAddress::Unnamed => Ok(name),
        _ => Err(Errno::EINVAL),
    }
}

/// The open socket at `address`: `ENOENT` for an unbound path, `ECONNREFUSED` for one whose
/// socket is closed and for an unbound abstract name, `EPROTOTYPE` if a socket of another type
/// has the path.
pub fn find(address: &UnixAddress, kind: Type) -> Result<Rc<Endpoint>> {
    let name = Name::new(address, kind).ok_or(Errno::EINVAL)?;
    let unbound = if name.is_path() {
        Errno::ENOENT
    } else {
        Errno::ECONNREFUSED
    };
    let found = with(|names| names.get(&name).map(Weak::upgrade));
    let found = match found {
        Some(found) => found,
        None if is_file(address) => None,
        None => return Err(unbound),
    };
    let end = found.ok_or(Errno::ECONNREFUSED)?;
    if end.kind() == kind {
        Ok(end)
    } else {
        Err(Errno::EPROTOTYPE)
    }
}

/// Binds `end` to `address` and returns the key that frees it again: `EADDRINUSE` if it is
/// taken.
pub fn insert(address: &UnixAddress, end: &Rc<Endpoint>) -> Result<Name> {
    let name = Name::new(address, end.kind()).ok_or(Errno::EINVAL)?;
    if is_file(address) || !with(|names| names.insert(name.clone(), Rc::downgrade(end))) {
        return Err(Errno::EADDRINUSE);
    }
    super::unlink::provide(forget);
    Ok(name)
}

/// Whether the path names a file, which is no socket: those that the library makes leave none.
fn is_file(address: &UnixAddress) -> bool {
    match address {
        UnixAddress::Path(path) => crate::host::files::exist(path),
        _ => false,
    }
}

/// `end` is closed: frees its name, or leaves a path that leads nowhere. Nothing happens if the
/// path was unlinked, and perhaps given to another socket, before.
pub fn remove(name: &Name, end: &Endpoint) {
    let is_meant = |bound: &Weak<Endpoint>| core::ptr::eq(bound.as_ptr(), end);
    with(|names| match names.get_mut(name) {
        Some(bound) if name.is_path() && is_meant(bound) => *bound = Weak::new(),
        _ => drop(names.remove(name, is_meant)),
    });
}

/// unlink(2): frees a path. The socket goes on, and cannot be found any more. False if no socket
/// has the path.
pub fn forget(path: &[u8]) -> bool {
    let path = UnixAddress::Path(path.into());
    // The type is of no concern for a path.
    Name::new(&path, Type::Stream).is_some_and(|name| with(|names| names.remove(&name, |_| true)))
}

/// A free automatic name (unix(7), "Autobind feature").
pub fn automatic(kind: Type) -> Result<UnixAddress> {
    with(|names| names.automatic(kind)).ok_or(Errno::ENOSPC)
}
