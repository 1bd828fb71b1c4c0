//! An AF_UNIX socket as a file.

use super::endpoint::{Endpoint, Phase};
use super::settings::now;
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{
    Address, Class, Description, Domain, File, Notify, Ready, Receive, Shutdown, Socket, Transmit,
    UnixAddress,
};
use crate::socket::options::{Flag, Options};
use alloc::rc::Rc;
use core::any::Any;
use core::cell::Cell;

/// The descriptors' side of an endpoint.
pub struct Local {
    end: Rc<Endpoint>,
    pub(super) options: Options,
}

impl Local {
    /// A file for `end`, which no other file has.
    pub fn new(end: Rc<Endpoint>) -> Self {
        Local {
            end,
            options: Options::new(),
        }
    }

    /// A socket with SO_PASSCRED on gets a name before it first sends (unix(7)).
    fn name_for_credentials(&self) -> Result<()> {
        if self.options.pass_credentials() {
            self.end.bind(&Address::Unix(UnixAddress::Unnamed))?;
        }
        Ok(())
    }

    /// The endpoint.
    pub fn end(&self) -> &Rc<Endpoint> {
        &self.end
    }
}

impl File for Local {
    fn class(&self) -> Class {
        Class::Socket
    }

    fn socket(&self) -> Option<&dyn Socket> {
        Some(self)
    }

    fn receive(&self, message: &mut Receive) -> Result<usize> {
        let count = match self.end.kind() {
            Type::Stream => self.end.receive_stream(message, self.options.low_water()),
            _ => self.end.receive_message(message),
        }?;
        if !self.options.pass_credentials() {
            message.credentials = None;
        }
        if let Some(nanoseconds) = self.options.time_stamps()
            && self.end.kind() != Type::Stream
        {
            message.particulars.arrived = Some((now(), nanoseconds));
        }
        Ok(count)
    }

    fn send(&self, message: &mut Transmit) -> Result<usize> {
        match self.end.kind() {
            Type::Stream => self.end.send_stream(message),
            _ => {
                self.name_for_credentials()?;
                self.end.send_message(message)
            }
        }
    }

    fn ready(&self) -> Ready {
        self.end.ready()
    }

    fn notify(&self) -> &Notify {
        &self.end.notify
    }

    fn readable_bytes(&self) -> Result<usize> {
        match self.end.kind() {
            _ if self.end.phase.get() == Phase::Listening => Err(Errno::EINVAL),
            Type::Stream => Ok(self.end.incoming.borrow().len()),
            _ => Ok(self.end.message_bytes()),
        }
    }

    fn unsent_bytes(&self) -> Result<usize> {
        Ok(match self.end.kind() {
            Type::Stream => self.end.unread_by_peer(),
            _ => self.end.charged.get(),
        })
    }

    fn closed(&self) -> bool {
        self.end.close(false);
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Socket for Local {
    fn domain(&self) -> Domain {
        Domain::Unix
    }

    fn kind(&self) -> Type {
        self.end.kind()
    }

    fn bind(&self, address: &Address) -> Result<()> {
        self.end.bind(address)
    }

    fn listen(&self, backlog: i32) -> Result<()> {
        self.end.listen(backlog)
    }

    fn accept(&self) -> Result<Rc<Description>> {
        let accepted = Local::new(self.end.accept()?);
        // Linux makes the new socket when the client connects, so it has the defaults but for
        // what concerns credentials.
        accepted
            .options
            .turn(Flag::PassCredentials, self.options.pass_credentials());
        Ok(Description::new(accepted, false))
    }

    /// A connection is there at once, or not at all: `EAGAIN` when the listener's queue is full,
    /// on a blocking socket too, because nobody else could ever empty it.
    fn connect(&self, address: &Address) -> Result<()> {
        if *address != Address::Unspecified {
            self.name_for_credentials()?;
        }
        self.end.connect(address)
    }

    fn local(&self) -> Result<Address> {
        Ok(Address::Unix(self.end.name.borrow().clone()))
    }

    fn peer(&self) -> Result<Address> {
        self.end.peer_name().map(Address::Unix)
    }

    fn shutdown(&self, how: Shutdown) -> Result<()> {
        self.end.shutdown(how);
        Ok(())
    }

    fn option(&self, level: i32, name: i32, value: &mut [u8]) -> Result<usize> {
        self.options.get(self, level, name, value)
    }

    fn set_option(&self, level: i32, name: i32, value: &[u8]) -> Result<()> {
        self.options.set(self, level, name, value)
    }

    fn receive_timeout(&self) -> Option<u64> {
        self.options.receive_timeout()
    }

    fn send_timeout(&self) -> Option<u64> {
        self.options.send_timeout()
    }

    fn error(&self) -> &Cell<Option<Errno>> {
        &self.end.error
    }
}

/// A description that never got a number is dropped without being closed.
impl Drop for Local {
    fn drop(&mut self) {
        self.end.close(false);
    }
}

/// Whether a sender's name is worth telling.
pub(super) fn shown(name: &UnixAddress) -> Option<Address> {
    (*name != UnixAddress::Unnamed).then(|| Address::Unix(name.clone()))
}
