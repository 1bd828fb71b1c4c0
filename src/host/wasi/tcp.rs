//! TCP sockets of the host.

#![allow(unsafe_code)]

use super::bindings::wasi::sockets::{network as net, tcp as host, tcp_create_socket as create};
use super::errors::{Call, errno};
use super::poll::Source;
use super::stream::{Input, Output};
use super::with_network;
use crate::errno::Result;
use crate::host::handles::{self, Handle};
pub use crate::host::kinds::{Family, HostOption, How};
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

pub(super) fn family_to_host(family: Family) -> net::IpAddressFamily {
    match family {
        Family::V4 => net::IpAddressFamily::Ipv4,
        Family::V6 => net::IpAddressFamily::Ipv6,
    }
}

pub(super) fn to_host(address: &SocketAddr) -> net::IpSocketAddress {
    match address {
        SocketAddr::V4(v4) => {
            let [a, b, c, d] = v4.ip().octets();
            net::IpSocketAddress::Ipv4(net::Ipv4SocketAddress {
                port: v4.port(),
                address: (a, b, c, d),
            })
        }
        SocketAddr::V6(v6) => {
            let [a, b, c, d, e, f, g, h] = v6.ip().segments();
            net::IpSocketAddress::Ipv6(net::Ipv6SocketAddress {
                port: v6.port(),
                flow_info: v6.flowinfo(),
                address: (a, b, c, d, e, f, g, h),
                scope_id: v6.scope_id(),
            })
        }
    }
}

pub(super) fn from_host(address: net::IpSocketAddress) -> SocketAddr {
    match address {
        net::IpSocketAddress::Ipv4(v4) => {
            let (a, b, c, d) = v4.address;
            SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::new(a, b, c, d), v4.port))
        }
        net::IpSocketAddress::Ipv6(v6) => {
            let (a, b, c, d, e, f, g, h) = v6.address;
            let ip = Ipv6Addr::new(a, b, c, d, e, f, g, h);
            SocketAddr::V6(SocketAddrV6::new(ip, v6.port, v6.flow_info, v6.scope_id))
        }
    }
}

#[link(wasm_import_module = "wasi:sockets/tcp@0.2.0")]
unsafe extern "C" {
    // Called by hand, because the generated call takes the address apart.
    #[link_name = "[method]tcp-socket.remote-address"]
    fn remote_address(socket: u32, result: *mut [u32; 9]);
}

/// A TCP socket of the host.
pub struct TcpSocket(Handle<host::TcpSocket>);

impl TcpSocket {
    /// socket(2)
    pub fn new(family: Family) -> Result<Self> {
        handles::reserve_socket()?;
        create::create_tcp_socket(family_to_host(family))
            .map(|socket| TcpSocket(Handle::new(socket)))
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

    /// First half of connect(2).
    pub fn start_connect(&self, remote: &SocketAddr) -> Result<()> {
        with_network(|network| self.0.start_connect(network, to_host(remote)))
            .map_err(|code| errno(code, Call::Connect))
    }

    /// Second half of connect(2); `EINPROGRESS` until the socket's pollable is ready.
    pub fn finish_connect(&self) -> Result<(Input, Output)> {
        self.0
            .finish_connect()
            .map(|(input, output)| (Input::new(input), Output::new(output)))
            .map_err(|code| errno(code, Call::Connect))
    }

    /// First half of listen(2).
    pub fn start_listen(&self) -> Result<()> {
        self.0
            .start_listen()
            .map_err(|code| errno(code, Call::Listen))
    }

    /// Second half of listen(2).
    pub fn finish_listen(&self) -> Result<()> {
        self.0
            .finish_listen()
            .map_err(|code| errno(code, Call::Listen))
    }

    /// The queue length that listen(2) asks for.
    pub fn set_backlog(&self, connections: u64) -> Result<()> {
        self.0
            .set_listen_backlog_size(connections)
            .map_err(|code| errno(code, Call::Listen))
    }

    /// accept(2); `EAGAIN` while the queue is empty.
    pub fn accept(&self) -> Result<(TcpSocket, Input, Output)> {
        handles::reserve_socket()?;
        self.0
            .accept()
            .map(|(socket, input, output)| {
                (
                    TcpSocket(Handle::new(socket)),
                    Input::new(input),
                    Output::new(output),
                )
            })
            .map_err(|code| errno(code, Call::Accept))
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

    /// Whether the connection has a peer: [`TcpSocket::remote`] without the name.
    pub fn has_peer(&self) -> bool {
        // A result of an address: one byte that says which, and 35 for the larger of both.
        let mut result = [1u32; 9];
        // SAFETY: the handle is live, and the host writes one such result.
        unsafe { remote_address(self.0.handle(), &mut result) };
        result[0] as u8 == 0
    }

    /// SO_ACCEPTCONN
    pub fn is_listening(&self) -> bool {
        self.0.is_listening()
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
            HostOption::KeepAlive => self.0.keep_alive_enabled().map(u64::from),
            HostOption::KeepIdle => self.0.keep_alive_idle_time(),
            HostOption::KeepInterval => self.0.keep_alive_interval(),
            HostOption::KeepCount => self.0.keep_alive_count().map(u64::from),
            HostOption::HopLimit => self.0.hop_limit().map(u64::from),
            HostOption::ReceiveBuffer => self.0.receive_buffer_size(),
            HostOption::SendBuffer => self.0.send_buffer_size(),
        }
        .map_err(|code| errno(code, Call::Option))
    }

    /// Sets an option.
    pub fn set_option(&self, option: HostOption, value: u64) -> Result<()> {
        let small = u32::try_from(value).unwrap_or(u32::MAX);
        match option {
            HostOption::KeepAlive => self.0.set_keep_alive_enabled(value != 0),
            HostOption::KeepIdle => self.0.set_keep_alive_idle_time(value),
            HostOption::KeepInterval => self.0.set_keep_alive_interval(value),
            HostOption::KeepCount => self.0.set_keep_alive_count(small),
            HostOption::HopLimit => self.0.set_hop_limit(value.min(255) as u8),
            HostOption::ReceiveBuffer => self.0.set_receive_buffer_size(value),
            HostOption::SendBuffer => self.0.set_send_buffer_size(value),
        }
        .map_err(|code| errno(code, Call::Option))
    }

    /// Ready when the operation under way (bind, connect, listen, accept) can go on.
    pub fn subscribe(&self) -> Source {
        Source::new(self.0.subscribe())
    }

    /// shutdown(2)
    pub fn shutdown(&self, how: How) -> Result<()> {
        let how = match how {
            How::Receive => host::ShutdownType::Receive,
            How::Send => host::ShutdownType::Send,
            How::Both => host::ShutdownType::Both,
        };
        self.0
            .shutdown(how)
            .map_err(|code| errno(code, Call::Shutdown))
    }
}
