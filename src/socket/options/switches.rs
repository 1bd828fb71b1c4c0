//! setsockopt(2) of the few options that nearly every server sets, without the table: a program that
//! sets no others is linked without that.

use super::rule::{Flag, INET, Kinds, TCP, kind_of};
use super::value::int;
use super::{Effect, Options, Owner};
use crate::errno::{Errno, Result};

const SOL_SOCKET: i32 = 0x7fff_ffff;
const IPPROTO_TCP: i32 = 6;

/// Which sockets have it, and the switch. `sys/socket.h` has the same list.
fn switch(level: i32, name: i32) -> Option<(Kinds, Flag)> {
    Some(match (level, name) {
        (SOL_SOCKET, 2) => (INET, Flag::ReuseAddress),
        (SOL_SOCKET, 6) => (INET, Flag::Broadcast),
        (SOL_SOCKET, 15) => (INET, Flag::ReusePort),
        (IPPROTO_TCP, 1) => (TCP, Flag::NoDelay),
        (IPPROTO_TCP, 3) => (TCP, Flag::Cork),
        _ => return None,
    })
}

impl Options {
    /// [`Options::set`] for SO_REUSEADDR, SO_REUSEPORT, SO_BROADCAST, TCP_NODELAY and TCP_CORK;
    /// `ENOPROTOOPT` for any other. Only for sockets of the host: AF_UNIX has rules of its own.
    pub fn set_switch(&self, owner: &dyn Owner, level: i32, name: i32, value: &[u8]) -> Result<()> {
        let (kinds, flag) = switch(level, name).ok_or(Errno::ENOPROTOOPT)?;
        if kinds & kind_of(owner.domain(), owner.kind()) == 0 {
            return Err(Errno::ENOPROTOOPT);
        }
        let number = int(value).ok_or(Errno::EINVAL)?;
        self.switch(owner, flag, number != 0);
        Ok(())
    }

    /// Turns a switch, with what follows from it.
    pub(super) fn switch(&self, owner: &dyn Owner, flag: Flag, on: bool) {
        let was = self.is_on(flag);
        self.turn(flag, on);
        // Setting TCP_NODELAY pushes what waits even when it was set already, as on Linux.
        if (flag == Flag::NoDelay && on) || (flag == Flag::Cork && was && !on) {
            owner.changed(Effect::Flush);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fake::Fake;
    use super::*;
    use crate::fd::file::{Domain, Type};

    const LEVELS: [(i32, &[i32]); 2] = [(SOL_SOCKET, &[2, 6, 15]), (IPPROTO_TCP, &[1, 3])];

    #[test]
    fn they_are_what_the_table_says() {
        for (level, names) in LEVELS {
            for name in 0..=255 {
                assert_eq!(switch(level, name).is_some(), names.contains(&name));
            }
        }
        // Both ways on each kind of socket, with every length that could matter.
        for domain in [Domain::Inet, Domain::Inet6] {
            for kind in [Type::Stream, Type::Datagram] {
                let (table, here) = (Fake::new(domain, kind), Fake::new(domain, kind));
                for (level, name) in LEVELS
                    .iter()
                    .flat_map(|(level, names)| names.iter().map(move |name| (*level, *name)))
                {
                    for value in [
                        &[1, 0, 0, 0][..],
                        &[0; 4],
                        &[2; 9],
                        &[0, 1, 0, 0],
                        &[1; 3],
                        &[],
                    ] {
                        let expected = table.options.set(&table, level, name, value);
                        let outcome = here.options.set_switch(&here, level, name, value);
                        assert_eq!(outcome, expected, "{level} {name} {value:?}");
                        assert_eq!(here.options.flags, table.options.flags);
                        assert_eq!(here.effects, table.effects);
                    }
                }
            }
        }
    }
}
