//! Pipes, socket pairs, eventfds and timers in sets of sets, in any order.

use super::peers::{byte, bytes};
use super::{close, control, file, install, receive, send, wait_for};
use crate::errno::Errno;
use crate::event::timer::Setting;
use crate::event::{counter, timer_file};
use crate::fd::Flags;
use crate::fd::file::Type;
use crate::host::sim::world::{self, Dice};
use crate::socket::local;
use crate::wait::epoll::{self, Operation};

/// A stream inside of the program.
struct Lane {
    write: i32,
    read: i32,
    sent: usize,
    got: usize,
}

pub fn trial(dice: &mut Dice) {
    let (outer, inner) = (install(&epoll::create()), install(&epoll::create()));
    let add = |set: i32, fd: i32, data: u64| control(set, Operation::Add, fd, 1, data);
    add(outer, inner, u64::MAX);
    let mut lanes = Vec::new();
    for number in 0..1 + dice.below(4) {
        let (read, write) = match dice.one_in(2) {
            true => local::pipe::create(true),
            false => local::pair(Type::Stream, true),
        };
        let lane = Lane {
            write: install(&write),
            read: install(&read),
            sent: 0,
            got: 0,
        };
        add(
            if dice.one_in(2) { outer } else { inner },
            lane.read,
            number,
        );
        lanes.push(lane);
    }
    let event = install(&counter::create(0, false, true));
    let timer = install(&timer_file::create(false, true));
    add(inner, event, 1_000);
    add(outer, timer, 1_001);
    let mut raised = 0u64;
    let mut due: Option<u64> = None;
    for _ in 0..200 {
        match dice.below(5) {
            0 | 1 => {
                let number = dice.below(lanes.len() as u64);
                let lane = &mut lanes[number as usize];
                let data = bytes(number, lane.sent, 1 + dice.below(9_000) as usize);
                match send(lane.write, &data, Flags::NONE) {
                    Ok(count) => lane.sent += count,
                    Err(errno) => assert_eq!(errno, Errno::EAGAIN),
                }
            }
            2 => {
                let by = 1 + dice.below(5);
                assert_eq!(send(event, &by.to_le_bytes(), Flags::NONE), Ok(8));
                raised += by;
            }
            3 => {
                let after = 1 + dice.below(20_000_000);
                let now = timer_file::now();
                let timer = file(timer);
                timer_file::of(&timer.file).expect("one").set(Setting {
                    first: Some(now + after as i64),
                    interval: 0,
                });
                due = Some(now as u64 + after);
            }
            _ => {
                let expected =
                    raised > 0 || due.is_some() || lanes.iter().any(|it| it.sent > it.got);
                let deadline = if expected { None } else { Some(0) };
                let mut found = wait_for(outer, 10, deadline);
                assert_eq!(!found.is_empty(), expected, "{found:?}");
                if found.contains(&u64::MAX) {
                    let within = wait_for(inner, 10, Some(0));
                    assert!(!within.is_empty(), "the inner set had something");
                    found.extend(within);
                }
                for data in found {
                    match data {
                        1_000 => {
                            assert_eq!(number(event), raised);
                            raised = 0;
                        }
                        1_001 => {
                            assert_eq!(number(timer), 1);
                            let due = due.take().expect("it was set");
                            assert!(world::with(|world| world.now) >= due, "before its time");
                        }
                        u64::MAX => {}
                        number => take(&mut lanes[number as usize], number, dice),
                    }
                }
            }
        }
    }
    for (number, lane) in lanes.iter_mut().enumerate() {
        close(lane.write);
        take(lane, number as u64, dice);
        while lane.got < lane.sent {
            take(lane, number as u64, dice);
        }
        let mut room = [0; 4];
        let end = receive(lane.read, &mut room, Flags::NONE);
        assert_eq!(end, Ok(0), "the end after all bytes");
        close(lane.read);
    }
    for fd in [event, timer, inner, outer] {
        close(fd);
    }
}

/// Reads the eight bytes of an eventfd or a timer.
fn number(fd: i32) -> u64 {
    let mut value = [0; 8];
    assert_eq!(receive(fd, &mut value, Flags::NONE), Ok(8));
    u64::from_le_bytes(value)
}

fn take(lane: &mut Lane, number: u64, dice: &mut Dice) {
    let mut room = vec![0; 1 + dice.below(20_000) as usize];
    match receive(lane.read, &mut room, Flags::NONE) {
        Ok(count) => {
            for &got in &room[..count] {
                assert_eq!(
                    got,
                    byte(number, lane.got),
                    "byte {} of lane {number}",
                    lane.got
                );
                lane.got += 1;
            }
        }
        Err(errno) => panic!("read: {errno:?}"),
    }
}
