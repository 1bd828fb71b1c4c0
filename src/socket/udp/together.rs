//! Several datagrams in one host call (sendmmsg(2)).

use super::half::largest;
use super::{Udp, half_for};
use crate::errno::Errno;
use crate::fd::{Flags, Transmit};
use crate::host::tcp::Family;
use crate::host::udp::{MOST, Outbound};
use alloc::vec::Vec;
use core::net::SocketAddr;

/// See [`Socket::send_together`](crate::fd::Socket::send_together). Only those count that
/// [`Udp::send`](crate::fd::File::send) would hand to the host as they are, to one half: the
/// first that is different ends the row, and 0 leaves it to that function, with its errors.
pub fn send(socket: &Udp, messages: &[Transmit]) -> (usize, bool) {
    let mut guard = socket.state.borrow_mut();
    let state = &mut *guard;
    let corked = state.corked.is_some() || socket.options.cork();
    if corked || state.shut.write || socket.error.get().is_some() {
        return (0, false);
    }
    let mut destinations: [Option<SocketAddr>; MOST] = [None; MOST];
    let mut family = None;
    let mut count = 0;
    let mut joined = 0;
    for (message, destination) in messages.iter().zip(&mut destinations) {
        let size = message.size();
        let flags = message.flags;
        if flags.has(Flags::OOB) || flags.has(Flags::MORE) {
            break;
        }
        let Ok(target) = socket.destination(state, &message.to) else {
            break;
        };
        let aside = state.peer.is_some_and(|peer| peer != target);
        let over = Family::of(&target);
        let nobody = target.port() == 0;
        if aside || nobody || size > largest(over) || family.is_some_and(|family| family != over) {
            break;
        }
        family = Some(over);
        *destination = state.peer.is_none().then_some(target);
        if message.data.len() != 1 {
            joined += size;
        }
        count += 1;
    }
    let Some(half) = family.and_then(|family| half_for(&mut state.halves, family)) else {
        return (0, false);
    };
    // The host wants each datagram in one piece. Nothing is reserved for those that are.
    let mut bytes = Vec::with_capacity(joined);
    for message in messages.iter().take(count).filter(|m| m.data.len() != 1) {
        for part in message.data {
            bytes.extend_from_slice(part);
        }
    }
    let mut bytes = bytes.as_slice();
    let mut outbound: [Outbound; MOST] = [(&[], None); MOST];
    let whole = messages.iter().zip(destinations).take(count);
    for ((message, to), outbound) in whole.zip(&mut outbound) {
        let data = match message.data {
            [data] => data,
            _ => {
                let (data, others) = bytes.split_at_checked(message.size()).unwrap_or_default();
                bytes = others;
                data
            }
        };
        *outbound = (data, to);
    }
    match half.send(outbound.get(..count).unwrap_or_default()) {
        Ok(sent) => sent,
        Err(Errno::EAGAIN) => (0, false),
        Err(errno) => {
            // The first message tells.
            socket.error.set(Some(errno));
            (0, false)
        }
    }
}
