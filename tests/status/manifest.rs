//! The manifest: `docs/status/*.toml`, read together.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use xtask::paths;

/// How much of a thing is there.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Is {
    Real,
    Emulated,
    Refused,
    /// A constant that is no request of its own: a value that an option takes or a structure holds.
    Number,
}

impl fmt::Display for Is {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Is::Real => "real",
            Is::Emulated => "emulated",
            Is::Refused => "*refused*",
            Is::Number => "number",
        })
    }
}

/// Names of one header that one sentence is true of.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub header: String,
    pub is: Is,
    /// What is done instead, and why. May be left out for what is real.
    #[serde(default)]
    pub why: String,
    /// The test that shows all of `names`.
    pub test: Option<String>,
    #[serde(default)]
    pub names: Vec<String>,
    /// The test that shows each of these names.
    #[serde(default)]
    pub tests: BTreeMap<String, String>,
}

impl Group {
    /// Each name, and the test that shows it; a number needs none.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let together = self.names.iter();
        let together = together.map(|name| (name.as_str(), self.test.as_deref()));
        let apart = self.tests.iter();
        together.chain(apart.map(|(name, test)| (name.as_str(), Some(test.as_str()))))
    }
}

/// The options of a level; what they are stands in `docs/OPTIONS.md`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    pub level: String,
    /// The C program with a subtest for each option, called as the option is in small letters.
    pub program: String,
    /// Other tests, that show what an option does.
    #[serde(default)]
    pub work: BTreeMap<String, String>,
}

impl Level {
    /// The subtest that shows the option's rows.
    pub fn test_of(&self, option: &str) -> String {
        format!("{}::{}", self.program, option.to_lowercase())
    }
}

/// Symbols of the archives that programs do not name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Internal {
    /// What they are for, for the reader of the file.
    #[serde(rename = "why")]
    pub _why: String,
    pub names: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    #[serde(default)]
    pub group: Vec<Group>,
    /// What a header is as a whole, where its functions do not say it best.
    #[serde(default)]
    pub headers: BTreeMap<Is, BTreeSet<String>>,
    #[serde(default)]
    pub internal: Vec<Internal>,
    #[serde(default)]
    pub option: Vec<Level>,
    /// Symbols by which the headers call functions of other names.
    #[serde(default)]
    pub bound: BTreeMap<String, String>,
}

impl Manifest {
    /// All files of the manifest but the one about programs.
    pub fn read() -> Manifest {
        let mut all = Manifest::default();
        for (file, text) in files() {
            let part: Manifest =
                toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
            all.group.extend(part.group);
            all.headers.extend(part.headers);
            all.internal.extend(part.internal);
            all.option.extend(part.option);
            all.bound.extend(part.bound);
        }
        all
    }

    /// Every name of every group.
    pub fn names(&self) -> BTreeSet<&str> {
        let entries = self.group.iter().flat_map(Group::entries);
        entries.map(|(name, _)| name).collect()
    }

    pub fn internal(&self) -> BTreeSet<&str> {
        let names = self.internal.iter().flat_map(|part| &part.names);
        names.map(String::as_str).collect()
    }

    /// The headers that are spoken of, those of libc alone included.
    pub fn headers(&self) -> BTreeSet<&str> {
        let groups = self.group.iter().map(|group| group.header.as_str());
        let alone = self.headers.values().flatten().map(String::as_str);
        groups.chain(alone).collect()
    }

    /// The status of a name.
    pub fn find(&self, name: &str) -> Option<&Group> {
        let has = |group: &&Group| group.entries().any(|(known, _)| known == name);
        self.group.iter().find(has)
    }
}

/// The folder's files, the one about programs left out: name and text.
fn files() -> Vec<(String, String)> {
    let folder = paths::root().join("docs/status");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("docs/status is there") {
        let path = entry.expect("docs/status can be listed").path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let Some(name) = name.filter(|name| name.ends_with(".toml") && name != PROGRAMS) else {
            continue;
        };
        found.push((
            name,
            std::fs::read_to_string(&path).expect("a file that was listed"),
        ));
    }
    found.sort();
    found
}

/// What programs need: read by `programs.rs`.
pub const PROGRAMS: &str = "programs.toml";
