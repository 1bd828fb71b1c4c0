//! Fetches Debian packages and sources without root and without touching the system: a private
//! apt configuration in the cache folder, with mirrors and keys read from the machine's own.

mod sources;

use crate::{cmd, paths, ui};
use anyhow::{Context, Result, bail};
use sources::Source;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// How long a fetched package list is used before it is fetched anew.
const LISTS_LIVE: Duration = Duration::from_secs(24 * 60 * 60);

/// A view on Debian's archive: some suites, with package lists of their own.
#[derive(Debug)]
pub struct Apt {
    dir: PathBuf,
    /// What the reader is told.
    name: String,
}

impl Apt {
    /// The suites that the machine itself uses.
    pub fn host() -> Result<Self> {
        let mut sources = debian_sources()?;
        if sources.iter().all(Source::is_main_archive)
            && let Some(security) = security_beside(&sources[0])
        {
            sources.push(security);
        }
        Self::make("host", "this machine's Debian suites", &sources, "deb")
    }

    /// The packages of another suite, for those that need nothing of the machine's.
    pub fn suite(suite: &str) -> Result<Self> {
        Self::make(
            suite,
            &format!("Debian {suite}"),
            &[main_archive(suite)?],
            "deb",
        )
    }

    /// The sources of a suite.
    pub fn sources_of(suite: &str) -> Result<Self> {
        let name = format!("sources of Debian {suite}");
        Self::make(
            &format!("{suite}-src"),
            &name,
            &[main_archive(suite)?],
            "deb-src",
        )
    }

    fn make(id: &str, name: &str, sources: &[Source], kind: &str) -> Result<Self> {
        let dir = paths::cache()?.join("apt").join(id);
        for sub in ["lists/partial", "cache/archives/partial", "parts"] {
            std::fs::create_dir_all(dir.join(sub))
                .with_context(|| format!("cannot make {}/{sub}", dir.display()))?;
        }
        paths::write_if_changed(
            &dir.join("parts/debian.sources"),
            deb822(sources, kind).as_bytes(),
        )?;
        paths::write_if_changed(&dir.join("apt.conf"), configuration(&dir).as_bytes())?;
        Ok(Self {
            dir,
            name: name.to_owned(),
        })
    }

    /// A run of `tool` (apt-get, apt-cache) on this view.
    fn tool(&self, tool: &str) -> Command {
        let mut command = Command::new(tool);
        command
            .arg("-q")
            .arg("-c")
            .arg(self.dir.join("apt.conf"))
            .env("LC_ALL", "C");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    }

    /// Fetches the package lists unless they are fresh.
    fn update(&self, force: bool) -> Result<()> {
        let stamp = self.dir.join("updated");
        let newest = [
            self.dir.join("parts/debian.sources"),
            self.dir.join("apt.conf"),
        ];
        if !force && is_fresh(&stamp, &newest) {
            return Ok(());
        }
        ui::with_progress(
            &format!("reading the package lists of {}", self.name),
            || {
                cmd::output(
                    self.tool("apt-get")
                        .args(["update", "-oAPT::Update::Error-Mode=any"]),
                )
            },
        )
        .with_context(|| format!("{} cannot be reached", self.name))?;
        std::fs::write(&stamp, "").with_context(|| format!("cannot write {}", stamp.display()))
    }

    /// Does `work` with the package lists at hand, and once more with fresh ones if it fails: a
    /// mirror drops old versions.
    fn with_lists<T>(&self, work: impl Fn() -> Result<T>) -> Result<T> {
        let had_lists = self.dir.join("updated").exists();
        self.update(false)?;
        match work() {
            Err(_) if had_lists => {
                self.update(true)?;
                work()
            }
            result => result,
        }
    }

    /// The version that would be fetched of `package`, if there is one.
    pub fn candidate(&self, package: &str) -> Result<Option<String>> {
        self.update(false)?;
        let text = cmd::output(self.tool("apt-cache").args(["policy", package]))?;
        let version = text
            .lines()
            .find_map(|l| l.trim().strip_prefix("Candidate: "));
        Ok(version.filter(|v| *v != "(none)").map(str::to_owned))
    }

    /// Fetches `packages` and what they need that is not installed on this machine, and unpacks
    /// all of it into `dest`.
    pub fn unpack_with_dependencies(&self, packages: &[&str], dest: &Path) -> Result<()> {
        let files = self.with_lists(|| {
            let install = || {
                let mut apt = self.tool("apt-get");
                apt.args(["install", "-y", "--reinstall", "--no-install-recommends"]);
                // A lock would need root, and nothing is installed.
                apt.arg("-oDebug::NoLocking=1");
                apt
            };
            let uris = cmd::output(install().arg("--print-uris").args(packages))?;
            cmd::output(install().arg("--download-only").args(packages))?;
            let mut files = file_names(&uris);
            // The C library is the machine's own: a second one beside it would not start.
            files.retain(|file| !file.starts_with("libc6_"));
            Ok(files)
        })?;
        self.unpack(&files, dest)
    }

    /// Fetches one package alone and unpacks it into `dest`.
    pub fn unpack_alone(&self, package: &str, dest: &Path) -> Result<()> {
        let archives = self.archives();
        let files = self.with_lists(|| {
            let uris =
                cmd::output(
                    self.tool("apt-get")
                        .args(["download", "--print-uris", package]),
                )?;
            cmd::output(
                self.tool("apt-get")
                    .args(["download", package])
                    .current_dir(&archives),
            )?;
            Ok(file_names(&uris))
        })?;
        self.unpack(&files, dest)
    }

    fn unpack(&self, files: &[String], dest: &Path) -> Result<()> {
        if files.is_empty() {
            bail!("apt named no file to fetch from {}", self.name);
        }
        for file in files {
            let deb = self.archives().join(file);
            cmd::output(Command::new("dpkg").arg("-x").arg(&deb).arg(dest))
                .with_context(|| format!("cannot unpack {}", deb.display()))?;
        }
        // They are big and not needed again; the lists stay.
        for file in files {
            let _ = std::fs::remove_file(self.archives().join(file));
        }
        Ok(())
    }

    /// Fetches the upstream tarball of a source package into `folder`; `version` is upstream's.
    /// The result is its path.
    pub fn source_tarball(&self, package: &str, version: &str, folder: &Path) -> Result<PathBuf> {
        let find = || -> Option<PathBuf> {
            // The source package may have another name than the binary one that was asked for.
            let middle = format!("_{version}");
            std::fs::read_dir(folder)
                .ok()?
                .flatten()
                .map(|e| e.path())
                .find(|path| {
                    let name = path
                        .file_name()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned();
                    name.contains(&middle) && name.contains(".orig.tar.") && !name.ends_with(".asc")
                })
        };
        self.with_lists(|| {
            let mut apt = self.tool("apt-get");
            apt.args(["source", "--download-only", "--tar-only", package])
                .current_dir(folder);
            cmd::output(&mut apt)?;
            find().with_context(|| {
                format!(
                    "{} has another version of {package} than {version}",
                    self.name
                )
            })
        })
    }

    fn archives(&self) -> PathBuf {
        self.dir.join("cache/archives")
    }
}

/// Whether this machine has apt and dpkg and is Debian.
pub fn available() -> bool {
    cmd::on_path("apt-get").is_some()
        && cmd::on_path("dpkg").is_some()
        && !sources::of_this_machine().is_empty()
}

fn debian_sources() -> Result<Vec<Source>> {
    let sources = sources::of_this_machine();
    if sources.is_empty() {
        bail!("there is no Debian archive in /etc/apt/sources.list or /etc/apt/sources.list.d");
    }
    Ok(sources)
}

fn main_archive(suite: &str) -> Result<Source> {
    let sources = debian_sources()?;
    let main = sources
        .iter()
        .find(|s| s.is_main_archive())
        .context("the machine's apt sources name no Debian mirror, only the security archive")?;
    Ok(Source {
        suites: vec![suite.to_owned()],
        ..main.clone()
    })
}

/// The security archive that belongs to a mirror, on the same host.
fn security_beside(main: &Source) -> Option<Source> {
    let codename = main.suites.first()?.split('-').next()?;
    let uri = main
        .uris
        .iter()
        .find_map(|u| u.trim_end_matches('/').strip_suffix("/debian"))?;
    (codename != "sid" && codename != "unstable").then(|| Source {
        uris: vec![format!("{uri}/debian-security")],
        suites: vec![format!("{codename}-security")],
        signed_by: main.signed_by.clone(),
    })
}

fn deb822(sources: &[Source], kind: &str) -> String {
    let mut text = String::new();
    let target = if kind == "deb" { "Packages" } else { "Sources" };
    for source in sources {
        let _ = write!(
            text,
            "Types: {kind}\nURIs: {}\nSuites: {}\nComponents: main\nTargets: {target}\n",
            source.uris.join(" "),
            source.suites.join(" ")
        );
        if let Some(key) = &source.signed_by {
            let _ = writeln!(text, "Signed-By: {key}");
        }
        text.push('\n');
    }
    text
}

fn configuration(dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "Dir::Etc::sourcelist \"/dev/null\";\n\
         Dir::Etc::sourceparts \"{dir}/parts\";\n\
         Dir::State::lists \"{dir}/lists\";\n\
         Dir::Cache \"{dir}/cache\";\n\
         Dir::Cache::pkgcache \"\";\n\
         Dir::Cache::srcpkgcache \"\";\n\
         Acquire::Languages \"none\";\n\
         Acquire::GzipIndexes \"true\";\n\
         Acquire::Retries \"2\";\n\
         APT::Sandbox::User \"root\";\n\
         #clear APT::Update::Post-Invoke;\n\
         #clear APT::Update::Post-Invoke-Success;\n\
         #clear DPkg::Post-Invoke;\n\
         #clear DPkg::Pre-Install-Pkgs;\n"
    )
}

/// The file names in what apt-get prints for `--print-uris`: `'URI' FILE SIZE HASH`.
fn file_names(uris: &str) -> Vec<String> {
    uris.lines()
        .filter(|line| line.starts_with('\''))
        .filter_map(|line| line.split_whitespace().nth(1))
        .map(str::to_owned)
        .collect()
}

fn is_fresh(stamp: &Path, inputs: &[PathBuf]) -> bool {
    let date = |file: &Path| std::fs::metadata(file).and_then(|m| m.modified()).ok();
    let Some(made) = date(stamp) else {
        return false;
    };
    let young = SystemTime::now()
        .duration_since(made)
        .is_ok_and(|age| age < LISTS_LIVE);
    young
        && inputs
            .iter()
            .all(|input| date(input).is_some_and(|d| d <= made))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_taken_from_the_uris() {
        let text = "Reading package lists...\n\
            'http://m.example/a/libfoo_1%3a2_amd64.deb' libfoo_1%3a2_amd64.deb 123 SHA256:00\n";
        assert_eq!(file_names(text), ["libfoo_1%3a2_amd64.deb"]);
    }

    #[test]
    fn the_security_archive_stands_beside_the_mirror() {
        let main = Source {
            uris: vec!["http://m.example/debian/".into()],
            suites: vec!["trixie".into(), "trixie-updates".into()],
            signed_by: Some("/k.gpg".into()),
        };
        let security = security_beside(&main).unwrap();
        assert_eq!(security.uris, ["http://m.example/debian-security"]);
        assert_eq!(security.suites, ["trixie-security"]);
        let text = deb822(&[security], "deb");
        assert!(text.contains("Signed-By: /k.gpg\n") && text.contains("Targets: Packages\n"));
    }
}
