//! The tests that the manifest names: whether they are there, and whether they speak of what they
//! are named for.
//!
//! A C test is `AREA::PROGRAM::SUBTEST`, and the name must stand in the subtest's own code or in a
//! function or macro of its file that it reaches. Any other test is `FILE::FUNCTION`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use xtask::paths;

/// The words of each function, macro and table of a C file.
struct Unit {
    parts: BTreeMap<String, BTreeSet<String>>,
    runs: BTreeSet<String>,
}

#[derive(Default)]
pub struct Evidence {
    units: RefCell<BTreeMap<String, Option<Unit>>>,
}

impl Evidence {
    /// Why `test` does not show `name`, if it does not.
    pub fn fault(&self, test: &str, name: &str) -> Option<String> {
        let (place, last) = test.rsplit_once("::")?;
        if place.ends_with(".rs") {
            return rust_fault(place, last, name);
        }
        let Some((area, program)) = place.split_once("::") else {
            return Some(format!("{test} is neither a C test nor FILE.rs::FUNCTION"));
        };
        let file = format!("c-tests/{area}/{program}.c");
        let mut units = self.units.borrow_mut();
        let unit = units
            .entry(file.clone())
            .or_insert_with(|| Unit::read(&file));
        let Some(unit) = unit else {
            return Some(format!("{file} is not there"));
        };
        if !unit.runs.contains(last) {
            return Some(format!("{file} has no RUN({last})"));
        }
        let words = unit.reached_from(last);
        if words.contains("SKIP_WASM") {
            return Some(format!("{test} is skipped on WebAssembly"));
        }
        (!words.contains(name)).then(|| format!("{test} does not speak of {name}"))
    }
}

fn rust_fault(file: &str, function: &str, name: &str) -> Option<String> {
    let Ok(text) = std::fs::read_to_string(paths::root().join(file)) else {
        return Some(format!("{file} is not there"));
    };
    if !text.contains(&format!("fn {function}(")) {
        return Some(format!("{file} has no function {function}"));
    }
    let words: BTreeSet<String> = words(&text).collect();
    (!words.contains(name)).then(|| format!("{file} does not speak of {name}"))
}

impl Unit {
    fn read(file: &str) -> Option<Unit> {
        let text = std::fs::read_to_string(paths::root().join(file)).ok()?;
        let mut parts = BTreeMap::new();
        for shared in ["t.h", "t_net.h", "t_peer.h"] {
            let path = paths::root().join("c-tests").join(shared);
            // SKIP_WASM's own definition is no use of it.
            let text = std::fs::read_to_string(path).ok()?.replace("SKIP_WASM", "");
            parts.extend(parts_of(&text));
        }
        // What is included from beside the file, too.
        let folder = Path::new(file).parent()?;
        for line in text.lines() {
            let named = line
                .strip_prefix("#include \"")
                .and_then(|rest| rest.split_once('"'));
            let Some((name, _)) = named.filter(|(name, _)| !name.starts_with("../")) else {
                continue;
            };
            if let Ok(text) = std::fs::read_to_string(paths::root().join(folder).join(name)) {
                parts.extend(parts_of(&text));
            }
        }
        parts.extend(parts_of(&text));
        let clean = without_text(&text);
        let runs = clean.split("RUN(").skip(1);
        let runs = runs.filter_map(|rest| Some(rest.split_once(')')?.0.trim().to_owned()));
        Some(Unit {
            runs: runs.collect(),
            parts,
        })
    }

    /// All words of `start`, and of what it uses.
    fn reached_from(&self, start: &str) -> BTreeSet<String> {
        let mut words = BTreeSet::new();
        let mut todo = vec![start.to_owned()];
        while let Some(part) = todo.pop() {
            for word in self.parts.get(&part).into_iter().flatten() {
                if words.insert(word.clone()) && self.parts.contains_key(word) {
                    todo.push(word.clone());
                }
            }
        }
        words
    }
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
}

/// The file without comments and without what stands in quotes.
fn without_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('/', Some('*')) => {
                let mut before = ' ';
                for c in rest.by_ref().skip(1) {
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
                out.push(' ');
            }
            ('/', Some('/')) => {
                for c in rest.by_ref() {
                    if c == '\n' {
                        break;
                    }
                }
                out.push('\n');
            }
            ('"' | '\'', _) => {
                out.push_str("\"\"");
                let mut escaped = false;
                for inside in rest.by_ref() {
                    if inside == c && !escaped {
                        break;
                    }
                    escaped = inside == '\\' && !escaped;
                }
            }
            _ => out.push(c),
        }
    }
    out
}

/// What each function, table and macro of a C file is made of, by its name.
fn parts_of(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let text = without_text(text).replace("\\\n", " ");
    let mut parts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut code = String::new();
    for line in text.lines() {
        if let Some(rest) = line.trim_start().strip_prefix("#define") {
            let mut all = words(rest);
            if let Some(name) = all.next() {
                parts.insert(name, all.collect());
            }
        } else if !line.trim_start().starts_with('#') {
            code.push_str(line);
            code.push('\n');
        }
    }
    let (mut depth, mut head, mut body) = (0, String::new(), String::new());
    for c in code.chars() {
        match (c, depth) {
            ('{', 0) => {
                depth = 1;
                body.clear();
            }
            ('{', _) => depth += 1,
            ('}', 1) => {
                depth = 0;
                let name = name_of(&head);
                parts.entry(name).or_default().extend(words(&body));
                head.clear();
            }
            ('}', _) => depth -= 1,
            (';', 0) => head.clear(),
            (c, 0) => head.push(c),
            (c, _) => body.push(c),
        }
    }
    parts
}

/// The name that the words before a brace declare: of `TEST(name)`, of a function, of a table.
fn name_of(head: &str) -> String {
    let head = head.trim();
    if let Some((name, _)) = head
        .strip_prefix("TEST(")
        .and_then(|rest| rest.split_once(')'))
    {
        return name.trim().to_owned();
    }
    // Attributes come first in these files.
    let head = match head.strip_prefix("__attribute__") {
        Some(rest) => rest.split_once(")))").map_or(rest, |(_, after)| after),
        None => head,
    };
    let before = head.split(['(', '[', '=']).next().unwrap_or_default();
    words(before).last().unwrap_or_default()
}
