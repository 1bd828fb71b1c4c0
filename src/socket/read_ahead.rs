//! How much of a byte stream to read ahead of the program.
//!
//! poll(2) has to, so that it can tell data from the end of the stream: hosts also call a stream ready
//! on which there is nothing (wasmtime, after a read that came back exactly full). Reading all that the
//! program will read next saves that call. Where a program reads a long stream in small pieces, one
//! call of the host can serve many of them.

/// A typical request.
pub const TYPICAL: usize = 2048;

/// To copy so much in the program costs less than another call of the host.
const COPIED: usize = 16 * 1024;

/// Of larger reads just enough: they are fastest straight into the program's buffer.
const JUST_ENOUGH: usize = 64;

/// Never more.
pub const MOST: usize = 64 * 1024;

/// So many reads in a row that came back full are a long stream.
const LONG: u8 = 2;

/// What the reads of one stream have taught.
#[derive(Clone, Copy, Debug)]
pub struct ReadAhead {
    next: usize,
    /// How many reads in a row came back full.
    full: u8,
}

impl ReadAhead {
    /// Nothing is known yet.
    pub const NEW: Self = ReadAhead {
        next: TYPICAL,
        full: 0,
    };

    /// How much to read ahead.
    pub fn size(self) -> usize {
        self.next
    }

    /// Whether to do so for a read of `room` bytes, too, for the sake of those that follow.
    pub fn serves(self, room: usize) -> bool {
        self.full >= LONG && room <= COPIED
    }

    /// Whether a read straight into a buffer of `room` bytes should see if there is more.
    pub fn looks_on(self, room: usize) -> bool {
        self.full > 0 && room > COPIED
    }

    /// `got` bytes were read ahead, as many as asked for (`full`) or all there were.
    pub fn filled(&mut self, got: usize, full: bool) {
        self.count(full);
        // Just enough says nothing about how much there is.
        if self.next > JUST_ENOUGH || !full {
            self.next = match full {
                true => (self.next * 2).min(MOST),
                false => fitting(got),
            };
        }
    }

    /// Of `room` bytes that the program wanted `got` came straight from the host, as many as asked for
    /// (`full`) or all there were.
    pub fn read(&mut self, room: usize, got: usize, full: bool) {
        self.count(full);
        self.next = match got {
            _ if got > COPIED => JUST_ENOUGH,
            _ if full && room <= COPIED => self.next.max(room),
            _ if full => JUST_ENOUGH,
            _ => fitting(got),
        };
    }

    fn count(&mut self, full: bool) {
        self.full = if full { self.full.saturating_add(1) } else { 0 };
    }
}

/// As much as came, and a little more, so that it is seen to be all.
fn fitting(got: usize) -> usize {
    if got < TYPICAL {
        return TYPICAL;
    }
    (got + 1).next_power_of_two().clamp(TYPICAL, COPIED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_whole() {
        let mut ahead = ReadAhead::NEW;
        for (got, next) in [
            (100, 2048),
            (2047, 2048),
            (3000, 4096),
            (9000, 16384),
            (50, 2048),
        ] {
            ahead.read(65536, got, false);
            assert_eq!(ahead.size(), next);
            ahead.filled(got, false);
            assert_eq!(ahead.size(), next);
            assert!(!ahead.serves(4096));
        }
    }

    #[test]
    fn a_long_stream_in_small_pieces_is_read_in_large_ones() {
        let mut ahead = ReadAhead::NEW;
        ahead.read(4096, 4096, true);
        assert!(!ahead.serves(4096), "one read may be full by chance");
        ahead.read(4096, 4096, true);
        assert!(ahead.serves(4096));
        for _ in 0..5 {
            ahead.filled(ahead.size(), true);
        }
        assert_eq!(ahead.size(), MOST);
        ahead.filled(700, false);
        assert_eq!(ahead.size(), TYPICAL);
        assert!(!ahead.serves(4096));
    }

    #[test]
    fn large_pieces_go_straight_to_the_program() {
        let mut ahead = ReadAhead::NEW;
        assert!(!ahead.looks_on(65536));
        for _ in 0..5 {
            ahead.read(65536, 65536, true);
            assert_eq!(ahead.size(), JUST_ENOUGH);
            assert!(ahead.looks_on(65536) && !ahead.serves(65536));
            ahead.filled(JUST_ENOUGH, true);
            assert_eq!(ahead.size(), JUST_ENOUGH);
        }
        // What is left of it is a request of its own.
        ahead.filled(10, false);
        assert_eq!(ahead.size(), TYPICAL);
        assert!(!ahead.looks_on(65536));
    }
}
