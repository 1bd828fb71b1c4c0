//! What unbound answers by itself.

use super::clients::dig;
use super::instance::Instance;
use super::message::{A, Question, REFUSED, query};
use super::upstream::{Upstream, read_message, write_message};
use anyhow::{Context, Result, ensure};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::thread;
use std::time::Duration;

pub fn local(instance: &Instance) -> Result<()> {
    for way in [
        &["@127.0.0.1"][..],
        &["@::1"],
        &["@127.0.0.1", "+tcp"],
        &["@::1", "+tcp"],
    ] {
        let ask = |question: &[&str]| dig(instance, &[way, question].concat());
        let answer = ask(&["www.local.example"])?;
        answer.expect("NOERROR", &["192.0.2.7", "192.0.2.8"])?;
        ensure!(
            answer.has("aa") && answer.tcp == way.contains(&"+tcp"),
            "{}",
            answer.text
        );
        ask(&["www.local.example", "AAAA"])?.expect("NOERROR", &["2001:db8::7"])?;
        ask(&["WWW.local.EXAMPLE", "MX"])?.expect("NOERROR", &[])?;
        ask(&["alias.local.example", "CNAME"])?.expect("NOERROR", &["www.local.example."])?;
        ask(&["-x", "192.0.2.7"])?.expect("NOERROR", &["www.local.example."])?;
        ask(&["any.name.everything.example"])?.expect("NOERROR", &["192.0.2.9"])?;
        let denied = ask(&["nobody.local.example"])?;
        denied.expect("NXDOMAIN", &[])?;
        ensure!(
            denied.text.contains("SOA\tns.local.example."),
            "{}",
            denied.text
        );
        ask(&["www.refused.example"])?.expect("REFUSED", &[])?;
    }
    Ok(())
}

pub fn long(instance: &Instance) -> Result<()> {
    let ask = |more: &[&str]| dig(instance, &[&["long.local.example", "TXT"], more].concat());
    for small in ["+noedns", "+bufsize=512", "+bufsize=1232"] {
        let cut = ask(&[small, "+ignore"])?;
        ensure!(
            cut.has("tc") && cut.data.len() < 12 && !cut.tcp,
            "{}",
            cut.text
        );
        // Without +ignore, dig asks again by TCP.
        let whole = ask(&[small])?;
        ensure!(
            !whole.has("tc") && whole.data.len() == 12 && whole.tcp,
            "{}",
            whole.text
        );
    }
    // As large as it is, it goes in one datagram to a client that says it can take that.
    let whole = ask(&["+bufsize=4096", "+ignore"])?;
    ensure!(
        !whole.has("tc") && whole.data.len() == 12 && !whole.tcp,
        "{}",
        whole.text
    );
    Ok(())
}

pub fn access(instance: &Instance) -> Result<()> {
    let question = ["www.local.example"];
    for tcp in [&[][..], &["+tcp"]] {
        let answer = dig(
            instance,
            &[&question[..], &["-b", "127.0.0.2"], tcp].concat(),
        )?;
        answer.expect("REFUSED", &[])?;
        let answer = dig(
            instance,
            &[&question[..], &["-b", "127.0.0.4"], tcp].concat(),
        )?;
        answer.expect("NOERROR", &["192.0.2.7", "192.0.2.8"])?;
    }
    // The one socket at the other side is read in order: when the later question is answered, the
    // earlier one has been thrown away.
    let unbound = SocketAddr::from((Ipv4Addr::LOCALHOST, instance.port));
    let mut piece = [0; 512];
    let denied = UdpSocket::bind(("127.0.0.3", 0))?;
    denied.send_to(&query(1, "www.local.example", A), unbound)?;
    let refused = UdpSocket::bind(("127.0.0.2", 0))?;
    refused.set_read_timeout(Some(super::super::PATIENCE))?;
    refused.send_to(&query(2, "www.local.example", A), unbound)?;
    let (length, from) = refused.recv_from(&mut piece)?;
    ensure!(from == unbound && length >= 12 && piece[..2] == [0, 2]);
    ensure!(
        piece[3] & 15 == REFUSED,
        "the answer has code {}",
        piece[3] & 15
    );
    denied.set_nonblocking(true)?;
    let answer = denied.recv_from(&mut piece);
    ensure!(answer.is_err(), "who must not be answered was");
    Ok(())
}

fn connect(instance: &Instance) -> Result<TcpStream> {
    let connection = TcpStream::connect((Ipv4Addr::LOCALHOST, instance.port))?;
    connection.set_read_timeout(Some(super::super::PATIENCE))?;
    connection.set_nodelay(true)?;
    Ok(connection)
}

/// Reads an answer, and returns its number and code.
fn answer(connection: &mut TcpStream) -> Result<(u16, u8)> {
    let message = read_message(connection).context("no answer by TCP")?;
    let question = Question::read(&message)?;
    Ok((question.id, message[3] & 15))
}

pub fn connections(instance: &Instance, upstream: &Upstream) -> Result<()> {
    // In single bytes.
    let mut connection = connect(instance)?;
    let message = query(1, "www.local.example", A);
    for byte in (message.len() as u16).to_be_bytes().iter().chain(&message) {
        connection.write_all(&[*byte])?;
        thread::sleep(Duration::from_millis(1));
    }
    ensure!(answer(&mut connection)? == (1, 0));
    // All in one piece. The first has to wait, and the others do not wait for it.
    upstream.hold();
    let mut all = Vec::new();
    for id in 0..50 {
        let name = if id == 0 {
            "held-1001.example"
        } else {
            "www.local.example"
        };
        let message = query(id, name, A);
        all.extend((message.len() as u16).to_be_bytes());
        all.extend(message);
    }
    connection.write_all(&all)?;
    for id in (1..50).chain([0]) {
        if id == 0 {
            upstream.release();
        }
        let found = answer(&mut connection)?;
        ensure!(found == (id, 0), "{found:?} instead of answer {id}");
    }
    drop(connection);
    // Nonsense ends the connection, and no other.
    let mut nonsense = connect(instance)?;
    nonsense.write_all(&[0, 1, 0])?;
    ensure!(
        read_message(&mut nonsense).is_err(),
        "nonsense was answered"
    );
    // From half of its incoming-num-tcp on, unbound waits a fifth of a second for each connection, and
    // this version does so for good, natively too.
    let mut crowd = Vec::new();
    for id in 0..100 {
        let mut connection = connect(instance)?;
        write_message(&mut connection, &query(id, "www.local.example", A))?;
        crowd.push(connection);
    }
    for (id, connection) in crowd.iter_mut().enumerate() {
        ensure!(answer(connection)? == (id as u16, 0));
    }
    Ok(())
}
