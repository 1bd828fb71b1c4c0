//! UDP sockets of the host.

#![allow(unsafe_code)]

use super::bindings::wasi::sockets::{network as net, udp as host, udp_create_socket as create};
pub use super::datagrams::Batch;
use super::datagrams::Parcel;
use super::errors::{Call, errno};
use super::poll::Source;
use super::tcp::{Family, HostOption, family_to_host, from_host, to_host};
use super::with_network;
use crate::errno::{Errno, Result};
use crate::host::habits;
use crate::host::handles::{self, Handle};
pub use crate::host::kinds::Outbound;
use core::mem::{MaybeUninit, offset_of};
use core::net::SocketAddr;
use core::ptr;

/// A UDP socket of the host.
pub struct UdpSocket(Handle<host::UdpSocket>);

/// The receiving half of a bound socket.
pub struct Incoming(Handle<host::IncomingDatagramStream>);

/// The sending half of a bound socket.
pub struct Outgoing(Handle<host::OutgoingDatagramStream>);

/// Datagrams that one host call takes at most.
pub const MOST: usize = habits::MOST_DATAGRAMS;

impl UdpSocket {
    /// socket(2)
    pub fn new(family: Family) -> Result<Self> {
        handles::reserve_socket()?;
        create::create_udp_socket(family_to_host(family))
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
    pub fn subscribe(&self) -> Source {
        Source::new(self.0.subscribe())
    }
}

/// `result<list<incoming-datagram>, error-code>`
#[repr(C)]
struct ListAnswer {
    failed: u8,
    start_or_code: u32,
    length: u32,
}

/// `result<u64, error-code>`
#[repr(C)]
struct CountAnswer {
    failed: u8,
    count_or_code: u64,
}

const _: () = assert!(size_of::<ListAnswer>() == 12 && offset_of!(ListAnswer, start_or_code) == 4);
const _: () =
    assert!(size_of::<CountAnswer>() == 16 && offset_of!(CountAnswer, count_or_code) == 8);

#[link(wasm_import_module = "wasi:sockets/udp@0.2.0")]
unsafe extern "C" {
    // Called by hand, because the generated calls allocate for every datagram (see `datagrams`).
    #[link_name = "[method]incoming-datagram-stream.receive"]
    fn receive(stream: u32, most: u64, answer: *mut ListAnswer);
    #[link_name = "[method]outgoing-datagram-stream.send"]
    fn send(stream: u32, list: *const Parcel, length: usize, answer: *mut CountAnswer);
}

/// The errno of a code as it stands in an answer.
fn refusal(code: u8, call: Call) -> Errno {
    // SAFETY: the host answers with a code of the enumeration.
    errno(unsafe { net::ErrorCode::_lift(code) }, call)
}

impl Incoming {
    /// Takes what has arrived, at most `most` datagrams; None when nothing has. Hosts may bring
    /// fewer at once (wasmtime: 16).
    pub fn receive(&self, most: u64) -> Result<Option<Batch>> {
        let call = || {
            let mut answer = ListAnswer {
                failed: 0,
                start_or_code: 0,
                length: 0,
            };
            // SAFETY: the handle is live, and the answer has the layout that the host writes.
            unsafe { receive(self.0.handle(), most, &mut answer) };
            if answer.failed != 0 {
                return Err(refusal(answer.start_or_code as u8, Call::Receive));
            }
            let start = ptr::with_exposed_provenance_mut(answer.start_or_code as usize);
            Ok((start, answer.length as usize))
        };
        // SAFETY: one host call, whose list is passed on.
        unsafe { Batch::take(call) }
    }

    /// Ready when a datagram or an error is there.
    pub fn subscribe(&self) -> Source {
        Source::new(self.0.subscribe())
    }
}

impl Outgoing {
    /// How many datagrams the next [`Outgoing::send`] may carry; 0 means not now. A permit is for
    /// one `send`, even if that uses only a part of it.
    pub fn check_send(&self) -> Result<usize> {
        habits::spend(1);
        self.0
            .check_send()
            .map(|permit| usize::try_from(permit).unwrap_or(usize::MAX))
            .map_err(|code| errno(code, Call::Send))
    }

    /// Sends datagrams in order, at most [`MOST`] of them; returns how many went. An error
    /// concerns the first one. Needs a permit for at least as many.
    pub fn send(&self, datagrams: &[Outbound]) -> Result<usize> {
        let mut list = [const { MaybeUninit::<Parcel>::uninit() }; MOST];
        let mut length = 0;
        for (parcel, (data, to)) in list.iter_mut().zip(datagrams) {
            parcel.write(Parcel::new(data, to.as_ref()));
            length += 1;
        }
        let mut answer = CountAnswer {
            failed: 0,
            count_or_code: 0,
        };
        // SAFETY: the handle is live, the first `length` of the list are there for the call, the
        // host only reads them, and the answer has the layout that the host writes.
        unsafe { send(self.0.handle(), list.as_ptr().cast(), length, &mut answer) };
        if answer.failed != 0 {
            return Err(refusal(answer.count_or_code as u8, Call::Send));
        }
        Ok((answer.count_or_code as usize).min(length))
    }

    /// Ready when `check_send` would give a permit or an error.
    pub fn subscribe(&self) -> Source {
        Source::new(self.0.subscribe())
    }
}
