//! Options of the sockets that the host has: how their calls come to the table, and the table's
//! names for what the host can do, translated to the host's.

use super::options::{HostKey, Options, Owner, Rest};
use crate::errno::{Errno, Result};
use crate::fd::Domain;
use crate::host::cell::Late;
use crate::host::tcp::{Family, HostOption};

type Get = fn(&Options, &dyn Owner, i32, i32, &mut [u8]) -> Result<usize>;
type Set = fn(&Options, &dyn Owner, i32, i32, &[u8]) -> Result<()>;

/// What there is to do about options that have no field of their own.
struct Others {
    inherited: fn(&Options) -> Rest,
    reapply: fn(&Options, &dyn Owner),
}

static GET: Late<Get> = Late::new();
static SET: Late<Set> = Late::new();
static OTHERS: Late<&'static Others> = Late::new();

/// The program has getsockopt(2).
pub fn bind_get() {
    GET.bind(Options::get);
}

/// The program has setsockopt(2).
pub fn bind_set() {
    SET.bind(Options::set);
    OTHERS.bind(&Others {
        inherited: Options::inherited_rest,
        reapply: Options::reapply,
    });
}

/// The program has setsockopt(2) of the switches that [`Options::set_switch`] knows.
pub fn bind_set_switch() {
    if SET.get().is_none() {
        SET.bind(Options::set_switch);
    }
}

/// [`Options::inherit`]
#[inline]
pub fn inherit(options: &Options) -> Options {
    let rest = OTHERS.get().map(|others| (others.inherited)(options));
    options.inherit(rest.unwrap_or_default())
}

/// [`Options::reapply`]
pub fn reapply(options: &Options, owner: &dyn Owner) {
    if let Some(others) = OTHERS.get() {
        (others.reapply)(options, owner);
    }
}

/// [`Options::get`]
pub fn get(
    options: &Options,
    owner: &dyn Owner,
    level: i32,
    name: i32,
    value: &mut [u8],
) -> Result<usize> {
    GET.get().ok_or(Errno::ENOPROTOOPT)?(options, owner, level, name, value)
}

/// [`Options::set`]
pub fn set(
    options: &Options,
    owner: &dyn Owner,
    level: i32,
    name: i32,
    value: &[u8],
) -> Result<()> {
    SET.get().ok_or(Errno::ENOPROTOOPT)?(options, owner, level, name, value)
}

/// The host's option for a key of the table, for a host socket of `family` behind one of
/// `domain`. A hop limit concerns one half of a dual-stack socket only; for the other half this
/// is `ENOPROTOOPT`.
pub fn host_option(
    key: HostKey,
    domain: Domain,
    family: impl Fn() -> Family,
) -> Result<HostOption> {
    Ok(match key {
        HostKey::KeepAlive => HostOption::KeepAlive,
        HostKey::KeepIdle => HostOption::KeepIdle,
        HostKey::KeepInterval => HostOption::KeepInterval,
        HostKey::KeepCount => HostOption::KeepCount,
        HostKey::ReceiveBuffer => HostOption::ReceiveBuffer,
        HostKey::SendBuffer => HostOption::SendBuffer,
        HostKey::HopLimit if domain != Domain::Inet6 || family() == Family::V6 => {
            HostOption::HopLimit
        }
        HostKey::HopLimitMapped if family() == Family::V4 => HostOption::HopLimit,
        HostKey::HopLimit | HostKey::HopLimitMapped => return Err(Errno::ENOPROTOOPT),
    })
}
