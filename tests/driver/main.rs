//! `wps-cc` and `wps-run` as a build system meets them: every way of calling the compiler, programs
//! that run by themselves, and errors that say what to do.

mod casts;
mod cc;
mod cplusplus;
mod folders;
mod input;
mod makefile;
mod place;
mod prefix;
mod run;
mod systems;
