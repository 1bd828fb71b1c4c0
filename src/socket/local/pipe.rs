//! Pipes (pipe(7)).

use super::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, File, Flags, Notify, Ready, Receive, Transmit};
use alloc::rc::Rc;
use core::any::Any;
use core::cell::{Cell, RefCell};

/// Bytes that a new pipe holds.
pub const CAPACITY: usize = 65_536;

/// PIPE_BUF: writes up to this size go in whole or not at all.
pub const ATOMIC: usize = 4096;

/// The largest capacity that a program without privileges may ask for
/// (/proc/sys/fs/pipe-max-size).
pub const LARGEST: usize = 1 << 20;

const O_RDONLY: i32 = 0;
const O_WRONLY: i32 = 1;

struct Shared {
    buffer: RefCell<Buffer>,
    capacity: Cell<usize>,
    /// Whether the end is open.
    reading: Cell<bool>,
    writing: Cell<bool>,
    reader: Notify,
    writer: Notify,
}

impl Shared {
    fn room(&self) -> usize {
        self.capacity
            .get()
            .saturating_sub(self.buffer.borrow().len())
    }

    /// What POLLOUT stands for: at least a page is free.
    fn writable(&self) -> bool {
        self.room() >= ATOMIC
    }
}

/// The end that is read.
pub struct ReadEnd(Rc<Shared>);

/// The end that is written.
pub struct WriteEnd(Rc<Shared>);

/// Whether two files are the two ends of one pipe.
pub fn are_one(read: &dyn File, write: &dyn File) -> bool {
    let read = read.as_any().downcast_ref::<ReadEnd>();
    let write = write.as_any().downcast_ref::<WriteEnd>();
    matches!((read, write), (Some(read), Some(write)) if Rc::ptr_eq(&read.0, &write.0))
}

/// pipe(2): the end to read and the end to write.
pub fn create(nonblocking: bool) -> (Rc<Description>, Rc<Description>) {
    let shared = Rc::new(Shared {
        buffer: RefCell::default(),
        capacity: Cell::new(CAPACITY),
        reading: Cell::new(true),
        writing: Cell::new(true),
        reader: Notify::default(),
        writer: Notify::default(),
    });
    let read = Description::new(ReadEnd(shared.clone()), nonblocking);
    let write = Description::new(WriteEnd(shared), nonblocking);
    (read, write)
}

impl Shared {
    /// F_SETPIPE_SZ: rounds up to a power of two of at least a page. `EBUSY` if more than that
    /// waits in the pipe, `EPERM` above [`LARGEST`].
    fn set_capacity(&self, bytes: u32) -> Result<()> {
        let bytes = bytes as usize;
        if bytes > LARGEST {
            return Err(if bytes > 1 << 31 {
                Errno::EINVAL
            } else {
                Errno::EPERM
            });
        }
        let rounded = bytes.next_power_of_two().max(ATOMIC);
        if rounded < self.buffer.borrow().len() {
            return Err(Errno::EBUSY);
        }
        let was_writable = self.writable();
        self.capacity.set(rounded);
        if !was_writable && self.writable() {
            self.writer.event();
        }
        Ok(())
    }

    fn pipe_size(&self, new: Option<i32>) -> Result<i32> {
        if let Some(bytes) = new {
            self.set_capacity(bytes as u32)?; // fcntl(2) takes it for unsigned
        }
        Ok(self.capacity.get() as i32)
    }
}

impl File for ReadEnd {
    fn class(&self) -> Class {
        Class::Pipe
    }

    fn receive(&self, message: &mut Receive) -> Result<usize> {
        if message.room() == 0 {
            return Ok(0);
        }
        let pipe = &*self.0;
        let was_writable = pipe.writable();
        // Only splice(2) peeks.
        let peek = message.flags.has(Flags::PEEK);
        let count = pipe.buffer.borrow_mut().read(message, usize::MAX, peek);
        if count == 0 {
            return if pipe.writing.get() {
                Err(Errno::EAGAIN)
            } else {
                Ok(0)
            };
        }
        if !was_writable && pipe.writable() {
            pipe.writer.event();
        }
        Ok(count)
    }

    fn send(&self, _: &mut Transmit) -> Result<usize> {
        Err(Errno::EBADF)
    }

    fn ready(&self) -> Ready {
        Ready::IN.when(!self.0.buffer.borrow().is_empty()) | Ready::HUP.when(!self.0.writing.get())
    }

    fn notify(&self) -> &Notify {
        &self.0.reader
    }

    fn readable_bytes(&self) -> Result<usize> {
        Ok(self.0.buffer.borrow().len())
    }

    fn pipe_size(&self, new: Option<i32>) -> Result<i32> {
        self.0.pipe_size(new)
    }

    fn access(&self) -> Option<i32> {
        Some(O_RDONLY)
    }

    fn closed(&self) -> bool {
        if self.0.reading.replace(false) {
            self.0.writer.event();
        }
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl File for WriteEnd {
    fn class(&self) -> Class {
        Class::Pipe
    }

    fn receive(&self, _: &mut Receive) -> Result<usize> {
        Err(Errno::EBADF)
    }

    fn send(&self, message: &mut Transmit) -> Result<usize> {
        let pipe = &*self.0;
        let size = message.size();
        if size == 0 {
            return Ok(0);
        }
        if !pipe.reading.get() {
            return Err(Errno::EPIPE);
        }
        let room = pipe.room();
        if room == 0 || (size <= ATOMIC && room < size) {
            return Err(Errno::EAGAIN);
        }
        let count = pipe.buffer.borrow_mut().append(message, room)?;
        pipe.reader.event();
        Ok(count)
    }

    fn ready(&self) -> Ready {
        Ready::OUT.when(self.0.writable()) | Ready::ERR.when(!self.0.reading.get())
    }

    fn notify(&self) -> &Notify {
        &self.0.writer
    }

    fn readable_bytes(&self) -> Result<usize> {
        Ok(self.0.buffer.borrow().len())
    }

    fn pipe_size(&self, new: Option<i32>) -> Result<i32> {
        self.0.pipe_size(new)
    }

    fn access(&self) -> Option<i32> {
        Some(O_WRONLY)
    }

    fn closed(&self) -> bool {
        if self.0.writing.replace(false) {
            self.0.reader.event();
        }
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

// A description that never got a number is dropped without being closed.
impl Drop for ReadEnd {
    fn drop(&mut self) {
        self.closed();
    }
}

impl Drop for WriteEnd {
    fn drop(&mut self) {
        self.closed();
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{receive, send};
    use super::*;

    #[test]
    fn small_writes_are_whole_and_large_ones_may_be_parts() {
        let (read, write) = create(true);
        assert_eq!(send(&write, &[1; 62_000]), Ok(62_000));
        assert_eq!(send(&write, &[2; 4096]), Err(Errno::EAGAIN));
        assert!(!write.file.ready().any(Ready::OUT));
        assert_eq!(send(&write, &[3; 4097]), Ok(3536));
        assert_eq!(send(&write, &[4; 1]), Err(Errno::EAGAIN));
        assert_eq!(read.file.readable_bytes(), Ok(65_536));
        assert_eq!(receive(&read, 62_000).unwrap(), vec![1; 62_000]);
        assert!(write.file.ready().any(Ready::OUT));
        assert_eq!(receive(&read, 62_000).unwrap(), vec![3; 3536]);
        assert_eq!(receive(&read, 1), Err(Errno::EAGAIN));
    }

    #[test]
    fn room_for_a_page_is_one_event() {
        let (read, write) = create(true);
        let before = write.file.notify().edges();
        send(&write, &[0; 65_536]).unwrap();
        receive(&read, 4095).unwrap();
        assert_eq!(write.file.notify().edges(), before);
        assert_eq!(write.file.ready(), Ready::NONE);
        receive(&read, 1).unwrap();
        assert_eq!(write.file.notify().edges(), before + 1);
        receive(&read, 1).unwrap();
        assert_eq!(write.file.notify().edges(), before + 1);
        assert_eq!(write.file.ready(), Ready::OUT);
    }

    #[test]
    fn every_write_is_news_to_the_reader() {
        let (read, write) = create(true);
        let before = read.file.notify().edges();
        send(&write, b"a").unwrap();
        send(&write, b"b").unwrap();
        assert_eq!(read.file.notify().edges(), before + 2);
    }

    #[test]
    fn end_of_file_after_the_last_byte() {
        let (read, write) = create(true);
        send(&write, b"abc").unwrap();
        write.file.closed();
        assert_eq!(read.file.ready(), Ready::IN | Ready::HUP);
        assert_eq!(receive(&read, 10).unwrap(), b"abc");
        assert_eq!(read.file.ready(), Ready::HUP);
        assert_eq!(receive(&read, 10).unwrap(), b"");
    }

    #[test]
    fn broken_pipe() {
        let (read, write) = create(true);
        send(&write, &[0; 65_536]).unwrap();
        drop(read);
        assert_eq!(write.file.ready(), Ready::ERR);
        assert_eq!(send(&write, b"x"), Err(Errno::EPIPE));
        assert_eq!(send(&write, b""), Ok(0));
    }

    #[test]
    fn ends_are_one_way() {
        let (read, write) = create(true);
        assert_eq!(send(&read, b"x"), Err(Errno::EBADF));
        assert_eq!(send(&read, b""), Err(Errno::EBADF));
        assert_eq!(receive(&write, 1), Err(Errno::EBADF));
        assert_eq!(receive(&read, 0).unwrap(), b"");
    }

    #[test]
    fn capacity_follows_fcntl() {
        let (read, write) = create(true);
        assert_eq!(read.file.pipe_size(None), Ok(65_536));
        send(&write, &[0; 65_536]).unwrap();
        assert_eq!(read.file.pipe_size(Some(4096)), Err(Errno::EBUSY));
        assert_eq!(write.file.pipe_size(Some(100_000)), Ok(131_072));
        assert_eq!(read.file.pipe_size(None), Ok(131_072));
        assert_eq!(send(&write, &[0; 100_000]), Ok(65_536));
        receive(&read, 200_000).unwrap();
        assert_eq!(write.file.pipe_size(Some(0)), Ok(4096));
        assert_eq!(write.file.pipe_size(Some(1 << 20)), Ok(1 << 20));
        assert_eq!(write.file.pipe_size(Some((1 << 20) + 1)), Err(Errno::EPERM));
        assert_eq!(write.file.pipe_size(Some(i32::MIN)), Err(Errno::EPERM));
        assert_eq!(write.file.pipe_size(Some(-1)), Err(Errno::EINVAL));
    }
}
