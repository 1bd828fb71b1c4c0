//! Descriptors, open file descriptions, and what a description can be asked.

pub mod address;
pub mod description;
pub mod file;
pub mod in_flight;
pub mod message;
pub mod notify;
pub mod patience;
pub mod ready;
pub mod table;

pub mod process;

pub use address::{Address, UnixAddress};
pub use description::Description;
pub use file::{Class, Domain, File, Shutdown, Slot, Socket};
pub use in_flight::InFlight;
pub use message::{Flags, Particulars, Receive, Transmit};
pub use notify::{Notify, Watcher};
pub use patience::Patience;
pub use ready::Ready;
