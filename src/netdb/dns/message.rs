//! Whole messages: questions to send, answers to read.

use super::name::{self, from_text, to_text, unpack};
use crate::errno::{Errno, Result};
use crate::netdb::Failure;
use alloc::vec::Vec;

/// The fixed part at the start of a message, in bytes.
pub const HEADER: usize = 12;
/// The query operation.
pub const QUERY: u8 = 0;
/// The Internet class.
pub const CLASS_IN: u16 = 1;
/// A pointer record: the name of an address.
pub const TYPE_PTR: u16 = 12;
/// The name does not exist.
pub const NXDOMAIN: u8 = 3;
/// The server could not find out.
pub const SERVFAIL: u8 = 2;

const TRUNCATED: u8 = 0x02;
const RECURSION_DESIRED: u8 = 0x01;
const RESPONSE: u8 = 0x80;

/// A question about one name: res_mkquery(3). `None` when the text is not a domain name.
pub fn question(id: u16, op: u8, name: &[u8], class: u16, kind: u16) -> Option<Vec<u8>> {
    let mut message = Vec::with_capacity(HEADER + name.len() + 6);
    message.extend_from_slice(&id.to_be_bytes());
    message.extend_from_slice(&[(op & 15) << 3 | RECURSION_DESIRED, 0]);
    // One question, no records.
    message.extend_from_slice(&[0, 1, 0, 0, 0, 0, 0, 0]);
    message.extend_from_slice(&from_text(name)?);
    message.extend_from_slice(&kind.to_be_bytes());
    message.extend_from_slice(&class.to_be_bytes());
    Some(message)
}

/// The header of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The number that ties an answer to its question.
    pub id: u16,
    /// Whether it is an answer.
    pub response: bool,
    /// Whether it was cut to fit a datagram.
    pub truncated: bool,
    /// What came of the question.
    pub code: u8,
    /// How many questions it repeats.
    pub questions: u16,
    /// How many records answer it.
    pub answers: u16,
}

/// Reads the header.
pub fn header(message: &[u8]) -> Option<Header> {
    let [id1, id2, flags, code, q1, q2, a1, a2, _, _, _, _] = *message.first_chunk::<HEADER>()?;
    Some(Header {
        id: u16::from_be_bytes([id1, id2]),
        response: flags & RESPONSE != 0,
        truncated: flags & TRUNCATED != 0,
        code: code & 15,
        questions: u16::from_be_bytes([q1, q2]),
        answers: u16::from_be_bytes([a1, a2]),
    })
}

/// Whether `answer` answers `question`: the same number and, if it repeats one, the same
/// question. Anything else that arrives is late, or forged.
pub fn answers(answer: &[u8], question: &[u8]) -> bool {
    let (Some(got), Some(asked)) = (header(answer), header(question)) else {
        return false;
    };
    if !got.response || got.id != asked.id {
        return false;
    }
    if got.questions != asked.questions {
        // Servers that refuse may leave the question out.
        return got.questions == 0 && got.code != 0;
    }
    same_question(answer, question).unwrap_or(false)
}

fn same_question(answer: &[u8], question: &[u8]) -> Option<bool> {
    let got = unpack(answer, HEADER)?;
    let asked = unpack(question, HEADER)?;
    let got_kind = answer.get(HEADER + got.used..HEADER + got.used + 4)?;
    let asked_kind = question.get(HEADER + asked.used..HEADER + asked.used + 4)?;
    Some(got_kind == asked_kind && got.wire.eq_ignore_ascii_case(&asked.wire))
}

/// A resource record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where its name starts.
    pub name: usize,
    /// Its type.
    pub kind: u16,
    /// Its class.
    pub class: u16,
    /// How long it may be kept, in seconds.
    pub ttl: u32,
    /// Where its data starts.
    pub data: usize,
    /// How many bytes of data there are.
    pub length: usize,
}

/// Reads the record at `at`; a question is a record without ttl and data. Also tells where the
/// next one starts.
pub fn record(message: &[u8], at: usize, is_question: bool) -> Option<(Record, usize)> {
    let fixed = at + name::skip(message, at)?;
    let kind = u16::from_be_bytes(*message.get(fixed..)?.first_chunk()?);
    let class = u16::from_be_bytes(*message.get(fixed + 2..)?.first_chunk()?);
    let after = fixed + 4;
    if is_question {
        return Some((
            Record {
                name: at,
                kind,
                class,
                ttl: 0,
                data: after,
                length: 0,
            },
            after,
        ));
    }
    let ttl = u32::from_be_bytes(*message.get(after..)?.first_chunk()?);
    let length = usize::from(u16::from_be_bytes(
        *message.get(after + 4..)?.first_chunk()?,
    ));
    let data = after + 6;
    let end = data + length;
    (end <= message.len()).then_some((
        Record {
            name: at,
            kind,
            class,
            ttl,
            data,
            length,
        },
        end,
    ))
}

/// What an exchange about the name of an address comes to.
pub fn name_in(answer: Result<Vec<u8>>) -> core::result::Result<Vec<u8>, Failure> {
    let answer = answer.map_err(|errno| match errno {
        Errno::EACCES => Failure::Denied,
        Errno::ENOMEM => Failure::Memory,
        _ => Failure::TryAgain,
    })?;
    match header(&answer).map(|header| header.code) {
        Some(NXDOMAIN) => Err(Failure::NotFound),
        Some(0) => pointer(&answer).ok_or(Failure::NotFound),
        _ => Err(Failure::TryAgain),
    }
}

/// The name in the first pointer record of an answer.
pub fn pointer(message: &[u8]) -> Option<Vec<u8>> {
    let header = header(message)?;
    let mut at = HEADER;
    for _ in 0..header.questions {
        (_, at) = record(message, at, true)?;
    }
    for _ in 0..header.answers {
        let (found, next) = record(message, at, false)?;
        if found.kind == TYPE_PTR && found.class == CLASS_IN {
            let text = to_text(&unpack(message, found.data)?.wire);
            return host_name(&text).then_some(text);
        }
        at = next;
    }
    None
}

/// Whether a name from the network may be shown as a host's: nothing in it needs an escape.
fn host_name(text: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text != b"." && text.first() != Some(&b'-') && text.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_to(question: &[u8], records: &[(u16, &[u8])]) -> Vec<u8> {
        let mut message = question.to_vec();
        message[2] |= RESPONSE;
        message[7] = records.len() as u8;
        for (kind, data) in records {
            message.extend_from_slice(&[0xc0, HEADER as u8]);
            message.extend_from_slice(&kind.to_be_bytes());
            message.extend_from_slice(&[0, 1, 0, 0, 0, 60]);
            message.extend_from_slice(&(data.len() as u16).to_be_bytes());
            message.extend_from_slice(data);
        }
        message
    }

    #[test]
    fn a_question_has_the_documented_form() {
        let message = question(0x1234, QUERY, b"a.example", CLASS_IN, TYPE_PTR).unwrap();
        assert_eq!(
            message,
            b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x01a\x07example\0\0\x0c\0\x01"
        );
        assert!(question(1, QUERY, b"a..b", CLASS_IN, TYPE_PTR).is_none());
    }

    #[test]
    fn only_the_answer_to_the_question_counts() {
        let asked = question(7, QUERY, b"a.example", CLASS_IN, TYPE_PTR).unwrap();
        let good = answer_to(&asked, &[]);
        assert!(answers(&good, &asked));
        assert!(!answers(&asked, &asked), "not a response");
        let mut other = good.clone();
        other[1] = 8;
        assert!(!answers(&other, &asked), "another number");
        let another = question(7, QUERY, b"b.example", CLASS_IN, TYPE_PTR).unwrap();
        assert!(!answers(&answer_to(&another, &[]), &asked), "another name");
        let another = question(7, QUERY, b"A.EXAMPLE", CLASS_IN, TYPE_PTR).unwrap();
        assert!(answers(&answer_to(&another, &[]), &asked));
        let another = question(7, QUERY, b"a.example", CLASS_IN, 1).unwrap();
        assert!(!answers(&answer_to(&another, &[]), &asked), "another type");
        for cut in 0..good.len() {
            assert!(!answers(&good[..cut], &asked));
        }
    }

    #[test]
    fn the_pointer_is_found_behind_other_records() {
        let asked = question(7, QUERY, b"1.2.0.192.in-addr.arpa", CLASS_IN, TYPE_PTR).unwrap();
        let target = from_text(b"host.example").unwrap();
        let message = answer_to(&asked, &[(5, b"\xc0\x0c"), (TYPE_PTR, &target)]);
        assert_eq!(pointer(&message).unwrap(), b"host.example");
        assert_eq!(pointer(&answer_to(&asked, &[(1, b"abcd")])), None);
        for bad in ["a b.example", "a\\.b", ".", "-x.example", "a'b"] {
            let target = from_text(bad.as_bytes()).unwrap();
            assert_eq!(
                pointer(&answer_to(&asked, &[(TYPE_PTR, &target)])),
                None,
                "{bad}"
            );
        }
        for cut in 0..message.len() {
            assert_eq!(pointer(&message[..cut]), None);
        }
    }
}
