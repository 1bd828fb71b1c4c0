//! Paths as text: their components, and what `.` and `..` make of them.

use alloc::vec::Vec;

/// The components of a path, without empty ones and `.`.
pub fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty() && *part != b".")
}

/// What of the path's end says that it names a folder: `/.` or `/`, or nothing does.
pub fn folders_end(path: &[u8]) -> &'static [u8] {
    let name = without_slashes(path);
    if name.ends_with(b"/.") {
        b"/."
    } else if name.len() < path.len() {
        b"/"
    } else {
        b""
    }
}

/// The path without the slashes at its end.
pub fn without_slashes(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte != b'/');
    path.get(..end.map_or(0, |last| last + 1))
        .unwrap_or_default()
}

/// The components with each `..` taken together with the one before it; above the root is the root.
pub fn without_parents<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Vec<&'a [u8]> {
    let mut kept = Vec::new();
    for part in parts {
        if part == b".." {
            kept.pop();
        } else {
            kept.push(part);
        }
    }
    kept
}

/// Whether some `..` leads above the place where the components start.
pub fn climbs_out(parts: &[&[u8]]) -> bool {
    let mut depth = 0_usize;
    for part in parts {
        if *part != b".." {
            depth += 1;
        } else if depth == 0 {
            return true;
        } else {
            depth -= 1;
        }
    }
    false
}

/// `/` and the components.
pub fn absolute(parts: &[&[u8]]) -> Vec<u8> {
    let mut path = Vec::new();
    for part in parts {
        path.push(b'/');
        path.extend_from_slice(part);
    }
    if path.is_empty() {
        path.push(b'/');
    }
    path
}

/// The components behind each other, from the place where they start, and `end`; `.` for none.
pub fn relative(parts: &[&[u8]], end: &[u8]) -> Vec<u8> {
    if parts.is_empty() {
        return b".".to_vec();
    }
    let mut path = parts.join(&b'/');
    path.extend_from_slice(end);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(path: &str) -> Vec<&[u8]> {
        components(path.as_bytes()).collect()
    }

    #[test]
    fn empty_components_and_dots_count_for_nothing() {
        assert_eq!(absolute(&parts("//a/./b//c/.")), b"/a/b/c");
        assert_eq!(absolute(&parts("/")), b"/");
        assert_eq!(absolute(&parts("...")), b"/...");
        assert_eq!(relative(&parts("./a/b"), b""), b"a/b");
        assert_eq!(relative(&parts("./a/b"), b"/"), b"a/b/");
        assert_eq!(relative(&parts("."), b"/."), b".");
    }

    #[test]
    fn parents_end_at_the_root() {
        let flat = |path| absolute(&without_parents(parts(path).into_iter()));
        assert_eq!(flat("/a/b/../c"), b"/a/c");
        assert_eq!(flat("/../../a"), b"/a");
        assert_eq!(flat("/a/.."), b"/");
    }

    #[test]
    fn what_climbs_and_what_must_be_a_folder() {
        assert!(climbs_out(&parts("..")) && climbs_out(&parts("a/../../b")));
        assert!(!climbs_out(&parts("a/../b")) && !climbs_out(&parts("")));
        assert_eq!(
            [folders_end(b"a/"), folders_end(b"a/.")],
            [b"/".as_slice(), b"/."]
        );
        assert_eq!([folders_end(b"a/b."), folders_end(b"a/..")], [b"", b""]);
        assert_eq!(
            [folders_end(b"a/.//"), folders_end(b"a//")],
            [b"/.".as_slice(), b"/"]
        );
    }
}
