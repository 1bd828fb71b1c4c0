//! Shorthand for the unit tests of this folder.

use crate::errno::Result;
use crate::fd::file::Type;
use crate::fd::{
    Address, Description, Flags, InFlight, Receive, Shutdown, Socket, Transmit, UnixAddress,
};
use std::rc::Rc;

/// A path or, after a null byte, an abstract name.
pub fn address(name: &str) -> Address {
    Address::Unix(match name.strip_prefix('\0') {
        Some(rest) => UnixAddress::Abstract(rest.as_bytes().into()),
        None => UnixAddress::Path(name.as_bytes().into()),
    })
}

pub fn send(to: &Description, data: &[u8]) -> Result<usize> {
    to.file.send(&mut Transmit::new(&[data], Flags::NONE))
}

pub fn send_to(from: &Description, data: &[u8], to: &str) -> Result<usize> {
    let data = [data];
    let mut message = Transmit::new(&data, Flags::NONE);
    message.to = Some(address(to));
    from.file.send(&mut message)
}

pub fn in_flight(right: &Rc<Description>) -> InFlight {
    InFlight::new(right.clone(), |_| {
        panic!("local files are finished when closed")
    })
}

pub fn send_rights(to: &Description, data: &[u8], rights: &[&Rc<Description>]) -> Result<usize> {
    let data = [data];
    let mut message = Transmit::new(&data, Flags::NONE);
    message.rights = rights.iter().map(|&right| in_flight(right)).collect();
    to.file.send(&mut message)
}

pub fn receive(from: &Description, room: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; room];
    let count = from
        .file
        .receive(&mut Receive::new(&mut [&mut bytes], Flags::NONE))?;
    bytes.truncate(count);
    Ok(bytes)
}

/// Everything a receive tells: bytes, returned length, sender, flags, number of descriptions.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    pub bytes: Vec<u8>,
    pub length: usize,
    pub from: Option<Address>,
    pub flags: Flags,
    pub rights: usize,
}

pub fn receive_all(from: &Description, room: usize, flags: Flags) -> Result<Seen> {
    let mut bytes = vec![0; room];
    let mut parts = [&mut bytes[..]];
    let mut message = Receive::new(&mut parts, flags);
    let length = from.file.receive(&mut message)?;
    let (from, flags, rights) = (message.from, message.out_flags, message.rights.len());
    bytes.truncate(length);
    Ok(Seen {
        bytes,
        length,
        from,
        flags,
        rights,
    })
}

pub const BOTH: Shutdown = Shutdown {
    read: true,
    write: true,
};
pub const READ: Shutdown = Shutdown {
    read: true,
    write: false,
};
pub const WRITE: Shutdown = Shutdown {
    read: false,
    write: true,
};

pub fn socket(file: &Description) -> &dyn Socket {
    file.file.socket().unwrap()
}

pub fn bound(kind: Type, name: &str) -> Rc<Description> {
    let file = super::create(kind, true);
    socket(&file).bind(&address(name)).unwrap();
    file
}
