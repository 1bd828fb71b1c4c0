//! Readiness, as a set of conditions. They have the bits of `<poll.h>`, which poll(2) gives out as they are;
//! select and epoll translate them to their own.

use core::ops::{BitAnd, BitOr, BitOrAssign, Not};

/// A set of conditions of an open file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ready(pub u16);

impl Ready {
    /// Nothing.
    pub const NONE: Ready = Ready(0);
    /// A read would not block.
    pub const IN: Ready = Ready(1);
    /// A write would not block.
    pub const OUT: Ready = Ready(2);
    /// Exceptional data can be read.
    pub const PRI: Ready = Ready(0x200);
    /// An error is pending.
    pub const ERR: Ready = Ready(0x1000);
    /// Both directions are over.
    pub const HUP: Ready = Ready(0x2000);
    /// The peer sends no more.
    pub const RDHUP: Ready = Ready(0x800);
    /// What the receiving side tells.
    pub const INPUT: Ready = Ready(1 | 0x200 | 0x800);
    /// What poll(2) reports whether it was asked for or not.
    pub const ALWAYS: Ready = Ready(0x1000 | 0x2000);
    /// Everything.
    pub const ALL: Ready = Ready(0x3a03);

    /// Whether any of `other` is in the set.
    pub const fn any(self, other: Ready) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// `self` when `condition` holds, else nothing.
    pub const fn when(self, condition: bool) -> Ready {
        if condition { self } else { Ready::NONE }
    }
}

impl BitOr for Ready {
    type Output = Ready;
    fn bitor(self, other: Ready) -> Ready {
        Ready(self.0 | other.0)
    }
}

impl BitOrAssign for Ready {
    fn bitor_assign(&mut self, other: Ready) {
        self.0 |= other.0;
    }
}

impl BitAnd for Ready {
    type Output = Ready;
    fn bitand(self, other: Ready) -> Ready {
        Ready(self.0 & other.0)
    }
}

impl Not for Ready {
    type Output = Ready;
    fn not(self) -> Ready {
        Ready(!self.0)
    }
}
