//! An epoll instance as a file: it can be polled, and be a member of another.

use super::Epoll;
use crate::fd::{Class, File, Notify, Ready, Slot};
use core::any::Any;

impl File for Epoll {
    fn class(&self) -> Class {
        Class::Epoll
    }

    fn ready(&self) -> Ready {
        Ready::IN.when(self.set.any_ready())
    }

    fn ask(&self, _: Ready) -> Ready {
        self.set.ask_all();
        self.ready()
    }

    fn sources(&self, want: Ready, add: &mut dyn FnMut(u32, Slot)) {
        if want.any(Ready::IN) {
            self.set.sources(add);
        }
    }

    fn wake(&self, _: Slot) {
        self.set.wake();
    }

    fn deadline(&self) -> Option<u64> {
        self.set.deadline()
    }

    fn notify(&self) -> &Notify {
        self.set.notify()
    }

    fn closed(&self) -> bool {
        self.forget_all();
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
