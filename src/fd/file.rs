//! What every kind of open file answers: the library's counterpart of a kernel's table of file
//! operations. Nothing here waits; `wait` builds the blocking calls on top.

use super::{Address, Description, Notify, Ready, Receive, Transmit};
use crate::errno::{Errno, Result};
use alloc::rc::Rc;
use core::cell::Cell;

/// What fstat(2) and the errno rules need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// socket(7)
    Socket,
    /// pipe(7)
    Pipe,
    /// epoll(7)
    Epoll,
    /// eventfd(2)
    Event,
    /// timerfd_create(2)
    Timer,
    /// A second number for a file of the C library.
    Libc,
    /// null(4), random(4)
    Device,
}

/// Address families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// AF_INET
    Inet,
    /// AF_INET6
    Inet6,
    /// AF_UNIX
    Unix,
    /// AF_NETLINK
    Netlink,
}

/// Socket types of `<sys/socket.h>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// SOCK_STREAM
    Stream,
    /// SOCK_DGRAM
    Datagram,
    /// SOCK_SEQPACKET
    SeqPacket,
}

/// The directions that shutdown(2) ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shutdown {
    /// SHUT_RD
    pub read: bool,
    /// SHUT_WR
    pub write: bool,
}

/// Which of a file's host sources a wait is about. A file may have several (dual stack).
pub type Slot = u8;

/// An open file.
pub trait File {
    /// What kind of file it is.
    fn class(&self) -> Class;

    /// The socket interface, if it is a socket.
    fn socket(&self) -> Option<&dyn Socket> {
        None
    }

    /// One attempt to receive; `EAGAIN` when nothing is there. For a stream, `Ok(0)` is the end.
    fn receive(&self, _: &mut Receive) -> Result<usize> {
        Err(Errno::EINVAL)
    }

    /// One attempt to send; `EAGAIN` when nothing can be taken, else how much was.
    fn send(&self, _: &mut Transmit) -> Result<usize> {
        Err(Errno::EINVAL)
    }

    /// What is known now without a host call.
    fn ready(&self) -> Ready;

    /// Asks the host (without waiting) about `want`. Returns what `ready` knows then.
    fn ask(&self, _want: Ready) -> Ready {
        self.ready()
    }

    /// Names the host pollables to sleep on until one of `want`, or an error, may hold.
    fn sources(&self, _want: Ready, _add: &mut dyn FnMut(u32, Slot)) {}

    /// The host says that the source `slot` is ready.
    fn wake(&self, _slot: Slot) {}

    /// When the file becomes ready by itself (monotonic nanoseconds).
    fn deadline(&self) -> Option<u64> {
        None
    }

    /// Watchers and the count of events.
    fn notify(&self) -> &Notify;

    /// Hands what was gathered for sending to the host; true when nothing is left.
    fn flush(&self) -> bool {
        true
    }

    /// Names the host pollables to sleep on until `flush` (or `closed`) may get further.
    fn flush_sources(&self, _add: &mut dyn FnMut(u32, Slot)) {}

    /// Whether something gathered waits for `flush`.
    fn unflushed(&self) -> bool {
        false
    }

    /// FIONREAD
    fn readable_bytes(&self) -> Result<usize> {
        Err(Errno::ENOTTY)
    }

    /// SIOCOUTQ: bytes sent that are known to wait. `ENOTTY` for what is no socket.
    fn unsent_bytes(&self) -> Result<usize> {
        Err(Errno::ENOTTY)
    }

    /// F_GETPIPE_SZ, or F_SETPIPE_SZ when a size is given; the capacity in bytes.
    fn pipe_size(&self, _new: Option<i32>) -> Result<i32> {
        Err(Errno::EBADF)
    }

    /// The access mode of F_GETFL (Linux's O_RDONLY, O_WRONLY), for files that are not open for both.
    fn access(&self) -> Option<i32> {
        None
    }

    /// The last descriptor was closed. Returns whether the file can be dropped now; if not, it
    /// is kept until `flush` says so.
    fn closed(&self) -> bool {
        self.flush()
    }

    /// For downcasts between files of one kind.
    fn as_any(&self) -> &dyn core::any::Any;
}

/// An open socket.
pub trait Socket {
    /// SO_DOMAIN
    fn domain(&self) -> Domain;

    /// SO_TYPE
    fn kind(&self) -> Type;

    /// bind(2)
    fn bind(&self, _: &Address) -> Result<()>;

    /// listen(2)
    fn listen(&self, _backlog: i32) -> Result<()> {
        Err(Errno::EOPNOTSUPP)
    }

    /// One attempt to accept; `EAGAIN` while the queue is empty.
    fn accept(&self) -> Result<Rc<Description>> {
        Err(Errno::EOPNOTSUPP)
    }

    /// Starts connect(2). `EINPROGRESS` when it has to be waited for.
    fn connect(&self, _: &Address) -> Result<()>;

    /// The outcome of a connect that is under way: `EINPROGRESS` until it is known.
    fn connected(&self) -> Result<()> {
        Ok(())
    }

    /// Sends the first of several messages by one host call; returns how many went, and whether an error,
    /// which is lost, kept back the next one. 0 leaves the first of them to `send`, whatever the reason:
    /// nothing is lost by that, no error either.
    fn send_together(&self, _: &[Transmit]) -> (usize, bool) {
        (0, false)
    }

    /// getsockname(2)
    fn local(&self) -> Result<Address>;

    /// getpeername(2)
    fn peer(&self) -> Result<Address>;

    /// shutdown(2)
    fn shutdown(&self, _: Shutdown) -> Result<()>;

    /// getsockopt(2): writes the value and returns its length.
    fn option(&self, level: i32, name: i32, value: &mut [u8]) -> Result<usize>;

    /// setsockopt(2)
    fn set_option(&self, level: i32, name: i32, value: &[u8]) -> Result<()>;

    /// SO_RCVTIMEO in nanoseconds.
    fn receive_timeout(&self) -> Option<u64>;

    /// SO_SNDTIMEO in nanoseconds.
    fn send_timeout(&self) -> Option<u64>;

    /// SO_ERROR: an error that waits to be told, once.
    fn error(&self) -> &Cell<Option<Errno>>;

    /// Takes an error that waits to be told, if it is known.
    fn pending_error(&self) -> Option<Errno> {
        self.error().take()
    }

    /// SO_RCVLOWAT: bytes that a blocking receive waits for.
    fn low_water(&self) -> usize {
        1
    }

    /// The most that a stream has unread, in bytes.
    fn receive_buffer(&self) -> usize {
        usize::MAX
    }

    /// SO_BUSY_POLL in microseconds, if it was set.
    fn busy_poll(&self) -> Option<u32> {
        None
    }

    /// Whether the peer may be waiting for an answer before it goes on, as far as is known.
    fn peer_may_wait(&self) -> bool {
        true
    }

    /// Nanoseconds that close(2) may wait for unsent data (SO_LINGER).
    fn linger(&self) -> Option<u64> {
        None
    }
}
