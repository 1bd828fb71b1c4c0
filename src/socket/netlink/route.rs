//! rtnetlink(7): links, addresses and routes are told; nothing can be changed without privileges.

use super::message::{HEAD, Head, Writer, attributes, messages, u32_at};
use super::{Link, Links};
use crate::errno::Errno;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
/// The first number that is no message of netlink's own.
const NLMSG_MIN_TYPE: u16 = 16;
const NLM_F_REQUEST: u16 = 1;
const NLM_F_MULTI: u16 = 2;
const NLM_F_ACK: u16 = 4;
const NLM_F_DUMP: u16 = 0x300;
const NLM_F_CAPPED: u16 = 0x100;

const RTM_NEWLINK: u16 = 16;
const RTM_GETLINK: u16 = 18;
const RTM_NEWADDR: u16 = 20;
const RTM_GETADDR: u16 = 22;
const RTM_NEWROUTE: u16 = 24;
const RTM_GETROUTE: u16 = 26;
const RTM_MAX: u16 = 123;

/// wasi-libc's AF_INET and AF_INET6.
const INET: u8 = 1;
const INET6: u8 = 2;

const IFLA_ADDRESS: u16 = 1;
const IFLA_BROADCAST: u16 = 2;
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;
const IFLA_TXQLEN: u16 = 13;
const IFLA_OPERSTATE: u16 = 16;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_LABEL: u16 = 3;
const IFA_CACHEINFO: u16 = 6;
const IFA_FLAGS: u16 = 8;
const IFA_F_PERMANENT: u8 = 0x80;
const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_PREFSRC: u16 = 7;
const RTA_TABLE: u16 = 15;
const ARPHRD_LOOPBACK: u16 = 772;
const ARPHRD_NONE: u16 = 0xfffe;
const IFF_LOOPBACK: u32 = 8;
const RT_SCOPE_UNIVERSE: u8 = 0;
const RT_SCOPE_LINK: u8 = 253;
const RT_SCOPE_HOST: u8 = 254;
const RT_TABLE_MAIN: u8 = 254;
const RT_TABLE_LOCAL: u8 = 255;
const RTPROT_KERNEL: u8 = 2;
const RTN_UNICAST: u8 = 1;
const RTN_LOCAL: u8 = 2;

/// The answers to the requests in a datagram of the socket with this address: a datagram each.
pub fn answer(datagram: &[u8], port: u32, links: Links) -> Vec<Vec<u8>> {
    let mut answers = Vec::new();
    for (head, whole) in messages(datagram) {
        if head.flags & NLM_F_REQUEST == 0 || head.kind < NLMSG_MIN_TYPE {
            continue;
        }
        let request = Request {
            head,
            whole,
            port,
            links,
        };
        let mut told = Vec::new();
        match request.tell(&mut told) {
            Ok(()) if request.is_dump() => {
                if !told.is_empty() {
                    answers.push(told);
                }
                let mut done = Vec::new();
                let writer = Writer::new(&mut done, NLMSG_DONE, NLM_F_MULTI, head.sequence, port);
                writer.put(&[0; 4]).end();
                answers.push(done);
            }
            Ok(()) => {
                if !told.is_empty() {
                    answers.push(told);
                }
                if head.flags & NLM_F_ACK != 0 {
                    answers.push(request.outcome(0));
                }
            }
            Err(errno) => answers.push(request.outcome(errno.0)),
        }
    }
    answers
}

struct Request<'a> {
    head: Head,
    whole: &'a [u8],
    port: u32,
    links: Links,
}

impl Request<'_> {
    fn is_dump(&self) -> bool {
        // RTM_GET*: the third of each four.
        self.head.kind & 3 == 2 && self.head.flags & NLM_F_DUMP != 0
    }

    /// What follows the head.
    fn body(&self) -> &[u8] {
        self.whole.get(HEAD..).unwrap_or_default()
    }

    /// The address family that is asked about, 0 for all.
    fn family(&self) -> u8 {
        self.body().first().copied().unwrap_or(0)
    }

    fn concerns(&self, family: u8) -> bool {
        self.family() == 0 || self.family() == family
    }

    /// `struct nlmsgerr`: an error number, or 0 for an acknowledgement, with the request.
    fn outcome(&self, errno: i32) -> Vec<u8> {
        let mut to = Vec::new();
        let flags = if errno == 0 { NLM_F_CAPPED } else { 0 };
        let shown = if errno == 0 {
            self.whole.get(..HEAD).unwrap_or_default()
        } else {
            self.whole
        };
        Writer::new(&mut to, NLMSG_ERROR, flags, self.head.sequence, self.port)
            .put(&(-errno).to_ne_bytes())
            .put(shown)
            .end();
        to
    }

    fn begin<'v>(&self, to: &'v mut Vec<u8>, kind: u16) -> Writer<'v> {
        let flags = if self.is_dump() { NLM_F_MULTI } else { 0 };
        Writer::new(to, kind, flags, self.head.sequence, self.port)
    }

    fn tell(&self, to: &mut Vec<u8>) -> Result<(), Errno> {
        if self.head.kind > RTM_MAX {
            return Err(Errno::EOPNOTSUPP);
        }
        if self.body().is_empty() {
            return Err(Errno::EINVAL);
        }
        match (self.head.kind, self.is_dump()) {
            (RTM_GETLINK, true) => {
                for link in (self.links)() {
                    self.link(to, &link);
                }
            }
            (RTM_GETLINK, false) => self.one_link(to)?,
            (RTM_GETADDR, true) => self.addresses(to),
            (RTM_GETROUTE, true) => self.routes(to),
            (RTM_GETROUTE, false) => self.one_route(to)?,
            // Neighbours, rules and the like: there are none.
            (_, true) => {}
            (kind, false) if kind & 3 != 2 => return Err(Errno::EPERM),
            _ => return Err(Errno::EOPNOTSUPP),
        }
        Ok(())
    }

    fn link(&self, to: &mut Vec<u8>, link: &Link) {
        let loopback = link.flags & IFF_LOOPBACK != 0;
        let hardware = if loopback {
            ARPHRD_LOOPBACK
        } else {
            ARPHRD_NONE
        };
        let mut structure = [0; 16];
        let fields: [(usize, &[u8]); 3] = [
            (2, &hardware.to_ne_bytes()),
            (4, &link.index.to_ne_bytes()),
            (8, &link.flags.to_ne_bytes()),
        ];
        fill(&mut structure, &fields);
        let mut name = link.name.as_bytes().to_vec();
        name.push(0);
        let writer = self
            .begin(to, RTM_NEWLINK)
            .put(&structure)
            .attribute(IFLA_IFNAME, &name)
            .number(IFLA_TXQLEN, 1000)
            // IF_OPER_UNKNOWN
            .attribute(IFLA_OPERSTATE, &[0])
            .number(IFLA_MTU, link.mtu);
        if loopback {
            writer
                .attribute(IFLA_ADDRESS, &[0; 6])
                .attribute(IFLA_BROADCAST, &[0; 6])
                .end();
        } else {
            writer.end();
        }
    }

    /// The link of the number in `struct ifinfomsg`, or of the name in an attribute.
    fn one_link(&self, to: &mut Vec<u8>) -> Result<(), Errno> {
        let index = u32_at(self.body(), 4).ok_or(Errno::EINVAL)?;
        let behind = self.body().get(16..).unwrap_or_default();
        let name = attributes(behind).find(|(kind, _)| *kind == IFLA_IFNAME);
        let name = name.map(|(_, name)| name.split(|&byte| byte == 0).next().unwrap_or_default());
        if index == 0 && name.is_none() {
            return Err(Errno::EINVAL);
        }
        let links = (self.links)();
        let wanted = |link: &&Link| match name {
            Some(name) if index == 0 => link.name.as_bytes() == name,
            _ => link.index == index,
        };
        let link = links.iter().find(wanted).ok_or(Errno::ENODEV)?;
        self.link(to, link);
        Ok(())
    }

    fn addresses(&self, to: &mut Vec<u8>) {
        let links = (self.links)();
        for family in [INET, INET6] {
            for link in links.iter().filter(|_| self.concerns(family)) {
                for (address, bits) in &link.addresses {
                    if family_of(*address) == family {
                        self.address(to, link, *address, *bits);
                    }
                }
            }
        }
    }

    fn address(&self, to: &mut Vec<u8>, link: &Link, address: IpAddr, bits: u32) {
        let mut structure = [
            family_of(address),
            bits as u8,
            IFA_F_PERMANENT,
            scope_of(address),
            0,
            0,
            0,
            0,
        ];
        fill(&mut structure, &[(4, &link.index.to_ne_bytes())]);
        let mut writer = self
            .begin(to, RTM_NEWADDR)
            .put(&structure)
            .attribute(IFA_ADDRESS, &octets(address));
        if address.is_ipv4() {
            let mut name = link.name.as_bytes().to_vec();
            name.push(0);
            writer = writer
                .attribute(IFA_LOCAL, &octets(address))
                .attribute(IFA_LABEL, &name);
        }
        // Valid and preferred for ever; when it was made and changed is not known.
        let mut lives = [0; 16];
        fill(&mut lives, &[(0, &[0xff; 8])]);
        writer
            .number(IFA_FLAGS, u32::from(IFA_F_PERMANENT))
            .attribute(IFA_CACHEINFO, &lives)
            .end();
    }

    /// The addresses as routes of the table of local ones, and the way to everywhere else.
    fn routes(&self, to: &mut Vec<u8>) {
        for link in (self.links)() {
            for (address, _) in &link.addresses {
                if !self.concerns(family_of(*address)) {
                    continue;
                }
                if link.flags & IFF_LOOPBACK == 0 {
                    self.route(to, &link, Target::Anywhere, *address);
                }
                self.route(to, &link, Target::Itself, *address);
            }
        }
    }

    fn route(&self, to: &mut Vec<u8>, link: &Link, target: Target, address: IpAddr) {
        let full = if address.is_ipv4() { 32 } else { 128 };
        let (length, table, scope, kind) = match target {
            Target::Anywhere => (0, RT_TABLE_MAIN, RT_SCOPE_UNIVERSE, RTN_UNICAST),
            Target::Itself => (full, RT_TABLE_LOCAL, RT_SCOPE_HOST, RTN_LOCAL),
            Target::Other(_) => (full, RT_TABLE_MAIN, RT_SCOPE_UNIVERSE, RTN_UNICAST),
        };
        let family = family_of(address);
        let structure = [
            family,
            length,
            0,
            0,
            table,
            RTPROT_KERNEL,
            scope,
            kind,
            0,
            0,
            0,
            0,
        ];
        let mut writer = self
            .begin(to, RTM_NEWROUTE)
            .put(&structure)
            .number(RTA_TABLE, u32::from(table));
        match target {
            Target::Anywhere => {}
            Target::Itself => writer = writer.attribute(RTA_DST, &octets(address)),
            Target::Other(other) => writer = writer.attribute(RTA_DST, &octets(other)),
        }
        writer
            .number(RTA_OIF, link.index)
            .attribute(RTA_PREFSRC, &octets(address))
            .end();
    }

    /// The way to one address (RTA_DST).
    fn one_route(&self, to: &mut Vec<u8>) -> Result<(), Errno> {
        let behind = self.body().get(12..).unwrap_or_default();
        let target = attributes(behind).find(|(kind, _)| *kind == RTA_DST);
        let target = match (self.family(), target) {
            (INET, Some((_, value))) => value
                .first_chunk()
                .map(|bytes: &[u8; 4]| IpAddr::V4(Ipv4Addr::from(*bytes))),
            (INET6, Some((_, value))) => value
                .first_chunk()
                .map(|bytes: &[u8; 16]| IpAddr::V6(Ipv6Addr::from(*bytes))),
            _ => None,
        };
        let target = target.ok_or(Errno::EINVAL)?;
        let links = (self.links)();
        let all = || {
            links.iter().flat_map(|link| {
                link.addresses
                    .iter()
                    .map(move |(address, _)| (link, *address))
            })
        };
        if let Some((link, address)) = all().find(|(_, address)| *address == target) {
            self.route(to, link, Target::Itself, address);
            return Ok(());
        }
        let near = target.is_loopback();
        let way = all().find(|(link, address)| {
            (link.flags & IFF_LOOPBACK != 0) == near && family_of(*address) == family_of(target)
        });
        let (link, address) = way.ok_or(Errno::ENETUNREACH)?;
        self.route(to, link, Target::Other(target), address);
        Ok(())
    }
}

/// Where a route leads.
enum Target {
    /// To the address itself, which is this machine's.
    Itself,
    /// To another one.
    Other(IpAddr),
    /// The default route.
    Anywhere,
}

fn family_of(address: IpAddr) -> u8 {
    if address.is_ipv4() { INET } else { INET6 }
}

fn scope_of(address: IpAddr) -> u8 {
    match address {
        _ if address.is_loopback() => RT_SCOPE_HOST,
        IpAddr::V6(v6) if v6.is_unicast_link_local() => RT_SCOPE_LINK,
        IpAddr::V4(v4) if v4.is_link_local() => RT_SCOPE_LINK,
        _ => RT_SCOPE_UNIVERSE,
    }
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    }
}

fn fill(structure: &mut [u8], fields: &[(usize, &[u8])]) {
    for (at, bytes) in fields {
        if let Some(place) = structure.get_mut(*at..*at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }
}
