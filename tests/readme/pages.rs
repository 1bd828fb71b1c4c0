//! Finding and reading the documents: Markdown as far as the checks need it.

use std::path::{Path, PathBuf};
use xtask::paths;

/// A document.
pub struct Page {
    pub path: PathBuf,
    pub text: String,
}

impl Page {
    /// Its name from the root of the tree.
    pub fn name(&self) -> String {
        self.path
            .strip_prefix(paths::root())
            .unwrap_or(&self.path)
            .display()
            .to_string()
    }
}

/// A fenced block: what stands behind the fence, and what is in it.
pub struct Block {
    pub info: String,
    pub text: String,
}

/// The names of all files of the tree and of their folders, from its root; what is built is left out.
pub fn files() -> Vec<String> {
    let mut folders = vec![paths::root().to_path_buf()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .strip_prefix(paths::root())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            if name == "target" || name == ".git" || path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            }
            found.push(name);
        }
    }
    found.sort();
    found
}

/// Every document of the tree.
pub fn pages() -> Vec<Page> {
    let named = files()
        .into_iter()
        .filter(|name| Path::new(name).extension().is_some_and(|e| e == "md"));
    let pages: Vec<Page> = named
        .map(|name| {
            let path = paths::root().join(name);
            let text = std::fs::read_to_string(&path).unwrap();
            Page { path, text }
        })
        .collect();
    assert!(
        pages.len() > 5,
        "the documents are not where this test looks"
    );
    pages
}

/// The fenced blocks of a page.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for line in text.lines() {
        if let Some(info) = line.strip_prefix("```") {
            match open.take() {
                Some(block) => found.push(block),
                None => {
                    open = Some(Block {
                        info: info.trim().to_owned(),
                        text: String::new(),
                    })
                }
            }
        } else if let Some(block) = &mut open {
            block.text.push_str(line);
            block.text.push('\n');
        }
    }
    assert!(open.is_none(), "a fenced block does not end");
    found
}

/// The page without its fenced blocks.
fn prose(text: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The targets of the links of a page.
pub fn links(text: &str) -> Vec<String> {
    let text = prose(text);
    let ends = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    ends.map(|(target, _)| target.to_owned()).collect()
}

/// What links to the headings of a page say behind `#`.
pub fn anchors(text: &str) -> Vec<String> {
    let anchor = |heading: &str| -> String {
        let known = heading.trim().to_lowercase().replace(' ', "-");
        known
            .chars()
            .filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_')
            .collect()
    };
    let text = prose(text);
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#')))
        .collect()
}

/// The paths that a page names: words between backticks, and the first words of the lines of a
/// "text" block. A path begins with a folder of the tree's root, or of the prefix; `AREA/NAME`
/// stands for any.
pub fn named_paths(text: &str, files: &[String]) -> Vec<String> {
    let code = prose(text);
    let mut words: Vec<String> = code
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    for block in blocks(text).iter().filter(|block| block.info == "text") {
        words.extend(
            block
                .text
                .lines()
                .filter_map(|line| line.split_whitespace().next())
                .map(str::to_owned),
        );
    }
    let is_path = |word: &String| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-+/".contains(c);
        let Some((first, _)) = word.split_once('/') else {
            return false;
        };
        let stands_for_any = |part: &str| {
            let stem = part.split('.').next().unwrap_or_default();
            part.contains('.') && ["NAME", "YOURS"].contains(&stem)
                || ["AREA", "NAME", "LIBC"].contains(&part)
        };
        let roots = ["bin", "lib", "libexec", "share"];
        word.chars().all(plain)
            && !word.split('/').any(stands_for_any)
            && (roots.contains(&first) || files.iter().any(|file| file == first))
    };
    words.retain(is_path);
    words
}
