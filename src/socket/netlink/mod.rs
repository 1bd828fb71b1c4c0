//! AF_NETLINK sockets (netlink(7)) of the one protocol that programs ask without privileges:
//! NETLINK_ROUTE. What is asked is answered at once: when send returns, the answers wait in the
//! socket. Nothing that could be watched ever changes, so nothing comes unasked.

mod message;
mod ports;
mod route;

#[cfg(test)]
mod tests;

use crate::errno::{Errno, Result};
use crate::fd::file::{Shutdown, Type};
use crate::fd::{
    Address, Class, Description, Domain, File, Flags, Notify, Ready, Receive, Socket, Transmit,
};
use crate::socket::options::{Effect, HostKey, Options, Owner, State};
use alloc::collections::VecDeque;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::{Cell, RefCell};
use core::net::IpAddr;

/// A network interface.
pub struct Link {
    /// Its number, from 1.
    pub index: u32,
    /// Its name.
    pub name: &'static str,
    /// `IFF_` flags of netdevice(7).
    pub flags: u32,
    /// The largest packet, in bytes.
    pub mtu: u32,
    /// Its addresses, each with the number of bits in its network's prefix.
    pub addresses: Vec<(IpAddr, u32)>,
}

/// Where the interfaces come from: `netdb`, by way of the C layer.
pub type Links = fn() -> Vec<Link>;

const SOL_SOCKET: i32 = 0x7fff_ffff;
const SOL_NETLINK: i32 = 270;
const SO_TYPE: i32 = 3;
const NETLINK_ADD_MEMBERSHIP: i32 = 1;
const NETLINK_DROP_MEMBERSHIP: i32 = 2;
const NETLINK_PKTINFO: i32 = 3;
const NETLINK_LISTEN_ALL_NSID: i32 = 8;
const NETLINK_LIST_MEMBERSHIPS: i32 = 9;
const NETLINK_GET_STRICT_CHK: i32 = 12;
/// The highest group of NETLINK_ROUTE.
const RTNLGRP_MAX: u32 = 36;
/// More answers than this do not wait in a socket.
const MOST_ANSWERS: usize = 1024;

/// An open socket.
pub struct Netlink {
    /// SO_TYPE: SOCK_RAW and SOCK_DGRAM are the same.
    kind: i32,
    links: Links,
    /// The own address (nl_pid), 0 until the socket is bound.
    port: Cell<u32>,
    /// The groups that it is a member of, a bit for each.
    groups: Cell<u64>,
    /// NETLINK_ options that are switches, a bit for each.
    switches: Cell<u32>,
    error: Cell<Option<Errno>>,
    answers: RefCell<VecDeque<Vec<u8>>>,
    options: Options,
    notify: Notify,
}

/// socket(2) of AF_NETLINK and NETLINK_ROUTE; `kind` is what SO_TYPE tells.
pub fn create(kind: i32, links: Links, nonblocking: bool) -> Rc<Description> {
    let socket = Netlink {
        kind,
        links,
        port: Cell::new(0),
        groups: Cell::new(0),
        switches: Cell::new(0),
        error: Cell::new(None),
        answers: RefCell::new(VecDeque::new()),
        options: Options::new(),
        notify: Notify::default(),
    };
    Description::new(socket, nonblocking)
}

impl Netlink {
    /// Takes an address of its own, unless it has one.
    fn bind_any(&self) {
        if self.port.get() == 0 {
            self.port.set(ports::take_any());
        }
    }

    /// The unprivileged may send to the kernel alone: address 0, and no group.
    fn check_peer(address: &Address) -> Result<()> {
        match address {
            Address::Netlink { port: 0, groups: 0 } => Ok(()),
            Address::Netlink { .. } => Err(Errno::EPERM),
            _ => Err(Errno::EINVAL),
        }
    }

    fn flag(name: i32) -> Option<u32> {
        let known = matches!(name, NETLINK_PKTINFO..=NETLINK_LISTEN_ALL_NSID)
            || matches!(name, 10..=NETLINK_GET_STRICT_CHK);
        known.then(|| 1 << name)
    }
}

impl File for Netlink {
    fn class(&self) -> Class {
        Class::Socket
    }

    fn socket(&self) -> Option<&dyn Socket> {
        Some(self)
    }

    fn receive(&self, message: &mut Receive) -> Result<usize> {
        if let Some(errno) = self.error.take() {
            return Err(errno);
        }
        if message.flags.has(Flags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        let mut answers = self.answers.borrow_mut();
        let first = answers.front().ok_or(Errno::EAGAIN)?;
        let (full, put) = (first.len(), message.put(0, first));
        message.from = Some(Address::Netlink { port: 0, groups: 0 });
        if put < full {
            message.out_flags = message.out_flags | Flags::TRUNC;
        }
        if !message.flags.has(Flags::PEEK) {
            answers.pop_front();
            drop(answers);
            self.notify.touch();
        }
        Ok(if message.flags.has(Flags::TRUNC) {
            full
        } else {
            put
        })
    }

    fn send(&self, message: &mut Transmit) -> Result<usize> {
        if message.flags.has(Flags::OOB) {
            return Err(Errno::EOPNOTSUPP);
        }
        if let Some(to) = &message.to {
            Self::check_peer(to)?;
        }
        self.bind_any();
        let request: Vec<u8> = message.rest(0).flatten().copied().collect();
        let more = route::answer(&request, self.port.get(), self.links);
        let mut answers = self.answers.borrow_mut();
        if answers.len() + more.len() > MOST_ANSWERS {
            self.error.set(Some(Errno::ENOBUFS));
        } else {
            answers.extend(more);
        }
        drop(answers);
        self.notify.event();
        Ok(request.len())
    }

    fn ready(&self) -> Ready {
        let error = self.error.get().is_some();
        let readable = error || !self.answers.borrow().is_empty();
        Ready::OUT | Ready::IN.when(readable) | Ready::ERR.when(error)
    }

    fn notify(&self) -> &Notify {
        &self.notify
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Socket for Netlink {
    fn domain(&self) -> Domain {
        Domain::Netlink
    }

    fn kind(&self) -> Type {
        Type::Datagram
    }

    fn bind(&self, address: &Address) -> Result<()> {
        let Address::Netlink { port, groups } = *address else {
            return Err(Errno::EINVAL);
        };
        match self.port.get() {
            0 if port == 0 => self.bind_any(),
            0 => {
                ports::take(port)?;
                self.port.set(port);
            }
            bound if port != 0 && port != bound => return Err(Errno::EINVAL),
            _ => {}
        }
        let others = self.groups.get() & !u64::from(u32::MAX);
        self.groups.set(others | u64::from(groups));
        Ok(())
    }

    fn connect(&self, address: &Address) -> Result<()> {
        if *address != Address::Unspecified {
            Self::check_peer(address)?;
            self.bind_any();
        }
        Ok(())
    }

    fn local(&self) -> Result<Address> {
        Ok(Address::Netlink {
            port: self.port.get(),
            groups: self.groups.get() as u32,
        })
    }

    fn peer(&self) -> Result<Address> {
        Ok(Address::Netlink { port: 0, groups: 0 })
    }

    fn shutdown(&self, _: Shutdown) -> Result<()> {
        Err(Errno::EOPNOTSUPP)
    }

    fn option(&self, level: i32, name: i32, value: &mut [u8]) -> Result<usize> {
        let number = match (level, name) {
            (SOL_SOCKET, SO_TYPE) => self.kind,
            (SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS) => {
                let bytes = self.groups.get().to_le_bytes();
                for (to, from) in value.iter_mut().zip(bytes) {
                    *to = from;
                }
                return Ok(bytes.len().min(value.len()));
            }
            (SOL_NETLINK, _) => {
                let flag = Self::flag(name).ok_or(Errno::ENOPROTOOPT)?;
                i32::from(self.switches.get() & flag != 0)
            }
            _ => return self.options.get(self, level, name, value),
        };
        let place = value.first_chunk_mut().ok_or(Errno::EINVAL)?;
        *place = number.to_ne_bytes();
        Ok(place.len())
    }

    fn set_option(&self, level: i32, name: i32, value: &[u8]) -> Result<()> {
        if level != SOL_NETLINK {
            return self.options.set(self, level, name, value);
        }
        let number = value.first_chunk().map(|bytes| u32::from_ne_bytes(*bytes));
        match name {
            NETLINK_ADD_MEMBERSHIP | NETLINK_DROP_MEMBERSHIP => {
                let group = number
                    .filter(|group| (1..=RTNLGRP_MAX).contains(group))
                    .ok_or(Errno::EINVAL)?;
                let bit = 1 << (group - 1);
                let all = self.groups.get();
                self.groups.set(if name == NETLINK_ADD_MEMBERSHIP {
                    all | bit
                } else {
                    all & !bit
                });
            }
            // For a program with CAP_NET_BROADCAST.
            NETLINK_LISTEN_ALL_NSID => return Err(Errno::EPERM),
            _ => {
                let flag = Self::flag(name).ok_or(Errno::ENOPROTOOPT)?;
                let all = self.switches.get();
                self.switches.set(match number {
                    None | Some(0) => all & !flag,
                    Some(_) => all | flag,
                });
            }
        }
        Ok(())
    }

    fn receive_timeout(&self) -> Option<u64> {
        self.options.receive_timeout()
    }

    fn send_timeout(&self) -> Option<u64> {
        self.options.send_timeout()
    }

    fn error(&self) -> &Cell<Option<Errno>> {
        &self.error
    }
}

impl Owner for Netlink {
    fn domain(&self) -> Domain {
        Domain::Netlink
    }

    fn kind(&self) -> Type {
        Type::Datagram
    }

    fn host_option(&self, _: HostKey) -> Result<u64> {
        Err(Errno::ENOPROTOOPT)
    }

    fn set_host_option(&self, _: HostKey, _: u64) -> Result<()> {
        Ok(())
    }

    fn take_error(&self) -> Option<Errno> {
        self.error.take()
    }

    fn state(&self) -> State {
        State::Closed
    }

    fn is_bound(&self) -> bool {
        self.port.get() != 0
    }

    fn changed(&self, _: Effect) {}
}

impl Drop for Netlink {
    fn drop(&mut self) {
        ports::give_back(self.port.get());
    }
}
