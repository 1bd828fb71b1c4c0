//! A native name server of the domain `test`: Debian's dnsmasq.

use super::{Server, client};
use anyhow::{Result, bail};
use std::net::UdpSocket;
use std::path::Path;
use std::time::Duration;

pub struct Dns {
    _server: Server,
    /// On 127.0.0.1, by UDP and TCP.
    pub port: u16,
}

impl Dns {
    /// Knows four.test, six.test, both.test, alias.test, a mail and a service record, and one text
    /// that is too long for a datagram; `folder` is its current folder.
    pub fn start(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        // dnsmasq cannot choose a port itself.
        let port = super::free_port()?;
        let mut command = client("dnsmasq", "dnsmasq-base")?;
        command.current_dir(folder).args([
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--no-resolv",
            "--no-hosts",
            "--pid-file=",
            "--user=root",
            "--group=root",
            "--bind-interfaces",
            "--listen-address=127.0.0.1",
            "--local=/test/",
            "--host-record=four.test,127.0.0.1",
            "--host-record=six.test,::1",
            "--host-record=both.test,127.0.0.1,::1",
            "--cname=alias.test,four.test",
            "--mx-host=four.test,mail.test,10",
            "--srv-host=_http._tcp.test,four.test,8080,1,2",
        ]);
        let text = vec!["x".repeat(250); 8].join(",");
        command.arg(format!("--txt-record=long.test,{text}"));
        command.arg(format!("--port={port}"));
        let mut server = Server::start(&mut command)?;
        server.wait_for_port(port)?;
        answers(port)?;
        Ok(Self {
            _server: server,
            port,
        })
    }
}

/// Makes sure that what listens there is a name server.
fn answers(port: u16) -> Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_read_timeout(Some(Duration::from_secs(1)))?;
    // What is the address of four.test?
    let question = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x04four\x04test\0\0\x01\0\x01";
    let mut answer = [0; 512];
    for _ in 0..60 {
        socket.send_to(question, ("127.0.0.1", port))?;
        if socket.recv(&mut answer).is_ok_and(|n| n > question.len()) {
            return Ok(());
        }
    }
    bail!("dnsmasq does not answer")
}
