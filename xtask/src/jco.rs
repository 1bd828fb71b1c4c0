//! jco's host: components translated to JavaScript, run by Node with jco's implementation of WASI.
//! The tests run under it too, so that the library leans on no single host.

use crate::toolchain::node::Node;
use crate::{cmd, paths, toolchain, ui};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The packages, each with its version and hash.
const MANIFEST: &str = include_str!("../jco/package.json");
const LOCK: &str = include_str!("../jco/package-lock.json");
/// The two programs around them.
const TRANSPILE: &str = include_str!("../jco/transpile.mjs");
const RUN: &str = include_str!("../jco/run.mjs");

/// A host that is ready.
#[derive(Debug, Clone)]
pub struct Jco {
    node: Node,
    /// Holds our two programs, `node_modules`, and below `components` what they work on: Node looks
    /// for packages in the folders above a file.
    folder: PathBuf,
}

/// Makes sure that the host is there, with what is missing fetched into the cache. In one process
/// this is done once; tests in threads share it, and its failure.
pub fn jco() -> Result<Jco> {
    static JCO: OnceLock<std::result::Result<Jco, String>> = OnceLock::new();
    let jco = JCO.get_or_init(|| make(false).map_err(|error| format!("{error:#}")));
    jco.clone().map_err(anyhow::Error::msg)
}

/// The same for `cargo xtask setup`, which tells each choice.
pub fn setup() -> Result<()> {
    make(true).map(|_| ())
}

fn make(verbose: bool) -> Result<Jco> {
    let cache = paths::cache()?;
    let node = {
        let _lock = paths::lock(&cache.join("lock"))?;
        let node = toolchain::node::find()?;
        let packages = packages(&cache, &node.what)?;
        if verbose {
            let shown = format!("{} {}", node.what.program.display(), node.what.version);
            ui::chose("Node", shown, &node.reason);
            ui::chose("jco", packages.what.display(), packages.reason);
        }
        link_packages(&packages.what)?;
        node.what
    };
    let folder = folder();
    for (name, text) in [
        ("package.json", MANIFEST),
        ("transpile.mjs", TRANSPILE),
        ("run.mjs", RUN),
    ] {
        paths::write_if_changed(&folder.join(name), text.as_bytes())?;
    }
    Ok(Jco { node, folder })
}

fn folder() -> PathBuf {
    paths::target().join("jco")
}

/// The folder of the cache with the packages.
fn packages(cache: &Path, node: &Node) -> Result<toolchain::Choice<PathBuf>> {
    let hash: String = Sha256::digest(LOCK)[..6]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let folder = cache.join(format!("jco-{hash}"));
    if folder.is_dir() {
        return Ok(toolchain::Choice::new(folder, "in the cache, from npm"));
    }
    ui::with_progress("fetching jco with npm", || {
        paths::fill_folder(&folder, |dir| {
            std::fs::write(dir.join("package.json"), MANIFEST)?;
            std::fs::write(dir.join("package-lock.json"), LOCK)?;
            node.install_packages(dir)
        })
    })?;
    Ok(toolchain::Choice::new(folder, "fetched with npm"))
}

fn link_packages(packages: &Path) -> Result<()> {
    let link = folder().join("node_modules");
    let to = packages.join("node_modules");
    if std::fs::read_link(&link).is_ok_and(|old| old == to) {
        return Ok(());
    }
    std::fs::create_dir_all(folder())?;
    let _ = std::fs::remove_file(&link);
    std::os::unix::fs::symlink(&to, &link)
        .with_context(|| format!("cannot make {}", link.display()))
}

impl Jco {
    /// The folder that a component of this name is translated into.
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.join("components").join(name)
    }

    /// Translates `component` into `place`, unless what is there was made from the same bytes.
    pub fn translate(&self, component: &Path, place: &Path) -> Result<()> {
        let bytes = std::fs::read(component)
            .with_context(|| format!("cannot read {}", component.display()))?;
        let mut hash = Sha256::new();
        hash.update(LOCK);
        hash.update(TRANSPILE);
        hash.update(bytes);
        let digest: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        let stamp = place.join("sha256");
        if std::fs::read_to_string(&stamp).is_ok_and(|old| old == digest) {
            return Ok(());
        }
        paths::fill_folder(place, |dir| {
            let mut node = Command::new(&self.node.program);
            node.arg(self.folder.join("transpile.mjs"));
            cmd::output(node.arg(component).arg(dir))?;
            std::fs::write(dir.join("sha256"), digest)?;
            Ok(())
        })
    }

    /// The command that runs what is in `place`: with the environment, the standard streams and
    /// the folder that it is started with, and with or without the network. The component's
    /// arguments go behind.
    pub fn command(&self, place: &Path, network: bool) -> Command {
        let mut node = Command::new(&self.node.program);
        node.args(&self.node.options);
        // Node would tell about experimental features on stderr.
        node.arg("--no-warnings");
        node.arg(self.folder.join("run.mjs"));
        if !network {
            node.arg("--no-network");
        }
        node.arg(place);
        node
    }
}
