//! netcat against native peers: Debian's netcat-openbsd, and sockets of this process.

mod names;
mod program;
mod tcp;
mod timeouts;
mod udp;

use super::{Port, idles, step};
use anyhow::{Result, ensure};
use program::{Netcat, port_of};
use sha2::{Digest, Sha256};

/// 50 MB, as the largest transfer.
const LARGE: usize = 50_000_000;

pub fn test(port: &Port) -> Result<()> {
    let nc = Netcat::of(port)?;
    step("listens, and talks to netcat-openbsd", || tcp::listen(&nc))?;
    step("connects to netcat-openbsd", || tcp::connect(&nc))?;
    step("takes 50 MB while it listens", || tcp::take(&nc))?;
    step("gives 50 MB from a file", || tcp::give(&nc))?;
    step("50 MB each way at once", || tcp::both(&nc))?;
    step("-l HOST PORT lets nobody else in", || tcp::only_from(&nc))?;
    step("-z finds open ports", || tcp::scan(&nc))?;
    step("-r -z visits every port once", || tcp::scan_shuffled(&nc))?;
    step("-o writes a hex dump", || tcp::hex_dump(&nc))?;
    step("-t answers Telnet options", || tcp::telnet(&nc))?;
    step("no arguments: takes them from stdin", || {
        tcp::arguments(&nc)
    })?;
    step("host and service names, -n", || names::names(&nc))?;
    step("UDP: listens, both directions", || udp::listen(&nc))?;
    step("UDP: 50 MB there and back", || udp::large(&nc))?;
    step("UDP: -z tells open from closed", || udp::scan(&nc))?;
    step("-w: alarm and longjmp out of accept", || {
        timeouts::accept(&nc)
    })?;
    step("-w: alarm and longjmp out of recvfrom", || {
        timeouts::receive(&nc)
    })?;
    step("-w: alarm and longjmp out of connect", || {
        timeouts::connect(&nc)
    })?;
    step("-w: a silent peer is given up", || timeouts::silence(&nc))?;
    step("uses no processor time while nothing happens", || {
        let mut listening = nc.start("-l -v -s 127.0.0.1")?;
        let peer = std::net::TcpStream::connect(("127.0.0.1", port_of(&mut listening)?))?;
        listening.wait_for_message("connect to")?;
        idles(listening.id())?;
        drop(peer);
        Ok(())
    })
}

/// Bytes without a pattern that a transfer could hide an error in, the same ones for each `seed`.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Fails unless both have the same SHA-256.
fn same(sent: &[u8], received: &[u8]) -> Result<()> {
    let hash = |bytes: &[u8]| {
        let digest = Sha256::digest(bytes);
        digest
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    };
    let (left, right) = (hash(sent), hash(received));
    ensure!(
        left == right,
        "{} bytes with the hash {left} were sent, {} bytes with the hash {right} arrived",
        sent.len(),
        received.len()
    );
    Ok(())
}
