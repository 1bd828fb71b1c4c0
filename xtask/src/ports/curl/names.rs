//! Host names, and what becomes of them when one of their addresses is of no use.

use super::program::Curl;
use super::servers::{HalfDead, Web};
use crate::ports::dns::Dns;
use anyhow::{Result, ensure};
use std::net::UdpSocket;

/// Prints the address of the other side.
const REMOTE: [&str; 4] = ["-o", "none", "-w", "%{remote_ip}"];

fn reaches(curl: &Curl, address: &str, args: &[&str]) -> Result<()> {
    let remote = curl.text(&[&REMOTE, args].concat())?;
    ensure!(remote == address, "{args:?} reached {remote}");
    Ok(())
}

pub fn names(curl: &Curl, web: &Web) -> Result<()> {
    let (port, port6) = (web.port, web.port6);
    let local = format!("http://localhost:{port}/small");
    let local6 = format!("http://localhost:{port6}/small");
    reaches(curl, "127.0.0.1", &[&local])?;
    reaches(curl, "127.0.0.1", &["-4", &local])?;
    reaches(curl, "::1", &["-6", &local6])?;
    reaches(curl, "::1", &[&format!("http://[::1]:{port6}/small")])?;
    let named = format!("http://name.test:{port}/small");
    let resolve = format!("name.test:{port}:127.0.0.1");
    reaches(curl, "127.0.0.1", &["--resolve", &resolve, &named])?;
    let connect_to = format!("name.test:{port}:[::1]:{port6}");
    reaches(curl, "::1", &["--connect-to", &connect_to, &named])?;
    // An /etc of its own, with names that only that knows.
    let etc = curl.file("etc");
    std::fs::create_dir_all(&etc)?;
    let hosts = "127.0.0.1 oldhost.example oldhost\n::1 sixth.example\n";
    std::fs::write(etc.join("hosts"), hosts)?;
    let with_etc = curl.with_flags(&format!("--dir {}::/etc", etc.display()));
    let url = format!("http://oldhost.example:{port}/small");
    reaches(&with_etc, "127.0.0.1", &[&url])?;
    let url = format!("http://sixth.example:{port6}/small");
    reaches(&with_etc, "::1", &[&url])
}

/// getaddrinfo() with a host that looks nothing up: nothing is asked outside this machine.
pub fn unknown(curl: &Curl) -> Result<()> {
    let curl = curl.with_flags("--wasmtime -Sallow-ip-name-lookup=n");
    curl.fails(6, "Could not resolve host", &["http://unknown.test/"])?;
    curl.fails(
        5,
        "resolve proxy",
        &["--noproxy", "", "-x", "unknown.test:1", "http://127.0.0.1/"],
    )
}

/// c-ares, which asks a name server by itself.
pub fn name_server(curl: &Curl, web: &Web, dns: &Dns) -> Result<()> {
    let server = format!("127.0.0.1:{}", dns.port);
    let ask = |name: &str, port: u16| {
        let url = format!("http://{name}:{port}/small");
        vec!["--dns-servers".to_owned(), server.clone(), url]
    };
    let ask = |name: &str, port: u16, address: &str| {
        let args = ask(name, port);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        reaches(curl, address, &args)
    };
    ask("four.test", web.port, "127.0.0.1")?;
    ask("six.test", web.port6, "::1")?;
    ask("both.test", web.port, "127.0.0.1")?;
    ask("both.test", web.port6, "::1")?;
    ask("alias.test", web.port, "127.0.0.1")?;
    let unknown = "http://unknown.test/";
    let args = ["--dns-servers", &server, unknown];
    curl.fails(6, "Could not resolve host", &args)?;
    // A name server that is there and says nothing.
    let silent = UdpSocket::bind("127.0.0.1:0")?;
    let server = format!("127.0.0.1:{}", silent.local_addr()?.port());
    let args = ["--connect-timeout", "1", "--dns-servers", &server, unknown];
    curl.fails(28, "", &args)
}

pub fn happy_eyeballs(curl: &Curl, web: &Web) -> Result<()> {
    // Refused at once at the first address, so the second is tried.
    let resolve = |port: u16| format!("two.test:{port}:[::1],127.0.0.1");
    let url = |port: u16| format!("http://two.test:{port}/small");
    let args = |port: u16| [resolve(port), url(port)];
    let [names, page] = args(web.port);
    reaches(curl, "127.0.0.1", &["--resolve", &names, &page])?;
    let names = format!("two.test:{}:127.0.0.1,[::1]", web.port6);
    reaches(curl, "::1", &["--resolve", &names, &url(web.port6)])?;
    // No answer from the first address: the second one is tried beside it.
    let half = HalfDead::start()?;
    let [names, page] = args(half.port);
    let wait = ["--happy-eyeballs-timeout-ms", "500", "--resolve", &names];
    reaches(curl, "127.0.0.1", &[&wait[..], &[&page]].concat())?;
    let time = ["-o", "none", "-w", "%{time_connect}", &page];
    let time: f64 = curl.text(&[&wait[..], &time].concat())?.parse()?;
    ensure!(
        time >= 0.45,
        "it did not wait for the first address: {time} s"
    );
    curl.fails(
        28,
        "Timeout was reached",
        &["-6", "--connect-timeout", "1", "--resolve", &names, &page],
    )
}
