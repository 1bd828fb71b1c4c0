//! `struct __res_state`: what res_init makes of `/etc/resolv.conf`, and what a program may have
//! changed in it since.

use crate::abi::file::read_all;
use crate::abi::util::c_str;
use crate::host::cell::Global;
use crate::netdb::dns::config::Config;
use crate::netdb::dns::plan::Plan;
use crate::netdb::sockaddr;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ffi::{c_char, c_int, c_void};
use core::net::SocketAddr;
use core::ptr;

const DNS_PORT: u16 = 53;

/// `RES_` options that make a difference here.
pub const INIT: u32 = 0x1;
const USE_TCP: u32 = 0x8;
const IGNORE_TRUNCATION: u32 = 0x20;
const RECURSE: u32 = 0x40;
/// RES_DEFNAMES: res_search completes names without a dot.
pub const DEFAULT_NAMES: u32 = 0x80;
/// RES_DNSRCH: res_search tries all domains.
pub const SEARCH: u32 = 0x200;
const ROTATE: u32 = 0x4000;
const TRUST_AUTHENTIC: u32 = 0x400_0000;

const SERVERS: usize = 3;
const DOMAINS: usize = 6;

/// `struct __res_state` of `<resolv.h>`.
#[repr(C)]
pub struct ResState {
    retrans: c_int,
    retry: c_int,
    /// `RES_` bits.
    pub options: u32,
    server_count: c_int,
    servers: [[u32; 4]; SERVERS],
    id: u16,
    domains: [*mut c_char; DOMAINS + 1],
    default_domain: [c_char; 256],
    tracing: u32,
    /// `ndots` in the low four bits.
    bits: u32,
    sort_list: [[u32; 2]; 10],
    extra: *mut Extra,
    unused: *mut c_void,
    /// What the last query by this state failed with, `h_errno`'s numbers.
    pub error: c_int,
    stream: c_int,
    flags: u32,
    ext: Ext,
}

/// `_u._ext` of glibc's structure: where it keeps servers that have IPv6 addresses.
#[repr(C)]
struct Ext {
    count: u16,
    map: [u16; SERVERS],
    sockets: [c_int; SERVERS],
    count_v6: u16,
    initialised: u16,
    servers: [*mut SockaddrV6; SERVERS],
    unused: [u32; 4],
}

/// `struct sockaddr_in6`
type SockaddrV6 = [u32; 7];

/// What the C structure has no field for. Belongs to the state from init to close.
struct Extra {
    /// The servers in full: an IPv6 address does not fit `nsaddr_list`, where its family is 0.
    servers: Vec<SocketAddr>,
    /// What `_ext.nsaddrs` points at.
    _servers_v6: Box<[SockaddrV6; SERVERS]>,
    /// What `dnsrch` points at.
    _domains: Vec<Box<[u8]>>,
    /// How many questions have been asked, for the `rotate` option.
    asked: usize,
}

impl ResState {
    /// All zero: not initialised.
    const fn blank() -> ResState {
        ResState {
            retrans: 0,
            retry: 0,
            options: 0,
            server_count: 0,
            servers: [[0; 4]; SERVERS],
            id: 0,
            domains: [ptr::null_mut(); DOMAINS + 1],
            default_domain: [0; 256],
            tracing: 0,
            bits: 0,
            sort_list: [[0; 2]; 10],
            extra: ptr::null_mut(),
            unused: ptr::null_mut(),
            error: 0,
            stream: -1,
            flags: 0,
            ext: Ext {
                count: 0,
                map: [0; SERVERS],
                sockets: [-1; SERVERS],
                count_v6: 0,
                initialised: 0,
                servers: [ptr::null_mut(); SERVERS],
                unused: [0; 4],
            },
        }
    }

    /// res_ninit(3): fills the state from the file, or with the defaults.
    pub fn init(&mut self) {
        let config = Config::parse(&read_all(c"/etc/resolv.conf").unwrap_or_default());
        *self = ResState::blank();
        self.options = INIT | RECURSE | DEFAULT_NAMES | SEARCH;
        self.options |= if config.rotate { ROTATE } else { 0 };
        self.options |= if config.tcp { USE_TCP } else { 0 };
        self.retrans = config.timeout as c_int;
        self.retry = config.attempts as c_int;
        self.bits = config.ndots & 15;
        let servers: Vec<SocketAddr> = config
            .servers
            .iter()
            .map(|ip| SocketAddr::new(*ip, DNS_PORT))
            .collect();
        self.server_count = servers.len() as c_int;
        let mut servers_v6 = Box::new([[0; 7]; SERVERS]);
        let places = self.servers.iter_mut().zip(servers_v6.iter_mut());
        let pointers = self.ext.servers.iter_mut();
        for (((v4, v6), pointer), server) in places.zip(pointers).zip(&servers) {
            let bytes = sockaddr::encode(server.ip(), 0, server.port());
            if server.is_ipv4() {
                *v4 = words(&bytes);
            } else {
                *v6 = words(&bytes);
                *pointer = ptr::from_mut(v6);
                self.ext.count_v6 += 1;
            }
        }
        self.ext.count = servers.len() as u16;
        let mut domains: Vec<Box<[u8]>> = config
            .domains
            .into_iter()
            .map(|mut domain| {
                domain.push(0);
                domain.into_boxed_slice()
            })
            .collect();
        for (place, domain) in self.domains.iter_mut().take(DOMAINS).zip(&mut domains) {
            *place = domain.as_mut_ptr().cast();
        }
        if let Some(first) = domains.first() {
            let room = self.default_domain.iter_mut().take(255);
            for (to, from) in room.zip(first.iter()) {
                *to = *from as c_char;
            }
        }
        self.extra = Box::into_raw(Box::new(Extra {
            servers,
            _servers_v6: servers_v6,
            _domains: domains,
            asked: 0,
        }));
    }

    /// res_nclose(3): gives back what belongs to the state.
    ///
    /// # Safety
    /// The state is all zero or has been initialised, and only this code set `extra`.
    pub unsafe fn close(&mut self) {
        if !self.extra.is_null() {
            // SAFETY: made by `init`, dropped once.
            drop(unsafe { Box::from_raw(self.extra) });
            self.extra = ptr::null_mut();
            self.domains = [ptr::null_mut(); DOMAINS + 1];
            self.ext.servers = [ptr::null_mut(); SERVERS];
        }
        self.options &= !INIT;
    }

    /// How to ask, after what the program set: servers, retries, options.
    pub fn plan(&mut self) -> Plan {
        // SAFETY: null or made by `init`.
        let extra = unsafe { self.extra.as_mut() };
        let count = usize::try_from(self.server_count).unwrap_or(0).min(SERVERS);
        let mut servers: Vec<SocketAddr> = self
            .servers
            .iter()
            .take(count)
            .enumerate()
            .filter_map(|(at, words)| match sockaddr::decode(&bytes(words)) {
                Some((ip, _, port)) => Some(SocketAddr::new(ip, port)),
                None => extra
                    .as_ref()?
                    .servers
                    .get(at)
                    .copied()
                    .filter(SocketAddr::is_ipv6),
            })
            .collect();
        if let Some(extra) = extra {
            if self.options & ROTATE != 0 && !servers.is_empty() {
                let first = extra.asked % servers.len();
                servers.rotate_left(first);
            }
            extra.asked = extra.asked.wrapping_add(1);
        }
        Plan {
            servers,
            timeout: u32::try_from(self.retrans).unwrap_or(0).clamp(1, 30),
            attempts: u32::try_from(self.retry).unwrap_or(0).clamp(1, 5),
            tcp: self.options & USE_TCP != 0,
            keep_truncated: self.options & IGNORE_TRUNCATION != 0,
        }
    }

    /// Sets the bits of a query's header that options decide on: RD, and AD for RES_TRUSTAD.
    pub fn mark(&self, query: &mut [u8]) {
        if let Some([wanted, trusted]) = query.get_mut(2..4) {
            *wanted = *wanted & !1 | u8::from(self.options & RECURSE != 0);
            *trusted |= u8::from(self.options & TRUST_AUTHENTIC != 0) << 5;
        }
    }

    /// The names to try for one that a user typed, in order.
    pub fn candidates(&self, name: &[u8]) -> Vec<Vec<u8>> {
        let has_dot = name.contains(&b'.');
        let wanted = if has_dot {
            SEARCH
        } else {
            DEFAULT_NAMES | SEARCH
        };
        let domains = self.domains.iter().take_while(|domain| !domain.is_null());
        let config = Config {
            servers: Vec::new(),
            domains: domains
                .take(if self.options & wanted == 0 {
                    0
                } else {
                    DOMAINS
                })
                .filter_map(|domain| c_str(*domain).ok().map(<[u8]>::to_vec))
                .collect(),
            ndots: self.bits & 15,
            timeout: 0,
            attempts: 0,
            rotate: false,
            tcp: false,
        };
        config.candidates(name)
    }
}

fn words<const N: usize>(encoded: &[u8]) -> [u32; N] {
    let mut words = [0; N];
    for (word, chunk) in words.iter_mut().zip(encoded.chunks_exact(4)) {
        *word = chunk
            .first_chunk()
            .map_or(0, |bytes| u32::from_ne_bytes(*bytes));
    }
    words
}

fn bytes(words: &[u32; 4]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

static SHARED: Global<ResState> = Global::new(ResState::blank());

/// `struct __res_state *__res_state(void)`
///
/// The state behind `_res` and the calls without an `n`.
#[unsafe(no_mangle)]
pub extern "C" fn __res_state() -> *mut ResState {
    SHARED.with(|state| &raw mut *state)
}
