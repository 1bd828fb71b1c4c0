//! unlink(2) of a socket's path, at no cost to programs that bind none.

/// Frees a path; false if no socket has it.
type Forget = fn(&[u8]) -> bool;

state! {
    /// What frees a path; None until the first one is bound, so that a program which only deletes
    /// files is not linked with anything of AF_UNIX.
    static FORGET: GlobalCell<Option<Forget>> = None;
}

/// Names the function that frees a path.
pub(super) fn provide(forget: Forget) {
    FORGET.set(Some(forget));
}

/// Frees `path`; false if no socket of the program is bound to it.
pub fn unlink(path: &[u8]) -> bool {
    FORGET.get().is_some_and(|forget| forget(path))
}
