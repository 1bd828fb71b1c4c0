//! Readiness of the program's standard input, which is the C library's to read.

use crate::wasi::cell::Global;
use crate::wasi::poll::Pollable;
use crate::wasi::stream::Input;

/// A stream handle of our own: hosts give all of them one readiness.
static STDIN: Global<Option<(Pollable, Input)>> = Global::new(None);

fn with<R>(f: impl FnOnce(&Pollable) -> R) -> R {
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
    with(Pollable::number)
}

/// Whether a read would not block.
pub fn ready() -> bool {
    with(Pollable::ready)
}
