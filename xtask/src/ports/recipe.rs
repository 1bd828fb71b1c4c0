//! A recipe, `ports/NAME.toml`: where a program's source comes from and how it is built with
//! `wps-cc`. Written to be read as an example of porting.

use crate::paths;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One foreign program.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The file's name without `.toml`.
    #[serde(skip)]
    pub name: String,
    /// One line: what the program is, and what porting it shows.
    pub about: String,
    /// Upstream's version.
    pub version: String,
    pub source: Source,
    /// Shell lines that prepare the unpacked source, run once. In their environment are `CC`,
    /// `CXX`, `AR`, `RANLIB`, `NM`, `CC_FOR_BUILD`, `JOBS` (how many may run at once) and `PORT`
    /// (the folder of the recipes).
    #[serde(default)]
    pub configure: String,
    /// Shell lines that build. Run again, with `programs` removed, when only the library changed.
    pub make: String,
    /// What comes out, relative to the source folder.
    pub programs: Vec<String>,
    /// Shell lines that build what only the end-to-end test needs, run before each test.
    #[serde(default)]
    pub test: String,
    /// An example of use for `--run`: shell words, with the source folder as current folder.
    #[serde(default)]
    pub run: String,
    /// Other recipes whose results this one uses; each one's source folder is in the environment
    /// as `PORT_NAME`, in capitals, with `_` for `-`.
    #[serde(default)]
    pub needs: Vec<String>,
}

/// The pristine upstream tarball.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Debian's source package, which holds the tarball.
    pub debian: String,
    /// The Debian release whose version it is.
    pub suite: String,
    /// Upstream's own address, for machines without apt.
    pub url: String,
    /// SHA-256 of the tarball.
    pub sha256: String,
    /// SHA-256 of the file at `url` where Debian packed the same source anew.
    #[serde(default)]
    pub url_sha256: Option<String>,
}

impl Recipe {
    /// Reads the recipe called `name`.
    pub fn read(name: &str) -> Result<Self> {
        let file = folder().join(format!("{name}.toml"));
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(_) => bail!(
                "there is no recipe called {name}; there are: {}",
                names()?.join(", ")
            ),
        };
        let mut recipe: Self =
            toml::from_str(&text).with_context(|| format!("{} is not a recipe", file.display()))?;
        recipe.name = name.to_owned();
        Ok(recipe)
    }

    /// What the build depends on besides the library: the recipe's text.
    pub fn text(&self) -> Result<Vec<u8>> {
        let file = folder().join(format!("{}.toml", self.name));
        std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))
    }
}

/// The folder of the recipes.
pub fn folder() -> PathBuf {
    paths::root().join("ports")
}

/// The names of all recipes, sorted.
pub fn names() -> Result<Vec<String>> {
    let folder = folder();
    let list =
        std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names: Vec<String> = list
        .flatten()
        .filter_map(|e| recipe_name(&e.path()))
        .collect();
    names.sort();
    Ok(names)
}

fn recipe_name(path: &Path) -> Option<String> {
    let is_recipe = path.extension().is_some_and(|e| e == "toml");
    is_recipe.then(|| {
        path.file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipe_in_the_tree_can_be_read_and_is_pinned() {
        for name in names().unwrap() {
            let recipe = Recipe::read(&name).unwrap_or_else(|e| panic!("{name}: {e:#}"));
            assert_eq!(recipe.source.sha256.len(), 64, "{name}: sha256");
            assert!(!recipe.programs.is_empty(), "{name}: programs");
            assert!(!recipe.about.contains('\n'), "{name}: about is one line");
        }
    }

    #[test]
    fn an_unknown_recipe_is_refused_with_the_known_names() {
        let error = Recipe::read("no-such-port").unwrap_err().to_string();
        assert!(
            error.starts_with("there is no recipe called no-such-port; there are:"),
            "{error}"
        );
    }

    #[test]
    fn a_misspelt_field_is_an_error() {
        let text = "about = 'a'\nversion = '1'\nmake = ''\nprograms = []\nmaek = ''\n\
            [source]\ndebian = 'x'\nsuite = 's'\nurl = 'u'\nsha256 = 'h'\n";
        assert!(
            toml::from_str::<Recipe>(text)
                .unwrap_err()
                .to_string()
                .contains("maek")
        );
    }
}
