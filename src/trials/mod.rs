//! Random programs on the simulated host, against a model of what must come of them.
//!
//! Each seed is a program with several peers, in a network that delays, cuts and fails as the seed says.
//! What is always checked: bytes of a stream arrive whole and in order, or an error is told; nothing that
//! send accepted is lost unless the connection was reset; who can go on does, within bounds of the virtual
//! clock; the host is called a bounded number of times for what happens; every handle is dropped, children
//! first; the host is never asked for what it would end the program for.
//!
//! `cargo test --lib trials` runs the first seeds of each program; `WPS_SEED=N` replays one alone, and
//! `WPS_SEEDS=N` runs so many.

mod client;
mod echo;
mod inside;
mod messages;
mod peers;

use crate::errno::{Errno, Result};
use crate::fd::{Description, Flags, Ready, Receive, Shutdown, Transmit, process};
use crate::host::sim::world::{self, Dice, Faults};
use crate::wait::epoll::{self, Operation};
use crate::wait::poll::{Item, Target};
use crate::wait::{blocking, engine, exit};
use std::any::Any;
use std::panic;
use std::rc::Rc;
use std::thread;

/// Seeds of each program that every test run has.
const SEEDS: u64 = 250;

/// Handles that are kept for the next use: the timer of the last sleep, and one that always rings.
const KEPT: i64 = 2;

/// One program with what drives it.
type Trial = fn(&mut Dice);

/// What goes wrong in this seed.
fn faults(dice: &mut Dice) -> Faults {
    let mut once_in = |choices: &[u64]| choices[dice.below(choices.len() as u64) as usize];
    Faults {
        short_read: once_in(&[0, 2, 5]),
        short_permit: once_in(&[0, 2, 5]),
        false_ready: once_in(&[0, 3, 10]),
        late_permit: once_in(&[0, 3, 20]),
        late_finish: once_in(&[0, 2]),
        failure: once_in(&[0, 0, 10]),
        datagram: once_in(&[0, 4]),
        budget: [None, Some(128)][once_in(&[0, 1]) as usize],
    }
}

/// Runs a seed; the error says what went wrong.
fn run(seed: u64, trial: Trial) -> std::result::Result<(), String> {
    let program = move || {
        let mut dice = Dice::new(seed ^ 0x5eed);
        let faults = faults(&mut dice);
        world::reset(seed, faults);
        crate::socket::tcp::connect::bind();
        crate::socket::tcp::socket::bind_shutdown();
        crate::socket::tcp::socket::bind_local();
        crate::socket::tcp::socket::bind_readable_bytes();
        trial(&mut dice);
        exit::finish();
        let (handles, trouble) = world::with(|world| (world.handles, world.trouble.clone()));
        assert!(trouble.is_empty(), "{}", trouble.join("; "));
        assert!(handles <= KEPT, "{handles} handles are open at the end");
    };
    let name = format!("seed {seed}");
    let thread = thread::Builder::new()
        .name(name)
        .spawn(move || panic::catch_unwind(program).map_err(|what| words(what.as_ref())));
    thread
        .map_err(|error| error.to_string())?
        .join()
        .unwrap_or_else(|what| Err(words(what.as_ref())))
}

fn words(what: &(dyn Any + Send)) -> String {
    let text = what.downcast_ref::<String>().cloned();
    text.or_else(|| what.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "a panic".into())
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs the seeds of a program.
fn check(name: &str, trial: Trial) {
    let only = number("WPS_SEED");
    let first = number("WPS_FIRST_SEED").unwrap_or(1);
    let seeds = match only {
        Some(seed) => seed..=seed,
        None => first..=first + number("WPS_SEEDS").unwrap_or(SEEDS) - 1,
    };
    let mut failed = Vec::new();
    for seed in seeds {
        if let Err(what) = run(seed, trial) {
            failed.push(format!(
                "seed {seed}: {what}\n  WPS_SEED={seed} cargo test --lib trials::{name}"
            ));
        }
        if failed.len() >= 3 {
            break;
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn echo_servers() {
    check("echo_servers", echo::trial);
}

#[test]
fn clients() {
    check("clients", client::trial);
}

#[test]
fn datagrams() {
    check("datagrams", messages::trial);
}

#[test]
fn inside_of_the_program() {
    check("inside_of_the_program", inside::trial);
}

/// Gives a file a number.
fn install(file: &Rc<Description>) -> i32 {
    engine::install(file.clone(), false, 0).expect("there is room")
}

/// Closes a number.
fn close(fd: i32) {
    assert!(engine::close(fd), "{fd} was open");
}

/// The file behind a number.
fn file(fd: i32) -> Rc<Description> {
    process::find(fd).expect("it is open")
}

/// recv(2)
fn receive(fd: i32, room: &mut [u8], flags: Flags) -> Result<usize> {
    blocking::receive(&file(fd), &mut Receive::new(&mut [room], flags))
}

/// send(2)
fn send(fd: i32, data: &[u8], flags: Flags) -> Result<usize> {
    blocking::send(&file(fd), &mut Transmit::new(&[data], flags))
}

/// shutdown(2) of the sending side.
fn end(fd: i32) -> Result<()> {
    file(fd).as_socket()?.shutdown(Shutdown {
        read: false,
        write: true,
    })
}

/// An entry of poll(2).
fn entry(fd: i32, want: Ready) -> Item {
    Item {
        target: Target::File(file(fd)),
        want,
        counts: want | Ready::ALWAYS,
        got: Ready::NONE,
    }
}

/// epoll_ctl(2) that succeeds.
fn control(set: i32, operation: Operation, fd: i32, events: u32, data: u64) {
    let instance = file(set);
    let set = epoll::of(&instance).expect("an epoll instance");
    let outcome = set.control(operation, fd, &file(fd), false, events, data);
    assert_eq!(outcome, Ok(()));
}

/// epoll_wait(2): the data of what is ready.
fn wait_for(set: i32, most: usize, deadline: Option<u64>) -> Vec<u64> {
    let instance = file(set);
    let set = epoll::of(&instance).expect("an epoll instance");
    let mut found = Vec::new();
    let count = set.wait(most, deadline, &mut |_, data| {
        found.push(data);
        Ok(())
    });
    assert_eq!(count, Ok(found.len()));
    found
}

/// Calls again while descriptors are short, which they are for a moment only.
fn again<R>(mut call: impl FnMut() -> Result<R>) -> Result<R> {
    loop {
        match call() {
            Err(Errno::EMFILE) => {}
            outcome => return outcome,
        }
    }
}
