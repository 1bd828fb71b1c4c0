//! `/etc/resolv.conf`.

use super::super::addr::{parse_v4, parse_v6};
use super::super::text::{decimal, fields};
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

/// How many name servers and how many domains count, as in glibc.
const MAX_SERVERS: usize = 3;
const MAX_DOMAINS: usize = 6;

/// What the file says; the defaults where it says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The name servers, to be asked in this order.
    pub servers: Vec<IpAddr>,
    /// The domains that are tried behind a short name.
    pub domains: Vec<Vec<u8>>,
    /// How many dots make a name be tried as it is first.
    pub ndots: u32,
    /// How long to wait for an answer, in seconds.
    pub timeout: u32,
    /// How often to ask each server.
    pub attempts: u32,
    /// Whether to begin with another server each time.
    pub rotate: bool,
    /// Whether to use TCP from the start.
    pub tcp: bool,
}

impl Config {
    /// Reads resolv.conf(5).
    pub fn parse(text: &[u8]) -> Config {
        let mut config = Config {
            servers: Vec::new(),
            domains: Vec::new(),
            ndots: 1,
            timeout: 5,
            attempts: 2,
            rotate: false,
            tcp: false,
        };
        for line in text.split(|&byte| byte == b'\n') {
            // A comment takes the whole line; `#` in the middle of one means nothing special.
            if !matches!(line.first(), Some(b'#' | b';')) {
                config.line(line);
            }
        }
        if config.servers.is_empty() {
            config.servers.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        config
    }

    fn line(&mut self, line: &[u8]) {
        let mut words = fields(line);
        match words.next() {
            Some(b"nameserver") if self.servers.len() < MAX_SERVERS => {
                self.servers.extend(words.next().and_then(server));
            }
            Some(b"domain") => {
                self.domains = words.take(1).map(<[u8]>::to_vec).collect();
            }
            Some(b"search") => {
                self.domains = words.take(MAX_DOMAINS).map(<[u8]>::to_vec).collect();
            }
            Some(b"options") => words.for_each(|option| self.option(option)),
            _ => {}
        }
    }

    fn option(&mut self, option: &[u8]) {
        let mut parts = option.splitn(2, |&byte| byte == b':');
        let name = parts.next();
        let number = parts.next().and_then(|text| decimal(text, u32::MAX));
        match (name, number) {
            (Some(b"ndots"), Some(dots)) => self.ndots = dots.min(15),
            (Some(b"timeout"), Some(seconds)) => self.timeout = seconds.clamp(1, 30),
            (Some(b"attempts"), Some(times)) => self.attempts = times.clamp(1, 5),
            (Some(b"rotate"), None) => self.rotate = true,
            (Some(b"use-vc"), None) => self.tcp = true,
            _ => {}
        }
    }

    /// The names to try for one that a user typed, in order: res_search(3).
    pub fn candidates(&self, name: &[u8]) -> Vec<Vec<u8>> {
        let alone = alloc::vec![name.to_vec()];
        if name.ends_with(b".") {
            return alone;
        }
        let dots = name.iter().filter(|byte| **byte == b'.').count() as u32;
        let with_domains = self.domains.iter().map(|domain| {
            let domain = domain.strip_prefix(b".").unwrap_or(domain);
            [name, b".", domain].concat()
        });
        if dots >= self.ndots {
            alone.into_iter().chain(with_domains).collect()
        } else {
            with_domains.chain(alone).collect()
        }
    }
}

fn server(text: &[u8]) -> Option<IpAddr> {
    // The scope of a link-local server cannot be expressed to the host by name.
    let address = text.split(|&byte| byte == b'%').next()?;
    match parse_v4(address) {
        Some(v4) => Some(IpAddr::V4(v4)),
        None => parse_v6(address).map(IpAddr::V6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_stand_without_a_file() {
        let config = Config::parse(b"");
        assert_eq!(config.servers, [IpAddr::V4(Ipv4Addr::LOCALHOST)]);
        assert_eq!((config.ndots, config.timeout, config.attempts), (1, 5, 2));
    }

    #[test]
    fn the_file_is_read_as_documented() {
        let config = Config::parse(
            b"# c\n; d\ndomain one.example\nsearch a.example b.example\nnameserver 192.0.2.1\n\
              nameserver bogus\nnameserver 2001:db8::1\nnameserver fe80::1%eth0\n\
              nameserver 192.0.2.9\noptions ndots:2 timeout:1 rotate attempts:99 ndots:x use-vc\n",
        );
        let servers: Vec<String> = config.servers.iter().map(ToString::to_string).collect();
        assert_eq!(servers, ["192.0.2.1", "2001:db8::1", "fe80::1"]);
        assert_eq!(
            config.domains,
            [b"a.example".to_vec(), b"b.example".to_vec()]
        );
        assert_eq!((config.ndots, config.timeout, config.attempts), (2, 1, 5));
        assert!(config.rotate && config.tcp);
    }

    #[test]
    fn short_names_are_tried_in_the_domains_first() {
        let config = Config::parse(b"search a.example b.example\noptions ndots:2\n");
        let tried = |name: &[u8]| -> Vec<String> {
            let list = config.candidates(name).into_iter();
            list.map(|name| String::from_utf8(name).unwrap()).collect()
        };
        assert_eq!(tried(b"x"), ["x.a.example", "x.b.example", "x"]);
        assert_eq!(
            tried(b"x.y.z"),
            ["x.y.z", "x.y.z.a.example", "x.y.z.b.example"]
        );
        assert_eq!(tried(b"x."), ["x."]);
    }
}
