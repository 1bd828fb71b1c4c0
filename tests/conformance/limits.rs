//! A host that is out of descriptors: `limits::descriptors::VARIANT`.

use crate::compile;
use crate::programs::{LIBCS, Variant, root, wanted};
use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use std::process::{Command, Stdio};

/// Descriptors that the process may have: hosts need some for themselves.
const DESCRIPTORS: u32 = 200;

/// Seconds until a program that hangs is ended.
const LIMIT: u32 = 120;

pub fn trials(installed: &[String]) -> Vec<Trial> {
    let wasm = LIBCS.iter().map(|libc| Variant::Wasm((*libc).to_owned()));
    let all = std::iter::once(Variant::Native).chain(wasm).filter(wanted);
    let runs = all.filter(|variant| match variant {
        Variant::Wasm(libc) => installed.contains(libc),
        _ => true,
    });
    runs.map(|variant| {
        Trial::test(
            format!("limits::descriptors::{}", variant.name()),
            move || check(&variant).map_err(|e| format!("{e:#}").into()),
        )
    })
    .collect()
}

fn check(variant: &Variant) -> Result<()> {
    let source = root().join("tests/conformance/limits.c");
    let file = compile::compile_source(&source, "limits", variant)?;
    let program = compile::command(&file, variant, &[])?;
    let shell = format!("ulimit -n {DESCRIPTORS}; exec timeout {LIMIT} \"$0\" \"$@\"");
    let output = Command::new("sh")
        .args(["-c", &shell])
        .arg(program.get_program())
        .args(program.get_args())
        .stdin(Stdio::null())
        .output()
        .context("starting the program")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success() && said == "ok\n",
        "{}: {said}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
