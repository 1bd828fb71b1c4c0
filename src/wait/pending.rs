//! Files with bytes that the program has written and the host has not yet taken.
//!
//! Such a file stays here, even after its last descriptor is closed, until everything is with
//! the host: nothing that send(2) accepted may be lost.

use crate::fd::{Description, Slot};
use crate::wasi::cell::{Global, GlobalCell};
use alloc::rc::Rc;
use alloc::vec::Vec;

static FILES: Global<Vec<Rc<Description>>> = Global::new(Vec::new());
static COUNT: GlobalCell<usize> = GlobalCell::new(0);

/// Remembers a file that has something to flush, or that was closed with something under way.
pub fn add(file: &Rc<Description>) {
    FILES.with(|files| {
        if !files.iter().any(|known| Rc::ptr_eq(known, file)) {
            files.push(file.clone());
            COUNT.set(files.len());
        }
    });
}

/// Hands over what the host takes now.
pub fn flush() {
    if COUNT.get() == 0 {
        return;
    }
    // Dropped outside the loan: dropping a file may run long.
    let mut done = Vec::new();
    FILES.with(|files| {
        let mut index = 0;
        while let Some(description) = files.get(index) {
            let file = &description.file;
            let finished = if description.is_open() {
                file.flush()
            } else {
                file.closed()
            };
            if finished {
                done.push(files.swap_remove(index));
            } else {
                index += 1;
            }
        }
        COUNT.set(files.len());
    });
}

/// Whether anything waits.
pub fn any() -> bool {
    COUNT.get() > 0
}

/// Adds what these files wait for to a sleep; returns when the next cork lets go.
pub fn sources(add: &mut dyn FnMut(&Rc<Description>, u32, Slot)) -> Option<u64> {
    if COUNT.get() == 0 {
        return None;
    }
    FILES.with(|files| {
        let mut earliest = None;
        for description in files.iter() {
            if let Some(at) = description.file.deadline() {
                earliest = Some(earliest.map_or(at, |before: u64| before.min(at)));
            }
            description
                .file
                .flush_sources(&mut |number, slot| add(description, number, slot));
        }
        earliest
    })
}
