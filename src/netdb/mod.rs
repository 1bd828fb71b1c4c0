//! Names and addresses: the rules behind `<netdb.h>`, `<arpa/inet.h>`, `<net/if.h>` and
//! `<resolv.h>`.
//!
//! Nothing here calls the host or libc. What has to be asked of them (the database files, the
//! host's resolver, a route) comes in through [`Env`], so that every rule can be tested on the
//! development machine. Where POSIX leaves room, the rules are those of Linux with glibc.

#![deny(unsafe_code)]

pub mod addr;
pub mod consts;
pub mod databases;
pub mod dns;
pub mod errors;
pub mod ether;
pub mod hosts;
pub mod ifaces;
pub mod inet;
pub mod nameinfo;
pub mod order;
pub mod query;
pub mod sockaddr;
pub mod text;
pub mod transports;

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::net::IpAddr;

/// Why the host's resolver has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The name does not exist, or cannot be a name.
    NotFound,
    /// Asking again later may help.
    TryAgain,
    /// Asking again will not help.
    Permanent,
    /// The host does not let this program look names up.
    Denied,
    /// No memory for the answer.
    Memory,
}

/// What is known of the way to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// A datagram to it would leave from this address.
    From(IpAddr),
    /// The host knows no way to it.
    None,
    /// The host did not tell (no permission, no free descriptor).
    Unknown,
}

/// What the rules need from outside.
pub trait Env {
    /// The text of `/etc/hosts`; `None` when there is no such file.
    fn hosts(&mut self) -> Option<Cow<'static, [u8]>>;
    /// The text of `/etc/services`, or a built-in extract of it.
    fn services(&mut self) -> Cow<'static, [u8]>;
    /// Asks the host's resolver. The answer is in the host's order of preference.
    fn lookup(&mut self, name: &str) -> Result<Vec<IpAddr>, Failure>;
    /// The name that the domain name system has for an address, if it can be asked.
    fn reverse(&mut self, address: IpAddr) -> Result<Vec<u8>, Failure>;
    /// The way to an address.
    fn route(&mut self, to: IpAddr) -> Route;
}

#[cfg(test)]
mod fake;
