//! `cargo xtask port NAME`: builds a foreign program from its pristine source with `wps-cc`, runs
//! it, and tests it end to end with its usual clients.

mod beanstalkd;
mod c_ares;
mod client;
mod curl;
mod dns;
mod expat;
mod haproxy;
mod harness;
mod http;
mod libevent;
mod lighttpd;
mod mosquitto;
mod netcat;
mod nginx;
mod openssl;
mod pcre2;
mod recipe;
pub mod session;
mod source;
mod unbound;

pub use client::{client, python_module};
pub use harness::{PATIENCE, Server, cpu_time, free_port, idles, step, wait_for};
pub use recipe::Recipe;
pub use session::{Ended, Session};

use crate::build::Built;
use crate::{build, cmd, paths, ui};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A test drives a built port and fails with a sentence.
type Test = fn(&Port) -> Result<()>;

/// The end-to-end test of each port, in a module of its name.
const TESTS: &[(&str, Test)] = &[
    ("beanstalkd", beanstalkd::test),
    ("c-ares", c_ares::test),
    ("curl", curl::test),
    ("expat", expat::test),
    ("haproxy", haproxy::test),
    ("libevent", libevent::test),
    ("lighttpd", lighttpd::test),
    ("mosquitto", mosquitto::test),
    ("netcat", netcat::test),
    ("nginx", nginx::test),
    ("openssl", openssl::test),
    ("pcre2", pcre2::test),
    ("unbound", unbound::test),
];

/// A port that has been built.
#[derive(Debug)]
pub struct Port {
    pub recipe: Recipe,
    pub built: Built,
    /// The name of the libc it is linked with.
    pub libc: String,
    /// The unpacked and built source.
    pub folder: PathBuf,
    /// What its recipe needs, built.
    pub needs: Vec<Port>,
}

impl Port {
    /// The path of a program that the recipe lists, by its file name, or by more of its path where
    /// there are several of that name.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        let found = self
            .recipe
            .programs
            .iter()
            .find(|p| Path::new(p).ends_with(name));
        let found = found
            .with_context(|| format!("ports/{}.toml lists no program {name}", self.recipe.name))?;
        Ok(self.folder.join(found))
    }

    /// Keeps others from building it at the same time.
    fn lock(&self) -> Result<paths::Lock> {
        paths::lock(&self.folder.with_extension("lock"))
    }

    /// An empty folder for what a test writes.
    pub fn scratch(&self) -> Result<PathBuf> {
        let folder = self.folder.with_extension("test");
        paths::remove_folder(&folder)?;
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }
}

/// Prints the recipes.
pub fn list() -> Result<()> {
    for name in recipe::names()? {
        let recipe = Recipe::read(&name)?;
        let tested = if test_of(&name).is_some() {
            "tested"
        } else {
            ""
        };
        println!(
            "{name:<16} {:<10} {tested:<7} {}",
            recipe.version, recipe.about
        );
    }
    Ok(())
}

/// Builds `name`; then runs its example or its test where asked to.
pub fn port(name: &str, libc: Option<&str>, run: bool, test: bool) -> Result<()> {
    let port = prepare(name, libc)?;
    for program in &port.recipe.programs {
        println!("{}", port.folder.join(program).display());
    }
    if test {
        let Some(test) = test_of(name) else {
            bail!("{name} has no test in xtask/src/ports; --build-only is as far as it goes")
        };
        {
            let _lock = port.lock()?;
            Shell(&port).run("building the tests of", &port.recipe.test)?;
        }
        println!("testing {name} {} for {}", port.recipe.version, port.libc);
        test(&port).with_context(|| format!("the test of {name} failed"))?;
        println!("{name}: the test passed");
    }
    if run {
        if port.recipe.run.trim().is_empty() {
            bail!("ports/{name}.toml has no example to run");
        }
        println!("$ {}", port.recipe.run.trim());
        cmd::run(
            Command::new("sh")
                .arg("-c")
                .arg(&port.recipe.run)
                .current_dir(&port.folder),
        )?;
    }
    Ok(())
}

fn test_of(name: &str) -> Option<Test> {
    TESTS
        .iter()
        .find(|(port, _)| *port == name)
        .map(|(_, test)| *test)
}

/// Builds the port called `name` unless it is up to date.
pub fn prepare(name: &str, libc: Option<&str>) -> Result<Port> {
    let recipe = Recipe::read(name)?;
    let built = build()?;
    let mut needs = Vec::new();
    for need in &recipe.needs {
        if need == name {
            bail!("ports/{name}.toml needs itself");
        }
        needs.push(prepare(need, libc)?);
    }
    // Fails with the known names if there is no such libc.
    let libc = built
        .toolchain
        .libc(libc)
        .map_err(anyhow::Error::msg)?
        .name
        .clone();
    let folder = paths::target().join("ports").join(&libc).join(name);
    let port = Port {
        recipe,
        built,
        libc,
        folder,
        needs,
    };
    let _lock = port.lock()?;
    let state = State::of(&port)?;
    let recorded = State::read(&port.folder);
    if recorded.as_ref() == Some(&state) && missing(&port).is_none() {
        return Ok(port);
    }
    let shell = Shell(&port);
    let _ = std::fs::remove_file(port.folder.join(STATE_FILE));
    if recorded.is_none_or(|r| r.source != state.source) {
        let _ = std::fs::remove_file(log(&port.folder));
        let tarball = source::tarball(&port.recipe)?;
        paths::fill_folder(&port.folder, |dir| source::unpack(&tarball, dir))?;
        shell.run("configuring", &port.recipe.configure)?;
    } else {
        for program in &port.recipe.programs {
            let _ = std::fs::remove_file(port.folder.join(program));
        }
    }
    shell.run("building", &port.recipe.make)?;
    if let Some(program) = missing(&port) {
        bail!(
            "the build of {name} went through but made no {program}; see {}",
            log(&port.folder).display()
        );
    }
    state.write(&port.folder)?;
    Ok(port)
}

fn missing(port: &Port) -> Option<&String> {
    port.recipe
        .programs
        .iter()
        .find(|p| !port.folder.join(p).is_file())
}

fn log(folder: &Path) -> PathBuf {
    folder.with_extension("log")
}

const STATE_FILE: &str = ".wps-state";

/// What a build was made from, as hashes.
#[derive(Debug, PartialEq, Eq)]
struct State {
    /// The recipe, the headers and the configuration: a change means starting over.
    source: String,
    /// The archives, and the programs of ports this one needs: a change means linking again.
    library: String,
}

impl State {
    fn of(port: &Port) -> Result<Self> {
        let prefix = &port.built.prefix;
        let mut source = vec![prefix.config(), prefix.toolchain_file()];
        files_below(&prefix.root().join("include"), &mut source)?;
        let mut hash = Sha256::new();
        hash.update(port.recipe.text()?);
        for file in source {
            hash.update(
                std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?,
            );
        }
        let mut library = String::new();
        for archive in ["libwasi_posix_sockets.a", "libwasi_posix_compat.a"] {
            library += &source::sha256(&prefix.root().join("lib").join(archive))?;
        }
        for need in &port.needs {
            for program in &need.recipe.programs {
                library += &source::sha256(&need.folder.join(program))?;
            }
        }
        let source = hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(Self { source, library })
    }

    fn read(folder: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(folder.join(STATE_FILE)).ok()?;
        let (source, library) = text.split_once('\n')?;
        Some(Self {
            source: source.to_owned(),
            library: library.trim_end().to_owned(),
        })
    }

    fn write(&self, folder: &Path) -> Result<()> {
        let text = format!("{}\n{}\n", self.source, self.library);
        paths::write_if_changed(&folder.join(STATE_FILE), text.as_bytes())
    }
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let list =
        std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut entries: Vec<PathBuf> = list.flatten().map(|e| e.path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files_below(&entry, found)?;
        } else {
            found.push(entry);
        }
    }
    Ok(())
}

/// Runs a recipe's lines.
struct Shell<'a>(&'a Port);

impl Shell<'_> {
    /// Runs `lines` in the source folder; what they print goes to a log file.
    fn run(&self, doing: &str, lines: &str) -> Result<()> {
        if lines.trim().is_empty() {
            return Ok(());
        }
        let Port {
            recipe,
            built,
            libc,
            folder,
            needs,
        } = self.0;
        let bin = built.prefix.root().join("bin");
        let log = log(folder);
        let output = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&log)
            .with_context(|| format!("cannot write {}", log.display()))?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path =
            std::env::join_paths(std::iter::once(bin.clone()).chain(std::env::split_paths(&path)))?;
        let jobs = std::thread::available_parallelism().map_or(1, |n| n.get());
        let mut shell = Command::new("sh");
        shell.args(["-eux", "-c", lines]).current_dir(folder);
        shell.env("PATH", path);
        for (variable, driver) in [("CC", "wps-cc"), ("CXX", "wps-c++")] {
            let driver = bin.join(driver);
            shell.env(variable, format!("{} --wps-libc={libc}", driver.display()));
        }
        shell
            .env("AR", bin.join("wps-ar"))
            .env("RANLIB", bin.join("wps-ranlib"));
        shell
            .env("NM", bin.join("wps-nm"))
            .env("CC_FOR_BUILD", "cc");
        shell
            .env("JOBS", jobs.to_string())
            .env("PORT", recipe::folder())
            .env("LC_ALL", "C");
        for need in needs {
            let name = need.recipe.name.to_uppercase().replace('-', "_");
            shell.env(format!("PORT_{name}"), &need.folder);
        }
        shell
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output);
        let what = format!("{doing} {} {} for {libc}", recipe.name, recipe.version);
        let status = ui::with_progress(&what, || shell.status()).context("cannot start sh")?;
        if !status.success() {
            let text = String::from_utf8_lossy(&std::fs::read(&log)?).into_owned();
            let lines: Vec<&str> = text.lines().collect();
            let tail = lines[lines.len().saturating_sub(30)..].join("\n");
            bail!(
                "{what} failed ({status}). The end of {}:\n{tail}",
                log.display()
            );
        }
        Ok(())
    }
}
