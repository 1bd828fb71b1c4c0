//! The public header is generated from the Rust sources by build.rs, and committed so that users
//! need no Rust to read it. Here the two are compared.

use crate::build::{self, Built};
use crate::{cmd, paths};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;

const NAME: &str = "wasi_posix_sockets.h";

pub fn check(built: &Built, fix: bool) -> Result<()> {
    let generated = generated(built)?;
    let text = std::fs::read(&generated)
        .with_context(|| format!("build.rs did not write {}", generated.display()))?;
    let committed = paths::root().join("include").join(NAME);
    if std::fs::read(&committed).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if fix {
        return paths::write_if_changed(&committed, &text);
    }
    bail!("include/{NAME} is not what build.rs makes now; `cargo xtask check --fix` writes it anew")
}

/// The file in the folder that cargo gave to build.rs.
fn generated(built: &Built) -> Result<PathBuf> {
    let mut cargo = build::library_cargo(&built.toolchain, &["--message-format=json"])?;
    for line in cmd::output(&mut cargo)?.lines() {
        let message: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        let is_ours = message["package_id"]
            .as_str()
            .is_some_and(|id| id.contains("wasi-posix-sockets"));
        if is_ours && let Some(folder) = message["out_dir"].as_str() {
            return Ok(PathBuf::from(folder).join(NAME));
        }
    }
    bail!("cargo did not tell where build.rs writes")
}
