//! Sources, and the one call that sleeps.

use super::{net, world};
use crate::host::habits;
use std::cell::RefCell;

/// What a source tells of.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// The clock.
    At(u64),
    /// Input of a connection's side.
    Input(usize, usize),
    /// Output of a connection's side.
    Output(usize, usize),
    /// The operation under way on a TCP socket.
    Tcp(usize),
    /// The bind under way on a UDP socket.
    Udp(usize),
    /// Datagrams for a UDP socket.
    Incoming(usize),
    /// Room for datagrams of a UDP socket.
    Outgoing(usize),
    /// Standard input, on which nothing ever comes.
    Never,
}

std::thread_local! {
    static SOURCES: RefCell<Vec<Option<Kind>>> = const { RefCell::new(Vec::new()) };
}

/// Something the host can wait for.
pub struct Source(u32, Kind);

impl Source {
    pub(super) fn new(kind: Kind) -> Self {
        net::handle(1);
        net::child(kind, 1);
        let number = SOURCES.with_borrow_mut(|sources| {
            sources.push(Some(kind));
            sources.len() as u32
        });
        Source(number, kind)
    }

    /// Asks whether the event has happened; does not wait.
    pub fn ready(&self) -> bool {
        world::call();
        let ready = is_ready(self.1);
        habits::spend(ready.into());
        ready
    }

    /// Waits for the event.
    pub fn block(&self) {
        wait(&[self.number()], &mut Vec::new());
    }

    /// The number under which [`wait`] takes this source.
    pub fn number(&self) -> u32 {
        self.0
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        net::child(self.1, -1);
        net::handle(-1);
        let _ = SOURCES.try_with(|sources| {
            if let Some(slot) = sources.borrow_mut().get_mut(self.0 as usize - 1) {
                *slot = None;
            }
        });
    }
}

/// Whether the event has happened, as far as the budget lets the host see it.
fn is_ready(kind: Kind) -> bool {
    let ready = match kind {
        Kind::At(instant) => return world::with(|world| world.now >= instant),
        other => net::is_ready(other),
    };
    world::with(|world| {
        let seen = ready && world.within_budget();
        world.spent += usize::from(seen);
        seen
    })
}

/// Sleeps until at least one of the sources is ready; leaves the indexes of those that are in `ready`.
pub fn wait(numbers: &[u32], ready: &mut Vec<u32>) {
    ready.clear();
    if numbers.is_empty() {
        world::trouble("poll of nothing".into());
        return;
    }
    world::call();
    let kinds: Vec<Kind> = numbers
        .iter()
        .map(|&number| {
            let kind = SOURCES.with_borrow(|sources| {
                let index = (number as usize).checked_sub(1)?;
                *sources.get(index)?
            });
            kind.unwrap_or_else(|| {
                world::trouble("poll of a source that is gone".into());
                Kind::Never
            })
        })
        .collect();
    loop {
        for (index, &kind) in kinds.iter().enumerate() {
            if is_ready(kind) {
                ready.push(index as u32);
            }
        }
        let lie = world::with(|world| {
            let n = world.faults.false_ready;
            let lies = !ready.is_empty() && world.dice.one_in(n);
            lies.then(|| world.dice.below(kinds.len() as u64) as u32)
        });
        if let Some(lie) = lie.filter(|lie| !ready.contains(lie)) {
            ready.push(lie);
            ready.sort_unstable();
        }
        if !ready.is_empty() {
            break;
        }
        // A real sleep.
        let timers = kinds.iter().filter_map(|kind| match kind {
            Kind::At(instant) => Some(*instant),
            _ => None,
        });
        let next = timers.chain(world::with(|world| world.next())).min();
        world::with(|world| {
            world.spent = 0;
            world.sleeps += 1;
        });
        match next {
            Some(time) => world::pass(time),
            None => panic!("the program sleeps for ever"),
        }
    }
    habits::spend(ready.len());
}
