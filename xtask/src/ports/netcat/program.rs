//! netcat as the tests run it.

use crate::ports::{Port, Session};
use anyhow::Result;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The program under test.
pub struct Netcat {
    program: PathBuf,
    /// Its current folder.
    pub folder: PathBuf,
}

impl Netcat {
    pub fn of(port: &Port) -> Result<Self> {
        Ok(Self {
            program: port.program("nc")?,
            folder: port.scratch()?,
        })
    }

    /// A command line of it.
    pub fn command(&self, args: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(args.split_whitespace())
            .current_dir(&self.folder);
        command
    }

    /// Starts it with `args`; it reads what [`Session::say`] is given.
    pub fn start(&self, args: &str) -> Result<Session> {
        Session::start(&mut self.command(args), Stdio::piped())
    }

    /// Starts it with nothing to read.
    pub fn start_mute(&self, args: &str) -> Result<Session> {
        Session::start(&mut self.command(args), Stdio::null())
    }
}

/// The port that a listening `nc -v` chose: it says `listening on [any] 4455 ...`.
pub fn port_of(listening: &mut Session) -> Result<u16> {
    listening.wait_until("name its port", |session| {
        let said = session.said();
        let (_, rest) = said.split_once("listening on [")?;
        rest.split_once("] ")?.1.split_once(" ...")?.0.parse().ok()
    })
}
