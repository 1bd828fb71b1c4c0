//! Objects within the program: pipes, and AF_UNIX sockets (unix(7)) with their names.
//!
//! Both ends of each live in this process, so every operation is done when it returns, and a
//! change that the other end may care about is an event of its [`crate::fd::Notify`].

mod buffer;
mod datagram;
mod endpoint;
mod file;
mod names;
pub mod pipe;
mod registry;
pub mod settings;
mod stream;
pub mod unlink;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_messages;

use crate::fd::Description;
use crate::fd::file::Type;
use alloc::rc::Rc;
use endpoint::Endpoint;
pub use file::Local;
pub use settings::credentials;

/// socket(2) of AF_UNIX
pub fn create(kind: Type, nonblocking: bool) -> Rc<Description> {
    Description::new(Local::new(Endpoint::new(kind)), nonblocking)
}

/// socketpair(2)
pub fn pair(kind: Type, nonblocking: bool) -> (Rc<Description>, Rc<Description>) {
    let (a, b) = (Endpoint::new(kind), Endpoint::new(kind));
    Endpoint::join(&a, &b);
    let file = |end| Description::new(Local::new(end), nonblocking);
    (file(a), file(b))
}
