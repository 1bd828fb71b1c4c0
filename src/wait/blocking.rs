//! Blocking calls on one file: attempts with sleeps in between.
//!
//! Each function may fail with `EINTR` to say that a signal can be delivered; the C layer runs
//! the handlers, with nothing borrowed, and decides whether the call starts again.

use super::busy::{self, Asked};
use super::pending::{self, Keep};
use super::{Sources, Woken};
use crate::errno::{Errno, Result};
use crate::fd::file::Type;
use crate::fd::{Address, Class, Description, Domain, Flags, Ready, Receive, Transmit};
use crate::host::clock;
use crate::socket::burst;
use alloc::rc::Rc;
use alloc::vec::Vec;

state! {
    static SOURCES: Global<Sources> = Sources::new();
}

/// When a call that started now gives up.
fn deadline(timeout: Option<u64>) -> Option<u64> {
    timeout.map(|nanoseconds| clock::now().saturating_add(nanoseconds))
}

/// Sleeps until the file may have got further with `want`. `EAGAIN` past the deadline.
fn wait(file: &Description, want: Ready, deadline: Option<u64>) -> Result<()> {
    flush_point();
    // A host may say "ready" time and again for nothing: after the deadline, once at most.
    let late = deadline.is_some_and(|deadline| clock::now() >= deadline);
    let mut ask = || file.file.ask(want).any(want | Ready::ALWAYS);
    // As on Linux only for input.
    let spin = match want {
        Ready::IN => busy::nanoseconds(file),
        _ => 0,
    };
    if spin > 0 {
        busy::prepare(file);
    }
    let may_pay = want == Ready::IN && busy::is_served_by_host(file) && busy::peer_may_wait(file);
    let patience = may_pay.then_some(&file.patience);
    if busy::before_sleep(spin, patience, deadline, Asked::ONE, &mut ask) {
        return Ok(());
    }
    SOURCES.with(|sources| {
        sources.clear();
        file.file
            .sources(want, &mut |number, slot| sources.add(0, number, slot));
        let until = [deadline, file.file.deadline()].into_iter().flatten().min();
        let woken = sources.sleep(until, &mut |_, slot| file.file.wake(slot));
        if file.file.deadline().is_some() {
            file.file.ask(Ready::NONE);
        }
        match woken {
            Woken::Ready if late => Err(Errno::EAGAIN),
            Woken::Ready => Ok(()),
            Woken::Signal if deadline.is_some() => Err(Errno::EINTR_FOR_GOOD),
            Woken::Signal => Err(Errno::EINTR),
            Woken::Timeout if deadline.is_some_and(|deadline| clock::now() >= deadline) => {
                Err(Errno::EAGAIN)
            }
            Woken::Timeout => Ok(()),
        }
    })
}

/// A flush point of the program (see `socket::gather`).
pub fn flush_point() {
    burst::end();
    pending::flush(Keep::Nothing);
}

/// To be called before a call looks for what has come: what bursts keep back that may go on stays.
/// Returns whether anything may have stayed. Then [`found`] must follow, or [`flush_after_all`] where
/// nothing has come.
#[inline(never)]
pub fn readiness_point() -> bool {
    let some_go_on = burst::any_goes_on();
    if some_go_on {
        burst::next();
        pending::flush(Keep::GoingOn);
    } else {
        flush_point();
    }
    some_go_on
}

/// A readiness call has found something: only bursts for which it did go on.
pub fn found() {
    if burst::any_goes_on() {
        pending::flush(Keep::MoreHere);
    }
}

/// The flush point that was left out. Returns whether anything was handed over, which may have ended a
/// connection.
#[inline(never)]
pub fn flush_after_all() -> bool {
    let kept = pending::any();
    flush_point();
    kept
}

/// recv(2) and read(2).
pub fn receive(file: &Rc<Description>, message: &mut Receive) -> Result<usize> {
    let mut kept = true;
    if burst::goes_on(file) {
        burst::resume(file);
    } else {
        kept = readiness_point();
    }
    let room = message.room();
    let mut outcome = Err(Errno::EAGAIN);
    if kept && pending::any() {
        if !message.flags.has(Flags::WAITALL) {
            message.wait = waits(file, message);
            outcome = file.file.receive(message);
        }
        // What is kept may be for this very end.
        if !matches!(outcome, Ok(count) if count >= room) {
            flush_point();
            outcome = outcome.map(|count| count + top_up(file, message, count));
        }
    }
    if outcome == Err(Errno::EAGAIN) {
        outcome = receive_or_wait(file, message);
    }
    // A read that did not fill its room took all that there was.
    let full = matches!(outcome, Ok(count) if count > 0 && count >= room) && !message.drained;
    burst::received(file, full);
    if outcome.is_err() {
        readiness_point();
    }
    outcome
}

/// Whether a receive waits for what has not come.
fn waits(file: &Description, message: &Receive) -> bool {
    !file.nonblocking.get() && !message.flags.has(Flags::DONTWAIT)
}

/// Receives what came after the first `count` bytes, where that can be joined to them.
#[inline(never)]
fn top_up(file: &Description, message: &mut Receive, count: usize) -> usize {
    let is_stream = matches!(file.socket, Some((_, Type::Stream)));
    if let [part] = message.into
        && let Some(part) = part.get_mut(count..)
        && is_stream
        && busy::is_served_by_host(file)
        && message.discard.is_none()
        && !message.flags.has(Flags::PEEK)
        // An error of the connection is for the next call.
        && file.file.ask(Ready::IN) & (Ready::IN | Ready::ERR) == Ready::IN
    {
        let more = file
            .file
            .receive(&mut Receive::new(&mut [part], message.flags));
        return more.unwrap_or(0);
    }
    0
}

fn receive_or_wait(file: &Description, message: &mut Receive) -> Result<usize> {
    let wait_for_all = message.flags.has(Flags::WAITALL)
        && file
            .file
            .socket()
            .is_some_and(|socket| socket.kind() == crate::fd::file::Type::Stream);
    let blocking = waits(file, message);
    let mut until = None;
    if wait_for_all && blocking {
        return receive_all(file, message);
    }
    message.wait = blocking;
    loop {
        match file.file.receive(message) {
            Err(Errno::EAGAIN) if blocking && !message.flags.has(Flags::ERRQUEUE) => {
                if until.is_none() {
                    until = deadline(
                        file.file
                            .socket()
                            .and_then(|socket| socket.receive_timeout()),
                    );
                }
                if let Err(errno) = wait(file, Ready::IN, until) {
                    // TCP waits for data before it receives nothing of it, and does not say that none came.
                    let stream = matches!(file.socket, Some((domain, Type::Stream)) if domain != Domain::Unix);
                    if stream && message.room() == 0 && errno == Errno::EAGAIN {
                        return Ok(0);
                    }
                    // Less than SO_RCVLOWAT is better than nothing now.
                    message.wait = false;
                    return file.file.receive(message).map_err(|again| match again {
                        Errno::EAGAIN => errno,
                        other => other,
                    });
                }
            }
            outcome => return outcome,
        }
    }
}

/// MSG_WAITALL: until the room is full, the end, an error, a signal or the timeout.
fn receive_all(file: &Description, message: &mut Receive) -> Result<usize> {
    let until = deadline(
        file.file
            .socket()
            .and_then(|socket| socket.receive_timeout()),
    );
    let peek = message.flags.has(Flags::PEEK);
    let mut room = message.room();
    if peek && let Some(socket) = file.file.socket() {
        // There cannot be more than that.
        room = room.min(socket.receive_buffer());
    }
    let mut done = 0;
    loop {
        let outcome = if peek {
            file.file.receive(message)
        } else {
            let mut parts = split(message.into, done);
            let mut rest = Receive::new(&mut parts, message.flags);
            rest.discard = message.discard.map(|size| size - done);
            let outcome = file.file.receive(&mut rest);
            message.credentials = message.credentials.or(rest.credentials);
            let (from, out_flags, rights) = (rest.from, rest.out_flags, rest.rights);
            message.from = message.from.take().or(from);
            message.out_flags = message.out_flags | out_flags;
            message.rights.extend(rights);
            outcome
        };
        let over = match outcome {
            Ok(count) => {
                done = if peek { count } else { done + count };
                done >= room || count == 0 || !message.rights.is_empty()
            }
            Err(Errno::EAGAIN) => false,
            Err(errno) if done == 0 => return Err(errno),
            Err(_) => true,
        };
        if over || peek && file.file.ready().any(Ready::RDHUP) {
            return Ok(done);
        }
        // What is known already needs no sleep: a peer in this process will not say it again.
        if !peek && file.file.ready().any(Ready::IN) {
            continue;
        }
        // A look waits for more than is known.
        let want = if peek { Ready::RDHUP } else { Ready::IN };
        match wait(file, want, until) {
            Ok(()) => {}
            Err(_) if done > 0 => return Ok(done),
            Err(errno) => return Err(errno),
        }
    }
}

/// The parts behind their first `skip` bytes.
fn split<'a>(parts: &'a mut [&mut [u8]], mut skip: usize) -> Vec<&'a mut [u8]> {
    let mut rest = Vec::new();
    for part in parts {
        let cut = skip.min(part.len());
        skip -= cut;
        rest.push(part.get_mut(cut..).unwrap_or_default());
    }
    rest
}

/// send(2) and write(2): a blocking send of a stream takes everything.
pub fn send(file: &Rc<Description>, message: &mut Transmit) -> Result<usize> {
    let outcome = send_all(file, message);
    if file.file.unflushed() {
        pending::add(file);
    }
    outcome
}

fn send_all(file: &Description, message: &mut Transmit) -> Result<usize> {
    let first = file.file.send(message);
    let blocking = !file.nonblocking.get() && !message.flags.has(Flags::DONTWAIT);
    let stream = match file.socket {
        Some((_, kind)) => kind == crate::fd::file::Type::Stream,
        None => file.class == Class::Pipe,
    };
    let size = message.size();
    let mut done = match first {
        Ok(count) if !stream || count >= size => return Ok(count),
        Ok(count) => count,
        Err(Errno::EAGAIN) => 0,
        Err(errno) => return Err(errno),
    };
    if !blocking {
        return if done > 0 {
            Ok(done)
        } else {
            Err(Errno::EAGAIN)
        };
    }
    let until = deadline(file.file.socket().and_then(|socket| socket.send_timeout()));
    loop {
        match wait(file, Ready::OUT, until) {
            Ok(()) => {}
            Err(_) if done > 0 => return Ok(done),
            Err(errno) => return Err(errno),
        }
        let outcome = if done == 0 {
            file.file.send(message)
        } else {
            let rest: Vec<&[u8]> = message.rest(done).collect();
            let mut rest = Transmit::new(&rest, message.flags);
            file.file.send(&mut rest)
        };
        match outcome {
            Ok(count) if !stream => return Ok(count),
            Ok(count) => done += count,
            Err(Errno::EAGAIN) => continue,
            Err(_) if done > 0 => return Ok(done),
            Err(errno) => return Err(errno),
        }
        if done >= size {
            return Ok(done);
        }
    }
}

/// accept(2)
pub fn accept(file: &Description) -> Result<Rc<Description>> {
    flush_point();
    let socket = file.as_socket()?;
    let mut until = None;
    loop {
        match socket.accept() {
            // Nobody connects to a listener that was shut down.
            Err(Errno::EAGAIN)
                if !file.nonblocking.get() && file.file.ready().any(Ready::RDHUP) =>
            {
                return Err(Errno::EINVAL);
            }
            Err(Errno::EAGAIN) if !file.nonblocking.get() => {
                if until.is_none() {
                    until = deadline(socket.receive_timeout());
                }
                wait(file, Ready::IN, until)?;
            }
            outcome => return outcome,
        }
    }
}

/// connect(2)
pub fn connect(file: &Description, address: &Address) -> Result<()> {
    flush_point();
    let socket = file.as_socket()?;
    let outcome = socket.connect(address);
    match outcome {
        Err(Errno::EINPROGRESS) => {}
        // A blocking connect joins one that is under way.
        Err(Errno::EALREADY) if !file.nonblocking.get() => {}
        outcome => return outcome,
    }
    if file.nonblocking.get() {
        return outcome;
    }
    let until = deadline(socket.send_timeout());
    loop {
        match socket.connected() {
            Err(Errno::EINPROGRESS) => match wait(file, Ready::OUT, until) {
                Ok(()) => {}
                // Out of time: EINPROGRESS, or EALREADY for a call that joined in.
                Err(Errno::EAGAIN) => return outcome,
                Err(errno) => return Err(errno),
            },
            outcome => return outcome,
        }
    }
}

/// The end of a descriptor: close(2), or dup2(2) over it.
pub fn release(file: Rc<Description>) {
    if !file.released() {
        return;
    }
    flush_point();
    let mut finished = file.file.closed();
    if !finished
        && let Some(until) = deadline(file.file.socket().and_then(|socket| socket.linger()))
    {
        while !finished && drain(&file, until).is_ok() {
            finished = file.file.closed();
        }
    }
    file.file.notify().touch();
    if !finished {
        pending::add(&file);
    }
}

fn drain(file: &Description, until: u64) -> Result<()> {
    if clock::now() >= until {
        return Err(Errno::EAGAIN);
    }
    SOURCES.with(|sources| {
        sources.clear();
        file.file
            .flush_sources(&mut |number, slot| sources.add(0, number, slot));
        match sources.sleep(Some(until), &mut |_, slot| file.file.wake(slot)) {
            Woken::Timeout => Err(Errno::EAGAIN),
            Woken::Ready | Woken::Signal => Ok(()),
        }
    })
}

/// Sleeps until `until` (monotonic nanoseconds); `EINTR` when a signal can be delivered.
pub fn pause(until: u64) -> Result<()> {
    flush_point();
    SOURCES.with(|sources| {
        sources.clear();
        loop {
            match sources.sleep(Some(until), &mut |_, _| {}) {
                Woken::Ready => {}
                Woken::Timeout => return Ok(()),
                Woken::Signal => return Err(Errno::EINTR),
            }
        }
    })
}
