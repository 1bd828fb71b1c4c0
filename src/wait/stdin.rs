//! Readiness of the standard streams, which are the C library's to read and write.

use super::poll::{Item, Target, poll};
use crate::errno::Result;
use crate::fd::{Class, Description, File, Notify, Ready, Slot};
use crate::host::clock;
use crate::host::poll::Source;
use crate::host::stream::Input;
use alloc::rc::Rc;
use core::any::Any;

state! {
    /// A stream handle of our own: hosts give all of them one readiness.
    static STDIN: Global<Option<(Source, Input)>> = None;
    /// The descriptions that epoll sets watch in place of 0, 1 and 2.
    static WATCHED: Global<[Option<Rc<Description>>; 3]> = [None, None, None];
}

/// Nanoseconds.
const FIRST_LOOK: u64 = 10_000_000;

fn with<R>(f: impl FnOnce(&Source) -> R) -> R {
    STDIN.with(|slot| {
        let (source, _) = slot.get_or_insert_with(|| {
            let input = Input::stdin();
            (input.subscribe(), input)
        });
        f(source)
    })
}

/// The pollable's number.
pub fn number() -> u32 {
    with(Source::number)
}

fn wait_until(deadline: Option<u64>) -> Result<usize> {
    let stdin = Item {
        target: Target::Stdin,
        want: Ready::IN,
        counts: Ready::IN | Ready::ALWAYS,
        got: Ready::NONE,
    };
    poll(&mut [stdin], deadline)
}

/// Sleeps until there is something to read; `EINTR` when a signal can be delivered.
pub fn wait() -> Result<()> {
    wait_until(None).map(drop)
}

/// Whether a read would find something, or the end. The first time the host is given a moment: it
/// looks at its input in a thread of its own, which begins only when it is asked.
pub fn ready() -> bool {
    let first = STDIN.with(|slot| slot.is_none());
    let until = if first { clock::now() + FIRST_LOOK } else { 0 };
    wait_until(Some(until)) == Ok(1)
}

/// A standard stream as a file that can be watched.
struct Standard {
    input: bool,
    notify: Notify,
}

/// What stands for the standard stream `fd` (0 to 2) in epoll sets.
pub fn description(fd: usize) -> Rc<Description> {
    WATCHED.with(|watched| {
        let make = || {
            Description::new(
                Standard {
                    input: fd == 0,
                    notify: Notify::default(),
                },
                false,
            )
        };
        watched
            .get_mut(fd)
            .map_or_else(make, |slot| slot.get_or_insert_with(make).clone())
    })
}

impl File for Standard {
    fn class(&self) -> Class {
        Class::Libc
    }

    fn ready(&self) -> Ready {
        // The C library reads without our knowledge, so the host is asked each time.
        if self.input {
            Ready::IN.when(with(Source::ready))
        } else {
            Ready::OUT
        }
    }

    fn sources(&self, want: Ready, add: &mut dyn FnMut(u32, Slot)) {
        if self.input && want.any(Ready::IN) {
            add(number(), 0);
        }
    }

    fn wake(&self, _: Slot) {
        self.notify.event();
    }

    fn notify(&self) -> &Notify {
        &self.notify
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
