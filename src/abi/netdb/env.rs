//! What the rules of `netdb` ask of libc's files and of the host.

use crate::abi::file::read_all;
use crate::abi::resolv;
use crate::abi::under_way::Aside;
use crate::abi::util::set_errno;
use crate::errno::Errno;
use crate::host::cell::Global;
use crate::host::lookup::{Lookup, LookupError};
use crate::netdb::dns::message;
use crate::netdb::{Env, Failure, Route, databases, hosts};
use crate::resolver::{self, exchange::Exchange, route::route};
use crate::wait::{blocking, signals};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::ffi::CStr;
use core::net::IpAddr;

/// The host's lookup that signal handlers have come into.
static LOOKUP: Aside<Lookup> = Aside::new();

/// The exchange that signal handlers have come into.
static EXCHANGE: Aside<Exchange> = Aside::new();

/// The system that the program runs on.
pub struct System {
    /// Whether this run is given up because a signal can be delivered.
    interrupted: bool,
    /// Whether an earlier run was, which may have put aside what it had begun.
    again: bool,
}

impl System {
    /// Runs a question that may sleep. When a signal can be delivered meanwhile, handlers run with
    /// nothing of the question left on the stack (they may longjmp), then the question is run again
    /// and goes on with what it had begun: no question asks the outside for more than one name.
    pub fn ask<T>(question: impl Fn(&mut System) -> T) -> T {
        let mut system = System {
            interrupted: false,
            again: false,
        };
        loop {
            let answer = question(&mut system);
            if !system.interrupted {
                return answer;
            }
            drop(answer);
            signals::deliver();
            system = System {
                interrupted: false,
                again: true,
            };
        }
    }

    /// What the run before has begun.
    fn begun<Q>(&self, aside: &Aside<Q>) -> Option<Q> {
        self.again.then(|| aside.take(self)).flatten()
    }

    fn resolve(&mut self, name: &str) -> Result<Vec<IpAddr>, LookupError> {
        blocking::flush_point();
        let mut lookup = match self.begun(&LOOKUP) {
            Some(begun) => begun,
            None => Lookup::new(name)?,
        };
        resolver::finish(&mut lookup).unwrap_or_else(|_| {
            self.interrupted = true;
            LOOKUP.put(self, lookup);
            Err(LookupError::TryAgain)
        })
    }

    fn name_of(&mut self, address: IpAddr) -> Result<Vec<u8>, Failure> {
        blocking::flush_point();
        let mut exchange = match self.begun(&EXCHANGE) {
            Some(begun) => begun,
            None => resolv::exchange_for(&hosts::reverse_name(address))?,
        };
        match resolver::finish(&mut exchange) {
            Ok(answer) => message::name_in(answer),
            Err(_) => {
                self.interrupted = true;
                EXCHANGE.put(self, exchange);
                Err(Failure::TryAgain)
            }
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
        self.name_of(address)
    }

    fn route(&mut self, to: IpAddr) -> Route {
        route(to)
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
