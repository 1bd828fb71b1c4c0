//! UDP sockets of the host.

#![allow(unsafe_code)]

use super::bindings::wasi::sockets::{network as net, udp as host, udp_create_socket as create};
use super::errors::{Call, errno};
use super::handles::{self, Handle};
use super::poll::Pollable;
use super::tcp::{Family, HostOption, from_host, to_host};
use super::with_network;
use crate::errno::{Errno, Result};
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::mem::ManuallyDrop;
use core::net::SocketAddr;

/// A received datagram.
pub struct Datagram {
    /// The payload.
    pub data: Vec<u8>,
    /// Who sent it.
    pub from: SocketAddr,
}

/// A UDP socket of the host.
pub struct UdpSocket(Handle<host::UdpSocket>);

/// The receiving half of a bound socket.
pub struct Incoming(Handle<host::IncomingDatagramStream>);

/// The sending half of a bound socket.
pub struct Outgoing(Handle<host::OutgoingDatagramStream>);

/// Datagrams that one host call brings at most. wasmtime allows itself 16.
const BATCH: u64 = 16;

impl UdpSocket {
    /// socket(2)
    pub fn new(family: Family) -> Result<Self> {
        handles::reserve_socket()?;
        create::create_udp_socket(family.to_host())
            .map(|socket| UdpSocket(Handle::new(socket)))
            .map_err(|code| errno(code, Call::Create))
    }

    /// First half of bind(2).
    pub fn start_bind(&self, local: &SocketAddr) -> Result<()> {
        with_network(|network| self.0.start_bind(network, to_host(local)))
            .map_err(|code| errno(code, Call::Bind))
    }

    /// Second half of bind(2); `EAGAIN` until the socket's pollable is ready.
    pub fn finish_bind(&self) -> Result<()> {
        self.0.finish_bind().map_err(|code| errno(code, Call::Bind))
    }

    /// The streams of a bound socket, to and from `remote` alone or anybody. The earlier pair
    /// must be gone, or the host traps.
    pub fn streams(&self, remote: Option<&SocketAddr>) -> Result<(Incoming, Outgoing)> {
        self.0
            .stream(remote.map(to_host))
            .map(|(incoming, outgoing)| {
                (
                    Incoming(Handle::new(incoming)),
                    Outgoing(Handle::new(outgoing)),
                )
            })
            .map_err(|code| errno(code, Call::Connect))
    }

    /// getsockname(2)
    pub fn local(&self) -> Result<SocketAddr> {
        self.0
            .local_address()
            .map(from_host)
            .map_err(|code| errno(code, Call::Name))
    }

    /// getpeername(2)
    pub fn remote(&self) -> Result<SocketAddr> {
        self.0
            .remote_address()
            .map(from_host)
            .map_err(|code| errno(code, Call::Name))
    }

    /// SO_DOMAIN
    pub fn family(&self) -> Family {
        match self.0.address_family() {
            net::IpAddressFamily::Ipv4 => Family::V4,
            net::IpAddressFamily::Ipv6 => Family::V6,
        }
    }

    /// Reads an option.
    pub fn option(&self, option: HostOption) -> Result<u64> {
        match option {
            HostOption::HopLimit => self.0.unicast_hop_limit().map(u64::from),
            HostOption::ReceiveBuffer => self.0.receive_buffer_size(),
            HostOption::SendBuffer => self.0.send_buffer_size(),
            _ => return Err(Errno::ENOPROTOOPT),
        }
        .map_err(|code| errno(code, Call::Option))
    }

    /// Sets an option.
    pub fn set_option(&self, option: HostOption, value: u64) -> Result<()> {
        match option {
            HostOption::HopLimit => self.0.set_unicast_hop_limit(value.min(255) as u8),
            HostOption::ReceiveBuffer => self.0.set_receive_buffer_size(value),
            HostOption::SendBuffer => self.0.set_send_buffer_size(value),
            _ => return Err(Errno::ENOPROTOOPT),
        }
        .map_err(|code| errno(code, Call::Option))
    }

    /// Ready when the bind under way can go on.
    pub fn subscribe(&self) -> Pollable {
        Pollable::new(self.0.subscribe())
    }
}

impl Incoming {
    /// Takes what has arrived, at most a batch, into `queue`; returns how many came.
    pub fn receive(&self, queue: &mut VecDeque<Datagram>) -> Result<usize> {
        let list = self
            .0
            .receive(BATCH)
            .map_err(|code| errno(code, Call::Receive))?;
        let count = list.len();
        queue.extend(list.into_iter().map(|datagram| Datagram {
            data: datagram.data,
            from: from_host(datagram.remote_address),
        }));
        Ok(count)
    }

    /// Ready when a datagram or an error is there.
    pub fn subscribe(&self) -> Pollable {
        Pollable::new(self.0.subscribe())
    }
}

impl Outgoing {
    /// How many datagrams the next [`Outgoing::send`] may carry; 0 means not now.
    pub fn check_send(&self) -> Result<usize> {
        super::poll::spend(1);
        self.0
            .check_send()
            .map(|permit| usize::try_from(permit).unwrap_or(usize::MAX))
            .map_err(|code| errno(code, Call::Send))
    }

    /// Sends datagrams in order; returns how many went. An error concerns the first one. Needs a
    /// permit for at least as many.
    pub fn send(&self, datagrams: &[(&[u8], Option<SocketAddr>)]) -> Result<usize> {
        if let [(data, to)] = datagrams {
            return self.send_list(&[lend(data, to)]);
        }
        let list: Vec<_> = datagrams.iter().map(|(data, to)| lend(data, to)).collect();
        self.send_list(&list)
    }

    fn send_list(&self, list: &[ManuallyDrop<host::OutgoingDatagram>]) -> Result<usize> {
        // SAFETY: ManuallyDrop has the layout of what it holds; the host only reads.
        let list: &[host::OutgoingDatagram] =
            unsafe { core::slice::from_raw_parts(list.as_ptr().cast(), list.len()) };
        self.0
            .send(list)
            .map(|count| usize::try_from(count).unwrap_or(list.len()))
            .map_err(|code| errno(code, Call::Send))
    }

    /// Ready when `check_send` would give a permit or an error.
    pub fn subscribe(&self) -> Pollable {
        Pollable::new(self.0.subscribe())
    }
}

/// A datagram as the generated binding wants it, over borrowed bytes: it must not be dropped.
fn lend(data: &[u8], to: &Option<SocketAddr>) -> ManuallyDrop<host::OutgoingDatagram> {
    // SAFETY: the vector is read only while `data` lives, and ManuallyDrop keeps it from being
    // freed. A dangling pointer with length 0 is what an empty slice and an empty Vec share.
    let data = unsafe { Vec::from_raw_parts(data.as_ptr().cast_mut(), data.len(), data.len()) };
    ManuallyDrop::new(host::OutgoingDatagram {
        data,
        remote_address: to.as_ref().map(to_host),
    })
}
