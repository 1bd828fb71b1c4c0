//! Tests of the options, against a socket that is nothing else.

mod fake;
mod host;
mod linux;
mod values;
