//! Reads the machine's own apt sources, in both of apt's formats, and picks out Debian's.

use std::path::{Path, PathBuf};

/// One entry: packages of some suites on one or more mirrors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub uris: Vec<String>,
    pub suites: Vec<String>,
    /// The field as it stands, which may be a key file's name or a whole key.
    pub signed_by: Option<String>,
}

const CODENAMES: [&str; 9] = [
    "bullseye", "bookworm", "trixie", "forky", "duke", "sid", "stable", "testing", "unstable",
];

impl Source {
    /// Whether this is Debian's archive rather than another one's.
    fn is_debian(&self) -> bool {
        let known = |suite: &String| {
            let codename = suite.split(['-', '/']).next().unwrap_or("");
            CODENAMES.contains(&codename)
        };
        self.suites.iter().any(known) && self.uris.iter().any(|uri| uri.contains("debian"))
    }

    /// Whether this is the main archive, which holds all releases, not the security one.
    pub fn is_main_archive(&self) -> bool {
        !self.suites.iter().any(|s| s.contains("security"))
            && !self.uris.iter().any(|u| u.contains("security"))
    }
}

/// Debian's entries in the machine's sources below `/etc/apt`.
pub fn of_this_machine() -> Vec<Source> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(dir) = std::fs::read_dir("/etc/apt/sources.list.d") {
        let mut more: Vec<PathBuf> = dir.flatten().map(|entry| entry.path()).collect();
        more.sort();
        files.extend(more);
    }
    files
        .iter()
        .flat_map(|file| read_file(file))
        .filter(Source::is_debian)
        .collect()
}

fn read_file(file: &Path) -> Vec<Source> {
    let Ok(text) = std::fs::read_to_string(file) else {
        return vec![];
    };
    match file.extension().and_then(|e| e.to_str()) {
        Some("list") => parse_lines(&text),
        Some("sources") => parse_paragraphs(&text),
        _ => vec![],
    }
}

/// `deb [signed-by=FILE arch=amd64] URI SUITE COMPONENT...`
fn parse_lines(text: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or("").trim();
        let Some(rest) = line
            .strip_prefix("deb")
            .filter(|r| r.starts_with([' ', '\t', '[']))
        else {
            continue;
        };
        let rest = rest.trim_start();
        let (options, rest) = match rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            Some((options, rest)) => (options, rest),
            None => ("", rest),
        };
        let mut words = rest.split_whitespace();
        let (Some(uri), Some(suite)) = (words.next(), words.next()) else {
            continue;
        };
        if !words.any(|component| component == "main") {
            continue;
        }
        let signed_by = options
            .split_whitespace()
            .find_map(|o| o.strip_prefix("signed-by="));
        sources.push(Source {
            uris: vec![uri.to_owned()],
            suites: vec![suite.to_owned()],
            signed_by: signed_by.map(str::to_owned),
        });
    }
    sources
}

/// Paragraphs of `Field: value`, where an indented line continues the field before it.
fn parse_paragraphs(text: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    let text = text.replace("\r\n", "\n");
    let without_comments: Vec<&str> = text.lines().filter(|l| !l.starts_with('#')).collect();
    for paragraph in without_comments.split(|line| line.trim().is_empty()) {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in paragraph {
            match line.split_once(':') {
                Some((name, value)) if !line.starts_with([' ', '\t']) => {
                    fields.push((name.trim().to_lowercase(), value.trim().to_owned()));
                }
                _ => {
                    if let Some((_, value)) = fields.last_mut() {
                        value.push('\n');
                        value.push_str(line);
                    }
                }
            }
        }
        let field = |name: &str| {
            fields
                .iter()
                .find(|(n, _)| n == name)
                .map(|(_, v)| v.as_str())
        };
        let words = |name: &str| -> Vec<String> {
            field(name)
                .unwrap_or("")
                .split_whitespace()
                .map(str::to_owned)
                .collect()
        };
        let enabled = !field("enabled").is_some_and(|v| v.eq_ignore_ascii_case("no"));
        let wanted = words("types").iter().any(|t| t == "deb")
            && words("components").iter().any(|c| c == "main");
        if enabled && wanted {
            sources.push(Source {
                uris: words("uris"),
                suites: words("suites"),
                signed_by: field("signed-by").map(str::to_owned),
            });
        }
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_line_format_is_read() {
        let text = "# comment\n\
            deb-src http://m.example/debian bookworm main\n\
            deb [arch=amd64 signed-by=/k.gpg] http://m.example/debian bookworm main contrib # x\n\
            deb http://m.example/debian bookworm contrib\n\
            debris here main\n";
        let sources = parse_lines(text);
        assert_eq!(
            sources,
            [Source {
                uris: vec!["http://m.example/debian".into()],
                suites: vec!["bookworm".into()],
                signed_by: Some("/k.gpg".into()),
            }]
        );
    }

    #[test]
    fn the_paragraph_format_is_read() {
        let text = "Types: deb deb-src\n# a remark\nURIs: http://m.example/debian\n\
            Suites: bookworm bookworm-updates\nComponents: main\nSigned-By:\n -----BEGIN\n .\n end\n\
            \n\
            Types: deb\nURIs: http://m.example/debian\nSuites: sid\nComponents: main\nEnabled: no\n";
        let sources = parse_paragraphs(text);
        assert_eq!(sources.len(), 1);
        assert_eq!(sources[0].suites, ["bookworm", "bookworm-updates"]);
        assert_eq!(
            sources[0].signed_by.as_deref(),
            Some("\n -----BEGIN\n .\n end")
        );
    }

    #[test]
    fn other_archives_are_not_debian() {
        let source = |uri: &str, suite: &str| Source {
            uris: vec![uri.into()],
            suites: vec![suite.into()],
            signed_by: None,
        };
        assert!(source("http://m.example/debian", "bookworm").is_debian());
        assert!(source("mirror+file:/etc/apt/mirrors/debian.list", "trixie-updates").is_debian());
        assert!(!source("https://deb.nodesource.com/node_20.x", "nodistro").is_debian());
        assert!(!source("http://archive.ubuntu.com/ubuntu", "noble").is_debian());
        let security = source("http://m.example/debian-security", "bookworm-security");
        assert!(security.is_debian() && !security.is_main_archive());
    }
}
