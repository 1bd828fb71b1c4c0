//! Tests of the options, against a socket that is nothing else.

pub mod fake;
mod host;
mod linux;
mod values;
