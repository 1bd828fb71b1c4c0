//! The wait engine as the calls see it that files of the C library come through too.
//!
//! `write`, `close` and `exit` are in every program. They reach the engine by pointers that the
//! first open file of ours sets, so that the linker leaves it out of a program that has none.

use super::{blocking, exit, stdin};
use crate::errno::{Errno, Result};
use crate::fd::{Description, Receive, Transmit, process};
use crate::host::cell::Late;
use alloc::rc::Rc;

struct Engine {
    receive: fn(&Rc<Description>, &mut Receive) -> Result<usize>,
    send: fn(&Rc<Description>, &mut Transmit) -> Result<usize>,
    release: fn(Rc<Description>),
    flush_point: fn(),
    wait_for_input: fn() -> Result<()>,
    finish: fn(),
}

static ENGINE: Late<&'static Engine> = Late::new();

/// Gives a description its first (or another) number.
pub fn install(file: Rc<Description>, close_on_exec: bool, at_least: usize) -> Result<i32> {
    start();
    process::install(file, close_on_exec, at_least)
}

/// Connects the engine, before the table gets its first entry.
pub fn start() {
    ENGINE.bind(&Engine {
        receive: blocking::receive,
        send: blocking::send,
        release: blocking::release,
        flush_point: blocking::flush_point,
        wait_for_input: stdin::wait,
        finish: exit::finish,
    });
}

/// The file behind a number of ours.
pub fn find(fd: i32) -> Option<Rc<Description>> {
    ENGINE.get().and_then(|_| process::find(fd))
}

/// [`blocking::receive`]
pub fn receive(file: &Rc<Description>, message: &mut Receive) -> Result<usize> {
    ENGINE
        .get()
        .map_or(Err(Errno::EBADF), |engine| (engine.receive)(file, message))
}

/// [`blocking::send`]
pub fn send(file: &Rc<Description>, message: &mut Transmit) -> Result<usize> {
    ENGINE
        .get()
        .map_or(Err(Errno::EBADF), |engine| (engine.send)(file, message))
}

/// [`blocking::release`] of what stands at a number; whether anything did.
pub fn close(fd: i32) -> bool {
    let entry = ENGINE
        .get()
        .and_then(|engine| Some((engine, process::with(|table| table.remove(fd))?)));
    entry
        .map(|(engine, entry)| (engine.release)(entry.description))
        .is_some()
}

/// [`blocking::flush_point`]
pub fn flush_point() {
    if let Some(engine) = ENGINE.get() {
        (engine.flush_point)();
    }
}

/// [`stdin::wait`]
pub fn wait_for_input() -> Result<()> {
    ENGINE
        .get()
        .map_or(Ok(()), |engine| (engine.wait_for_input)())
}

/// [`exit::finish`]
pub fn finish() {
    if let Some(engine) = ENGINE.get() {
        (engine.finish)();
    }
}
