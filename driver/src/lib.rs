//! What `wps-cc`, `wps-run` and the task runner share: where a prefix keeps its files, and the
//! description of the toolchain it was set up with.

pub mod casts;
pub mod cc;
pub mod ld;
mod libraries;
mod options;
mod response;
pub mod run;
pub mod shapes;
mod shorten;
pub mod strip;
pub mod toolchain;
pub mod wps_strip;

use std::path::{Path, PathBuf};

/// The first bytes of an executable that `wps-cc` wrote: the kernel hands such a file to `wps-run`.
pub const SCRIPT_MARK: &[u8] = b"#!";

/// A folder with `bin/`, `lib/`, `include/` and `share/wps/` in it.
#[derive(Debug, Clone)]
pub struct Prefix(PathBuf);

impl Prefix {
    /// The prefix rooted at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self(root.into())
    }

    /// The prefix that the running program is installed in (`<prefix>/bin/<program>`).
    pub fn of_current_exe() -> Result<Self, String> {
        let exe = std::env::current_exe()
            .map_err(|e| format!("cannot find out where this program is installed: {e}"))?;
        exe.parent()
            .and_then(Path::parent)
            .map(|root| Self(root.to_path_buf()))
            .ok_or_else(|| format!("{} is not inside a bin folder", exe.display()))
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// The clang configuration file.
    pub fn config(&self) -> PathBuf {
        self.0.join("share/wps/wps.cfg")
    }

    /// What C++ needs beside `config`.
    pub fn cplusplus_config(&self) -> PathBuf {
        self.0.join("share/wps/c++.cfg")
    }

    /// A second one, for programs built for wasip1.
    pub fn wasip1_config(&self) -> PathBuf {
        self.0.join("share/wps/wasip1.cfg")
    }

    /// The file that records the tools and sysroots chosen by `cargo xtask setup`.
    pub fn toolchain_file(&self) -> PathBuf {
        self.0.join("share/wps/toolchain.toml")
    }

    /// `wps-cc`, a C compiler.
    pub fn wps_cc(&self) -> PathBuf {
        self.0.join("bin/wps-cc")
    }

    /// `wps-run`, which runs what `wps-cc` made.
    pub fn wps_run(&self) -> PathBuf {
        self.0.join("bin/wps-run")
    }

    /// The object that passes exit statuses on to `wps-run`'s host.
    pub fn exit_status(&self) -> PathBuf {
        self.0.join("lib/wps_exit_status.o")
    }

    /// What `--wps-casts` links in place of what asks a function pointer for its type.
    pub fn casts_object(&self) -> PathBuf {
        self.0.join("lib/wps_casts.o")
    }

    /// `wasm-ld` with a step after it (see [`casts`]): `wps-cc` under another name.
    pub fn casts_linker(&self) -> PathBuf {
        self.0.join("libexec/wps/wasm-ld-casts")
    }

    /// The linker that clang is told to use: `wps-cc` under another name (see [`ld`]).
    pub fn linker(&self) -> PathBuf {
        self.0.join("libexec/wps/wasm-component-ld")
    }
}
