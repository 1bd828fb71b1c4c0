//! dlfcn.h: a component is complete when it starts; nothing can be loaded into it.

use crate::c::*;

/// Whether dlerror has something to say.
static mut FAILED: bool = false;

export! {
    /// NULL; dlerror tells why (POSIX dlopen).
    fn dlopen(path: *const c_char, mode: c_int) -> *mut c_void {
        let _ = (path, mode);
        FAILED = true;
        null_mut()
    }
    /// NULL; dlerror tells why (POSIX dlsym).
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void {
        let _ = (handle, name);
        FAILED = true;
        null_mut()
    }
    /// NULL; dlerror tells why (glibc dlvsym).
    fn dlvsym(handle: *mut c_void, name: *const c_char, version: *const c_char) -> *mut c_void {
        let _ = (handle, name, version);
        FAILED = true;
        null_mut()
    }
    /// -1: no handle was ever given out; dlerror tells why (POSIX dlclose).
    fn dlclose(handle: *mut c_void) -> c_int {
        let _ = handle;
        FAILED = true;
        -1
    }
    /// What failed last, once; then NULL (POSIX dlerror).
    fn dlerror() -> *const c_char {
        let failed = (&raw const FAILED).read();
        FAILED = false;
        if failed {
            s!("dynamic loading is not supported: a WebAssembly component is linked once")
        } else {
            null()
        }
    }
    /// 0: no object is known for the address (glibc dladdr).
    fn dladdr(address: *const c_void, info: *mut c_void) -> c_int {
        let _ = (address, info);
        0
    }
    /// -1; dlerror tells why (glibc dlinfo).
    fn dlinfo(handle: *mut c_void, request: c_int, info: *mut c_void) -> c_int {
        let _ = (handle, request, info);
        FAILED = true;
        -1
    }
}
