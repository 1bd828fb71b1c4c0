//! Gets a port's tarball: from the cache, from Debian, from upstream. Its hash decides whether it
//! is the right one.

use super::recipe::Recipe;
use crate::{apt::Apt, cmd, paths, ui};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The SHA-256 of a file, in hexadecimal digits.
pub fn sha256(file: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut input =
        std::fs::File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    std::io::copy(&mut input, &mut hash)?;
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// Returns the tarball's path, after checking it.
pub fn tarball(recipe: &Recipe) -> Result<PathBuf> {
    let folder = paths::cache()?.join("sources");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let _lock = paths::lock(&folder.join("lock"))?;
    let source = &recipe.source;
    let file = folder.join(format!("{}-{}.tar", recipe.name, recipe.version));
    let right = |file: &Path| -> Result<bool> {
        let hash = sha256(file)?;
        Ok(hash == source.sha256 || source.url_sha256.as_ref() == Some(&hash))
    };
    if file.is_file() {
        if right(&file)? {
            return Ok(file);
        }
        ui::note(format!(
            "{} is not what the recipe names; fetching it again",
            file.display()
        ));
        std::fs::remove_file(&file)?;
    }
    let what = format!("fetching the source of {} {}", recipe.name, recipe.version);
    ui::with_progress(&what, || {
        let scratch = folder.join(format!("{}.fetch", recipe.name));
        paths::fill_folder(&scratch, |dir| {
            let fetched = fetch(recipe, dir)?;
            if !right(&fetched)? {
                bail!(
                    "{} has the SHA-256 {}, not the one in ports/{}.toml",
                    fetched.display(),
                    sha256(&fetched)?,
                    recipe.name
                );
            }
            std::fs::rename(&fetched, &file)
                .with_context(|| format!("cannot make {}", file.display()))
        })?;
        paths::remove_folder(&scratch)
    })?;
    Ok(file)
}

fn fetch(recipe: &Recipe, dir: &Path) -> Result<PathBuf> {
    let source = &recipe.source;
    let mut failed = "this machine has no apt".to_owned();
    if crate::apt::available() {
        let from_debian = Apt::sources_of(&source.suite)
            .and_then(|apt| apt.source_tarball(&source.debian, &recipe.version, dir));
        match from_debian {
            Ok(file) => return Ok(file),
            Err(error) => failed = format!("{error:#}"),
        }
    }
    let file = dir.join("upstream");
    let mut client = if cmd::on_path("curl").is_some() {
        let mut curl = Command::new("curl");
        curl.args(["-sSfL", "--retry", "2", "-o"])
            .arg(&file)
            .arg(&source.url);
        curl
    } else {
        let mut wget = Command::new("wget");
        wget.arg("-q").arg("-O").arg(&file).arg(&source.url);
        wget
    };
    cmd::output(&mut client).with_context(|| {
        format!(
            "the source of {} can be had neither from Debian ({failed}) nor from {}",
            recipe.name, source.url
        )
    })?;
    Ok(file)
}

/// Unpacks a tarball into `dir` without the folder that all its files are in.
pub fn unpack(tarball: &Path, dir: &Path) -> Result<()> {
    cmd::output(
        Command::new("tar")
            .arg("-xf")
            .arg(tarball)
            .arg("-C")
            .arg(dir)
            .arg("--strip-components=1"),
    )
    .map(|_| ())
    .with_context(|| {
        format!(
            "cannot unpack {}; tar needs xz-utils and bzip2 for some",
            tarball.display()
        )
    })
}
