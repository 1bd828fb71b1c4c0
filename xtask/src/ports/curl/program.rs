//! curl as the tests run it.

use crate::ports::{Ended, Session, source};
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program under test.
pub struct Curl {
    program: PathBuf,
    /// Its current folder, which is all of the file system that it sees.
    pub folder: PathBuf,
    /// Options of wps-run.
    flags: String,
}

impl Curl {
    /// `program` in the folder `folder`, where it finds the file `big`.
    pub fn new(program: PathBuf, folder: &Path) -> Self {
        Self {
            program,
            folder: folder.to_owned(),
            flags: String::new(),
        }
    }

    /// The same program with more options of wps-run.
    pub fn with_flags(&self, flags: &str) -> Self {
        Self {
            program: self.program.clone(),
            folder: self.folder.clone(),
            flags: format!("{} {flags}", self.flags),
        }
    }

    /// A command line of it: silent but for errors, and with an end.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(["-q", "-sS", "--noproxy", "*", "--max-time", "110"])
            .args(args)
            .current_dir(&self.folder)
            .env("WPS_RUN_FLAGS", &self.flags);
        command
    }

    /// Starts it; it reads what [`Session::say`] is given.
    pub fn start(&self, args: &[&str]) -> Result<Session> {
        Session::start(&mut self.command(args), Stdio::piped())
    }

    /// Runs it to its end, whatever that is.
    pub fn run(&self, args: &[&str]) -> Result<Ended> {
        Session::start(&mut self.command(args), Stdio::null())?.wait()
    }

    /// Runs it, expects success, and returns what it prints.
    pub fn fetch(&self, args: &[&str]) -> Result<Vec<u8>> {
        let ended = self.run(args)?;
        ensure!(
            ended.success,
            "curl {} ended with {:?}: {}",
            args.join(" "),
            ended.code,
            ended.messages.trim()
        );
        Ok(ended.output)
    }

    /// The same as text.
    pub fn text(&self, args: &[&str]) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.fetch(args)?).into_owned())
    }

    /// Makes sure that it ends with the exit status `code` and says `text`.
    pub fn fails(&self, code: i32, text: &str, args: &[&str]) -> Result<()> {
        let ended = self.run(args)?;
        ensure!(
            ended.code == Some(code) && ended.messages.contains(text),
            "curl {} should end with {code} and say {text:?}, but ended with {:?}: {}",
            args.join(" "),
            ended.code,
            ended.messages.trim()
        );
        Ok(())
    }

    /// A file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Fails unless both files have the same SHA-256.
pub fn same(left: &Path, right: &Path) -> Result<()> {
    let hashes = (source::sha256(left)?, source::sha256(right)?);
    ensure!(
        hashes.0 == hashes.1,
        "{} has the hash {}, {} has {}",
        left.display(),
        hashes.0,
        right.display(),
        hashes.1
    );
    Ok(())
}
