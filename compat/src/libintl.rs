//! libintl.h: messages stay as they are, for no translations are installed.

use crate::c::*;

export! {
    /// The message itself (gettext(3)).
    fn gettext(message: *const c_char) -> *mut c_char { message.cast_mut() }
    /// The message itself (dgettext(3)).
    fn dgettext(domain: *const c_char, message: *const c_char) -> *mut c_char {
        let _ = domain;
        message.cast_mut()
    }
    /// The message itself (dcgettext(3)).
    fn dcgettext(domain: *const c_char, message: *const c_char, category: c_int) -> *mut c_char {
        let _ = (domain, category);
        message.cast_mut()
    }
    /// The first message for 1, else the second (ngettext(3)).
    fn ngettext(one: *const c_char, many: *const c_char, count: c_ulong) -> *mut c_char {
        if count == 1 { one.cast_mut() } else { many.cast_mut() }
    }
    /// As ngettext (dngettext(3)).
    fn dngettext(domain: *const c_char, one: *const c_char, many: *const c_char,
                 count: c_ulong) -> *mut c_char {
        let _ = domain;
        if count == 1 { one.cast_mut() } else { many.cast_mut() }
    }
    /// As ngettext (dcngettext(3)).
    fn dcngettext(domain: *const c_char, one: *const c_char, many: *const c_char, count: c_ulong,
                  category: c_int) -> *mut c_char {
        let _ = (domain, category);
        if count == 1 { one.cast_mut() } else { many.cast_mut() }
    }
    /// Keeps the domain, at first "messages"; NULL only asks, "" goes back (textdomain(3)). NULL
    /// with ENOMEM, EFAULT.
    fn textdomain(domain: *const c_char) -> *mut c_char {
        static mut DOMAIN: *mut c_char = null_mut();
        if !domain.is_null() {
            if !is_text(domain) { return null_mut() }
            let kept = if *domain == 0 { null_mut() } else { strdup(domain) };
            if kept.is_null() && *domain != 0 { return null_mut() }
            free(DOMAIN.cast());
            DOMAIN = kept;
        }
        if DOMAIN.is_null() { s!("messages").cast_mut() } else { DOMAIN }
    }
    /// The folder, which is not kept (bindtextdomain(3)); glibc's own for NULL. NULL with EINVAL
    /// for an empty domain.
    fn bindtextdomain(domain: *const c_char, folder: *const c_char) -> *mut c_char {
        if !points_to(domain, 1) || *domain == 0 {
            set_errno(EINVAL);
            return null_mut();
        }
        if folder.is_null() { s!("/usr/share/locale").cast_mut() } else { folder.cast_mut() }
    }
    /// The encoding, which is not kept (bind_textdomain_codeset(3)). NULL with EINVAL for an
    /// empty domain.
    fn bind_textdomain_codeset(domain: *const c_char, encoding: *const c_char) -> *mut c_char {
        if !points_to(domain, 1) || *domain == 0 {
            set_errno(EINVAL);
            return null_mut();
        }
        encoding.cast_mut()
    }
}
