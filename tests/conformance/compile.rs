//! Compiles a program for a variant, unless the last result was made from the same input.

use crate::programs::{Program, Variant, root};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use xtask::build::Built;

/// Where results, caches and the folders the programs run in are kept.
pub fn workspace() -> PathBuf {
    xtask::paths::target().join("conformance")
}

/// The prefix, built on first use.
pub fn built() -> Result<&'static Built> {
    static BUILT: OnceLock<std::result::Result<Built, String>> = OnceLock::new();
    BUILT
        .get_or_init(|| xtask::build().map_err(|e| format!("{e:#}")))
        .as_ref()
        .map_err(|e| anyhow::anyhow!("the prefix cannot be built: {e}"))
}

/// The executable of `program` in `variant`.
pub fn compile(program: &Program, variant: &Variant) -> Result<PathBuf> {
    compile_source(
        &program.source,
        &format!("{}/{}", program.area, program.name),
        variant,
    )
}

/// The executable of any C file, or the folder that jco's host runs; `name` is where it is kept.
pub fn compile_source(source: &Path, name: &str, variant: &Variant) -> Result<PathBuf> {
    if let Variant::Lts(libc) = variant {
        return compile_source(source, name, &Variant::Wasm(libc.clone()));
    }
    if let Variant::Jco(libc) = variant {
        let component = compile_source(source, name, &Variant::Wasm(libc.clone()))?;
        let jco = xtask::jco::jco()?;
        let place = jco.place(&format!("conformance/{name}"));
        jco.translate(&component, &place)?;
        return Ok(place);
    }
    let extension = match variant {
        Variant::Native => "bin",
        _ => "wasm",
    };
    let output = workspace()
        .join(variant.name())
        .join(format!("{name}.{extension}"));
    let digest = digest(source, variant)?;
    up_to_date(&output, &digest, |output| match variant.libc() {
        None => xtask::compile::compile_native(&[source], output, &["-O1"]),
        Some(libc) => {
            xtask::compile::compile_wasm(built()?, Some(libc), &[source], output, &["-O1"])
        }
    })?;
    Ok(output)
}

/// The command that runs a compiled program on its host; `options` are for `wps-run`.
pub fn command(file: &Path, variant: &Variant, options: &[String]) -> Result<Command> {
    Ok(match variant {
        Variant::Native => Command::new(file),
        Variant::Wasm(_) => {
            let mut wps_run = Command::new(built()?.prefix.wps_run());
            wps_run.args(options).arg(file);
            wps_run
        }
        Variant::Lts(_) => {
            xtask::toolchain::wasmtime::lts_command(&built()?.toolchain, file, options)?
        }
        Variant::Jco(_) => {
            let network = match options {
                [] => true,
                [option] if option == "--no-network" => false,
                _ => anyhow::bail!("jco's host has nothing like {options:?}"),
            };
            xtask::jco::jco()?.command(file, network)
        }
    })
}

/// The executable of the helper process.
pub fn compile_peer() -> Result<PathBuf> {
    let source = root().join("c-tests/peer.c");
    let output = workspace().join("peer");
    let mut hash = Sha256::new();
    add_file(&mut hash, &source)?;
    let digest = hex(hash);
    up_to_date(&output, &digest, |output| {
        xtask::compile::compile_native(&[&source], output, &["-O1"])
    })?;
    Ok(output)
}

/// Runs `make` unless `output` is there with this digest beside it. The same output is wanted by two
/// threads at a time where two hosts run it.
fn up_to_date(output: &Path, digest: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    static LOCKS: Mutex<BTreeMap<PathBuf, Arc<Mutex<()>>>> = Mutex::new(BTreeMap::new());
    let lock = {
        let mut locks = LOCKS.lock().unwrap_or_else(|p| p.into_inner());
        Arc::clone(locks.entry(output.to_path_buf()).or_default())
    };
    let _held = lock.lock().unwrap_or_else(|p| p.into_inner());
    let stamp = output.with_extension("sha256");
    let known = std::fs::read_to_string(&stamp).is_ok_and(|old| old == digest);
    if known && output.is_file() {
        return Ok(());
    }
    if let Some(folder) = output.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let _ = std::fs::remove_file(&stamp);
    make(output)?;
    std::fs::write(&stamp, digest).with_context(|| format!("writing {}", stamp.display()))
}

/// Tells apart everything that the result depends on.
fn digest(source: &Path, variant: &Variant) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(include_str!("compile.rs"));
    add_file(&mut hash, source)?;
    add_tree(&mut hash, &root().join("c-tests"), |p| {
        p.extension().is_some_and(|e| e == "h")
    })?;
    if let Some(libc) = variant.libc() {
        hash.update(libc);
        hash.update(prefix_digest()?);
    }
    Ok(hex(hash))
}

/// Of the prefix: archives, headers, flags, the choice of tools. Hashed once.
fn prefix_digest() -> Result<&'static str> {
    static DIGEST: OnceLock<std::result::Result<String, String>> = OnceLock::new();
    DIGEST
        .get_or_init(|| {
            let make = || -> Result<String> {
                let mut hash = Sha256::new();
                for folder in ["bin", "include", "lib", "share"] {
                    add_tree(&mut hash, &built()?.prefix.root().join(folder), |_| true)?;
                }
                Ok(hex(hash))
            };
            make().map_err(|e| format!("{e:#}"))
        })
        .as_deref()
        .map_err(|e| anyhow::anyhow!("{e}"))
}

fn add_file(hash: &mut Sha256, path: &Path) -> Result<()> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    hash.update(path.to_string_lossy().as_bytes());
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
    Ok(())
}

fn add_tree(hash: &mut Sha256, dir: &Path, wanted: fn(&Path) -> bool) -> Result<()> {
    let entries = std::fs::read_dir(dir).with_context(|| format!("reading {}", dir.display()))?;
    let mut paths = entries
        .map(|e| e.map(|e| e.path()))
        .collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            add_tree(hash, &path, wanted)?;
        } else if wanted(&path) {
            add_file(hash, &path)?;
        }
    }
    Ok(())
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}
