//! A listening TCP socket: one host socket, or an IPv6 and an IPv4 one for a dual-stack wildcard.

use super::connection::Connection;
use crate::errno::{Errno, Result};
use crate::fd::{Notify, Slot};
use crate::host::poll::Source;
use crate::host::tcp::TcpSocket;

/// The queue that Linux grants at most (net.core.somaxconn).
const LONGEST_QUEUE: i32 = 4096;

/// One listening host socket.
struct Ear {
    source: Source,
    host: TcpSocket,
    /// The host said that a connection waits.
    pending: bool,
}

/// See the module.
pub struct Listener {
    first: Ear,
    second: Option<Ear>,
    /// Whose turn it is: neither family may starve the other.
    second_next: bool,
}

/// Hosts refuse a queue of no length; Linux makes it a short one.
fn queue_length(backlog: i32) -> u64 {
    // A negative number is a huge one to the kernel (listen(2) takes it as unsigned).
    let length = if backlog < 0 { LONGEST_QUEUE } else { backlog };
    length.clamp(1, LONGEST_QUEUE) as u64
}

fn start(host: &TcpSocket, backlog: i32) -> Result<()> {
    // Only a wish: a host that cannot keep it still listens.
    let _ = host.set_backlog(queue_length(backlog));
    host.start_listen()?;
    loop {
        match host.finish_listen() {
            Err(Errno::EAGAIN) => host.subscribe().block(),
            outcome => return outcome,
        }
    }
}

impl Ear {
    fn new(host: TcpSocket) -> Self {
        Ear {
            source: host.subscribe(),
            host,
            pending: false,
        }
    }

    /// The next connection; `EAGAIN` when there is none. Connections that broke while they
    /// waited are skipped: Linux hands them out as sockets, the host cannot.
    fn accept(&mut self) -> Result<Connection> {
        self.pending = false;
        let mut again = false;
        loop {
            match self.host.accept() {
                Ok((host, input, output)) => return Ok(Connection::new(host, input, output, true)),
                Err(Errno::ECONNABORTED | Errno::ECONNRESET) => {}
                // A host that was asked for readiness has tried to accept, and tells how that went. There
                // may be descriptors by now.
                Err(Errno::EMFILE | Errno::ENFILE) if !again => again = true,
                Err(errno) => return Err(errno),
            }
        }
    }

    fn ask(&mut self, notify: &Notify) {
        if !self.pending && self.source.ready() {
            self.pending = true;
            notify.event();
        }
    }
}

impl Listener {
    /// listen(2) on bound host sockets, which come back when it fails.
    pub fn start(
        host: TcpSocket,
        second: Option<TcpSocket>,
        backlog: i32,
    ) -> core::result::Result<Self, (Errno, TcpSocket, Option<TcpSocket>)> {
        if let Err(errno) = start(&host, backlog) {
            return Err((errno, host, second));
        }
        if let Some(other) = &second
            && let Err(errno) = start(other, backlog)
        {
            return Err((errno, host, second));
        }
        Ok(Listener {
            first: Ear::new(host),
            second: second.map(Ear::new),
            second_next: false,
        })
    }

    /// A second listen(2) only changes the length of the queue.
    pub fn set_backlog(&self, backlog: i32) {
        for ear in core::iter::once(&self.first).chain(&self.second) {
            let _ = ear.host.set_backlog(queue_length(backlog));
        }
    }

    /// The host socket that has the name.
    pub fn host(&self) -> &TcpSocket {
        &self.first.host
    }

    /// The IPv4 side of a dual-stack listener.
    pub fn second_host(&self) -> Option<&TcpSocket> {
        self.second.as_ref().map(|ear| &ear.host)
    }

    /// One attempt to accept.
    pub fn accept(&mut self) -> Result<Connection> {
        let Some(second) = &mut self.second else {
            return self.first.accept();
        };
        let (one, other) = if self.second_next {
            (second, &mut self.first)
        } else {
            (&mut self.first, second)
        };
        self.second_next = !self.second_next;
        match one.accept() {
            Err(Errno::EAGAIN) => other.accept(),
            outcome => outcome,
        }
    }

    /// Whether the host said that a connection waits.
    pub fn pending(&self) -> bool {
        self.first.pending || self.second.as_ref().is_some_and(|ear| ear.pending)
    }

    /// Asks the host.
    pub fn ask(&mut self, notify: &Notify) {
        self.first.ask(notify);
        if let Some(second) = &mut self.second {
            second.ask(notify);
        }
    }

    /// What to sleep on: source 0, and 2 for the second host socket.
    pub fn sources(&self, add: &mut dyn FnMut(u32, Slot)) {
        if !self.first.pending {
            add(self.first.source.number(), 0);
        }
        if let Some(second) = self.second.as_ref().filter(|ear| !ear.pending) {
            add(second.source.number(), 2);
        }
    }

    /// The host says that a source is ready.
    pub fn wake(&mut self, slot: Slot, notify: &Notify) {
        let ear = if slot == 0 {
            Some(&mut self.first)
        } else {
            self.second.as_mut()
        };
        if let Some(ear) = ear {
            ear.pending = true;
            notify.event();
        }
    }
}
