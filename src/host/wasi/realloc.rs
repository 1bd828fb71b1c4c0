//! The allocator that the host calls to hand over results (`cabi_realloc`).
//!
//! A caller that knows where a result belongs steers the next allocation there, so that a read
//! lands in the program's own buffer: no malloc, no copy. Everything else comes from `malloc`,
//! because the C library's own host calls go through the same export and free what they get.

#![allow(unsafe_code)]

use crate::host::cell::GlobalCell;
use core::ffi::c_void;
use core::ptr;

/// Where the next allocations of alignment at most `align` go, one behind the other, as far as they fit
/// into `capacity` bytes.
#[derive(Clone, Copy)]
struct Target {
    start: *mut u8,
    capacity: usize,
    align: usize,
}

const NONE: Target = Target {
    start: ptr::null_mut(),
    capacity: 0,
    align: 0,
};

static TARGET: GlobalCell<Target> = GlobalCell::new(NONE);

/// Steers the allocations made by `call` to `start`, if they have no higher alignment, one behind the
/// other, as far as they fit into `capacity` bytes. Others come from `malloc`.
pub(super) fn steer<R>(
    start: *mut u8,
    capacity: usize,
    align: usize,
    call: impl FnOnce() -> R,
) -> R {
    TARGET.set(Target {
        start,
        capacity,
        align,
    });
    let result = call();
    TARGET.set(NONE);
    result
}

/// Called by the host through the C glue's exported `cabi_realloc`.
///
/// # Safety
/// As `realloc`: `old` is null or came from this function with `old_size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn __wps_cabi_realloc(
    old: *mut c_void,
    old_size: usize,
    align: usize,
    size: usize,
) -> *mut c_void {
    if old.is_null() {
        let Target {
            start,
            capacity,
            align: most,
        } = TARGET.get();
        if !start.is_null() && align <= most {
            // Alignments are powers of two.
            let skip = start.addr().wrapping_neg() & align.wrapping_sub(1);
            if skip <= capacity && size <= capacity - skip {
                // SAFETY: skip + size lies inside the target that its owner vouched for.
                let place = unsafe { start.add(skip) };
                TARGET.set(Target {
                    // Inside or one past the end, as above.
                    start: place.wrapping_add(size),
                    capacity: capacity - skip - size,
                    align: most,
                });
                return place.cast();
            }
        }
        if size == 0 {
            return ptr::without_provenance_mut(align);
        }
    }
    // SAFETY: the canonical ABI passes null or a pointer that this function returned; a steered
    // pointer is never grown, because the host allocates each list once.
    let place = unsafe {
        if old_size == 0 {
            libc::malloc(size)
        } else {
            libc::realloc(old, size)
        }
    };
    if place.is_null() {
        // The host cannot be told; going on would write through a null pointer.
        core::arch::wasm32::unreachable()
    }
    place
}

unsafe extern "C" {
    fn cabi_realloc(old: *mut c_void, old_size: usize, align: usize, size: usize) -> *mut c_void;
}

/// Makes the linker take our `cabi_realloc` (C glue) before libc's weak one.
#[used]
static KEEP: unsafe extern "C" fn(*mut c_void, usize, usize, usize) -> *mut c_void = cabi_realloc;

struct Malloc;

// SAFETY: malloc aligns to 16 on wasm32; larger alignments go to aligned_alloc.
unsafe impl core::alloc::GlobalAlloc for Malloc {
    unsafe fn alloc(&self, layout: core::alloc::Layout) -> *mut u8 {
        unsafe {
            if layout.align() <= 16 {
                libc::malloc(layout.size()).cast()
            } else {
                libc::aligned_alloc(layout.align(), layout.size()).cast()
            }
        }
    }

    unsafe fn dealloc(&self, place: *mut u8, _: core::alloc::Layout) {
        unsafe { libc::free(place.cast()) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: core::alloc::Layout, size: usize) -> *mut u8 {
        unsafe {
            if layout.align() <= 16 {
                return libc::realloc(place.cast(), size).cast();
            }
            let new = self.alloc(core::alloc::Layout::from_size_align_unchecked(
                size,
                layout.align(),
            ));
            if !new.is_null() {
                ptr::copy_nonoverlapping(place, new, layout.size().min(size));
                self.dealloc(place, layout);
            }
            new
        }
    }
}

#[global_allocator]
static MALLOC: Malloc = Malloc;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
