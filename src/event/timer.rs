//! The arithmetic of timerfd_settime(2): when a timer expires, and how often it has.

/// What timerfd_settime(2) asks for, in nanoseconds of the monotonic clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// The first expiry; None disarms. It may lie in the past, even before the clock's start.
    pub first: Option<i64>,
    /// Between later expiries; 0 for a timer that expires once.
    pub interval: i64,
}

/// A timer, and the expiries that were not read yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timer {
    next: Option<i64>,
    interval: i64,
    expiries: u64,
}

impl Timer {
    /// Starts anew.
    pub fn set(&mut self, setting: Setting) {
        *self = Timer {
            next: setting.first,
            interval: setting.interval,
            expiries: 0,
        };
    }

    /// Counts what has expired by `now`.
    pub fn advance(&mut self, now: i64) {
        let Some(next) = self.next.filter(|&next| next <= now) else {
            return;
        };
        if self.interval == 0 {
            self.expiries += 1;
            self.next = None;
            return;
        }
        let more = now.saturating_sub(next) / self.interval;
        self.expiries = self.expiries.saturating_add(more as u64 + 1);
        self.next = Some(
            next.saturating_add(more.saturating_mul(self.interval))
                .saturating_add(self.interval),
        );
    }

    /// Expiries that were counted and not taken.
    pub fn expiries(&self) -> u64 {
        self.expiries
    }

    /// Takes the expiries.
    pub fn take(&mut self) -> u64 {
        core::mem::take(&mut self.expiries)
    }

    /// When there is something to count next; None while disarmed, or while earlier expiries
    /// wait to be read (another one changes nothing that can be waited for).
    pub fn due(&self) -> Option<i64> {
        self.next.filter(|_| self.expiries == 0)
    }

    /// What timerfd_gettime(2) tells after `advance(now)`: time until the next expiry (0 if there
    /// is none) and the interval.
    pub fn remaining(&self, now: i64) -> (i64, i64) {
        (
            self.next.map_or(0, |next| next.saturating_sub(now)),
            self.interval,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn armed(first: i64, interval: i64) -> Timer {
        let mut timer = Timer::default();
        timer.set(Setting {
            first: Some(first),
            interval,
        });
        timer
    }

    #[test]
    fn once() {
        let mut timer = armed(100, 0);
        timer.advance(99);
        assert_eq!(
            (timer.expiries(), timer.due(), timer.remaining(99)),
            (0, Some(100), (1, 0))
        );
        timer.advance(100);
        assert_eq!(
            (timer.expiries(), timer.due(), timer.remaining(100)),
            (1, None, (0, 0))
        );
        timer.advance(1000);
        assert_eq!((timer.take(), timer.take()), (1, 0));
    }

    #[test]
    fn periodic_expiries_are_counted_not_lost() {
        let mut timer = armed(100, 10);
        timer.advance(135);
        assert_eq!(
            (timer.expiries(), timer.due(), timer.remaining(135)),
            (4, None, (5, 10))
        );
        timer.advance(139);
        assert_eq!(timer.expiries(), 4);
        timer.advance(140);
        assert_eq!(timer.take(), 5);
        assert_eq!(timer.due(), Some(150));
    }

    #[test]
    fn a_first_expiry_long_ago() {
        let mut timer = armed(-1_000, 10);
        timer.advance(5);
        assert_eq!((timer.take(), timer.due()), (101, Some(10)));
    }

    #[test]
    fn disarmed_keeps_its_interval() {
        let mut timer = armed(100, 10);
        timer.advance(500);
        timer.set(Setting {
            first: None,
            interval: 7,
        });
        timer.advance(1000);
        assert_eq!(
            (timer.expiries(), timer.due(), timer.remaining(1000)),
            (0, None, (0, 7))
        );
    }

    #[test]
    fn the_end_of_time_is_not_passed() {
        let mut timer = armed(i64::MIN, 1);
        timer.advance(i64::MAX);
        assert!(timer.take() >= i64::MAX as u64);
        let mut timer = armed(i64::MAX, i64::MAX);
        timer.advance(i64::MAX);
        assert_eq!((timer.take(), timer.due()), (1, Some(i64::MAX)));
    }
}
