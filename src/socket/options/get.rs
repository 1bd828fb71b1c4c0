//! getsockopt(2).

use super::rule::{Rule, Special, kind_of};
use super::table::Level;
use super::value::{put_int, put_ip};
use super::{HostKey, Key, Options, Owner, key};
use crate::errno::{Errno, Result};
use crate::fd::file::Domain;

impl Options {
    /// Writes an option's value, cut to the room there is, and returns its length.
    pub fn get(&self, owner: &dyn Owner, level: i32, name: i32, value: &mut [u8]) -> Result<usize> {
        let domain = owner.domain();
        let kind = kind_of(domain, owner.kind());
        let Some(level) = Level::of(level, kind) else {
            // What Linux says of a level that the socket does not have depends on the family.
            return Err(if domain == Domain::Inet6 {
                Errno::ENOPROTOOPT
            } else {
                Errno::EOPNOTSUPP
            });
        };
        let name = u8::try_from(name).map_err(|_| Errno::ENOPROTOOPT)?;
        let row = level.row(name, kind).ok_or(Errno::ENOPROTOOPT)?;
        let key = key(level, name);
        let default = i32::from(row.default);
        let number = match row.rule {
            Rule::Switch(flag) | Rule::Deliver(flag) => i32::from(self.is_on(flag)),
            Rule::Bool | Rule::Any | Rule::Range(..) => self.stored(key).unwrap_or(default),
            Rule::Only(..) | Rule::OnlyOrDefault(..) | Rule::ReadOnly | Rule::Ignored => default,
            Rule::Host(host, _) => self.host(owner, key, host).unwrap_or(default),
            Rule::Refused(code, _) => return Err(code.errno()),
            Rule::Group(..) | Rule::WriteOnly => return Err(Errno::ENOPROTOOPT),
            Rule::Empty(_) => return Ok(0),
            Rule::Special(Special::V6Only) => i32::from(self.v6only()),
            Rule::Special(special) => {
                match self.get_special(owner, special, key, default, value)? {
                    Got::Number(number) => number,
                    Got::Bytes(length) => return Ok(length),
                }
            }
        };
        Ok(if level == Level::Ip {
            put_ip(value, number)
        } else {
            put_int(value, number)
        })
    }

    /// What was set comes first: a host may round it, and a program expects to read it back.
    fn host(&self, owner: &dyn Owner, key: Key, host: HostKey) -> Option<i32> {
        let unit = host.unit();
        self.stored(key).or_else(|| {
            let value = owner.host_option(host).ok()?;
            i32::try_from(value.saturating_add(unit / 2).checked_div(unit)?).ok()
        })
    }
}

/// The outcome of an option with code of its own.
pub enum Got {
    /// An int, still to be written.
    Number(i32),
    /// Written already; this long.
    Bytes(usize),
}
