//! err.h and error.h: messages to stderr with the program's name.

use crate::c::*;

unsafe extern "C" {
    fn __wps_program_name() -> *const c_char;
    static program_invocation_name: *const c_char;
    static mut error_message_count: c_uint;
    static error_one_per_line: c_int;
    static error_print_progname: Option<unsafe extern "C" fn()>;
}

/// "program: text: error of `e`"; without the last part if `e` is None.
unsafe fn complain(e: Option<c_int>, format: *const c_char, args: va_list) {
    unsafe {
        fprintf(stderr, s!("%s: "), __wps_program_name());
        if !format.is_null() {
            vfprintf(stderr, format, args);
            if e.is_some() {
                fputs(s!(": "), stderr);
            }
        }
        if let Some(e) = e {
            fputs(strerror(e), stderr);
        }
        fputc('\n' as c_int, stderr);
    }
}

/// The common part of error and error_at_line; `file` is NULL for the former.
unsafe fn report(
    status: c_int,
    e: c_int,
    file: *const c_char,
    line: c_uint,
    format: *const c_char,
    args: va_list,
) {
    unsafe {
        static mut LAST_FILE: *const c_char = null();
        static mut LAST_LINE: c_uint = 0;
        if !file.is_null() && error_one_per_line != 0 {
            let same = !LAST_FILE.is_null() && strcmp(LAST_FILE, file) == 0 && LAST_LINE == line;
            if same {
                return;
            }
            LAST_FILE = file;
            LAST_LINE = line;
        }
        fflush(stdout);
        match error_print_progname {
            Some(print) => print(),
            None => {
                // Makes the full name known too.
                __wps_program_name();
                // glibc leaves the blank out when a place follows.
                let format = if file.is_null() {
                    s!("%s: ")
                } else {
                    s!("%s:")
                };
                fprintf(stderr, format, program_invocation_name);
            }
        }
        if !file.is_null() {
            fprintf(stderr, s!("%s:%u: "), file, line);
        }
        vfprintf(stderr, format, args);
        error_message_count = (&raw const error_message_count).read().wrapping_add(1);
        if e != 0 {
            fprintf(stderr, s!(": %s"), strerror(e));
        }
        fputc('\n' as c_int, stderr);
        fflush(stderr);
        if status != 0 {
            exit(status);
        }
    }
}

export! {
    /// "program: text: errno's text" to stderr (4.4BSD warn).
    fn warn(format: *const c_char, args: va_list) { complain(Some(errno()), format, args) }
    /// As warn (4.4BSD vwarn).
    fn vwarn(format: *const c_char, args: va_list) { complain(Some(errno()), format, args) }
    /// "program: text" to stderr (4.4BSD warnx).
    fn warnx(format: *const c_char, args: va_list) { complain(None, format, args) }
    /// As warnx (4.4BSD vwarnx).
    fn vwarnx(format: *const c_char, args: va_list) { complain(None, format, args) }
    /// As warn, then exit (4.4BSD err).
    fn err(status: c_int, format: *const c_char, args: va_list) -> ! {
        complain(Some(errno()), format, args);
        exit(status)
    }
    /// As err (4.4BSD verr).
    fn verr(status: c_int, format: *const c_char, args: va_list) -> ! {
        complain(Some(errno()), format, args);
        exit(status)
    }
    /// As warnx, then exit (4.4BSD errx).
    fn errx(status: c_int, format: *const c_char, args: va_list) -> ! {
        complain(None, format, args);
        exit(status)
    }
    /// As errx (4.4BSD verrx).
    fn verrx(status: c_int, format: *const c_char, args: va_list) -> ! {
        complain(None, format, args);
        exit(status)
    }
    /// "program: text: text of `e`" to stderr; exits if the status is not 0 (glibc error).
    fn error(status: c_int, e: c_int, format: *const c_char, args: va_list) {
        report(status, e, null(), 0, format, args)
    }
    /// As error, with the place (glibc error_at_line).
    fn error_at_line(status: c_int, e: c_int, file: *const c_char, line: c_uint,
                     format: *const c_char, args: va_list) {
        report(status, e, if file.is_null() { s!("") } else { file }, line, format, args)
    }
}

/// Data of error.h, each in an object of its own.
mod count {
    /// How many messages error and error_at_line wrote (glibc).
    #[unsafe(no_mangle)]
    pub static mut error_message_count: core::ffi::c_uint = 0;
}
mod once {
    /// Not 0: one message per place (glibc).
    #[unsafe(no_mangle)]
    pub static mut error_one_per_line: core::ffi::c_int = 0;
}
mod hook {
    /// Called in place of writing the program's name, unless NULL (glibc).
    #[unsafe(no_mangle)]
    pub static mut error_print_progname: Option<unsafe extern "C" fn()> = None;
}
