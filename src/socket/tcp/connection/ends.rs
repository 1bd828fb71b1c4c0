//! What is over in a connection.

/// A set of ends, so that most calls find with one look that there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ends(u8);

impl Ends {
    /// Nothing is over.
    pub const NONE: Ends = Ends(0);
    /// The host gives no more input.
    pub const INPUT: Ends = Ends(1);
    /// The connection failed: both directions are over, but for what is still to be read.
    pub const RESET: Ends = Ends(2);
    /// The program shut reading.
    pub const SHUT_READ: Ends = Ends(4);
    /// The program shut writing.
    pub const SHUT_WRITE: Ends = Ends(8);
    /// The peer ended its side in order.
    pub const FINISHED: Ends = Ends(16);
    /// The peer sends no more, or the program does not want it.
    pub const INPUT_OR_SHUT: Ends = Ends(1 | 4);
    /// Each that ends reading.
    pub const READING: Ends = Ends(1 | 2 | 4);
    /// Each that ends writing.
    pub const WRITING: Ends = Ends(2 | 8);

    /// Adds to the set.
    pub fn add(&mut self, other: Ends) {
        self.0 |= other.0;
    }

    /// Whether the program shut both directions.
    pub const fn are_shut(self) -> bool {
        self.0 & (4 | 8) == 4 | 8
    }

    /// Whether any of `other` is in the set.
    pub const fn any(self, other: Ends) -> bool {
        self.0 & other.0 != 0
    }
}
