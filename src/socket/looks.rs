//! Numbers the program's looks at the outside world: waits, sleeps, and reads that found something at
//! the host.
//!
//! What a connection read ahead during the latest look, and found to be all there was, still is all
//! there is as far as the program can tell. After another look it may know of more (its peer said so on
//! another connection, time has passed), and then a read goes on to the host, as Linux would hand out
//! all that has arrived.

state! {
    static LOOK: GlobalCell<u32> = 1;
}

/// The number of the latest look.
pub fn latest() -> u32 {
    LOOK.get()
}

/// Another look begins.
#[inline(never)]
pub fn begin() {
    LOOK.set(LOOK.get().wrapping_add(1));
}
