//! Messages of the domain name system (RFC 1035), as `<resolv.h>` and `<arpa/nameser.h>`
//! handle them. Sending them is `resolver`'s part.

pub mod config;
pub mod message;
pub mod name;
pub mod plan;
