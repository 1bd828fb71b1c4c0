//! The names that AF_UNIX sockets are bound to, within the program.
//!
//! A path is a name like any other here: nothing is created in the file system, where WASI has
//! no sockets, and a socket file that another program left is not seen. As on Linux a path stays
//! taken when its socket is closed, until the program calls unlink(2); an abstract name does not.

use crate::fd::UnixAddress;
use crate::fd::file::Type;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A name as the registry knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Abstract names of each type are a space of their own; paths are one space (0).
    space: u8,
    bytes: Box<[u8]>,
}

impl Name {
    /// Whether it is a path.
    pub fn is_path(&self) -> bool {
        self.space == 0
    }

    /// The key of an address; None for the empty one.
    pub fn new(address: &UnixAddress, kind: Type) -> Option<Name> {
        match address {
            UnixAddress::Unnamed => None,
            UnixAddress::Path(path) => Some(Name {
                space: 0,
                bytes: normalise(path),
            }),
            UnixAddress::Abstract(name) => {
                let space = match kind {
                    Type::Stream => 1,
                    Type::Datagram => 2,
                    Type::SeqPacket => 3,
                };
                Some(Name {
                    space,
                    bytes: name.clone(),
                })
            }
        }
    }
}

/// Spells paths to one file the same way: without `.`, `..` and doubled slashes. Symbolic links
/// are not looked at.
fn normalise(path: &[u8]) -> Box<[u8]> {
    let mut out = Vec::with_capacity(path.len());
    let absolute = path.first() == Some(&b'/');
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match parts.last() {
                Some(&last) if last != b".." => {
                    parts.pop();
                }
                None if absolute => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    for (index, part) in parts.iter().enumerate() {
        if absolute || index > 0 {
            out.push(b'/');
        }
        out.extend_from_slice(part);
    }
    out.into_boxed_slice()
}

/// A table from names to what is bound there.
pub struct Names<T> {
    /// Sorted by name.
    bound: Vec<(Name, T)>,
    /// Where the next search for a free automatic name starts.
    next: u32,
}

impl<T> Names<T> {
    /// An empty table.
    pub const fn new() -> Self {
        Names {
            bound: Vec::new(),
            next: 0,
        }
    }

    fn find(&self, name: &Name) -> core::result::Result<usize, usize> {
        self.bound.binary_search_by(|(other, _)| other.cmp(name))
    }

    /// What is bound to `name`.
    pub fn get(&self, name: &Name) -> Option<&T> {
        let index = self.find(name).ok()?;
        self.bound.get(index).map(|(_, value)| value)
    }

    /// Binds `name`; false if it is taken.
    pub fn insert(&mut self, name: Name, value: T) -> bool {
        match self.find(&name) {
            Ok(_) => false,
            Err(place) => {
                self.bound.insert(place, (name, value));
                true
            }
        }
    }

    /// What is bound to `name`, to replace it.
    pub fn get_mut(&mut self, name: &Name) -> Option<&mut T> {
        let index = self.find(name).ok()?;
        self.bound.get_mut(index).map(|(_, value)| value)
    }

    /// Frees `name` if what is bound there is `meant`; false if nothing was freed.
    pub fn remove(&mut self, name: &Name, meant: impl FnOnce(&T) -> bool) -> bool {
        let Ok(index) = self.find(name) else {
            return false;
        };
        let found = self.bound.get(index).is_some_and(|(_, value)| meant(value));
        if found {
            self.bound.remove(index);
        }
        found
    }

    /// An unused automatic name: five hexadecimal digits in the abstract space (unix(7)). None
    /// if all 2^20 are taken.
    pub fn automatic(&mut self, kind: Type) -> Option<UnixAddress> {
        for _ in 0..=0xf_ffff {
            let digit = |shift: u32| b"0123456789abcdef"[(self.next >> shift) as usize & 15];
            let address = UnixAddress::Abstract([16, 12, 8, 4, 0].map(digit).into());
            self.next = (self.next + 1) & 0xf_ffff;
            if Name::new(&address, kind).is_some_and(|name| self.find(&name).is_err()) {
                return Some(address);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Name {
        Name::new(&UnixAddress::Path(text.as_bytes().into()), Type::Stream).unwrap()
    }

    #[test]
    fn spellings_of_one_path() {
        for (spelling, plain) in [
            ("/run//x.sock", "/run/x.sock"),
            ("/run/./x.sock", "/run/x.sock"),
            ("/run/a/../x.sock", "/run/x.sock"),
            ("/../run/x.sock", "/run/x.sock"),
            ("./x", "x"),
            ("a/../../x", "../x"),
            ("../../x", "../../x"),
            ("/", ""),
        ] {
            assert_eq!(
                &*normalise(spelling.as_bytes()),
                plain.as_bytes(),
                "{spelling}"
            );
        }
        assert_ne!(path("/x"), path("x"));
    }

    #[test]
    fn spaces_are_apart() {
        let name = UnixAddress::Abstract(b"x".as_slice().into());
        let key = |kind| Name::new(&name, kind).unwrap();
        let mut names = Names::new();
        assert!(names.insert(key(Type::Stream), 1));
        assert!(names.insert(key(Type::Datagram), 2));
        assert!(names.insert(path("x"), 3));
        assert!(!names.insert(key(Type::Stream), 4));
        assert_eq!(names.get(&key(Type::Stream)), Some(&1));
        assert_eq!(names.get(&key(Type::SeqPacket)), None);
        assert!(!names.remove(&key(Type::Stream), |&value| value == 2));
        assert!(names.remove(&key(Type::Stream), |&value| value == 1));
        assert!(!names.remove(&key(Type::Stream), |_| true));
        assert_eq!(names.get(&key(Type::Stream)), None);
        assert_eq!(names.get(&path("./x")), Some(&3));
        assert_eq!(Name::new(&UnixAddress::Unnamed, Type::Stream), None);
    }

    #[test]
    fn automatic_names_skip_those_in_use() {
        let mut names = Names::new();
        let taken = UnixAddress::Abstract(b"00001".as_slice().into());
        names.insert(Name::new(&taken, Type::Stream).unwrap(), ());
        let mut next = || names.automatic(Type::Stream).unwrap();
        assert_eq!(next(), UnixAddress::Abstract(b"00000".as_slice().into()));
        assert_eq!(next(), UnixAddress::Abstract(b"00002".as_slice().into()));
    }
}
