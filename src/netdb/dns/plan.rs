//! Whom to ask, in which order, and which answer counts. The sockets are `resolver`'s part.

use super::message;
use crate::errno::{Errno, Result};
use alloc::vec::Vec;
use core::net::SocketAddr;

/// How to ask.
pub struct Plan {
    /// Whom, in this order.
    pub servers: Vec<SocketAddr>,
    /// How long to wait for each answer, in seconds.
    pub timeout: u32,
    /// How often to go through the list.
    pub attempts: u32,
    /// Use TCP from the start.
    pub tcp: bool,
    /// Be content with an answer that was cut.
    pub keep_truncated: bool,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask this server. It has the plan's timeout to answer.
    Ask(SocketAddr, Transport),
    /// Ask the same server again, over TCP, in what is left of its time.
    Insist(SocketAddr),
    /// The outcome of the whole exchange.
    Done(Result<Vec<u8>>),
}

/// How a question travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// One datagram each way.
    Udp,
    /// A connection; each message follows its length.
    Tcp,
}

/// A plan under way.
///
/// The first answer counts, but for one that only tells of trouble at its server: that counts when no
/// other server of the same round has a better one. `ETIMEDOUT` (or another error that a server met)
/// when none answers, `ECONNREFUSED` when none is there.
pub struct Rounds {
    plan: Plan,
    round: u32,
    /// Which server has its turn.
    turn: usize,
    transport: Transport,
    trouble: Option<Vec<u8>>,
    error: Errno,
}

impl Rounds {
    /// Nobody has been asked yet; [`Rounds::first`] is next.
    pub fn new(plan: Plan) -> Rounds {
        let transport = if plan.tcp {
            Transport::Tcp
        } else {
            Transport::Udp
        };
        Rounds {
            plan,
            round: 0,
            turn: 0,
            transport,
            trouble: None,
            error: Errno::ECONNREFUSED,
        }
    }

    /// How long a server has to answer, in nanoseconds.
    pub fn timeout(&self) -> u64 {
        u64::from(self.plan.timeout) * 1_000_000_000
    }

    /// Where to begin.
    pub fn first(&mut self) -> Step {
        if self.plan.attempts == 0 {
            return self.give_up();
        }
        match self.plan.servers.first() {
            Some(server) => Step::Ask(*server, self.transport),
            None => self.give_up(),
        }
    }

    /// Where to go on after what the server that was asked last has answered.
    pub fn heard(&mut self, outcome: Result<Vec<u8>>) -> Step {
        match outcome {
            Ok(answer) if self.is_cut(&answer) => {
                self.transport = Transport::Tcp;
                return match self.plan.servers.get(self.turn) {
                    Some(server) => Step::Insist(*server),
                    None => self.give_up(),
                };
            }
            Ok(answer) if is_trouble(&answer) => self.trouble = Some(answer),
            Ok(answer) => return Step::Done(Ok(answer)),
            Err(Errno::ECONNREFUSED) => {}
            Err(other) => self.error = other,
        }
        if !self.plan.tcp {
            self.transport = Transport::Udp;
        }
        self.turn += 1;
        if let Some(server) = self.plan.servers.get(self.turn) {
            return Step::Ask(*server, self.transport);
        }
        self.round += 1;
        self.turn = 0;
        match self.plan.servers.first() {
            Some(server) if self.trouble.is_none() && self.round < self.plan.attempts => {
                Step::Ask(*server, self.transport)
            }
            _ => self.give_up(),
        }
    }

    fn give_up(&mut self) -> Step {
        Step::Done(self.trouble.take().ok_or(self.error))
    }

    /// Whether there is more of the answer to be had.
    fn is_cut(&self, answer: &[u8]) -> bool {
        self.transport == Transport::Udp
            && !self.plan.keep_truncated
            && message::header(answer).is_some_and(|header| header.truncated)
    }
}

/// SERVFAIL, NOTIMP or REFUSED: another server may know more.
fn is_trouble(answer: &[u8]) -> bool {
    message::header(answer).is_none_or(|header| matches!(header.code, 2 | 4 | 5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::Ipv4Addr;

    fn server(number: u8) -> SocketAddr {
        (Ipv4Addr::new(127, 0, 0, number), 53).into()
    }

    fn plan(servers: u8, attempts: u32) -> Plan {
        Plan {
            servers: (1..=servers).map(server).collect(),
            timeout: 5,
            attempts,
            tcp: false,
            keep_truncated: false,
        }
    }

    fn answer(flags: u8, code: u8) -> Vec<u8> {
        vec![0, 1, 0x80 | flags, code, 0, 0, 0, 0, 0, 0, 0, 0]
    }

    fn udp(number: u8) -> Step {
        Step::Ask(server(number), Transport::Udp)
    }

    #[test]
    fn each_server_has_its_turn_in_each_round() {
        let mut rounds = Rounds::new(plan(2, 2));
        assert_eq!(rounds.timeout(), 5_000_000_000);
        assert_eq!(rounds.first(), udp(1));
        assert_eq!(rounds.heard(Err(Errno::ETIMEDOUT)), udp(2));
        assert_eq!(rounds.heard(Err(Errno::ECONNREFUSED)), udp(1));
        assert_eq!(rounds.heard(Err(Errno::ECONNREFUSED)), udp(2));
        // That one did not answer is told rather than that another is not there.
        assert_eq!(
            rounds.heard(Err(Errno::ECONNREFUSED)),
            Step::Done(Err(Errno::ETIMEDOUT))
        );
    }

    #[test]
    fn nobody_is_there() {
        let refused = || Step::Done(Err(Errno::ECONNREFUSED));
        assert_eq!(Rounds::new(plan(0, 2)).first(), refused());
        assert_eq!(Rounds::new(plan(1, 0)).first(), refused());
        let mut rounds = Rounds::new(plan(1, 1));
        assert_eq!(rounds.first(), udp(1));
        assert_eq!(rounds.heard(Err(Errno::ECONNREFUSED)), refused());
    }

    #[test]
    fn the_first_answer_counts() {
        for code in [0, message::NXDOMAIN, 1] {
            let mut rounds = Rounds::new(plan(2, 2));
            rounds.first();
            assert_eq!(
                rounds.heard(Ok(answer(0, code))),
                Step::Done(Ok(answer(0, code)))
            );
        }
    }

    #[test]
    fn trouble_counts_when_no_other_server_knows_more() {
        for code in [2, 4, 5] {
            let mut rounds = Rounds::new(plan(2, 3));
            rounds.first();
            assert_eq!(rounds.heard(Ok(answer(0, code))), udp(2));
            assert_eq!(rounds.heard(Ok(answer(0, 0))), Step::Done(Ok(answer(0, 0))));
            let mut rounds = Rounds::new(plan(2, 3));
            rounds.first();
            assert_eq!(rounds.heard(Ok(answer(0, code))), udp(2));
            // The end of the round, not of the attempts.
            assert_eq!(
                rounds.heard(Err(Errno::ETIMEDOUT)),
                Step::Done(Ok(answer(0, code)))
            );
        }
        // So does what is too short to be a message.
        let mut rounds = Rounds::new(plan(1, 3));
        rounds.first();
        assert_eq!(rounds.heard(Ok(vec![1])), Step::Done(Ok(vec![1])));
    }

    #[test]
    fn what_was_cut_is_asked_for_over_tcp() {
        let mut rounds = Rounds::new(plan(2, 2));
        rounds.first();
        let cut = || answer(2, 0);
        assert_eq!(rounds.heard(Ok(cut())), Step::Insist(server(1)));
        // The next server is asked over UDP again.
        assert_eq!(rounds.heard(Err(Errno::ETIMEDOUT)), udp(2));
        assert_eq!(rounds.heard(Ok(cut())), Step::Insist(server(2)));
        // Over TCP there is no more.
        assert_eq!(rounds.heard(Ok(cut())), Step::Done(Ok(cut())));
        let mut rounds = Rounds::new(Plan {
            keep_truncated: true,
            ..plan(1, 1)
        });
        rounds.first();
        assert_eq!(rounds.heard(Ok(cut())), Step::Done(Ok(cut())));
    }

    #[test]
    fn tcp_from_the_start() {
        let mut rounds = Rounds::new(Plan {
            tcp: true,
            ..plan(1, 2)
        });
        let tcp = || Step::Ask(server(1), Transport::Tcp);
        assert_eq!(rounds.first(), tcp());
        assert_eq!(rounds.heard(Err(Errno::ECONNRESET)), tcp());
    }
}
