//! What makefiles pass that was written for gcc and GNU ld on Linux: what means nothing for
//! WebAssembly is left out, what means something that cannot be had is refused in a sentence, and
//! everything else is left to clang and its linker.

pub mod compiler;
mod gcc;
mod gnu_ld;
pub mod linker;

use std::ffi::{OsStr, OsString};

/// What becomes of an option.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Keep,
    Drop,
    Instead(Vec<String>),
    Refuse(String),
}

impl Verdict {
    fn instead(option: impl Into<String>) -> Self {
        Self::Instead(vec![option.into()])
    }

    fn refuse(sentence: impl Into<String>) -> Self {
        Self::Refuse(sentence.into())
    }
}

/// A command line that has been read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sifted {
    /// What is left of it.
    pub args: Vec<OsString>,
    /// What was left out, for a note.
    pub dropped: Vec<OsString>,
}

impl Sifted {
    /// Carries `verdict` out on `option` (one argument, or two where the second is its value).
    fn apply(&mut self, verdict: Verdict, option: &[&OsStr]) -> Result<(), String> {
        let words = option.iter().map(|word| OsString::from(*word));
        match verdict {
            Verdict::Keep => self.args.extend(words),
            Verdict::Drop => self.dropped.extend(words),
            Verdict::Instead(others) => self.args.extend(others.into_iter().map(OsString::from)),
            Verdict::Refuse(sentence) => return Err(sentence),
        }
        Ok(())
    }

    /// The note for `-v`, if anything was left out.
    pub fn note(&self) -> Option<String> {
        let words: Vec<_> = self.dropped.iter().map(|w| w.to_string_lossy()).collect();
        (!words.is_empty())
            .then(|| format!("note: without meaning here, left out: {}", words.join(" ")))
    }
}

/// The folders in which this machine's own headers and libraries are. Compilers for this machine
/// search them anyway, so makefiles name them without harm; for WASI nothing in them is of use.
fn is_of_this_machine(folder: &str, below: &[&str]) -> bool {
    let folder = folder.trim_end_matches('/');
    let multiarch = |rest: &str| {
        rest.strip_prefix('/')
            .is_some_and(|name| name.ends_with("-linux-gnu") && !name.contains('/'))
    };
    ["", "/usr", "/usr/local"].iter().any(|root| {
        below.iter().any(|name| {
            folder
                .strip_prefix(&format!("{root}/{name}"))
                .is_some_and(|rest| rest.is_empty() || multiarch(rest))
        })
    })
}

/// Whether a name is in a list in which a `*` at the end stands for anything.
fn listed(name: &str, list: &[&str]) -> bool {
    list.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_own_folders_are_known() {
        let include = |folder| is_of_this_machine(folder, &["include"]);
        assert!(include("/usr/include") && include("/usr/local/include/"));
        assert!(include("/usr/include/x86_64-linux-gnu"));
        assert!(
            !include("/usr/include/libxml2") && !include("include") && !include("/opt/include")
        );
        let lib = |folder| is_of_this_machine(folder, &["lib", "lib64"]);
        assert!(lib("/lib64") && lib("/usr/lib/aarch64-linux-gnu") && lib("/usr/lib"));
        assert!(!lib("/usr/lib/wasm32-wasi") && !lib("/usr/libexec") && !lib("./lib"));
    }

    #[test]
    fn a_star_stands_for_any_end() {
        let list = ["ipa-*", "dce"];
        assert!(listed("ipa-cp", &list) && listed("dce", &list));
        assert!(!listed("dcex", &list) && !listed("ip", &list));
    }
}
