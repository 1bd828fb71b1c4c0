//! A component runs on a host only if the host has all that it imports. The list of what ours may
//! import is in `tests/data/imports.txt`; a new line there is a decision. With a libc that calls
//! WASI 0.2 itself the program asks for 0.2.0, which every 0.2 host has; with an older libc the
//! adapter asks for a newer 0.2.

use crate::build::Built;
use crate::{compile, paths};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::path::Path;
use wasmparser::{Parser, Payload};

/// Links an echo server with each libc and compares its imports with the list.
pub fn check(built: &Built) -> Result<()> {
    let allowed = allowed()?;
    let source = paths::root().join("examples/echo.c");
    let folder = paths::target().join("check");
    std::fs::create_dir_all(&folder)?;
    let mut unexpected = BTreeSet::new();
    for libc in &built.toolchain.libcs {
        let program = folder.join(format!("echo-{}.wasm", libc.name));
        compile::compile_wasm(built, Some(&libc.name), &[&source], &program, &["-O2"])
            .with_context(|| format!("the echo server cannot be built with {}", libc.name))?;
        for import in imports_of(&program)? {
            let (name, version) = import.split_once('@').unwrap_or((&import, ""));
            let low = if libc.native {
                version == "0.2.0"
            } else {
                version.starts_with("0.2.")
            };
            if !low || !allowed.contains(name) {
                unexpected.insert(format!("{import} (with the libc {})", libc.name));
            }
        }
    }
    if unexpected.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = unexpected.into_iter().collect();
    bail!(
        "not in tests/data/imports.txt, or not as old as it should be:\n  {}",
        list.join("\n  ")
    )
}

fn allowed() -> Result<BTreeSet<String>> {
    let file = paths::root().join("tests/data/imports.txt");
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

/// The names that the component in `file` imports from its host, sorted.
pub fn imports_of(file: &Path) -> Result<Vec<String>> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut names = Vec::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload.with_context(|| format!("{} is not a component", file.display()))? {
            // Modules and components inside import from the outer one, not from the host.
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    names.push(import?.name.0.to_owned());
                }
            }
            _ => {}
        }
    }
    names.sort();
    Ok(names)
}
