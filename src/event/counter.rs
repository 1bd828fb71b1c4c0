//! eventfd(2): a 64-bit counter.

use crate::errno::{Errno, Result};
use crate::fd::{Class, Description, File, Notify, Ready, Receive, Transmit};
use alloc::rc::Rc;
use core::any::Any;
use core::cell::Cell;

/// The largest value that the counter takes.
const MOST: u64 = u64::MAX - 1;

/// The file behind an eventfd.
pub struct Counter {
    value: Cell<u64>,
    /// EFD_SEMAPHORE: a read takes 1 instead of everything.
    semaphore: bool,
    notify: Notify,
}

/// eventfd(2)
pub fn create(initial: u32, semaphore: bool, nonblocking: bool) -> Rc<Description> {
    let value = Cell::new(u64::from(initial));
    Description::new(
        Counter {
            value,
            semaphore,
            notify: Notify::default(),
        },
        nonblocking,
    )
}

impl Counter {
    fn add(&self, amount: u64) -> Result<()> {
        if amount == u64::MAX {
            return Err(Errno::EINVAL);
        }
        let sum = self
            .value
            .get()
            .checked_add(amount)
            .filter(|&sum| sum <= MOST);
        self.value.set(sum.ok_or(Errno::EAGAIN)?);
        self.notify.arrived();
        Ok(())
    }
}

impl File for Counter {
    fn class(&self) -> Class {
        Class::Event
    }

    fn receive(&self, message: &mut Receive) -> Result<usize> {
        if message.room() < 8 {
            return Err(Errno::EINVAL);
        }
        let before = self.value.get();
        if before == 0 {
            return Err(Errno::EAGAIN);
        }
        let taken = if self.semaphore { 1 } else { before };
        self.value.set(before - taken);
        message.put(0, &taken.to_ne_bytes());
        if before == MOST {
            self.notify.has_room();
        }
        Ok(8)
    }

    /// Each part of a writev(2) is a write of its own and must be 8 bytes.
    fn send(&self, message: &mut Transmit) -> Result<usize> {
        let mut done = 0;
        for part in message.rest(0) {
            let outcome = part
                .try_into()
                .map_err(|_| Errno::EINVAL)
                .map(u64::from_ne_bytes);
            match outcome.and_then(|amount| self.add(amount)) {
                Ok(()) => done += 8,
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        if done == 0 {
            Err(Errno::EINVAL)
        } else {
            Ok(done)
        }
    }

    fn ready(&self) -> Ready {
        Ready::IN.when(self.value.get() > 0) | Ready::OUT.when(self.value.get() < MOST)
    }

    fn notify(&self) -> &Notify {
        &self.notify
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fd::Flags;

    fn read(file: &Description) -> Result<u64> {
        let (mut low, mut high) = ([0; 3], [0; 9]);
        let count = file
            .file
            .receive(&mut Receive::new(&mut [&mut low, &mut high], Flags::NONE))?;
        assert_eq!(count, 8);
        let [a, b, c] = low;
        let [d, e, f, g, h, ..] = high;
        Ok(u64::from_ne_bytes([a, b, c, d, e, f, g, h]))
    }

    fn write(file: &Description, value: u64) -> Result<usize> {
        file.file
            .send(&mut Transmit::new(&[&value.to_ne_bytes()], Flags::NONE))
    }

    #[test]
    fn a_read_takes_everything() {
        let file = create(3, false, true);
        assert_eq!(write(&file, 4), Ok(8));
        assert_eq!(file.file.ready(), Ready::IN | Ready::OUT);
        assert_eq!(read(&file), Ok(7));
        assert_eq!(file.file.ready(), Ready::OUT);
        assert_eq!(read(&file), Err(Errno::EAGAIN));
    }

    #[test]
    fn a_semaphore_gives_one_at_a_time() {
        let file = create(2, true, true);
        assert_eq!(read(&file), Ok(1));
        assert_eq!(read(&file), Ok(1));
        assert_eq!(read(&file), Err(Errno::EAGAIN));
    }

    #[test]
    fn the_counter_does_not_overflow() {
        let file = create(0, false, true);
        assert_eq!(write(&file, u64::MAX), Err(Errno::EINVAL));
        assert_eq!(write(&file, u64::MAX - 1), Ok(8));
        assert_eq!(file.file.ready(), Ready::IN);
        assert_eq!(write(&file, 1), Err(Errno::EAGAIN));
        assert_eq!(write(&file, 0), Ok(8));
        let edges = file.file.notify().edges();
        assert_eq!(read(&file), Ok(u64::MAX - 1));
        assert_eq!(file.file.notify().edges(), edges + 1);
        assert_eq!(write(&file, 1), Ok(8));
    }

    #[test]
    fn sizes_are_checked() {
        let file = create(1, false, true);
        let mut small = [0; 7];
        let outcome = file
            .file
            .receive(&mut Receive::new(&mut [&mut small], Flags::NONE));
        assert_eq!(outcome, Err(Errno::EINVAL));
        for parts in [
            &[[0u8; 9].as_slice()] as &[&[u8]],
            &[&[0; 4], &[0; 4]],
            &[&[]],
            &[],
        ] {
            assert_eq!(
                file.file.send(&mut Transmit::new(parts, Flags::NONE)),
                Err(Errno::EINVAL)
            );
        }
        let two = [2u64.to_ne_bytes(), 3u64.to_ne_bytes()];
        let parts: Vec<&[u8]> = two.iter().map(|part| part.as_slice()).collect();
        assert_eq!(
            file.file.send(&mut Transmit::new(&parts, Flags::NONE)),
            Ok(16)
        );
        assert_eq!(read(&file), Ok(6));
    }
}
