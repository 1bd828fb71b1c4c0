//! `share/wps/toolchain.toml`: which compiler, sysroots, linker and host a prefix works with.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The tools that were found or fetched by `cargo xtask setup`. All paths are absolute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toolchain {
    /// clang, 19 or newer.
    pub clang: PathBuf,
    /// clang's major version; setjmp needs 20.
    pub clang_version: u32,
    /// The folder with `llvm-ar`, `llvm-ranlib`, `llvm-nm`, `wasm-ld`.
    pub llvm_bin: PathBuf,
    /// The program that turns a linked module into a component.
    pub component_ld: PathBuf,
    /// Binaryen's optimizer, 116 or newer, for `--wps-casts`; absent where it could not be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wasm_opt: Option<PathBuf>,
    /// The host that `wps-run` starts.
    pub wasmtime: PathBuf,
    /// Options of the host that only some versions have, as `wps-run` passes them.
    pub wasmtime_options: Vec<String>,
    /// The name of the libc used when `--wps-libc` is absent.
    pub default_libc: String,
    /// All libcs that programs can be linked with.
    #[serde(rename = "libc")]
    pub libcs: Vec<Libc>,
}

/// One build of wasi-libc.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Libc {
    /// What `--wps-libc=` calls it.
    pub name: String,
    /// `wasm32-wasip1` or `wasm32-wasip2`.
    pub target: String,
    /// For clang's `--sysroot`.
    pub sysroot: PathBuf,
    /// Whether it calls WASI 0.2 itself. If not, it calls WASI 0.1, and the linker adds an adapter,
    /// which asks the host for a newer 0.2.x than anything else in the program does.
    pub native: bool,
    /// Date of the wasi-libc source, `YYYYMMDD`, as far as it is known.
    pub date: String,
    /// Where it came from, for people.
    pub origin: String,
}

impl Libc {
    /// The folder with `libc.a` in it.
    pub fn lib_dir(&self) -> PathBuf {
        self.sysroot.join("lib").join(&self.target)
    }

    /// Whether programs can use `setjmp` and `longjmp` with this libc.
    pub fn has_setjmp(&self) -> bool {
        self.lib_dir().join("libsetjmp.a").is_file()
    }
}

impl Toolchain {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| {
            format!(
                "cannot read {}: {e}; run `cargo xtask build` to make a complete prefix",
                path.display()
            )
        })?;
        toml::from_str(&text).map_err(|e| format!("{} is damaged: {e}", path.display()))
    }

    /// The contents of the file.
    pub fn to_toml(&self) -> String {
        // Every field is a string, a number or a list of them: there is nothing to fail on.
        toml::to_string(self).unwrap_or_default()
    }

    /// The libc called `name`, or the default one for `None`.
    pub fn libc(&self, name: Option<&str>) -> Result<&Libc, String> {
        let name = name.unwrap_or(&self.default_libc);
        self.libcs.iter().find(|l| l.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.libcs.iter().map(|l| l.name.as_str()).collect();
            format!(
                "no libc is called {name}; installed are: {}",
                known.join(", ")
            )
        })
    }
}
