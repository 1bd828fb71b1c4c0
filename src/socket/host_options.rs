//! The option table's names for what the host can do, translated to the host's.

use super::options::HostKey;
use crate::wasi::tcp::HostOption;

/// The host's option for a key of the table.
pub fn host_option(key: HostKey) -> HostOption {
    match key {
        HostKey::KeepAlive => HostOption::KeepAlive,
        HostKey::KeepIdle => HostOption::KeepIdle,
        HostKey::KeepInterval => HostOption::KeepInterval,
        HostKey::KeepCount => HostOption::KeepCount,
        HostKey::HopLimit | HostKey::HopLimitMapped => HostOption::HopLimit,
        HostKey::ReceiveBuffer => HostOption::ReceiveBuffer,
        HostKey::SendBuffer => HostOption::SendBuffer,
    }
}
