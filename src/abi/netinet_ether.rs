//! `<netinet/ether.h>`: Ethernet addresses as text.

use super::util::{self, c_str, set_errno};
use crate::host::cell::Global;
use crate::netdb::ether;
use core::ffi::c_char;
use core::ptr;

/// `struct ether_addr`.
type EtherAddr = [u8; 6];

/// The longest text, `ff:ff:ff:ff:ff:ff`, and its end.
const TEXT_SIZE: usize = 18;

/// `struct ether_addr *ether_aton_r(const char *text, struct ether_addr *address)`
///
/// ether_aton(3). `address`, or null when the text is not one.
///
/// # Safety
/// `text` is a C string, `address` has six bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ether_aton_r(
    text: *const c_char,
    address: *mut EtherAddr,
) -> *mut EtherAddr {
    let Some(octets) = c_str(text).ok().and_then(ether::parse) else {
        return ptr::null_mut();
    };
    match util::write(address, octets) {
        Ok(()) => address,
        Err(errno) => {
            set_errno(errno);
            ptr::null_mut()
        }
    }
}

/// `struct ether_addr *ether_aton(const char *text)`
///
/// ether_aton(3). As [`ether_aton_r`]; the address stays until the next call.
///
/// # Safety
/// `text` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ether_aton(text: *const c_char) -> *mut EtherAddr {
    static ADDRESS: Global<EtherAddr> = Global::new([0; 6]);
    let place = ADDRESS.with(|address| &raw mut *address);
    // SAFETY: the caller's promise, and a static of six bytes.
    unsafe { ether_aton_r(text, place) }
}

/// `char *ether_ntoa_r(const struct ether_addr *address, char *text)`
///
/// ether_aton(3). `text`, which has 18 bytes.
///
/// # Safety
/// `address` has six bytes, `text` 18.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ether_ntoa_r(address: *const EtherAddr, text: *mut c_char) -> *mut c_char {
    let shown = util::read(address).map(ether::to_text);
    let stored = shown.and_then(|mut shown| {
        shown.push(0);
        util::slice_mut(text.cast(), shown.len())?.copy_from_slice(&shown);
        Ok(())
    });
    match stored {
        Ok(()) => text,
        Err(errno) => {
            set_errno(errno);
            ptr::null_mut()
        }
    }
}

/// `char *ether_ntoa(const struct ether_addr *address)`
///
/// ether_aton(3). As [`ether_ntoa_r`]; the text stays until the next call.
///
/// # Safety
/// `address` has six bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ether_ntoa(address: *const EtherAddr) -> *mut c_char {
    static TEXT: Global<[u8; TEXT_SIZE]> = Global::new([0; TEXT_SIZE]);
    let place = TEXT.with(|text| text.as_mut_ptr().cast());
    // SAFETY: the caller's promise, and a static of 18 bytes.
    unsafe { ether_ntoa_r(address, place) }
}
