//! The helper process `c-tests/peer.c`: one for each run of a program.

use crate::compile;
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A running helper; dropping this ends it and what it forked.
#[derive(Debug)]
pub struct Peer {
    child: Child,
    port: u16,
}

impl Peer {
    pub fn start() -> Result<Self> {
        let program = peer_program()?;
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the helper process")?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("the helper has no stdout")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let port = line.trim().parse();
        let peer = Self {
            port: *port.as_ref().unwrap_or(&0),
            child,
        };
        port.with_context(|| format!("the helper process said {line:?} for its port"))?;
        Ok(peer)
    }

    /// Where it listens on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Its processes end when the first one does.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn peer_program() -> Result<&'static std::path::Path> {
    use std::sync::OnceLock;
    static PROGRAM: OnceLock<std::result::Result<std::path::PathBuf, String>> = OnceLock::new();
    PROGRAM
        .get_or_init(|| compile::compile_peer().map_err(|e| format!("{e:#}")))
        .as_deref()
        .map_err(|e| anyhow::anyhow!("{e}"))
}
