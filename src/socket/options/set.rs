//! setsockopt(2).

use super::rule::{Code, Flag, Row, Rule, kind_of};
use super::table::Level;
use super::value::integer;
use super::{HostKey, Key, Options, Owner, key};
use crate::errno::{Errno, Result};
use crate::fd::file::Domain;

impl Options {
    /// Checks a value as Linux does, keeps it, and acts on it.
    pub fn set(&self, owner: &dyn Owner, level: i32, name: i32, value: &[u8]) -> Result<()> {
        let domain = owner.domain();
        let kind = kind_of(domain, owner.kind());
        let Some(level) = Level::of(level, kind) else {
            return Err(if matches!(domain, Domain::Unix | Domain::Netlink) {
                Errno::EOPNOTSUPP
            } else {
                Errno::ENOPROTOOPT
            });
        };
        let row = u8::try_from(name)
            .ok()
            .and_then(|name| level.row(name, kind));
        let Some(row) = row else {
            // Linux reads the int before it looks at the name, except at the IP levels.
            let reads_first = matches!(level, Level::Socket | Level::Tcp | Level::Udp);
            return Err(if reads_first && value.len() < 4 {
                Errno::EINVAL
            } else {
                Errno::ENOPROTOOPT
            });
        };
        let number = integer(row.length, value)?;
        let key = key(level, row.name);
        if let Some(kept) = self.apply(owner, row, key, number, value)? {
            self.store(key, kept);
        }
        Ok(())
    }

    /// Checks and acts; returns what is to be kept, if anything is.
    fn apply(
        &self,
        owner: &dyn Owner,
        row: &Row,
        key: Key,
        number: i32,
        value: &[u8],
    ) -> Result<Option<i32>> {
        let default = i32::from(row.default);
        let kept = match row.rule {
            Rule::Bool => i32::from(number != 0),
            Rule::Any => number,
            Rule::Range(bounds) => bounds.check(number)?,
            Rule::Host(host, bounds) => {
                let number = match host {
                    HostKey::KeepAlive => i32::from(number != 0),
                    HostKey::HopLimit | HostKey::HopLimitMapped if number == -1 => default,
                    _ => number,
                };
                let number = bounds.check(number)?;
                // A host that lacks the option leaves it emulated.
                let _ = owner.set_host_option(host, u64::from(number as u32) * host.unit());
                number
            }
            Rule::Special(special) => return self.set_special(owner, special, key, number, value),
            Rule::Switch(flag) => {
                self.switch(owner, flag, number != 0);
                return Ok(None);
            }
            Rule::Deliver(flag) => {
                if number != 0 && !owner.delivers(flag) {
                    return Err(Errno::ENOPROTOOPT);
                }
                // Linux keeps one of these two at most.
                match flag {
                    Flag::Timestamp => self.turn(Flag::TimestampNs, false),
                    Flag::TimestampNs => self.turn(Flag::Timestamp, false),
                    _ => {}
                }
                self.turn(flag, number != 0);
                return Ok(None);
            }
            Rule::Only(bounds, code) => return only(default, bounds.check(number)?, code),
            Rule::OnlyOrDefault(bounds, code) => {
                let number = if number == -1 { default } else { number };
                return only(default, bounds.check(number)?, code);
            }
            Rule::ReadOnly => return Err(Errno::ENOPROTOOPT),
            Rule::Ignored | Rule::WriteOnly => return Ok(None),
            Rule::Refused(_, code) | Rule::Empty(code) => return Err(code.errno()),
            Rule::Group(least, check, code) => {
                let long_enough = value.len() >= usize::from(least);
                let valid = long_enough && (!check || is_multicast(key, value));
                return Err(if valid { code.errno() } else { Errno::EINVAL });
            }
        };
        Ok(Some(kept))
    }
}

/// Takes nothing but the default, which need not be kept.
fn only(default: i32, number: i32, code: Code) -> Result<Option<i32>> {
    if number == default {
        Ok(None)
    } else {
        Err(code.errno())
    }
}

/// Whether a membership begins with the address of a group.
fn is_multicast(key: Key, value: &[u8]) -> bool {
    match value.first() {
        Some(&first) if key >> 8 == Level::Ip as u16 => first & 0xf0 == 0xe0,
        Some(&first) => first == 0xff,
        None => false,
    }
}
