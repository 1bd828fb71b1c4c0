//! Compiling C programs, natively and as components; what tests, the demo and the checks share.

use crate::build::Built;
use crate::cmd;
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// The flags that our own C is clean under.
pub const C_FLAGS: [&str; 5] = ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror"];

/// The native C compiler: `$CC`, else `cc`.
pub fn native_cc() -> Command {
    Command::new(
        std::env::var_os("CC")
            .filter(|v| !v.is_empty())
            .unwrap_or_else(|| "cc".into()),
    )
}

/// Compiles and links `sources` for this machine.
pub fn compile_native(sources: &[&Path], output: &Path, flags: &[&str]) -> Result<()> {
    let mut cc = native_cc();
    cmd::output(
        cc.args(C_FLAGS)
            .args(flags)
            .args(sources)
            // Where glibc keeps the calls on messages of the domain name system.
            .arg("-lresolv")
            .arg("-o")
            .arg(output),
    )
    .map(|_| ())
}

/// Compiles and links `sources` with `wps-cc` and the libc called `libc` (the default for `None`).
pub fn compile_wasm(
    built: &Built,
    libc: Option<&str>,
    sources: &[&Path],
    output: &Path,
    flags: &[&str],
) -> Result<()> {
    let mut cc = Command::new(built.prefix.wps_cc());
    if let Some(libc) = libc {
        cc.arg(format!("--wps-libc={libc}"));
    }
    cmd::output(
        cc.args(C_FLAGS)
            .args(flags)
            .args(sources)
            .arg("-o")
            .arg(output),
    )
    .map(|_| ())
}

/// Compiles and links `sources` for the same target and libc by clang alone: without this library's
/// headers, archives and flags. For comparison.
pub fn compile_plain(
    built: &Built,
    libc: Option<&str>,
    sources: &[&Path],
    output: &Path,
    flags: &[&str],
) -> Result<()> {
    let libc = built.toolchain.libc(libc).map_err(anyhow::Error::msg)?;
    let mut clang = Command::new(&built.toolchain.clang);
    clang.arg(format!("--target={}", libc.target));
    clang.arg(format!("--sysroot={}", libc.sysroot.display()));
    // The toolchain's linker: ours makes a stripped program smaller than that does.
    clang.arg("-B").arg(built.prefix.root().join("libexec/wps"));
    let linker = &built.toolchain.component_ld;
    clang.arg(format!("-fuse-ld={}", linker.display()));
    if libc.native {
        clang.arg("-Wl,--wasi-adapter=none");
    }
    cmd::output(
        clang
            .args(C_FLAGS)
            .args(flags)
            .args(sources)
            .arg("-o")
            .arg(output),
    )
    .map(|_| ())
}
