//! `wps-cc` and `wps-run` as a build system meets them: every way of calling the compiler, programs
//! that run by themselves, and errors that say what to do.

mod cc;
mod cplusplus;
mod folders;
mod place;
mod prefix;
mod run;
