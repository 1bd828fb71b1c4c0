//! What works around the habits of one host, wasmtime (versions 36 to 49).

/// wasmtime lets a task find 128 things ready before it must give way to others; from then on
/// everything looks unready until it really sleeps. Half of that is what is counted on here.
const BUDGET: usize = 64;

/// Datagrams that one host call takes at most; the permits of wasmtime are for as many.
pub const MOST_DATAGRAMS: usize = 16;

/// Bytes that one read brings at most: one that is as long as that may not be all there is.
pub const MOST_READ: usize = 64 * 1024;

/// Handles the library lets itself hold: wasmtime's default table takes 100,000, and the C
/// library's own files and streams need some.
pub const MOST_HANDLES: u32 = 99_000;

state! {
    /// Things found ready since the program last slept, as far as it is known.
    static SPENT: GlobalCell<usize> = 0;
}

/// Takes note of something that counts against the host's budget.
pub fn spend(count: usize) {
    SPENT.set(SPENT.get().saturating_add(count));
}

/// Whether "not ready" may only mean that the budget is used up.
pub fn is_doubtful() -> bool {
    SPENT.get() >= BUDGET
}

/// Whether so many were ready that there may be more.
pub fn is_cut_short(found: usize) -> bool {
    found >= BUDGET / 2
}

/// The program has really slept, or is about to.
pub fn slept() {
    SPENT.set(0);
}
