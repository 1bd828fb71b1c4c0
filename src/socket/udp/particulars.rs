//! What a UDP socket tells of a datagram beside its sender (ip(7), ipv6(7), socket(7)).

use super::{State, Udp};
use crate::fd::{Domain, Particulars};
use crate::host::clock;
use crate::host::tcp::Family;
use crate::socket::options::Flag;
use core::net::{IpAddr, SocketAddr};

impl Udp {
    /// The time, when datagrams come over, where a program wants to know it.
    pub(super) fn stamp(&self) -> Option<u64> {
        self.options.time_stamps().map(|_| clock::now())
    }

    /// The only address that datagrams of a family can have been sent to; the wildcard has
    /// several, and the host does not tell which it was.
    fn own_address(state: &State, family: Family) -> Option<IpAddr> {
        let mut halves = state.halves.iter();
        let half = halves.find(|half| half.family() == family)?;
        let address = half.host().local().ok()?.ip();
        (!address.is_unspecified()).then_some(address)
    }

    /// Whether IP_PKTINFO and IPV6_RECVPKTINFO can be served, as far as is known yet.
    pub(super) fn knows_its_address(&self) -> bool {
        let state = self.state.borrow();
        let mut halves = state.halves.iter();
        halves.all(|half| Self::own_address(&state, half.family()).is_some())
    }

    /// What the options of the socket ask about a datagram, which came over at this time if that
    /// was noted.
    pub(super) fn particulars(
        &self,
        state: &State,
        from: SocketAddr,
        arrived: Option<u64>,
    ) -> Particulars {
        let mut told = Particulars::default();
        if let Some(nanoseconds) = self.options.time_stamps() {
            told.arrived = Some((arrived.unwrap_or_else(clock::now), nanoseconds));
        }
        let (v4, v6) = (
            self.options.is_on(Flag::PacketInfo),
            self.options.is_on(Flag::PacketInfo6) && self.domain == Domain::Inet6,
        );
        if v4 || v6 {
            match Self::own_address(state, Family::of(&from)) {
                Some(IpAddr::V4(to)) => {
                    told.to_v4 = v4.then_some(to);
                    told.to_v6 = v6.then(|| to.to_ipv6_mapped());
                }
                Some(IpAddr::V6(to)) => told.to_v6 = v6.then_some(to),
                None => {}
            }
        }
        told
    }
}
