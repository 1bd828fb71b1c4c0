//! Which slot of a script holds which file, and who is whose peer.

use super::script::Call;
use std::collections::{HashMap, HashSet};

/// A file: its number in the order of the calls that made one.
pub type File = usize;

/// What the calls of a script have made so far.
#[derive(Default)]
pub struct Files {
    made: usize,
    slots: HashMap<String, File>,
    peers: HashMap<File, File>,
    /// Who waits to be accepted, by the listener.
    waiting: HashMap<File, Vec<File>>,
}

impl Files {
    /// What the calls made, and the files of those that `marks` picks.
    pub fn after<'a>(
        calls: impl Iterator<Item = (&'a Call, &'a String)>,
        marks: impl Fn(&Call) -> bool,
    ) -> (Self, HashSet<File>) {
        let mut files = Self::default();
        let mut marked = HashSet::new();
        for (call, outcome) in calls {
            if marks(call) {
                marked.extend(files.of(&call.arguments[0]));
            }
            files.note(call, outcome);
        }
        (files, marked)
    }

    /// The file in a slot.
    pub fn of(&self, slot: &str) -> Option<File> {
        self.slots.get(slot).copied()
    }

    /// All slots that ever held one.
    pub fn slots(&self) -> impl Iterator<Item = &String> {
        self.slots.keys()
    }

    /// The other end of what is in a slot.
    pub fn peer(&self, slot: &str) -> Option<File> {
        self.peers.get(&self.of(slot)?).copied()
    }

    /// Whether what is in a slot is, or was, one end of a connection.
    pub fn was_connected(&self, slot: &str) -> bool {
        let waits = |file| self.waiting.values().any(|list| list.contains(&file));
        self.peer(slot).is_some() || self.of(slot).is_some_and(waits)
    }

    fn make(&mut self, slot: &str) -> File {
        self.made += 1;
        self.slots.insert(slot.to_owned(), self.made);
        self.made
    }

    fn join(&mut self, one: File, other: File) {
        self.peers.insert(one, other);
        self.peers.insert(other, one);
    }

    fn note(&mut self, call: &Call, outcome: &str) {
        let begun = outcome.ends_with(": EINPROGRESS");
        if !begun && outcome.contains(": E") {
            return;
        }
        let slot = |at: usize| call.arguments[at].as_str();
        match call.name {
            "socket" => {
                self.make(slot(0));
            }
            "socketpair" => {
                let (one, other) = (self.make(slot(0)), self.make(slot(1)));
                self.join(one, other);
            }
            "connect" => {
                if let (Some(client), Some(listener)) = (self.of(slot(0)), self.of(slot(2))) {
                    self.waiting.entry(listener).or_default().push(client);
                }
            }
            "accept" => {
                let listener = self.of(slot(0));
                let accepted = self.make(slot(1));
                let queue = listener.and_then(|listener| self.waiting.get_mut(&listener));
                if let Some(queue) = queue.filter(|queue| !queue.is_empty()) {
                    let client = queue.remove(0);
                    self.join(client, accepted);
                }
            }
            "dup" | "dup2" | "dup3" | "dupfd" => {
                if let Some(file) = self.of(slot(0)) {
                    self.slots.insert(slot(1).to_owned(), file);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Call, Files};

    fn call(name: &'static str, arguments: &[&str]) -> (Call, String) {
        let arguments = arguments.iter().map(|it| it.to_string()).collect();
        (Call { name, arguments }, format!("{name}: 0"))
    }

    #[test]
    fn those_who_connect_are_accepted_in_their_order() {
        let mut calls = vec![
            call("socket", &["0", "AF_INET", "SOCK_STREAM", "0"]),
            call("socket", &["1", "AF_INET", "SOCK_STREAM", "0"]),
            call("socket", &["2", "AF_INET", "SOCK_STREAM", "0"]),
            call("connect", &["2", "LOOP4", "0"]),
            call("connect", &["1", "LOOP4", "0"]),
            call("shutdown", &["1", "SHUT_RDWR"]),
            call("dup", &["1", "5"]),
            call("accept", &["0", "3", "0", "128"]),
            call("accept", &["0", "4", "0", "128"]),
        ];
        let walk = |calls: &[(Call, String)]| {
            let pairs = calls.iter().map(|(call, outcome)| (call, outcome));
            Files::after(pairs, |call| call.name == "shutdown")
        };
        let (files, shut) = walk(&calls);
        assert_eq!(files.peer("3"), files.of("2"));
        assert_eq!(files.peer("4"), files.of("5"));
        assert!(shut.contains(&files.peer("4").unwrap()) && shut.len() == 1);
        assert!(files.was_connected("1") && !files.was_connected("0"));
        calls.push(call("socket", &["1", "AF_INET", "SOCK_STREAM", "0"]));
        let (files, _) = walk(&calls);
        assert!(!files.was_connected("1"));
    }
}
