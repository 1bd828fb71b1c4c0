//! The task runner of wasi-posix-sockets, as a library that tests use too.

pub mod apt;
pub mod bench;
pub mod build;
pub mod check;
pub mod cmd;
pub mod compile;
pub mod demo;
pub mod fuzz;
pub mod jco;
pub mod paths;
pub mod ports;
mod prefix;
pub mod size;
pub mod toolchain;
pub mod ui;

pub use build::build;
pub use toolchain::setup;
pub use wps_driver::Prefix;
