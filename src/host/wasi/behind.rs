//! The memory behind a program's buffer, borrowed for the time of one host call.
//!
//! A read that may run on for a few bytes behind the buffer tells whether there is more than fits, without
//! another call. Whatever stands there is put back before anything of the program runs.

#![allow(unsafe_code)]

use crate::host::kinds::FURTHER as LENGTH;
use core::mem::MaybeUninit;
use core::ptr;

/// What the call itself uses of the stack: its frames, and where the host puts the result.
const FRAMES: usize = 4096;

/// The size of a page of linear memory.
const PAGE: usize = 65536;

type Bytes = [MaybeUninit<u8>; LENGTH];

/// The memory, and what belongs there.
pub struct Behind {
    place: *mut Bytes,
    saved: Bytes,
}

impl Behind {
    /// Takes what is behind `buffer`; None where memory ends or where the call has its own data.
    pub fn borrow(buffer: &mut [u8]) -> Option<Self> {
        let place = buffer.as_mut_ptr_range().end.expose_provenance();
        let memory = core::arch::wasm32::memory_size::<0>().saturating_mul(PAGE);
        let here = ptr::from_ref(&memory).addr();
        let frames = here.saturating_sub(FRAMES)..here.saturating_add(FRAMES);
        let last = memory.checked_sub(LENGTH)?;
        let outside = place >= frames.end || place.saturating_add(LENGTH) <= frames.start;
        // 0 is where a buffer ends that has the last byte of 4 GiB.
        if !outside || place == 0 || place > last {
            return None;
        }
        // Not derived from the buffer, which ends here.
        let place = ptr::with_exposed_provenance_mut::<Bytes>(place);
        // SAFETY: it is inside of linear memory, where every byte can be read.
        let saved = unsafe { place.read() };
        Some(Behind { place, saved })
    }

    /// Puts back what was there, and returns what stood in its place.
    pub fn give_back(self) -> [u8; LENGTH] {
        // SAFETY: as above; the program has one thread, and none of its code has run meanwhile.
        unsafe {
            let found = self.place.cast::<[u8; LENGTH]>().read();
            self.place.write(self.saved);
            found
        }
    }
}
