//! An epoll set as a file: it can be polled, and be a member of another set.

use super::set::Set;
use crate::fd::{Class, File, Notify, Ready, Slot};
use alloc::vec::Vec;
use core::any::Any;

impl File for Set {
    fn class(&self) -> Class {
        Class::Epoll
    }

    fn ready(&self) -> Ready {
        Ready::IN.when(self.any_ready())
    }

    fn ask(&self, _: Ready) {
        self.ask_all();
    }

    fn sources(&self, want: Ready, add: &mut dyn FnMut(u32, Slot)) {
        if want.any(Ready::IN) {
            for item in self.items.borrow().values().filter(|item| item.is_armed()) {
                if let Some(file) = item.file() {
                    file.file
                        .sources(item.want(), &mut |number, _| add(number, 0));
                }
            }
        }
    }

    fn wake(&self, _: Slot) {
        // Which of the registrations it was is not known here.
        let files: Vec<_> = self
            .items
            .borrow()
            .values()
            .filter_map(|item| item.file())
            .collect();
        for file in files {
            file.file.ask(Ready::ALL);
            file.file.notify().touch();
        }
    }

    fn deadline(&self) -> Option<u64> {
        let items = self.items.borrow();
        items
            .values()
            .filter_map(|item| item.file()?.file.deadline())
            .min()
    }

    fn notify(&self) -> &Notify {
        &self.shared.notify
    }

    fn closed(&self) -> bool {
        self.items.borrow_mut().clear();
        self.hot.borrow_mut().clear();
        self.shared.queue.borrow_mut().clear();
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
