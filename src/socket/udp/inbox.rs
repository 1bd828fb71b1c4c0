//! What the host has handed over and the program has not yet taken.

use crate::host::udp::Batch;
use alloc::collections::VecDeque;
use core::net::SocketAddr;

/// Batches in the order in which they came, each with the time when it did, if that was noted; none
/// of them is empty.
#[derive(Default)]
pub struct Inbox(VecDeque<(Batch, Option<u64>)>);

/// No more than this is taken over while there is something unread.
const MOST: usize = 8;

impl Inbox {
    /// Adds a batch behind the others.
    pub fn add(&mut self, batch: Batch, arrived: Option<u64>) {
        if !batch.is_empty() {
            self.0.push_back((batch, arrived));
        }
    }

    /// The next datagram and who sent it.
    pub fn first(&self) -> Option<(&[u8], SocketAddr)> {
        let (batch, _) = self.0.front()?;
        batch.first()
    }

    /// When it came over.
    pub fn arrived(&self) -> Option<u64> {
        let (_, arrived) = self.0.front()?;
        *arrived
    }

    /// Done with the next one.
    pub fn pop(&mut self) {
        if let Some((batch, _)) = self.0.front_mut() {
            batch.pop();
            if batch.is_empty() {
                self.0.pop_front();
            }
        }
    }

    /// Whether more may be taken over although there is something unread.
    pub fn has_room(&self) -> bool {
        self.0.len() < MOST
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
