//! A running unbound, with its configuration.

use super::super::{Port, Server};
use super::upstream::Upstream;
use anyhow::{Context, Result, bail, ensure};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running unbound.
pub struct Instance {
    pub server: Server,
    /// For UDP and TCP, on 127.0.0.1 and ::1.
    pub port: u16,
    /// Where its configuration and files are.
    pub folder: PathBuf,
}

impl Instance {
    /// Starts the unbound that has the loop `event`. `clauses` stand in its configuration besides
    /// what each needs; its files are in the folder `name`.
    pub fn start(port: &Port, event: &str, name: &str, clauses: &str) -> Result<Self> {
        let program = match event {
            "select" => port.folder.join("select/unbound"),
            _ => port.program("unbound")?,
        };
        let folder = folder(port, name)?;
        let number = free_dns_port()?;
        std::fs::write(folder.join("unbound.conf"), configuration(number, clauses))?;
        let mut command = Command::new(program);
        command
            .args(["-d", "-c", "unbound.conf"])
            .current_dir(&folder);
        let mut server = Server::start(&mut command)?;
        server.wait_for_output("start of service")?;
        Ok(Self {
            server,
            port: number,
            folder,
        })
    }

    /// Runs unbound-control, or another of the tools, on this instance.
    pub fn control(&self, tools: &Port, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(tools.program("unbound-control")?);
        command.args(["-c", "unbound.conf"]).args(arguments);
        let output = command.current_dir(&self.folder).output()?;
        ensure!(
            output.status.success(),
            "unbound-control {} failed:\n{}\nunbound said:\n{}",
            arguments.join(" "),
            said(&output),
            self.server.output()
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A counter of `unbound-control stats_noreset`.
    pub fn counter(&self, tools: &Port, name: &str) -> Result<u64> {
        let text = self.control(tools, &["stats_noreset"])?;
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let value = value.with_context(|| format!("no {name} in:\n{text}"))?;
        Ok(value.parse()?)
    }
}

/// The folder for the files of the instance called `name`.
pub fn folder(port: &Port, name: &str) -> Result<PathBuf> {
    let folder = port.folder.with_extension("test").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// All that a program printed.
pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .concat()
}

/// A port that is free by UDP and TCP, on 127.0.0.1 and ::1. It is not one of those that the kernel
/// gives to clients, who could take it before unbound does.
pub fn free_dns_port() -> Result<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..10_000 {
        let offset = std::process::id() * 17 + NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (offset % 12_000) as u16;
        let free = |address: SocketAddr| {
            UdpSocket::bind(address).is_ok() && TcpListener::bind(address).is_ok()
        };
        if free((Ipv4Addr::LOCALHOST, port).into()) && free((Ipv6Addr::LOCALHOST, port).into()) {
            return Ok(port);
        }
    }
    bail!("no port is free by UDP and TCP")
}

/// What every instance needs. Nothing leaves this machine: the root is forwarded too.
fn configuration(port: u16, clauses: &str) -> String {
    format!(
        "server:
  interface: 127.0.0.1@{port}
  interface: ::1@{port}
  do-daemonize: no
  chroot: \"\"
  username: \"\"
  directory: \".\"
  pidfile: \"\"
  use-syslog: no
  do-not-query-localhost: no
{clauses}"
    )
}

/// The clause that forwards `zone` to `port` of `address`.
pub fn forward(zone: &str, address: &str, port: u16, more: &str) -> String {
    format!("forward-zone:\n  name: \"{zone}\"\n  forward-addr: {address}@{port}\n{more}")
}

/// The configuration of most tests: local data, and zones that are forwarded in four ways. It waits
/// 4 s before it asks again, so that a slow machine is not asked twice.
pub fn usual(upstream: &Upstream, control: u16) -> String {
    let port = upstream.port;
    let tcp = "  forward-tcp-upstream: yes\n";
    let zones = [
        forward(".", "127.0.0.1", port, ""),
        forward("six.example.", "::1", port, ""),
        forward("tcp.example.", "127.0.0.1", port, tcp),
        forward("tcp6.example.", "::1", port, tcp),
    ]
    .concat();
    let long: String = (0..12)
        .map(|n| format!("  local-data: 'long.local.example. TXT \"{n:<250}\"'\n"))
        .collect();
    format!(
        "  incoming-num-tcp: 300
  infra-cache-min-rtt: 4000
  access-control: 127.0.0.2/32 refuse
  access-control: 127.0.0.3/32 deny
  local-zone: \"local.example.\" static
  local-data: \"local.example. SOA ns.local.example. admin.local.example. 1 3600 600 86400 300\"
  local-data: \"www.local.example. 300 A 192.0.2.7\"
  local-data: \"www.local.example. 300 A 192.0.2.8\"
  local-data: \"www.local.example. 300 AAAA 2001:db8::7\"
  local-data: \"alias.local.example. CNAME www.local.example.\"
  local-data-ptr: \"192.0.2.7 www.local.example.\"
  local-zone: \"everything.example.\" redirect
  local-data: \"everything.example. A 192.0.2.9\"
  local-zone: \"refused.example.\" refuse
{long}{zones}remote-control:
  control-enable: yes
  control-interface: 127.0.0.1
  control-port: {control}
  control-use-cert: no
"
    )
}

/// Whether unbound-checkconf is content with a configuration, and what it says.
pub fn check(tools: &Port, folder: &Path, text: &str) -> Result<(bool, String)> {
    std::fs::write(folder.join("checked.conf"), text)?;
    let output = Command::new(tools.program("unbound-checkconf")?)
        .arg("checked.conf")
        .current_dir(folder)
        .output()?;
    Ok((output.status.success(), said(&output)))
}
