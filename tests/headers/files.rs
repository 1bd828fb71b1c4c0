//! Which headers there are, and that the documentation lists them.

use crate::Context;
use std::path::{Path, PathBuf};
use xtask::paths;

/// The overlay.
pub fn include_dir() -> PathBuf {
    paths::root().join("include")
}

/// Sources of this test.
pub fn source(name: &str) -> PathBuf {
    paths::root().join("tests/headers").join(name)
}

/// Where this test puts what it makes.
pub fn scratch(name: &str) -> PathBuf {
    let dir = paths::target().join("headers-test").join(name);
    std::fs::create_dir_all(&dir).expect("the target folder can be written");
    dir
}

/// Every header below `root`, as one would include it.
pub fn headers_in(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    collect(root, root, &mut found);
    found.sort();
    found
}

/// Those that programs include: without the parts in `wps/`, the stand-ins for libc's own
/// fragments, and the header that cbindgen writes.
pub fn public_headers() -> Vec<String> {
    let mut headers = headers_in(&include_dir());
    headers.retain(|h| !h.starts_with("wps/") && !h.starts_with("__") && h != GENERATED);
    headers
}

/// cbindgen's header, which has tests of its own.
const GENERATED: &str = "wasi_posix_sockets.h";

fn collect(root: &Path, dir: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir)
        .expect("the folder of headers can be read")
        .flatten()
    {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|e| e == "h") {
            let name = path.strip_prefix(root).expect("found below the root");
            found.push(name.to_string_lossy().into_owned());
        }
    }
}

/// `docs/HEADERS.md` names every header, and no header that is not there.
pub fn listed_in_docs(context: &Context, _: &str) -> Result<(), String> {
    let file = paths::root().join("docs/HEADERS.md");
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let listed: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name)
        .filter(|name| name.ends_with(".h"))
        .collect();
    let missing: Vec<_> = context
        .headers
        .iter()
        .filter(|h| !listed.contains(&h.as_str()))
        .collect();
    let extra: Vec<_> = listed
        .iter()
        .filter(|l| !context.headers.iter().any(|h| h == *l))
        .collect();
    if missing.is_empty() && extra.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}: not listed: {missing:?}; listed but not there: {extra:?}",
        file.display()
    ))
}
