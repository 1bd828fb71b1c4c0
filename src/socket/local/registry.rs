//! The one table of names of the program, and the look-ups of bind(2) and connect(2).

use super::endpoint::Endpoint;
use super::names::{Name, Names};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, UnixAddress};
use alloc::rc::{Rc, Weak};

type Table = Names<Weak<Endpoint>>;

#[cfg(target_arch = "wasm32")]
fn with<R>(f: impl FnOnce(&mut Table) -> R) -> R {
    use crate::wasi::cell::Global;
    static NAMES: Global<Table> = Global::new(Names::new());
    NAMES.with(f)
}

// The unit tests run on several threads, each of which is a program of its own.
#[cfg(not(target_arch = "wasm32"))]
fn with<R>(f: impl FnOnce(&mut Table) -> R) -> R {
    use core::cell::RefCell;
    std::thread_local! {
        static NAMES: RefCell<Table> = const { RefCell::new(Names::new()) };
    }
    NAMES.with(|names| f(&mut names.borrow_mut()))
}

/// The AF_UNIX address in `address`; anything else is `EINVAL`, as is the empty name.
pub fn named(address: &Address) -> Result<&UnixAddress> {
    match address {
        Address::Unix(name) if *name != UnixAddress::Unnamed => Ok(name),
        _ => Err(Errno::EINVAL),
    }
}

/// The open socket at `address`: `ENOENT` for an unbound path, `ECONNREFUSED` for an unbound
/// abstract name, `EPROTOTYPE` if a socket of another type has the path.
pub fn find(address: &UnixAddress, kind: Type) -> Result<Rc<Endpoint>> {
    let name = Name::new(address, kind).ok_or(Errno::EINVAL)?;
    let found = with(|names| names.get(&name).and_then(Weak::upgrade));
    match (found, address) {
        (Some(end), _) if end.kind() == kind => Ok(end),
        (Some(_), _) => Err(Errno::EPROTOTYPE),
        (None, UnixAddress::Path(_)) => Err(Errno::ENOENT),
        (None, _) => Err(Errno::ECONNREFUSED),
    }
}

/// Binds `end` to `address` and returns the key that frees it again: `EADDRINUSE` if it is
/// taken.
pub fn insert(address: &UnixAddress, end: &Rc<Endpoint>) -> Result<Name> {
    let name = Name::new(address, end.kind()).ok_or(Errno::EINVAL)?;
    if !with(|names| names.insert(name.clone(), Rc::downgrade(end))) {
        return Err(Errno::EADDRINUSE);
    }
    #[cfg(target_arch = "wasm32")]
    super::unlink::provide(forget);
    Ok(name)
}

/// Frees the name of `end`, unless another socket has it by now.
pub fn remove(name: &Name, end: &Endpoint) {
    with(|names| names.remove(name, |bound| core::ptr::eq(bound.as_ptr(), end)));
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
