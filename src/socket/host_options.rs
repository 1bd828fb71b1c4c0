//! The option table's names for what the host can do, translated to the host's.

use super::options::HostKey;
use crate::errno::{Errno, Result};
use crate::fd::Domain;
use crate::wasi::tcp::{Family, HostOption};

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
