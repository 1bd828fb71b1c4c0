//! Temporary files and folders.

use crate::c::*;

const O_CREAT: c_int = 0x40;
const O_EXCL: c_int = 0x80;
const O_RDWR: c_int = 2;
const O_ACCMODE: c_int = 3;
/// How often a taken name is replaced by another before it is EEXIST.
const TRIES: c_int = 200;

/// What a name is drawn for.
#[derive(Clone, Copy)]
enum Make {
    File {
        flags: c_int,
    },
    Folder,
    /// Only a name that nobody has.
    Name,
}

/// Draws names into the six X before the suffix until one is free, and makes it. Returns the
/// descriptor or 0, or -1 with EINVAL for a template without the X, EEXIST, or open's errors.
unsafe fn make(template: *mut c_char, suffix: c_int, what: Make) -> c_int {
    unsafe {
        if !is_text(template) {
            return -1;
        }
        let length = strlen(template);
        if suffix < 0 || length < 6 || suffix as usize > length - 6 {
            return fail(EINVAL);
        }
        let place = template.add(length - suffix as usize - 6);
        if strncmp(place, s!("XXXXXX"), 6) != 0 {
            return fail(EINVAL);
        }
        let mut left = TRIES;
        while left > 0 {
            left -= 1;
            let mut random = 0_u64;
            getentropy((&raw mut random).cast(), 8);
            let mut i = 0;
            while i < 6 {
                let digit = (random % 62) as u8;
                random /= 62;
                let base = if digit < 10 {
                    b'0'
                } else if digit < 36 {
                    b'A' - 10
                } else {
                    b'a' - 36
                };
                *place.add(i) = (base + digit) as c_char;
                i += 1;
            }
            let made = match what {
                Make::File { flags } => {
                    let flags = flags & !O_ACCMODE | O_RDWR | O_CREAT | O_EXCL;
                    open(template, flags, 0o600 as c_uint)
                }
                Make::Folder => mkdir(template, 0o700),
                Make::Name if access(template, 0) != 0 && errno() == ENOENT => 0,
                Make::Name => fail(EEXIST),
            };
            if made >= 0 || errno() != EEXIST {
                return made;
            }
        }
        fail(EEXIST)
    }
}

/// Whether files can be made in the folder; nobody is told if not.
unsafe fn takes_files(folder: *const c_char) -> bool {
    const W_OK: c_int = 2;
    // SAFETY: a C string.
    quietly(|| unsafe { access(folder, W_OK) == 0 })
}

/// Writes a template in the folder for temporary files: TMPDIR, /tmp or ".", whichever takes some.
unsafe fn in_temporary_folder(to: *mut c_char, size: usize, prefix: *const c_char) {
    unsafe {
        let wanted = getenv(s!("TMPDIR")).cast_const();
        let folder = if !wanted.is_null() && *wanted != 0 && takes_files(wanted) {
            wanted
        } else if takes_files(s!("/tmp")) {
            s!("/tmp")
        } else {
            s!(".")
        };
        snprintf(to, size, s!("%s/%sXXXXXX"), folder, prefix);
    }
}

/// An open file that has no name any more.
unsafe fn nameless() -> *mut FILE {
    unsafe {
        let mut path = [0 as c_char; 512];
        let path = (&raw mut path).cast::<c_char>();
        in_temporary_folder(path, 512, s!("tmpf"));
        let fd = make(path, 0, Make::File { flags: 0 });
        if fd < 0 {
            return null_mut();
        }
        unlink(path);
        let file = fdopen(fd, s!("w+"));
        if file.is_null() {
            close(fd);
        }
        file
    }
}

export! {
    /// Makes and opens a file named by the template, whose last six X are replaced
    /// (POSIX mkstemp). EINVAL without them, EEXIST, or open's errors.
    fn mkstemp(template: *mut c_char) -> c_int {
        make(template, 0, Make::File { flags: 0 })
    }
    /// As mkstemp (LFS).
    fn mkstemp64(template: *mut c_char) -> c_int {
        make(template, 0, Make::File { flags: 0 })
    }
    /// As mkstemp, with more flags for open (POSIX mkostemp).
    fn mkostemp(template: *mut c_char, flags: c_int) -> c_int {
        make(template, 0, Make::File { flags })
    }
    /// As mkstemp, with a suffix of so many bytes after the X (glibc).
    fn mkstemps(template: *mut c_char, suffix: c_int) -> c_int {
        make(template, suffix, Make::File { flags: 0 })
    }
    /// As mkstemps, with more flags for open (glibc).
    fn mkostemps(template: *mut c_char, suffix: c_int, flags: c_int) -> c_int {
        make(template, suffix, Make::File { flags })
    }
    /// Makes a folder named by the template and returns the template, else NULL
    /// (POSIX mkdtemp). EINVAL, EEXIST, or mkdir's errors.
    fn mkdtemp(template: *mut c_char) -> *mut c_char {
        if make(template, 0, Make::Folder) < 0 { null_mut() } else { template }
    }
    /// Replaces the X by a name that is free at the moment; empties the template if there is
    /// none (4.3BSD mktemp).
    fn mktemp(template: *mut c_char) -> *mut c_char {
        if make(template, 0, Make::Name) < 0 && errno() != EFAULT {
            *template = 0;
        }
        template
    }
    /// A new file without a name, open for reading and writing (ISO C tmpfile). It is made in
    /// TMPDIR, /tmp or ".", whichever exists. NULL with open's errors.
    fn tmpfile() -> *mut FILE { nameless() }
    /// As tmpfile (LFS).
    fn tmpfile64() -> *mut FILE { nameless() }
    /// A name that is free at the moment, in 20 bytes or a static array (ISO C tmpnam).
    fn tmpnam(to: *mut c_char) -> *mut c_char {
        static mut NAME: [c_char; 20] = [0; 20];
        let to = if to.is_null() { (&raw mut NAME).cast() } else { to };
        snprintf(to, 20, s!("/tmp/fileXXXXXX"));
        if make(to, 0, Make::Name) < 0 { null_mut() } else { to }
    }
    /// A free name in TMPDIR, the folder given, /tmp or ".", whichever exists; to be freed
    /// (SVr4 tempnam).
    fn tempnam(folder: *const c_char, prefix: *const c_char) -> *mut c_char {
        let mut path = [0 as c_char; 512];
        let path = (&raw mut path).cast::<c_char>();
        let prefix = if prefix.is_null() { s!("file") } else { prefix };
        if getenv(s!("TMPDIR")).is_null() && !folder.is_null() && access(folder, 0) == 0 {
            snprintf(path, 512, s!("%s/%.5sXXXXXX"), folder, prefix);
        } else {
            let mut short = [0 as c_char; 6];
            snprintf((&raw mut short).cast(), 6, s!("%s"), prefix);
            in_temporary_folder(path, 512, (&raw const short).cast());
        }
        if make(path, 0, Make::Name) < 0 { null_mut() } else { strdup(path) }
    }
}
