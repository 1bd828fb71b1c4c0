//! What the rules of `netdb` ask of libc's files and of the host.

use crate::abi::file::read_all;
use crate::abi::resolv;
use crate::abi::util::set_errno;
use crate::errno::Errno;
use crate::host::cell::Global;
use crate::host::clock;
use crate::host::lookup::{self, LookupError};
use crate::host::tcp::Family;
use crate::host::udp::UdpSocket;
use crate::netdb::{Env, Failure, Route, databases, hosts};
use crate::wait::{blocking, signals};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ffi::CStr;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The system that the program runs on.
pub struct System {
    /// Whether a lookup may not be given up for a signal.
    patient: bool,
    /// Whether one was.
    interrupted: bool,
}

impl System {
    /// Runs a question that may sleep. When a timer signal comes due during it, handlers run
    /// with nothing of the question left on the stack (they may longjmp), and the question is
    /// asked again; the second time it is not given up, or a fast timer would starve it.
    pub fn ask<T>(question: impl Fn(&mut System) -> T) -> T {
        let mut system = System {
            patient: false,
            interrupted: false,
        };
        let answer = question(&mut system);
        if !system.interrupted {
            return answer;
        }
        drop(answer);
        signals::deliver();
        question(&mut System {
            patient: true,
            interrupted: false,
        })
    }

    fn resolve(&mut self, name: &str) -> Result<Vec<IpAddr>, LookupError> {
        blocking::flush_point();
        let until = signals::next_deadline().filter(|_| !self.patient);
        match lookup::resolve(name, until) {
            Err(LookupError::TryAgain) if until.is_some_and(|until| clock::now() >= until) => {
                if signals::pending() {
                    self.interrupted = true;
                    return Err(LookupError::TryAgain);
                }
                // The signal is blocked.
                lookup::resolve(name, None)
            }
            answer => answer,
        }
    }
}

impl Env for System {
    fn hosts(&mut self) -> Option<Cow<'static, [u8]>> {
        // Read each time: people edit it while daemons run.
        read_all(c"/etc/hosts").map(Cow::Owned)
    }

    fn services(&mut self) -> Cow<'static, [u8]> {
        Cow::Borrowed(services())
    }

    fn lookup(&mut self, name: &str) -> Result<Vec<IpAddr>, Failure> {
        self.resolve(name).map_err(|error| match error {
            LookupError::NotFound | LookupError::InvalidName => Failure::NotFound,
            LookupError::TryAgain => Failure::TryAgain,
            LookupError::Permanent | LookupError::NotSupported => Failure::Permanent,
            LookupError::Memory => Failure::Memory,
            LookupError::Denied => {
                set_errno(Errno::EACCES);
                Failure::Denied
            }
        })
    }

    fn reverse(&mut self, address: IpAddr) -> Result<Vec<u8>, Failure> {
        resolv::name_of(&hosts::reverse_name(address))
    }

    fn route(&mut self, to: IpAddr) -> Route {
        match to {
            // Needs no question: it is there wherever sockets are.
            IpAddr::V4(v4) if v4.is_loopback() => Route::From(to),
            _ => match source(to) {
                Ok(address) => Route::From(address),
                Err(
                    Errno::ENETUNREACH
                    | Errno::EHOSTUNREACH
                    | Errno::EADDRNOTAVAIL
                    | Errno::EAFNOSUPPORT,
                ) => Route::None,
                Err(_) => Route::Unknown,
            },
        }
    }
}

/// The address that a datagram to `to` would leave from. Connects a UDP socket, which sends
/// nothing.
fn source(to: IpAddr) -> Result<IpAddr, Errno> {
    const DISCARD: u16 = 9;
    let socket = bound(to)?;
    // The streams hold the association: they must live until the name is asked.
    let _streams = socket.streams(Some(&SocketAddr::new(to, DISCARD)))?;
    match socket.local()?.ip() {
        address if address.is_unspecified() => Err(Errno::ENOTCONN),
        address => Ok(address),
    }
}

/// A UDP socket that can talk to `to`.
pub fn bound(to: IpAddr) -> Result<UdpSocket, Errno> {
    let (family, any) = match to {
        IpAddr::V4(_) => (Family::V4, IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        IpAddr::V6(_) => (Family::V6, IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
    };
    let socket = UdpSocket::new(family)?;
    socket.start_bind(&SocketAddr::new(any, 0))?;
    loop {
        match socket.finish_bind() {
            Err(Errno::EAGAIN) => socket.subscribe().block(),
            done => return done.map(|()| socket),
        }
    }
}

/// A database file that hardly ever changes, read once.
struct Cached {
    path: &'static CStr,
    built_in: &'static [u8],
    text: Global<Option<&'static [u8]>>,
}

impl Cached {
    const fn new(path: &'static CStr, built_in: &'static [u8]) -> Cached {
        Cached {
            path,
            built_in,
            text: Global::new(None),
        }
    }

    fn text(&self) -> &'static [u8] {
        if let Some(text) = self.text.with(|slot| *slot) {
            return text;
        }
        // Kept for good: entries point into it.
        let text = read_all(self.path).map_or(self.built_in, |text| Vec::leak(text));
        self.text.with(|slot| *slot = Some(text));
        text
    }
}

/// The text of `/etc/services`, or what stands for it.
pub fn services() -> &'static [u8] {
    static SERVICES: Cached = Cached::new(c"/etc/services", databases::SERVICES);
    SERVICES.text()
}

/// The text of `/etc/protocols`, or what stands for it.
pub fn protocols() -> &'static [u8] {
    static PROTOCOLS: Cached = Cached::new(c"/etc/protocols", databases::PROTOCOLS);
    PROTOCOLS.text()
}

/// The text of `/etc/networks`, or what stands for it.
pub fn networks() -> &'static [u8] {
    static NETWORKS: Cached = Cached::new(c"/etc/networks", databases::NETWORKS);
    NETWORKS.text()
}
