//! netcat's -w: alarm(), a handler for SIGALRM, and longjmp out of the call that blocks.

use super::program::Netcat;
use crate::ports::{Ended, Session};
use crate::ports::{client, free_port};
use anyhow::{Context, Result, ensure};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Duration;

/// netcat sets errno to ETIMEDOUT after its longjmp; nothing else there does.
fn timed_out(ended: &Ended, after: u64) -> Result<()> {
    ended.expect(false, "timed out")?;
    ensure!(
        ended.took >= Duration::from_secs(after),
        "it gave up after {:?}, not {after} s",
        ended.took
    );
    Ok(())
}

pub fn accept(nc: &Netcat) -> Result<()> {
    let ended = nc.start("-l -v -w 2 -s 127.0.0.1")?.wait()?;
    ended.expect(false, "no connection")?;
    timed_out(&ended, 2)
}

pub fn receive(nc: &Netcat) -> Result<()> {
    let port = free_port()?;
    let ended = nc
        .start(&format!("-u -l -v -p {port} -w 2 -s 127.0.0.1"))?
        .wait()?;
    ended.expect(false, "no connection")?;
    timed_out(&ended, 2)
}

/// A host that does not answer is had by filling a listener's queue: Linux then ignores whoever
/// wants to connect. netcat-openbsd asks for a queue of one and serves one connection.
pub fn connect(nc: &Netcat) -> Result<()> {
    let port = free_port()?;
    let mut busy = Session::start(
        client("nc.openbsd", "netcat-openbsd")?
            .args(["-l", "-v", "-n", "127.0.0.1"])
            .arg(port.to_string()),
        Stdio::piped(),
    )?;
    busy.wait_for_message("Listening on")?;
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut waiting = Vec::new();
    let mut ignored = 0;
    // One attempt may get in even after another did not.
    while ignored < 3 {
        match TcpStream::connect_timeout(&address, Duration::from_secs(1)) {
            Ok(stream) => waiting.push(stream),
            Err(error) if error.kind() == ErrorKind::TimedOut => ignored += 1,
            Err(error) => return Err(error).context("filling the listener's queue"),
        }
        ensure!(waiting.len() < 100, "the listener's queue does not fill up");
    }
    let ended = nc.start(&format!("-n -v -w 2 127.0.0.1 {port}"))?.wait()?;
    timed_out(&ended, 2)
}

/// Here it is select() that times out, twice, once the input has ended.
pub fn silence(nc: &Netcat) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let ours = nc.start_mute(&format!("-n -v -v -w 1 127.0.0.1 {port}"))?;
    let peer = listener.accept()?;
    let ended = ours.wait()?;
    ended.expect(true, "net timeout")?;
    ensure!(
        ended.took >= Duration::from_secs(2),
        "it gave up after {:?}, not 2 s",
        ended.took
    );
    drop(peer);
    Ok(())
}
