//! An exchange with name servers: over UDP first, over TCP when the answer does not fit a datagram.

use super::Question;
use super::talk::Talk;
use crate::errno::{Errno, Result};
use crate::host::clock;
use crate::netdb::dns::plan::{Plan, Rounds, Step, Transport};
use alloc::vec::Vec;
use core::task::Poll;

/// A question that is asked until a server answers.
pub struct Exchange {
    talk: Option<Talk>,
    rounds: Rounds,
    question: Vec<u8>,
    /// When the server that is being asked has had its time.
    deadline: u64,
}

impl Exchange {
    /// Nothing is sent before [`Question::advance`].
    pub fn new(plan: Plan, question: Vec<u8>) -> Exchange {
        Exchange {
            talk: None,
            rounds: Rounds::new(plan),
            question,
            deadline: 0,
        }
    }
}

impl Question for Exchange {
    type Outcome = Result<Vec<u8>>;

    fn advance(&mut self) -> Poll<Result<Vec<u8>>> {
        let mut step = None;
        loop {
            if let Some(talk) = &mut self.talk {
                let outcome = match talk.advance(&self.question) {
                    Ok(Some(answer)) => Ok(answer),
                    Ok(None) if clock::now() < self.deadline => return Poll::Pending,
                    Ok(None) => Err(Errno::ETIMEDOUT),
                    Err(errno) => Err(errno),
                };
                self.talk = None;
                step = Some(self.rounds.heard(outcome));
            }
            // The next server, or the first. One that cannot even be begun with has been heard as well.
            loop {
                let (server, transport) = match step.take().unwrap_or_else(|| self.rounds.first()) {
                    Step::Ask(server, transport) => {
                        self.deadline = clock::now().saturating_add(self.rounds.timeout());
                        (server, transport)
                    }
                    Step::Insist(server) => (server, Transport::Tcp),
                    Step::Done(outcome) => return Poll::Ready(outcome),
                };
                match Talk::new(server, transport) {
                    Ok(talk) => {
                        self.talk = Some(talk);
                        break;
                    }
                    Err(errno) => step = Some(self.rounds.heard(Err(errno))),
                }
            }
        }
    }

    fn source(&self) -> Option<u32> {
        self.talk.as_ref().and_then(Talk::source)
    }

    fn deadline(&self) -> Option<u64> {
        Some(self.deadline)
    }
}
