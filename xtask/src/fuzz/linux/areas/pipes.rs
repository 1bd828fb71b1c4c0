//! Pipes, eventfd, timerfd, and what moves data between descriptors.

use super::common;
use crate::fuzz::linux::generate::{Kind, Maker};

const ALL: &[Kind] = &[Kind::PipeRead, Kind::PipeWrite, Kind::Event, Kind::Timer];

pub fn start(g: &mut Maker) {
    pipe(g);
    event(g);
    timer(g);
}

pub fn pipe(g: &mut Maker) {
    let (one, other) = (g.fill(Kind::PipeRead), g.fill(Kind::PipeWrite));
    let flags = g.one(&["O_NONBLOCK", "O_NONBLOCK", "0", "O_CLOEXEC"]);
    g.call("pipe", &[&one, &other, &flags]);
    g.pair(&one, &other);
}

pub fn event(g: &mut Maker) {
    let slot = g.fill(Kind::Event);
    let value = g.one(&["0", "0", "1", "5", "0xffffffff"]);
    let flags = g.one(&[
        "EFD_NONBLOCK",
        "EFD_NONBLOCK|EFD_SEMAPHORE",
        "0",
        "EFD_CLOEXEC",
        "8",
    ]);
    g.call("eventfd", &[&slot, &value, &flags]);
}

pub fn timer(g: &mut Maker) {
    let slot = g.fill(Kind::Timer);
    let clock = g.one(&["CLOCK_MONOTONIC", "CLOCK_REALTIME", "CLOCK_BOOTTIME"]);
    let flags = g.one(&["TFD_NONBLOCK", "TFD_NONBLOCK", "0", "8"]);
    g.call("timerfd", &[&slot, &clock, &flags]);
}

pub fn step(g: &mut Maker) {
    match g.random.below(100) {
        0..3 => pipe(g),
        3..5 => event(g),
        5..7 => timer(g),
        7..20 => write(g),
        20..35 => read(g),
        35..43 => {
            let file = g.some(&[Kind::Event]);
            let value = g.one(&["1", "2", "0", "100", "-2", "-1", "-16"]);
            g.call("add", &[&file, &value]);
        }
        43..52 => {
            let file = g.some(&[Kind::Event, Kind::Timer]);
            let length = g.one(&["8", "8", "8", "16", "7", "0"]);
            g.call("take", &[&file, &length]);
        }
        52..58 => set_time(g),
        58..61 => {
            let file = g.some(&[Kind::Timer]);
            g.call("gettime", &[&file]);
        }
        61..72 => common::ready(g, ALL),
        72..79 => common::descriptor(g),
        79..83 => g.close_some(),
        83..90 => splice(g),
        90..93 => {
            let (from, to) = (g.some(&[Kind::PipeRead]), g.some(&[Kind::PipeWrite]));
            let length = g.length();
            g.call("tee", &[&from, &to, &length]);
        }
        93..95 => {
            let file = g.some(ALL);
            let command = g.one(&["F_GETPIPE_SZ", "F_GETPIPE_SZ", "F_GETOWN"]);
            g.call("fcntl", &[&file, &command, "0"]);
        }
        95..97 => {
            let file = g.any();
            g.call("fstat", &[&file]);
        }
        97 => {
            let (file, whence) = (g.any(), g.one(&["SEEK_SET", "SEEK_CUR", "SEEK_END"]));
            g.call("lseek", &[&file, "0", &whence]);
        }
        _ => {
            let (to, from, length) = (g.some(&[Kind::PipeWrite]), g.any(), g.length());
            g.call("sendfile", &[&to, &from, "-1", &length]);
        }
    }
}

fn write(g: &mut Maker) {
    let (file, length) = (g.some(&[Kind::PipeWrite]), g.length());
    if g.random.chance(70) {
        g.call("write", &[&file, &length]);
    } else {
        let (other, third) = (g.length(), g.one(&["-1", "0", "3"]));
        g.call("writev", &[&file, &length, &other, &third]);
    }
}

fn read(g: &mut Maker) {
    let (file, room) = (g.some(&[Kind::PipeRead]), g.room());
    if g.random.chance(70) {
        g.call("read", &[&file, &room]);
    } else {
        let (other, third) = (g.length(), g.one(&["-1", "0", "3"]));
        g.call("readv", &[&file, &other, &room, &third]);
    }
}

fn set_time(g: &mut Maker) {
    let file = g.some(&[Kind::Timer]);
    let flags = g.one(&["0", "0", "0", "TFD_TIMER_ABSTIME", "8"]);
    let (seconds, nanoseconds) = g.random.weighted(&[
        (3, ("0", "1")),
        (3, ("36000", "0")),
        (2, ("0", "0")),
        (1, ("-1", "0")),
        (1, ("0", "1000000000")),
    ]);
    let interval = g.one(&["0", "0", "7200", "-1"]);
    // What is left of an interval from a time long ago depends on the clock.
    let interval = match flags.as_str() {
        "TFD_TIMER_ABSTIME" => "0".to_owned(),
        _ => interval,
    };
    // An absolute time of 10 hours is long ago, or to come: clocks start at different times.
    let seconds = if flags == "TFD_TIMER_ABSTIME" && seconds == "36000" {
        "1"
    } else {
        seconds
    };
    g.call("settime", &[&file, &flags, seconds, nanoseconds, &interval]);
}

fn splice(g: &mut Maker) {
    let from = g.some(&[Kind::PipeRead, Kind::LocalStream, Kind::TcpStream]);
    let to = g.some(&[Kind::PipeWrite, Kind::LocalStream, Kind::TcpStream]);
    let (length, flags) = (
        g.length(),
        g.one(&["0", "SPLICE_F_MOVE", "SPLICE_F_MORE", "64"]),
    );
    g.call("splice", &[&from, &to, &length, &flags]);
}
