//! The clock, the dice, what happens later, and what went wrong.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// Random numbers of a seed (xorshift64*).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Another seed, other numbers.
    pub fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    /// True once in `n` times; never for 0.
    pub fn one_in(&mut self, n: u64) -> bool {
        n > 0 && self.below(n) == 0
    }
}

/// Which faults may happen: each once in so many times, 0 for never.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// A read gives less than there is.
    pub short_read: u64,
    /// A write permit is smaller than the room.
    pub short_permit: u64,
    /// Something is called ready that is not.
    pub false_ready: u64,
    /// There is no permit for a moment although there is room.
    pub late_permit: u64,
    /// bind, listen or connect is finished later.
    pub late_finish: u64,
    /// A call fails that may.
    pub failure: u64,
    /// A datagram is lost, comes twice, or late.
    pub datagram: u64,
    /// As wasmtime: so many things are found ready between two sleeps, and then nothing is.
    pub budget: Option<usize>,
}

type Action = Box<dyn FnOnce()>;

/// The state of one simulated host.
pub struct World {
    /// Virtual nanoseconds.
    pub now: u64,
    /// Everything random.
    pub dice: Dice,
    /// What may go wrong.
    pub faults: Faults,
    /// How many calls of the host there were.
    pub calls: u64,
    /// How many times the program slept.
    pub sleeps: u64,
    /// Handles that are open.
    pub handles: i64,
    /// What a real host would have ended the program for.
    pub trouble: Vec<String>,
    /// Things found ready since the last sleep.
    pub(super) spent: usize,
    agenda: BTreeMap<(u64, u64), Action>,
    count: u64,
}

/// A program without an end is one that spins.
const MOST_CALLS: u64 = 3_000_000;

impl World {
    fn new(seed: u64) -> Self {
        World {
            now: 1_000_000_000,
            dice: Dice::new(seed),
            faults: Faults::default(),
            calls: 0,
            sleeps: 0,
            handles: 0,
            trouble: Vec::new(),
            spent: 0,
            agenda: BTreeMap::new(),
            count: 0,
        }
    }

    /// Has `action` happen at `time`, after what is to happen then already.
    pub fn at(&mut self, time: u64, action: impl FnOnce() + 'static) {
        self.count += 1;
        let time = time.max(self.now);
        self.agenda.insert((time, self.count), Box::new(action));
    }

    /// A time within the next `most` nanoseconds, once in `n` times.
    pub(super) fn late(&mut self, n: u64, most: u64) -> Option<u64> {
        let late = self.dice.one_in(n);
        late.then(|| self.now + 1_000 + self.dice.below(most))
    }

    /// When the next thing happens.
    pub(super) fn next(&self) -> Option<u64> {
        self.agenda.keys().next().map(|&(time, _)| time)
    }

    /// Whether another thing may be found ready before the program sleeps.
    pub(super) fn within_budget(&self) -> bool {
        self.faults.budget.is_none_or(|budget| self.spent < budget)
    }
}

std::thread_local! {
    static WORLD: RefCell<World> = RefCell::new(World::new(1));
}

/// Begins anew with a seed.
pub fn reset(seed: u64, faults: Faults) {
    let mut world = World::new(seed);
    world.faults = faults;
    let old = WORLD.with(|slot| slot.replace(world));
    drop(old);
    super::net::reset();
}

/// Lends the world. Nothing may be called within that does so itself.
pub fn with<R>(f: impl FnOnce(&mut World) -> R) -> R {
    WORLD.with(|world| f(&mut world.borrow_mut()))
}

/// As [`with`], where the thread may be at its end.
pub(super) fn try_with(f: impl FnOnce(&mut World)) {
    let _ = WORLD.try_with(|world| f(&mut world.borrow_mut()));
}

/// What a real host would end the program for.
pub(super) fn trouble(what: String) {
    with(|world| world.trouble.push(what));
}

/// When something is finished that may be late. A sleep has an end then.
pub(super) fn finish_time() -> u64 {
    with(|world| {
        let late = world.late(world.faults.late_finish, 500_000);
        let until = late.unwrap_or(world.now);
        world.at(until, || {});
        until
    })
}

/// A call of the host: takes some time, in which things happen.
pub(super) fn call() {
    let until = with(|world| {
        world.calls += 1;
        assert!(
            world.calls < MOST_CALLS,
            "the program calls the host without end"
        );
        world.now + 200 + world.dice.below(600)
    });
    pass(until);
}

/// Time passes.
pub(super) fn pass(until: u64) {
    loop {
        let due = with(|world| {
            let first = world.agenda.first_entry()?;
            let (time, _) = *first.key();
            if time > until {
                return None;
            }
            let action = first.remove();
            world.now = world.now.max(time);
            Some(action)
        });
        let Some(action) = due else { break };
        action();
    }
    with(|world| world.now = world.now.max(until));
}
