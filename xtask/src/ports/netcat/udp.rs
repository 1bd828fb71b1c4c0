//! netcat over UDP.

use super::program::Netcat;
use super::{LARGE, noise, same};
use crate::ports::Session;
use crate::ports::{PATIENCE, client, wait_for};
use anyhow::{Context, Result, ensure};
use std::net::{TcpListener, UdpSocket};
use std::process::Stdio;

/// A socket whose receives end at some time.
fn socket() -> Result<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_read_timeout(Some(PATIENCE))?;
    Ok(socket)
}

/// A UDP port that nobody has at the moment.
fn free_port() -> Result<u16> {
    Ok(UdpSocket::bind("127.0.0.1:0")?.local_addr()?.port())
}

pub fn listen(nc: &Netcat) -> Result<()> {
    let port = free_port()?;
    let mut ours = nc.start(&format!("-u -l -v -n -p {port} -s 127.0.0.1"))?;
    ours.wait_for_message("listening on [127.0.0.1]")?;
    let peer = socket()?;
    peer.connect(("127.0.0.1", port))?;
    peer.send(b"a datagram\n")?;
    ours.wait_for_message("connect to [127.0.0.1] from (UNKNOWN) [127.0.0.1]")?;
    ours.wait_for_output("a datagram\n")?;
    ours.say(b"an answer\n")?;
    let mut answer = [0; 100];
    let length = peer.recv(&mut answer)?;
    ensure!(
        &answer[..length] == b"an answer\n",
        "the answer was {:?}",
        &answer[..length]
    );
    // The socket is connected now: it hears nobody else.
    socket()?.send_to(b"a stranger\n", ("127.0.0.1", port))?;
    peer.send(b"and the end\n")?;
    ours.wait_for_output("and the end\n")?;
    // Nobody there any more: what is sent is refused, which ends netcat.
    drop(peer);
    ours.say(b"is anybody there?\n")?;
    let ended = ours.wait()?;
    ensure!(
        ended.output == b"a datagram\nand the end\n",
        "it printed {:?}",
        String::from_utf8_lossy(&ended.output)
    );

    // The other way round, with a native listener.
    let port = free_port()?.to_string();
    let mut native = Session::start(
        client("nc.openbsd", "netcat-openbsd")?.args(["-u", "-l", "-v", "-n", "127.0.0.1", &port]),
        Stdio::piped(),
    )?;
    native.wait_for_message("Bound on")?;
    let mut ours = nc.start(&format!("-u -n 127.0.0.1 {port}"))?;
    ours.say(b"from the component\n")?;
    native.wait_for_output("from the component\n")?;
    native.say(b"from the native side\n")?;
    ours.wait_for_output("from the native side\n")
}

/// In steps that a socket's buffer has room for, because UDP may drop what it has none for.
pub fn large(nc: &Netcat) -> Result<()> {
    const STEP: usize = 32_768;
    const DATAGRAM: usize = 8_192;
    let data = noise(LARGE, 5);
    let peer = socket()?;
    let mut ours = nc.start(&format!("-u -n 127.0.0.1 {}", peer.local_addr()?.port()))?;
    let mut received = Vec::with_capacity(LARGE);
    let mut datagram = vec![0; 65_536];
    for piece in data.chunks(STEP) {
        ours.say(piece)?;
        let sent = received.len() + piece.len();
        while received.len() < sent {
            let (length, from) = peer
                .recv_from(&mut datagram)
                .with_context(|| format!("of {sent} bytes {} arrived", received.len()))?;
            peer.connect(from)?;
            received.extend_from_slice(&datagram[..length]);
        }
        for back in piece.chunks(DATAGRAM) {
            peer.send(back)?;
        }
        wait_for("what was sent back", || {
            Ok((ours.printed() == sent).then_some(()))
        })
        .with_context(|| format!("of {sent} bytes {} came back", ours.printed()))?;
    }
    drop(peer);
    ours.say(b"x")?;
    let ended = ours.wait()?;
    same(&data, &received).context("from netcat's input to the network")?;
    same(&data, &ended.output).context("from the network to netcat's output")
}

pub fn scan(nc: &Netcat) -> Result<()> {
    let peer = socket()?;
    let (open, closed) = (peer.local_addr()?.port(), free_port()?);
    // For want of anything better netcat waits as long as a TCP connection to port 31337 takes.
    let listener = TcpListener::bind("127.0.0.1:31337");
    let ended = nc
        .start_mute(&format!("-u -n -v -v -z 127.0.0.1 {closed} {open}"))?
        .wait()?;
    drop(listener);
    ended.expect(true, &format!("[127.0.0.1] {open} (?) open"))?;
    let closed = format!("[127.0.0.1] {closed} (?) : Connection refused");
    ended.expect(true, &closed)
}
