//! `wasm-component-ld`, which links a module and makes a component of it.

use super::{Choice, rust, wasi_sdk};
use crate::{cmd, paths, ui};
use anyhow::Result;
use std::path::PathBuf;

pub fn find() -> Result<Choice<PathBuf>> {
    let name = "wasm-component-ld";
    // Rust's own comes first: it is sure to understand what this rustc put into the archives.
    let own = rust::tools_dir()?.join(name);
    if cmd::is_program(&own) {
        return Ok(Choice::new(own, "comes with this Rust toolchain"));
    }
    if let Some(sdk) = wasi_sdk()
        .map(|sdk| sdk.join("bin").join(name))
        .filter(|f| cmd::is_program(f))
    {
        return Ok(Choice::new(sdk, "from WASI_SDK_PATH"));
    }
    if let Some(file) = cmd::on_path(name) {
        return Ok(Choice::new(file, "on PATH"));
    }
    let folder = paths::cache()?.join("cargo");
    let file = folder.join("bin").join(name);
    if cmd::is_program(&file) {
        return Ok(Choice::new(file, "in the cache, built by cargo"));
    }
    ui::with_progress("building wasm-component-ld (about a minute)", || {
        cmd::output(
            cmd::cargo()
                .args(["install", "--locked", "--root"])
                .arg(&folder)
                .arg(name),
        )
    })?;
    Ok(Choice::new(file, "built by cargo"))
}
