//! The differences that are accepted: one rule for each id of docs/DIFFERENCES.md that scripts can
//! meet. A rule looks at as much as it needs to be sure; what it lets pass is not looked at further.

use super::script::{Call, Script};

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

/// All of them.
pub const RULES: &[Rule] = &[
    Rule {
        id: "udp-connected-sendto",
        accepts: |case| {
            ["sendto", "sendmsg", "sendmmsg"].contains(&case.call().name)
                && case.component().ends_with(": EISCONN")
                && !case.linux().contains(": E")
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
            let before = case.script.calls[..case.at].iter().enumerate();
            let reset = ["ERR", "ECONNRESET", "EPIPE"];
            before.into_iter().any(unspec) && reset.iter().any(|word| case.linux().contains(word))
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
                let bits = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
                let fewer = bits(if fewer == "0" { "" } else { fewer });
                let outside = ["IN", "HUP", "ERR"];
                bits(more).iter().all(|bit| {
                    fewer.contains(bit) || outside.iter().any(|word| bit.ends_with(word))
                })
            };
            let waits = ["poll", "poll2", "poll3"];
            waits.contains(&case.call().name)
                && linux.len() == here.len()
                && linux.len() > 2
                && linux.iter().zip(&here).skip(2).all(late)
        },
        goes_on: true,
    },
    Rule {
        id: "pipe-by-pages",
        // A pipe that is nearly full: it took more here, or has room sooner.
        accepts: |case| {
            let writes = ["write", "writev", "splice", "tee", "sendfile"];
            let taken = |line: &str| line.split(' ').nth(1).and_then(|n| n.parse::<u64>().ok());
            let before: u64 = (0..case.at)
                .filter(|i| writes.contains(&case.script.calls[*i].name))
                .filter_map(|i| taken(&case.linux[i]))
                .sum();
            let (linux, here) = (taken(case.linux()), taken(case.component()));
            let more = here > linux && (linux.is_some() || case.linux().ends_with("EAGAIN"));
            writes.contains(&case.call().name) && more && before + here.unwrap_or(0) > 61_440
        },
        goes_on: false,
    },
];

impl Case<'_> {
    fn call(&self) -> &Call {
        &self.script.calls[self.at]
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
