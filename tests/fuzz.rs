//! `cargo xtask fuzz linux` with fixed seeds: what random calls do as a component is what they do on
//! Linux. CONTRIBUTING.md tells how to run it for longer.

use std::sync::Mutex;
use xtask::fuzz::linux::{Runner, check};

/// Seeds of each area.
const SEEDS: u64 = 20;

/// One area at a time: what the network takes is waited for, and should not wait for other tests.
static TURN: Mutex<()> = Mutex::new(());

fn holds(area: &str) {
    let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let built = xtask::build().unwrap_or_else(|error| panic!("{error:#}"));
    let runner = Runner::build(&built, None).unwrap_or_else(|error| panic!("{error:#}"));
    let checked = check(&runner, area, 1..=SEEDS).unwrap_or_else(|error| panic!("{error:#}"));
    assert!(checked.found.is_empty(), "{}", checked.found.join("\n\n"));
    assert!(
        checked.calls > 15 * SEEDS as usize,
        "only {} calls were compared",
        checked.calls
    );
}

#[test]
fn tcp() {
    holds("tcp");
}

#[test]
fn udp() {
    holds("udp");
}

#[test]
fn unix() {
    holds("unix");
}

#[test]
fn pipes() {
    holds("pipes");
}

#[test]
fn epoll() {
    holds("epoll");
}

#[test]
fn options() {
    holds("options");
}

#[test]
fn pointers() {
    holds("pointers");
}

#[test]
fn files() {
    holds("files");
}

/// The tool against itself: a runner whose eventfd() is wrong, for Linux too.
#[test]
fn a_fault_is_found_and_shrunk() {
    let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let runner = Runner::build_faulty().unwrap_or_else(|error| panic!("{error:#}"));
    let checked = check(&runner, "pipes", 1..=SEEDS).unwrap_or_else(|error| panic!("{error:#}"));
    let found = checked.found.join("\n\n");
    assert!(found.contains("do_eventfd("), "{found}");
    let shortest = checked.found.iter().map(|text| text.matches("do_").count());
    assert!(shortest.min() <= Some(3), "{found}");
}
