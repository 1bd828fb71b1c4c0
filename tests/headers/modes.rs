//! The ways to compile that the headers are tried in. `docs/STATUS.md` has a table of them.

pub const C_STANDARDS: [&str; 7] = ["c89", "gnu89", "c99", "c11", "c17", "c23", "gnu23"];
pub const CXX_STANDARDS: [&str; 3] = ["c++11", "c++17", "c++20"];

/// The feature macros of C, one at a time.
pub const FEATURES: [&str; 6] = [
    "",
    "-D_GNU_SOURCE",
    "-D_POSIX_C_SOURCE=200809L",
    "-D_BSD_SOURCE",
    "-D_DEFAULT_SOURCE",
    "-D_XOPEN_SOURCE=700",
];

/// Those of C++, where clang defines _GNU_SOURCE by itself.
pub const CXX_FEATURES: [&str; 2] = ["", "-U_GNU_SOURCE -D_POSIX_C_SOURCE=200809L"];
