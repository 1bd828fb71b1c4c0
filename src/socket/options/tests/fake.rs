//! A socket that is nothing but what the options ask of it.

use crate::errno::{Errno, Result};
use crate::fd::file::{Domain, Type};
use crate::socket::options::{Effect, Flag, HostKey, Options, Owner, State};
use core::cell::{Cell, RefCell};

/// The numbers of `<sys/socket.h>` and friends.
pub const SOL_SOCKET: i32 = 0x7fff_ffff;
pub const IPPROTO_IP: i32 = 0;
pub const IPPROTO_TCP: i32 = 6;
pub const IPPROTO_UDP: i32 = 17;
pub const IPPROTO_IPV6: i32 = 41;

pub struct Fake {
    pub domain: Domain,
    pub kind: Type,
    pub options: Options,
    /// What the host has, if there is one.
    pub host: Option<RefCell<Vec<(HostKey, u64)>>>,
    pub error: Cell<Option<Errno>>,
    pub state: Cell<State>,
    pub bound: Cell<bool>,
    pub effects: RefCell<Vec<Effect>>,
    pub delivers: bool,
    pub credentials: Option<(i32, u32, u32)>,
}

impl Fake {
    pub fn without_host(domain: Domain, kind: Type) -> Fake {
        Fake {
            domain,
            kind,
            options: Options::new(),
            host: None,
            error: Cell::new(None),
            state: Cell::new(State::Closed),
            bound: Cell::new(false),
            effects: RefCell::default(),
            delivers: false,
            credentials: None,
        }
    }

    /// With a host that behaves as wasmtime on the machine where linux.txt was recorded.
    pub fn new(domain: Domain, kind: Type) -> Fake {
        let tcp = kind == Type::Stream;
        let buffers = if tcp {
            [65536, 8192]
        } else {
            [106_496, 106_496]
        };
        let mut host = vec![
            (HostKey::HopLimit, 64),
            (HostKey::ReceiveBuffer, buffers[0]),
            (HostKey::SendBuffer, buffers[1]),
        ];
        if tcp {
            host.extend([
                (HostKey::KeepAlive, 0),
                (HostKey::KeepIdle, 7_200_000_000_000),
                (HostKey::KeepInterval, 75_000_000_000),
                (HostKey::KeepCount, 9),
            ]);
        }
        let has_host = domain != Domain::Unix;
        Fake {
            host: has_host.then(|| RefCell::new(host)),
            ..Fake::without_host(domain, kind)
        }
    }

    pub fn tcp() -> Fake {
        Fake::new(Domain::Inet, Type::Stream)
    }

    pub fn tcp6() -> Fake {
        Fake::new(Domain::Inet6, Type::Stream)
    }

    pub fn udp() -> Fake {
        Fake::new(Domain::Inet, Type::Datagram)
    }

    pub fn unix() -> Fake {
        Fake::new(Domain::Unix, Type::Stream)
    }

    pub fn get(&self, level: i32, name: i32, room: usize) -> Result<Vec<u8>> {
        let mut value = vec![0xee; room];
        let length = self.options.get(self, level, name, &mut value)?;
        assert!(length <= room);
        assert!(
            value[length..].iter().all(|&byte| byte == 0xee),
            "wrote behind the value"
        );
        value.truncate(length);
        Ok(value)
    }

    pub fn get_int(&self, level: i32, name: i32) -> Result<i32> {
        self.get(level, name, 4)
            .map(|value| i32::from_ne_bytes(value.try_into().unwrap()))
    }

    pub fn set(&self, level: i32, name: i32, value: &[u8]) -> Result<()> {
        self.options.set(self, level, name, value)
    }

    pub fn set_int(&self, level: i32, name: i32, value: i32) -> Result<()> {
        self.set(level, name, &value.to_ne_bytes())
    }

    pub fn host(&self, key: HostKey) -> Option<u64> {
        self.host_option(key).ok()
    }
}

impl Owner for Fake {
    fn domain(&self) -> Domain {
        self.domain
    }

    fn kind(&self) -> Type {
        self.kind
    }

    fn host_option(&self, key: HostKey) -> Result<u64> {
        let host = self.host.as_ref().ok_or(Errno::ENOTSUP)?.borrow();
        host.iter()
            .find(|(has, _)| *has == key)
            .map(|(_, value)| *value)
            .ok_or(Errno::ENOTSUP)
    }

    fn set_host_option(&self, key: HostKey, value: u64) -> Result<()> {
        let mut host = self.host.as_ref().ok_or(Errno::ENOTSUP)?.borrow_mut();
        let (_, slot) = host
            .iter_mut()
            .find(|(has, _)| *has == key)
            .ok_or(Errno::ENOTSUP)?;
        *slot = match key {
            HostKey::HopLimit if value == 0 => return Err(Errno::EINVAL),
            HostKey::ReceiveBuffer | HostKey::SendBuffer => value.min(4_194_304),
            _ => value,
        };
        Ok(())
    }

    fn take_error(&self) -> Option<Errno> {
        self.error.take()
    }

    fn state(&self) -> State {
        self.state.get()
    }

    fn is_bound(&self) -> bool {
        self.bound.get()
    }

    fn changed(&self, effect: Effect) {
        self.effects.borrow_mut().push(effect);
    }

    fn delivers(&self, flag: Flag) -> bool {
        // What every socket with such an option can tell before it is bound.
        const ALWAYS: [Flag; 4] = [
            Flag::Timestamp,
            Flag::TimestampNs,
            Flag::PacketInfo,
            Flag::PacketInfo6,
        ];
        self.delivers || ALWAYS.contains(&flag)
    }

    fn credentials(&self) -> Option<(i32, u32, u32)> {
        self.credentials
    }

    fn backlog(&self) -> (u32, u32) {
        (3, 128)
    }
}
