//! The differences that are accepted: one rule for each id of docs/DIFFERENCES.md that scripts can
//! meet. A rule looks at as much as it needs to be sure; what it lets pass is not looked at further.

use super::files::{File, Files};
use super::script::{Call, Script};
use std::collections::HashSet;

/// A call that ended differently, and what led to it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    pub script: &'a Script,
    /// The place of the call.
    pub at: usize,
    /// What Linux said to all calls, and what the component said.
    pub linux: &'a [String],
    pub component: &'a [String],
}

/// A rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The id in docs/DIFFERENCES.md.
    pub id: &'static str,
    accepts: fn(&Case<'_>) -> bool,
    /// Whether both sides are in the same state after it, so that the rest can be compared.
    pub goes_on: bool,
}

/// Calls that send.
const SENDS: [&str; 7] = [
    "send", "sendto", "sendmsg", "sendmmsg", "write", "writev", "sendfile",
];

/// What a call or a wait says of a connection that was reset or ended, in parts.
const ENDS: [&str; 4] = ["ERR", "ECONNRESET", "EPIPE", "ENOTCONN"];

/// Calls that receive.
const RECEIVES: [&str; 6] = ["recv", "recvfrom", "recvmsg", "recvmmsg", "read", "readv"];

/// Calls that wait for several files.
const WAITS: [&str; 5] = ["poll", "poll2", "poll3", "select", "epoll_wait"];

/// All of them.
pub const RULES: &[Rule] = &[
    Rule {
        id: "udp-connected-sendto",
        accepts: |case| {
            // What was begun with MSG_MORE also goes where it was to.
            SENDS.contains(&case.call().name) && case.component().ends_with(": EISCONN")
        },
        goes_on: false,
    },
    Rule {
        id: "linger-no-reset",
        accepts: |case| {
            let unspec = |(i, call): (usize, &Call)| {
                call.name == "connect"
                    && call.arguments[1] == "UNSPEC"
                    && case.linux[i].ends_with(": 0")
            };
            case.before().iter().enumerate().any(unspec)
                && ENDS.iter().any(|word| case.linux().contains(word))
        },
        goes_on: false,
    },
    Rule {
        id: "readiness-lag",
        // A wait that told something anyway misses what came from outside.
        accepts: |case| {
            let told = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
            let (linux, here) = (told(case.linux()), told(case.component()));
            let late = |(more, fewer): (&String, &String)| {
                let bits = |text: &str| {
                    let text = if text == "0" { "" } else { text };
                    text.split('|').map(str::to_owned).collect::<Vec<_>>()
                };
                let fewer = bits(fewer);
                let outside = ["IN", "HUP", "ERR"];
                bits(more).iter().all(|bit| {
                    fewer.contains(bit) || outside.iter().any(|word| bit.ends_with(word))
                })
            };
            if case.call().name == "epoll_wait" {
                return late_events(case);
            }
            if case.call().name == "select" {
                return late_select(case.linux(), case.component());
            }
            let waits = ["poll", "poll2", "poll3"];
            waits.contains(&case.call().name)
                && linux.len() == here.len()
                && linux.len() > 2
                && linux.iter().zip(&here).skip(2).all(late)
        },
        goes_on: true,
    },
    Rule {
        id: "name-while-connecting",
        // Linux shows a port that the component does not know.
        accepts: |case| {
            let unknown = [" 0.0.0.0:0", " :::0"];
            let known = case.linux().rsplit_once(':');
            case.call().name == "getsockname"
                && unknown.iter().any(|name| case.component().ends_with(name))
                && known.is_some_and(|(_, port)| port.starts_with('p'))
                && case.led_to(&["connect"])
        },
        goes_on: true,
    },
    Rule {
        id: "shut-both-no-reset",
        // The peer of a socket that was shut goes on.
        accepts: |case| {
            let both = |call: &Call| call.name == "shutdown" && call.arguments[1].contains("RDWR");
            let (files, shut) = case.files(both);
            let goes_on = |slot: &String| files.peer(slot).is_some_and(|it| shut.contains(&it));
            let slots = &case.call().arguments;
            let of_it = match case.call().name {
                "epoll_wait" => files.slots().any(goes_on),
                name if WAITS.contains(&name) => slots.iter().any(goes_on),
                _ => goes_on(&slots[0]),
            };
            of_it && ENDS.iter().any(|word| case.linux().contains(word))
        },
        goes_on: false,
    },
    Rule {
        id: "shut-before-connect",
        accepts: |case| {
            let mut of_it = case.before().iter().enumerate();
            let shut = |(i, call): (usize, &Call)| {
                case.is_of_its_file(call)
                    && call.name == "shutdown"
                    && case.linux[i].ends_with(": ENOTCONN")
            };
            // The rest of them came after that.
            let anew = of_it.any(shut)
                && of_it.any(|(_, call)| case.is_of_its_file(call) && call.name == "connect");
            anew && SENDS.contains(&case.call().name) && case.linux().ends_with(": EPIPE")
        },
        goes_on: false,
    },
    Rule {
        id: "sent-together",
        // A send that came to the host with others, or waits to do so; with UDP only after a wait.
        accepts: |case| {
            let call = case.call();
            let (linux, here) = (count(case.linux()), count(case.component()));
            let waited = case
                .before()
                .iter()
                .zip(case.component)
                .any(|(call, outcome)| {
                    WAITS.contains(&call.name)
                        || RECEIVES.contains(&call.name) && outcome.ends_with(": EAGAIN")
                });
            let several = call.name == "sendmmsg" && linux < here && linux.is_some() && waited;
            let fails = |errno| case.linux().ends_with(errno);
            let refused = fails("ECONNREFUSED") && waited
                || fails("EPIPE") && !case.led_to(&["shutdown"])
                || fails("ECONNRESET");
            let later =
                SENDS.contains(&call.name) && refused && here.is_some() && case.led_to(&SENDS);
            several || later
        },
        goes_on: false,
    },
    Rule {
        id: "udp-refusal-late",
        // What was there is received first.
        accepts: |case| {
            let datagrams = |call: &Call| {
                call.name == "socket"
                    && case.is_of_its_file(call)
                    && call.arguments[2].contains("DGRAM")
            };
            case.before().iter().any(datagrams)
                && RECEIVES.contains(&case.call().name)
                && case.linux().ends_with(": ECONNREFUSED")
                && !case.component().contains(": E")
        },
        goes_on: false,
    },
    Rule {
        id: "bind-after-the-end",
        accepts: |case| {
            let call = case.call();
            let v6only = call.name == "setsockopt" && call.arguments[2] == "IPV6_V6ONLY";
            let (files, _) = case.files(|_| false);
            (call.name == "bind" || v6only)
                && files.was_connected(&call.arguments[0])
                && case.linux().ends_with(": 0")
                && case.component().ends_with(": EINVAL")
        },
        goes_on: false,
    },
    Rule {
        id: "edges-when-it-matters",
        accepts: |case| {
            let (linux, here) = (events(case.linux()), events(case.component()));
            let edge = |file: &str| {
                case.before().iter().any(|call| {
                    call.name == "epoll_ctl"
                        && call.arguments[2] == file
                        && call.arguments[3].contains("EPOLLET")
                })
            };
            let room = |bits: &[&str]| {
                bits.iter()
                    .any(|bit| ["EPOLLOUT", "EPOLLWRNORM"].contains(bit))
            };
            case.call().name == "epoll_wait"
                && here.iter().all(|event| linux.contains(event))
                && linux
                    .iter()
                    .all(|event| here.contains(event) || edge(event.0) && room(&event.1))
        },
        goes_on: true,
    },
    Rule {
        id: "more-until-flush",
        accepts: |case| {
            let (files, held) = case.files(|call| {
                SENDS.contains(&call.name)
                    && call.arguments.iter().any(|it| it.contains("MSG_MORE"))
            });
            let slot = &case.call().arguments[0];
            let holds = |file: Option<_>| file.is_some_and(|file| held.contains(&file));
            let nothing = ["EAGAIN", "EAGAIN after 0"];
            let receives = !case.linux().contains("EAGAIN after 0")
                && nothing.iter().any(|end| case.component().ends_with(end));
            // What went found nobody.
            let sends = SENDS.contains(&case.call().name)
                && ["EPIPE", "ECONNRESET"]
                    .iter()
                    .any(|end| case.linux().ends_with(end))
                && !case.component().contains(": E");
            holds(files.peer(slot)) && receives || holds(files.of(slot)) && sends
        },
        goes_on: false,
    },
    Rule {
        id: "unspec-over-mapped",
        accepts: |case| {
            let unspec = case.before().iter().any(|call| {
                SENDS.contains(&call.name)
                    && case.is_of_its_file(call)
                    && call.arguments.contains(&"UNSPEC".to_owned())
            });
            unspec && case.linux().ends_with("EAGAIN") && case.component().ends_with("ECONNREFUSED")
        },
        goes_on: false,
    },
    Rule {
        id: "file-systems",
        accepts: |case| {
            case.call().name == "fstatvfs"
                && case.component().ends_with(": ENOSYS")
                && case.linux().ends_with(": 0")
        },
        goes_on: true,
    },
    Rule {
        id: "removed-folder-lists",
        accepts: |case| case.linux() == "list_open:" && case.component() == "list_open: . ..",
        goes_on: true,
    },
    Rule {
        id: "pipe-by-pages",
        // A pipe that is nearly full: it took more here, or has room sooner.
        accepts: |case| {
            let writes = ["write", "writev", "splice", "tee", "sendfile"];
            let before: u64 = (0..case.at)
                .filter(|i| writes.contains(&case.script.calls[*i].name))
                .filter_map(|i| count(&case.linux[i]))
                .sum();
            let (linux, here) = (count(case.linux()), count(case.component()));
            let more = here > linux && (linux.is_some() || case.linux().ends_with("EAGAIN"));
            writes.contains(&case.call().name) && more && before + here.unwrap_or(0) > 61_440
        },
        goes_on: false,
    },
];

/// How many a call says that it moved.
fn count(line: &str) -> Option<u64> {
    line.split(' ').nth(1)?.parse().ok()
}

/// What epoll_wait() told: the files, and the bits of each.
fn events(line: &str) -> Vec<(&str, Vec<&str>)> {
    let words: Vec<&str> = line.split(' ').skip(2).collect();
    let pairs = words.chunks_exact(2);
    pairs
        .map(|pair| (pair[0], pair[1].split('|').collect()))
        .collect()
}

/// Whether epoll_wait() only missed what came from outside, while it told something or did not wait.
fn late_events(case: &Case<'_>) -> bool {
    let (linux, here) = (events(case.linux()), events(case.component()));
    let outside = ["IN", "RDNORM", "HUP", "ERR"];
    let late = |bit: &&str| outside.iter().any(|word| bit.ends_with(word));
    // An edge that has not come yet is not told at all.
    let excused = |these: &[(&str, Vec<&str>)], others: &[(&str, Vec<&str>)]| {
        these.iter().all(|(file, bits)| {
            let told = others.iter().find(|event| event.0 == *file);
            let told = told.map_or(&[][..], |event| &event.1);
            told.is_empty() && bits.iter().any(late)
                || bits.iter().all(|bit| told.contains(bit) || late(bit))
        })
    };
    let waited = here.is_empty() && case.call().arguments[2] != "0";
    // What was missed before is told by a later wait, once more where edges count.
    excused(&linux, &here) && excused(&here, &linux) && !waited && linux != here
}

/// Whether select() only missed input: "select: 2 r/w" against "select: 1 /w".
fn late_select(linux: &str, component: &str) -> bool {
    let told = |line: &str| {
        let (_, letters) = line.rsplit_once(' ')?;
        Some(letters.split('/').map(str::to_owned).collect::<Vec<_>>())
    };
    let without_input = |files: Vec<String>| -> Vec<String> {
        files
            .iter()
            .map(|letters| letters.replace('r', ""))
            .collect()
    };
    let fewer = |more: &[String], fewer: &[String]| {
        let mut pairs = more.iter().zip(fewer);
        pairs.all(|(more, fewer)| fewer.chars().all(|letter| more.contains(letter)))
    };
    match (told(linux), told(component)) {
        (Some(more), Some(less)) => {
            more.len() == less.len()
                && fewer(&more, &less)
                && without_input(more) == without_input(less)
        }
        _ => false,
    }
}

impl Case<'_> {
    fn call(&self) -> &Call {
        &self.script.calls[self.at]
    }

    /// The calls before it.
    fn before(&self) -> &[Call] {
        &self.script.calls[..self.at]
    }

    /// Whether the call was made on the same slot.
    fn is_of_its_file(&self, call: &Call) -> bool {
        call.arguments[0] == self.call().arguments[0]
    }

    /// Whether the file in its slot had one of these calls before.
    fn led_to(&self, names: &[&str]) -> bool {
        let of_it = |call: &Call| names.contains(&call.name) && self.is_of_its_file(call);
        self.before().iter().any(of_it)
    }

    /// What the calls before it made, and the files of those that `marks` picks.
    fn files(&self, marks: impl Fn(&Call) -> bool) -> (Files, HashSet<File>) {
        Files::after(self.before().iter().zip(self.linux), marks)
    }

    fn linux(&self) -> &str {
        &self.linux[self.at]
    }

    fn component(&self) -> &str {
        &self.component[self.at]
    }
}

/// The rule that accepts the difference, if one does.
pub fn accepted(case: &Case<'_>) -> Option<&'static Rule> {
    RULES.iter().find(|rule| (rule.accepts)(case))
}

#[cfg(test)]
mod tests {
    use super::RULES;
    use crate::paths;

    #[test]
    fn each_rule_names_an_id_of_the_page_and_each_id_has_one_rule() {
        let page = std::fs::read_to_string(paths::root().join("docs/DIFFERENCES.md")).unwrap();
        for (i, rule) in RULES.iter().enumerate() {
            let row = format!("| `{}` |", rule.id);
            assert!(page.contains(&row), "{} is no known difference", rule.id);
            let twice = RULES[..i].iter().any(|other| other.id == rule.id);
            assert!(!twice, "{} has two rules", rule.id);
        }
    }
}
