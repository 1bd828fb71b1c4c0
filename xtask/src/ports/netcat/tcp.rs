//! netcat over TCP.

use super::program::{Netcat, port_of};
use super::{LARGE, noise, same};
use crate::ports::Session;
use crate::ports::{client, free_port, wait_for};
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

fn openbsd() -> Result<Command> {
    client("nc.openbsd", "netcat-openbsd")
}

/// One line each way, then the native side ends the connection.
fn converse(mut ours: Session, mut native: Session) -> Result<()> {
    native.say(b"from the native side\n")?;
    ours.wait_for_output("from the native side\n")?;
    ours.say(b"from the component\n")?;
    native.wait_for_output("from the component\n")?;
    native.hush();
    let native = native.wait().context("netcat-openbsd")?;
    let ours = ours.wait()?;
    ensure!(
        native.output == b"from the component\n",
        "the native side got {:?}",
        native.output
    );
    ensure!(
        ours.output == b"from the native side\n",
        "got {:?}",
        ours.output
    );
    ours.expect(true, "")
}

pub fn listen(nc: &Netcat) -> Result<()> {
    // On a port of its own choice, then on one that -p names.
    let mut ours = nc.start("-l -v -n -s 127.0.0.1")?;
    let port = port_of(&mut ours)?.to_string();
    let native = Session::start(openbsd()?.args(["-N", "127.0.0.1", &port]), Stdio::piped())?;
    ours.wait_for_message("connect to [127.0.0.1] from (UNKNOWN) [127.0.0.1]")?;
    converse(ours, native)?;

    let port = free_port()?.to_string();
    let mut ours = nc.start(&format!("-l -v -p {port} -s 127.0.0.1"))?;
    ours.wait_for_message(&format!("listening on [127.0.0.1] {port} ..."))?;
    let native = Session::start(openbsd()?.args(["-N", "localhost", &port]), Stdio::piped())?;
    converse(ours, native)
}

pub fn connect(nc: &Netcat) -> Result<()> {
    let port = free_port()?.to_string();
    let mut native = Session::start(
        openbsd()?.args(["-l", "-v", "-n", "-N", "127.0.0.1", &port]),
        Stdio::piped(),
    )?;
    native.wait_for_message("Listening on")?;
    let mut ours = nc.start(&format!("-v -n 127.0.0.1 {port}"))?;
    ours.wait_for_message(&format!("(UNKNOWN) [127.0.0.1] {port} (?) open"))?;
    converse(ours, native)
}

pub fn take(nc: &Netcat) -> Result<()> {
    let data = noise(LARGE, 1);
    let mut ours = nc.start("-l -v -n -s 127.0.0.1")?;
    let mut peer = TcpStream::connect(("127.0.0.1", port_of(&mut ours)?))?;
    peer.write_all(&data)?;
    drop(peer);
    let ended = ours.wait()?;
    same(&data, &ended.output)?;
    ended.expect(true, "")
}

pub fn give(nc: &Netcat) -> Result<()> {
    let data = noise(LARGE, 2);
    let file = nc.folder.join("give");
    std::fs::write(&file, &data)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let ours = Session::start(
        &mut nc.command(&format!("-n 127.0.0.1 {port}")),
        std::fs::File::open(&file)?.into(),
    )?;
    let mut received = vec![0; LARGE];
    let (mut peer, _) = listener.accept()?;
    peer.read_exact(&mut received)?;
    // Netcat 1.10 ends when its peer does, not when its input does.
    peer.shutdown(std::net::Shutdown::Write)?;
    let more = peer.read_to_end(&mut received)?;
    ensure!(more == 0, "{more} bytes more than were sent arrived");
    same(&data, &received)?;
    ours.wait()?.expect(true, "")
}

pub fn both(nc: &Netcat) -> Result<()> {
    let (to, from) = (noise(LARGE, 3), noise(LARGE, 4));
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let mut ours = nc.start(&format!("-n 127.0.0.1 {port}"))?;
    let (mut peer, _) = listener.accept()?;
    let mut received = vec![0; LARGE];
    let mut reader = peer.try_clone()?;
    std::thread::scope(|scope| -> Result<()> {
        let feeding = scope.spawn(|| ours.say(&from));
        let reading = scope.spawn(|| reader.read_exact(&mut received));
        peer.write_all(&to).context("sending")?;
        let joined = |_| anyhow::anyhow!("a thread of the test panicked");
        feeding.join().map_err(joined)??;
        reading.join().map_err(joined)?.context("receiving")?;
        Ok(())
    })?;
    drop((peer, reader));
    let ended = ours.wait()?;
    same(&from, &received).context("from netcat's input to the network")?;
    same(&to, &ended.output).context("from the network to netcat's output")?;
    ended.expect(true, "")
}

pub fn only_from(nc: &Netcat) -> Result<()> {
    let source = free_port()?.to_string();
    let mut ours = nc.start(&format!("-l -v -n -s 127.0.0.1 127.0.0.1 {source}"))?;
    let port = port_of(&mut ours)?.to_string();
    let native = Session::start(
        openbsd()?.args(["-N", "-p", &source, "127.0.0.1", &port]),
        Stdio::piped(),
    )?;
    converse(ours, native).context("the peer that may")?;

    let mut ours = nc.start(&format!("-l -v -n -s 127.0.0.1 127.0.0.1 {source}"))?;
    let peer = TcpStream::connect(("127.0.0.1", port_of(&mut ours)?))?;
    let refused = "invalid connection to [127.0.0.1] from (UNKNOWN) [127.0.0.1]";
    ours.wait()?.expect(false, refused)?;
    drop(peer);
    Ok(())
}

/// The line that netcat says of a port.
fn line(messages: &str, port: u16) -> &str {
    let mark = format!(" {port} (");
    messages
        .lines()
        .find(|l| l.contains(&mark))
        .unwrap_or("(nothing)")
}

pub fn scan(nc: &Netcat) -> Result<()> {
    let open = TcpListener::bind("127.0.0.1:0")?;
    let open = (open.local_addr()?.port(), open);
    let closed = free_port()?;
    let range = format!("{}-{}", open.0 - 2, open.0 + 2);
    let ended = nc
        .start_mute(&format!("-n -v -v -z 127.0.0.1 {closed} {range}"))?
        .wait()?;
    for (port, end) in [(open.0, "open"), (closed, "Connection refused")] {
        let line = line(&ended.messages, port);
        ensure!(line.ends_with(end), "of port {port} it said: {line}");
    }
    ensure!(
        ended
            .messages
            .lines()
            .filter(|l| l.contains("[127.0.0.1]"))
            .count()
            == 6,
        "it should have tried six ports:\n{}",
        ended.messages
    );
    ended.expect(true, "sent 0, rcvd 0")?;
    // With one port the exit status tells.
    let ended = nc
        .start_mute(&format!("-n -z 127.0.0.1 {}", open.0))?
        .wait()?;
    ended.expect(true, "")?;
    let ended = nc
        .start_mute(&format!("-n -z 127.0.0.1 {closed}"))?
        .wait()?;
    ended.expect(false, "")
}

pub fn scan_shuffled(nc: &Netcat) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let (low, high) = (port.saturating_sub(20), port);
    // -r binds to random ports, and any on 127.0.0.1 may still be remembered from another
    // connection.
    let ended = nc
        .start_mute(&format!(
            "-r -n -v -v -z -s 127.5.5.5 127.0.0.1 {low}-{high}"
        ))?
        .wait()?;
    for port in low..=high {
        let mark = format!("[127.0.0.1] {port} (?)");
        let visits = ended.messages.lines().filter(|l| l.contains(&mark)).count();
        ensure!(
            visits == 1,
            "port {port} was tried {visits} times:\n{}",
            ended.messages
        );
    }
    ensure!(
        line(&ended.messages, port).ends_with("open"),
        "{}",
        ended.messages
    );
    Ok(())
}

pub fn hex_dump(nc: &Netcat) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let mut ours = nc.start(&format!("-n -o dump 127.0.0.1 {port}"))?;
    let (mut peer, _) = listener.accept()?;
    ours.say(b"a question of 24 bytes?\n")?;
    let mut question = String::new();
    BufReader::new(&peer).read_line(&mut question)?;
    peer.write_all(b"\x01yes\xff")?;
    drop(peer);
    ours.wait()?.expect(true, "")?;
    let dump = std::fs::read_to_string(nc.folder.join("dump"))?;
    let expected = "\
> 00000000 61 20 71 75 65 73 74 69 6f 6e 20 6f 66 20 32 34 # a question of 24
> 00000010 20 62 79 74 65 73 3f 0a                         #  bytes?.
< 00000000 01 79 65 73 ff                                  # .yes.
";
    ensure!(dump == expected, "the dump is\n{dump}");
    Ok(())
}

pub fn telnet(nc: &Netcat) -> Result<()> {
    const WILL: u8 = 251;
    const WONT: u8 = 252;
    const DO: u8 = 253;
    const DONT: u8 = 254;
    const IAC: u8 = 255;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let ours = nc.start(&format!("-n -t 127.0.0.1 {port}"))?;
    let (mut peer, _) = listener.accept()?;
    peer.write_all(&[IAC, DO, 1])?;
    let mut answer = [0; 3];
    peer.read_exact(&mut answer)?;
    ensure!(answer == [IAC, WONT, 1], "the answer to DO was {answer:?}");
    peer.write_all(&[IAC, WILL, 3])?;
    peer.read_exact(&mut answer)?;
    ensure!(
        answer == [IAC, DONT, 3],
        "the answer to WILL was {answer:?}"
    );
    drop(peer);
    ours.wait()?.expect(true, "")
}

pub fn arguments(nc: &Netcat) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let mut ours = nc.start("")?;
    ours.wait_for_message("Cmd line: ")?;
    ours.say(format!("-n -v 127.0.0.1 {port}\nand what follows is data\n").as_bytes())?;
    let (mut peer, _) = listener.accept()?;
    let mut data = vec![0; 25];
    peer.read_exact(&mut data)?;
    ensure!(data == b"and what follows is data\n", "it sent {data:?}");
    peer.write_all(b"answer")?;
    wait_for("the answer", || Ok((ours.printed() == 6).then_some(())))?;
    drop(peer);
    ours.wait()?.expect(true, "open")
}
