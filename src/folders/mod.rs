//! Where a path leads: into which of the folders that the host gave the program, and to what below it.
//!
//! WASI knows no root and no current folder, only folders by the names under which the host gives
//! them, such as `/srv/www` and `.`. Here they become places in one tree, as mounted file systems are
//! on Linux: `.` stands where the program was started, and what lies outside of all of them does not
//! exist.

pub mod path;

use crate::errno::{Errno, Result};
use alloc::vec::Vec;
use path::{absolute, climbs_out, components, folders_end, relative, without_parents};

/// PATH_MAX: the longest path with its null byte (limits.h).
const LONGEST: usize = 4096;

/// What `.` is called when nobody tells where the program was started: no folder that a program makes
/// or asks for can have this name by accident, and on Linux it leads to the current folder as well.
const SOMEWHERE: &[u8] = b"/proc/self/cwd";

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// Into a given folder, to what `rest` names there: never empty, never absolute.
    Inside {
        /// The folder's index in the list of the host.
        folder: usize,
        /// What is named there.
        rest: Vec<u8>,
    },
    /// To a folder of which only that is known: it is the root, or a given one lies below it.
    Above,
    /// Nowhere that the program can see. Here is its absolute path, without `.` and `..`.
    Outside(Vec<u8>),
}

/// The given folders and the current one.
pub struct Folders {
    /// The absolute names, by the host's index.
    given: Vec<Vec<u8>>,
    current: Vec<u8>,
}

impl Folders {
    /// The folders by the names the host gives them. `started_in` is the absolute path of the folder
    /// in which the program was started, as far as the environment tells.
    ///
    /// It counts where a folder with a relative name was given, or where it lies in one with a name
    /// of its own. Otherwise the environment may be passed on without the folder that it speaks of,
    /// or that be given as `/`: then the program starts in the root.
    pub fn new(names: &[Vec<u8>], started_in: Option<&[u8]>) -> Self {
        let any_relative = names.iter().any(|name| !name.starts_with(b"/"));
        let unknown: &[u8] = if any_relative { SOMEWHERE } else { b"/" };
        let started_in = started_in.filter(|path| path.starts_with(b"/"));
        let current = flat(b"/", started_in.unwrap_or(unknown));
        let given = names.iter().map(|name| flat(&current, name)).collect();
        let mut folders = Folders { given, current };
        let parts: Vec<&[u8]> = components(&folders.current).collect();
        let in_the_root = folders.holder(&parts).is_none_or(|(_, depth)| depth == 0);
        if !any_relative && in_the_root {
            folders.set_current(b"/");
        }
        folders
    }

    /// The absolute path of the current folder.
    pub fn current(&self) -> &[u8] {
        &self.current
    }

    /// Makes another one current; `path` is absolute.
    pub fn set_current(&mut self, path: &[u8]) {
        self.current = flat(b"/", path);
    }

    /// The given folder that holds the path of these components, and how many of them name it. Of two
    /// with one name the later one counts, as for wasi-libc.
    fn holder(&self, parts: &[&[u8]]) -> Option<(usize, usize)> {
        let mut best: Option<(usize, usize)> = None;
        for (folder, name) in self.given.iter().enumerate() {
            let mut length = 0;
            let inside = components(name).all(|part| {
                length += 1;
                parts.get(length - 1) == Some(&part)
            });
            if inside && best.is_none_or(|(_, longest)| length >= longest) {
                best = Some((folder, length));
            }
        }
        best
    }

    /// Whether a given folder lies below the path of these components, or it is the root.
    fn is_above(&self, parts: &[&[u8]]) -> bool {
        let begins = |name: &Vec<u8>| {
            let mut name = components(name);
            parts.iter().all(|part| name.next() == Some(part))
        };
        parts.is_empty() || self.given.iter().any(begins)
    }

    /// Where `path` leads. `ENOENT` for an empty one, `ENAMETOOLONG`.
    pub fn resolve(&self, path: &[u8]) -> Result<Place> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        if path.len() >= LONGEST {
            return Err(Errno::ENAMETOOLONG);
        }
        let base: &[u8] = if path.starts_with(b"/") {
            b""
        } else {
            &self.current
        };
        let written: Vec<&[u8]> = components(base).chain(components(path)).collect();
        let plain = without_parents(written.iter().copied());
        let Some((folder, depth)) = self.holder(&plain) else {
            return Ok(if self.is_above(&plain) {
                Place::Above
            } else {
                Place::Outside(absolute(&plain))
            });
        };
        // The host knows what a `..` behind a symbolic link means, so it is told each as it is
        // written, unless that leads out of the folder on the way.
        let mut parts = plain.get(depth..).unwrap_or_default();
        let start = written.iter().position(|part| *part == b"..");
        let head = written.get(..start.unwrap_or(written.len()));
        if self.holder(head.unwrap_or_default()) == Some((folder, depth)) {
            let rest = written.get(depth..).unwrap_or_default();
            if !climbs_out(rest) {
                parts = rest;
            }
        }
        Ok(Place::Inside {
            folder,
            rest: relative(parts, folders_end(path)),
        })
    }
}

/// `path`, from `base`, as an absolute path without `.` and `..`.
fn flat(base: &[u8], path: &[u8]) -> Vec<u8> {
    let base: &[u8] = if path.starts_with(b"/") { b"" } else { base };
    absolute(&without_parents(components(base).chain(components(path))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(names: &[&str], started_in: &str) -> Folders {
        let names: Vec<Vec<u8>> = names.iter().map(|name| name.as_bytes().to_vec()).collect();
        Folders::new(
            &names,
            Some(started_in.as_bytes()).filter(|s| !s.is_empty()),
        )
    }

    fn inside(folder: usize, rest: &str) -> Result<Place> {
        Ok(Place::Inside {
            folder,
            rest: rest.as_bytes().to_vec(),
        })
    }

    fn outside(path: &str) -> Result<Place> {
        Ok(Place::Outside(path.as_bytes().to_vec()))
    }

    #[test]
    fn relative_and_absolute_paths_lead_to_one_place() {
        let mut all = folders(&[".", "/srv/www"], "/home/u");
        assert_eq!(all.current(), b"/home/u");
        assert_eq!(all.resolve(b"a.txt"), inside(0, "a.txt"));
        assert_eq!(all.resolve(b"/home/u/a.txt"), inside(0, "a.txt"));
        assert_eq!(all.resolve(b"/home/u"), inside(0, "."));
        assert_eq!(all.resolve(b"."), inside(0, "."));
        assert_eq!(all.resolve(b"a/"), inside(0, "a/"));
        assert_eq!(all.resolve(b"a/."), inside(0, "a/."));
        assert_eq!(all.resolve(b"../../srv/www/x"), inside(1, "x"));
        all.set_current(b"/");
        assert_eq!(all.resolve(b"home/u/a"), inside(0, "a"));
        assert_eq!(all.resolve(b"srv//www/./a"), inside(1, "a"));
        all.set_current(b"/srv/www/sub");
        assert_eq!(all.resolve(b"../a"), inside(1, "sub/../a"));
        assert_eq!(all.resolve(b"../../a"), outside("/srv/a"));
    }

    #[test]
    fn what_is_outside_never_lands_inside() {
        for started_in in ["/home/u", ""] {
            let all = folders(&["."], started_in);
            assert_eq!(all.resolve(b"/wps-x"), outside("/wps-x"));
            assert_eq!(all.resolve(b"/etc/../a"), outside("/a"));
            assert_eq!(all.resolve(b"../a/../../b"), {
                outside(if started_in.is_empty() {
                    "/proc/b"
                } else {
                    "/b"
                })
            });
            assert_eq!(all.resolve(b"/home/user"), outside("/home/user"));
            assert_eq!(all.resolve(b"/"), Ok(Place::Above));
        }
        assert_eq!(folders(&[], "/home/u").resolve(b"a"), outside("/a"));
        assert_eq!(folders(&[], "").resolve(b"/"), Ok(Place::Above));
    }

    #[test]
    fn a_given_root_is_the_root() {
        let all = folders(&["/"], "");
        assert_eq!(all.current(), b"/");
        assert_eq!(all.resolve(b"/wps-x"), inside(0, "wps-x"));
        assert_eq!(all.resolve(b"wps-x"), inside(0, "wps-x"));
        assert_eq!(all.resolve(b"/.."), inside(0, "."));
        assert_eq!(folders(&["/"], "/home/u").current(), b"/");
        assert_eq!(folders(&["/", "/home"], "/home/u").current(), b"/home/u");
        let both = folders(&[".", "/"], "");
        assert_eq!(both.resolve(b"a"), inside(0, "a"));
        assert_eq!(both.resolve(b"/a"), inside(1, "a"));
    }

    #[test]
    fn the_innermost_folder_counts_and_of_equals_the_last() {
        let all = folders(&["/d/in", "/d", ".", "/home/u"], "/home/u");
        assert_eq!(all.resolve(b"/d/in/x"), inside(0, "x"));
        assert_eq!(all.resolve(b"/d/inner"), inside(1, "inner"));
        assert_eq!(all.resolve(b"/d/other/../in/x"), inside(0, "x"));
        assert_eq!(all.resolve(b"a"), inside(3, "a"));
        assert_eq!(all.resolve(b"/home"), Ok(Place::Above));
    }

    #[test]
    fn the_host_gets_each_parent_as_it_is_written() {
        let all = folders(&["."], "/home/u");
        assert_eq!(all.resolve(b"link/../a"), inside(0, "link/../a"));
        assert_eq!(all.resolve(b"link/.."), inside(0, "link/.."));
        assert_eq!(all.resolve(b"../u/a"), inside(0, "a"));
        assert_eq!(all.resolve(b"a/../../u/b"), inside(0, "b"));
    }

    #[test]
    fn folders_with_relative_names_stand_beside_the_current_one() {
        let all = folders(&["data", ".."], "/home/u");
        assert_eq!(all.resolve(b"data/x"), inside(0, "x"));
        assert_eq!(all.resolve(b"x"), inside(1, "u/x"));
        assert_eq!(all.resolve(b"/home/v"), inside(1, "v"));
    }

    #[test]
    fn paths_that_are_none() {
        let all = folders(&["."], "/home/u");
        assert_eq!(all.resolve(b""), Err(Errno::ENOENT));
        assert_eq!(all.resolve(&[b'a'; 4096]), Err(Errno::ENAMETOOLONG));
        assert!(all.resolve(&[b'a'; 4095]).is_ok());
        assert_eq!(folders(&["."], "relative").current(), SOMEWHERE);
    }
}
