//! A machine made up for tests.

use super::{Env, Failure, Route};
use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;

/// Answers that a test chooses, and a record of what was asked.
#[derive(Default)]
pub struct Fake {
    pub hosts: Option<Vec<u8>>,
    pub names: HashMap<String, Result<Vec<IpAddr>, Failure>>,
    pub reverse: HashMap<IpAddr, Vec<u8>>,
    pub source_v4: Option<IpAddr>,
    pub source_v6: Option<IpAddr>,
    pub routes_unknown: bool,
    pub lookups: Vec<String>,
    pub routes_asked: usize,
}

impl Fake {
    pub fn dual_stack() -> Fake {
        Fake {
            source_v4: Some("192.0.2.2".parse().unwrap()),
            source_v6: Some("2001:db8::2".parse().unwrap()),
            ..Fake::default()
        }
    }

    pub fn v4_only() -> Fake {
        Fake {
            source_v4: Some("192.0.2.2".parse().unwrap()),
            ..Fake::default()
        }
    }

    pub fn unknown() -> Fake {
        Fake {
            routes_unknown: true,
            ..Fake::default()
        }
    }

    pub fn with_hosts(mut self, text: &str) -> Fake {
        self.hosts = Some(text.as_bytes().to_vec());
        self
    }

    pub fn with_name(mut self, name: &str, addresses: &[&str]) -> Fake {
        let list = addresses.iter().map(|a| a.parse().unwrap()).collect();
        self.names.insert(name.to_owned(), Ok(list));
        self
    }
}

impl Env for Fake {
    fn hosts(&mut self) -> Option<Cow<'static, [u8]>> {
        self.hosts.clone().map(Cow::Owned)
    }

    fn services(&mut self) -> Cow<'static, [u8]> {
        Cow::Borrowed(super::databases::SERVICES)
    }

    fn lookup(&mut self, name: &str) -> Result<Vec<IpAddr>, Failure> {
        self.lookups.push(name.to_owned());
        self.names
            .get(name)
            .cloned()
            .unwrap_or(Err(Failure::NotFound))
    }

    fn reverse(&mut self, address: IpAddr) -> Result<Vec<u8>, Failure> {
        self.reverse.get(&address).cloned().ok_or(Failure::NotFound)
    }

    fn route(&mut self, to: IpAddr) -> Route {
        self.routes_asked += 1;
        if self.routes_unknown {
            return Route::Unknown;
        }
        let source = if to.is_ipv4() {
            self.source_v4
        } else {
            self.source_v6
        };
        match source {
            None => Route::None,
            Some(_) if to.is_loopback() => Route::From(to),
            Some(source) => Route::From(source),
        }
    }
}
