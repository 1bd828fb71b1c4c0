//! The socket options: read off `docs/OPTIONS.md`, which a test of the library compares with the
//! table in the code, so that the table stays the only source.

use crate::manifest::Is;
use std::collections::BTreeMap;
use xtask::paths;

/// An option on some kinds of socket.
pub struct Row {
    pub level: String,
    pub name: String,
    pub sockets: String,
    pub is: Is,
    /// The page's own word for what happens, and the errno of a refusal.
    pub word: String,
}

pub fn rows() -> Vec<Row> {
    let page = paths::root().join("docs/OPTIONS.md");
    let text = std::fs::read_to_string(page).expect("docs/OPTIONS.md is there");
    let mut level = String::new();
    let mut rows = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            level = title.to_owned();
        }
        let cells: Vec<&str> = line
            .split(" | ")
            .map(|cell| cell.trim_matches(['|', ' ']))
            .collect();
        let [name, sockets, _, word, _, _] = cells[..] else {
            continue;
        };
        let is = match word.trim_matches('*') {
            "real" | "acts" | "tells" => Is::Real,
            "kept" => Is::Emulated,
            _ if word.starts_with("*refused*") => Is::Refused,
            _ => continue,
        };
        rows.push(Row {
            level: level.clone(),
            name: name.to_owned(),
            sockets: sockets.to_owned(),
            is,
            word: word.to_owned(),
        });
    }
    assert!(rows.len() > 100, "the rows of OPTIONS.md were not found");
    rows
}

/// How many options are what. One that differs by the kind of socket counts as the best it is.
pub fn counts(rows: &[Row]) -> BTreeMap<Is, usize> {
    let mut best: BTreeMap<(&str, &str), Is> = BTreeMap::new();
    for row in rows {
        let is = best.entry((&row.level, &row.name)).or_insert(row.is);
        *is = row.is.min(*is);
    }
    let mut counts = BTreeMap::new();
    for is in best.values() {
        *counts.entry(*is).or_default() += 1;
    }
    counts
}
