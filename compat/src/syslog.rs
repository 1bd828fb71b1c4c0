//! syslog.h: messages go to stderr, a line each: `ident[pid]: level: text`.

use crate::c::*;

const LOG_PID: c_int = 1;
const ALL: c_int = 0xff;
/// A line up to this long is put together on the stack.
const SHORT: usize = 1024;

struct Log {
    ident: *const c_char,
    options: c_int,
    mask: c_int,
}

static mut LOG: Log = Log {
    ident: null(),
    options: 0,
    mask: ALL,
};

/// The levels, each in 8 bytes, in the order of their numbers.
static LEVELS: &[u8; 64] =
    b"emerg\0\0\0alert\0\0\0crit\0\0\0\0err\0\0\0\0\0warning\0notice\0\0info\0\0\0\0debug\0\0\0";

unsafe extern "C" {
    fn __wps_program_name() -> *const c_char;
}

/// Writes the prefix into `to`; returns its length.
unsafe fn prefix(to: *mut c_char, size: usize, priority: c_int) -> usize {
    unsafe {
        let log = &raw const LOG;
        let given = !(*log).ident.is_null();
        let name = if given {
            (*log).ident
        } else {
            __wps_program_name()
        };
        let level = LEVELS
            .as_ptr()
            .cast::<c_char>()
            .add((priority as usize & 7) * 8);
        let length = if (*log).options & LOG_PID != 0 {
            snprintf(
                to,
                size,
                s!("%s[%d]: %s: "),
                name,
                crate::session::pid(),
                level,
            )
        } else {
            snprintf(to, size, s!("%s: %s: "), name, level)
        };
        if length < 0 {
            0
        } else if length as usize >= size {
            size - 1
        } else {
            length as usize
        }
    }
}

/// Sends the whole line at once, so that lines of several programs do not mix.
unsafe fn send(line: *mut c_char, length: usize) {
    unsafe {
        let mut length = length;
        if length == 0 || *line.add(length - 1) != '\n' as c_char {
            *line.add(length) = '\n' as c_char;
            length += 1;
        }
        let mut done = 0;
        while done < length {
            let n = write(2, line.add(done).cast(), length - done);
            if n <= 0 {
                return;
            }
            done += n as usize;
        }
    }
}

/// Formats and sends one message; `%m` is the errno of the call.
unsafe fn log(priority: c_int, format: *const c_char, args: va_list) {
    unsafe {
        if format.is_null() || (&raw const LOG.mask).read() & (1 << (priority & 7)) == 0 {
            return;
        }
        let saved = errno();
        let mut short = [0 as c_char; SHORT];
        let short = (&raw mut short).cast::<c_char>();
        let head = prefix(short, SHORT / 2, priority);
        // One byte is kept for the newline.
        let room = SHORT - head - 1;
        set_errno(saved);
        let length = vsnprintf(short.add(head), room, format, args);
        if length >= 0 && (length as usize) < room {
            send(short, head + length as usize);
        } else if length >= 0 {
            let size = head + length as usize + 2;
            let long = malloc(size).cast::<c_char>();
            if long.is_null() {
                send(short, SHORT - 2);
            } else {
                long.copy_from_nonoverlapping(short, head);
                set_errno(saved);
                vsnprintf(long.add(head), length as usize + 1, format, args);
                send(long, head + length as usize);
                free(long.cast());
            }
        }
        set_errno(saved);
    }
}

export! {
    /// Sets the name and options of messages (POSIX openlog). LOG_PID adds the process number;
    /// LOG_PERROR and the others change nothing, for everything goes to stderr anyway.
    fn openlog(ident: *const c_char, options: c_int, facility: c_int) {
        let _ = facility;
        let log = &raw mut LOG;
        (*log).ident = ident;
        (*log).options = options;
    }

    /// Forgets the name (POSIX closelog).
    fn closelog() {
        let log = &raw mut LOG;
        (*log).ident = null();
        (*log).options = 0;
    }

    /// Sets which levels are written and returns the former mask; 0 only asks
    /// (POSIX setlogmask).
    fn setlogmask(mask: c_int) -> c_int {
        let log = &raw mut LOG;
        let before = (*log).mask;
        if mask != 0 {
            (*log).mask = mask;
        }
        before
    }

    /// Writes a message to stderr, `ident[pid]: level: text` (POSIX syslog); `%m` works.
    fn syslog(priority: c_int, format: *const c_char, args: va_list) {
        log(priority, format, args)
    }

    /// As syslog (4.3BSD vsyslog).
    fn vsyslog(priority: c_int, format: *const c_char, args: va_list) {
        log(priority, format, args)
    }
}
