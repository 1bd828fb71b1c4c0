//! malloc.h: what glibc's allocator can be told and asked. libc's has nothing to be tuned and tells
//! nothing, so the whole heap counts as in use.

use crate::c::*;

unsafe extern "C" {
    /// Where the heap begins, from the linker.
    static __heap_base: u8;
}

/// `struct mallinfo` and `struct mallinfo2`: both have ten words here.
pub type Info = [size_t; 10];

fn heap() -> size_t {
    let end = core::arch::wasm32::memory_size::<0>().wrapping_mul(65536);
    end.wrapping_sub(&raw const __heap_base as usize)
}

/// The returned structure is written where the caller says, as WebAssembly's C ABI has it.
unsafe fn tell(to: *mut Info) {
    unsafe {
        if points_to(to, 40) {
            // arena, uordblks
            *to = [heap(), 0, 0, 0, 0, 0, 0, heap(), 0, 0];
        }
    }
}

export! {
    /// 1, and nothing changes (mallopt(3)).
    fn mallopt(option: c_int, value: c_int) -> c_int { let _ = (option, value); 1 }
    /// 0: memory is never given back (malloc_trim(3)).
    fn malloc_trim(keep: size_t) -> c_int { let _ = keep; 0 }
    /// The heap's bytes as arena and uordblks, 0 for the rest (mallinfo(3)).
    fn mallinfo(to: *mut Info) { tell(to) }
    /// As mallinfo (mallinfo2(3)).
    fn mallinfo2(to: *mut Info) { tell(to) }
    /// The heap's bytes, to stderr (malloc_stats(3)).
    fn malloc_stats() {
        fprintf(stderr, s!("Arena 0:\nsystem bytes     = %10lu\nin use bytes     = %10lu\n"), heap(), heap());
    }
    /// The heap's bytes, as XML (malloc_info(3)). Returns EINVAL unless options is 0.
    fn malloc_info(options: c_int, file: *mut FILE) -> c_int {
        if options != 0 || file.is_null() { return EINVAL }
        fprintf(file, s!("<malloc version=\"1\">\n<system type=\"current\" size=\"%lu\"/>\n</malloc>\n"), heap());
        0
    }
}
