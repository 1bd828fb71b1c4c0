//! DNS messages (RFC 1035), as far as the test's own server and client need them.

use anyhow::{Context, Result, bail, ensure};

pub const A: u16 = 1;
pub const SOA: u16 = 6;
pub const TXT: u16 = 16;
const OPT: u16 = 41;

pub const NXDOMAIN: u8 = 3;
pub const REFUSED: u8 = 5;

/// The question of a message, and how large an answer its sender takes by UDP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub id: u16,
    /// In lower case, without the last dot.
    pub name: String,
    pub kind: u16,
    pub room: usize,
    /// The question as it stood in the message, to be repeated in the answer.
    wire: Vec<u8>,
}

impl Question {
    /// Reads a query.
    pub fn read(message: &[u8]) -> Result<Self> {
        let short = |at: usize| -> Result<u16> {
            let bytes = message.get(at..at + 2).context("the message is cut off")?;
            Ok(u16::from_be_bytes([bytes[0], bytes[1]]))
        };
        ensure!(short(4)? == 1, "not one question");
        let mut labels = Vec::new();
        let mut at = 12;
        loop {
            let length = usize::from(*message.get(at).context("the name is cut off")?);
            at += 1;
            match length {
                0 => break,
                1..=63 => {
                    let label = message.get(at..at + length).context("a label is cut off")?;
                    labels.push(String::from_utf8_lossy(label).to_lowercase());
                    at += length;
                }
                _ => bail!("a question with a compressed name"),
            }
        }
        let end = at + 4;
        // The one additional record that queries have is EDNS's: the root's name, type, size.
        let edns = short(10)? > 0 && short(end + 1)? == OPT;
        let room = if edns { short(end + 3)? } else { 512 };
        Ok(Self {
            id: short(0)?,
            name: labels.join("."),
            kind: short(at)?,
            room: usize::from(room),
            wire: message[12..end].to_vec(),
        })
    }

    /// A message in answer to this.
    pub fn answer(
        &self,
        code: u8,
        truncated: bool,
        answers: &[Record],
        authority: &[Record],
    ) -> Vec<u8> {
        // A response, authoritative, recursion desired and available.
        let flags = 0x8580 | u16::from(truncated) << 9 | u16::from(code);
        let counts = [1, answers.len() as u16, authority.len() as u16, 0];
        let mut message = self.id.to_be_bytes().to_vec();
        message.extend(flags.to_be_bytes());
        message.extend(counts.iter().flat_map(|count| count.to_be_bytes()));
        message.extend(&self.wire);
        for record in answers.iter().chain(authority) {
            // The owner is the name in the question.
            message.extend([0xc0, 12]);
            message.extend(record.kind.to_be_bytes());
            message.extend([0, 1]);
            message.extend(record.seconds.to_be_bytes());
            message.extend((record.data.len() as u16).to_be_bytes());
            message.extend(&record.data);
        }
        message
    }
}

/// A record of the name that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub kind: u16,
    pub seconds: u32,
    pub data: Vec<u8>,
}

/// A name in wire format, uncompressed.
fn wire_name(name: &str) -> Vec<u8> {
    let mut wire = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        wire.push(label.len() as u8);
        wire.extend(label.bytes());
    }
    wire.push(0);
    wire
}

/// A query without EDNS, recursion desired.
pub fn query(id: u16, name: &str, kind: u16) -> Vec<u8> {
    let mut message = id.to_be_bytes().to_vec();
    message.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    message.extend(wire_name(name));
    message.extend(kind.to_be_bytes());
    message.extend([0, 1]);
    message
}

/// The data of a SOA record, with `seconds` as the time that a denial is kept.
pub fn soa(seconds: u32) -> Vec<u8> {
    let mut data = wire_name("ns.example");
    data.extend(wire_name("admin.example"));
    for number in [1, 3600, 600, 86_400, seconds] {
        data.extend(u32::to_be_bytes(number));
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back() {
        let question = Question::read(&query(7, "Big-3000.example", TXT)).unwrap();
        assert_eq!((question.id, question.kind, question.room), (7, TXT, 512));
        assert_eq!(question.name, "big-3000.example");
        assert!(Question::read(&query(7, "example", TXT)[..15]).is_err());
    }

    #[test]
    fn an_answer_repeats_the_question() {
        let question = Question::read(&query(7, "a.example", A)).unwrap();
        let record = Record {
            kind: A,
            seconds: 5,
            data: vec![192, 0, 2, 1],
        };
        let answer = question.answer(NXDOMAIN, true, &[record], &[]);
        assert_eq!(answer[..8], [0, 7, 0x87, 0x83, 0, 1, 0, 1]);
        assert_eq!(answer[12..27], query(7, "a.example", A)[12..]);
        assert_eq!(answer[answer.len() - 6..], [0, 4, 192, 0, 2, 1]);
    }
}
