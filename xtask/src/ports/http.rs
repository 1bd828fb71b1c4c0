//! Native HTTP peers of the ports that serve it: curl, wrk, and a server behind a proxy.

use super::client;
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;

/// curl, silent, with a limit on the time it may take.
pub fn curl() -> Result<Command> {
    let mut curl = client("curl", "curl")?;
    curl.args(["-q", "-sS", "--max-time", "120", "--noproxy", "*"]);
    Ok(curl)
}

/// Runs curl with `arguments` and returns what it prints.
pub fn fetch(arguments: &[&str]) -> Result<Vec<u8>> {
    let output = curl()?.args(arguments).output()?;
    ensure!(
        output.status.success(),
        "curl {} failed: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(output.stdout)
}

/// Fetches `url` with more `arguments`; its status, headers and body, as one text.
pub fn fetch_all(url: &str, arguments: &[&str]) -> Result<String> {
    let answer = fetch(&[&["-i"], arguments, &[url]].concat())?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The status code of the answer to `url` with more `arguments` of curl.
pub fn status(url: &str, arguments: &[&str]) -> Result<u16> {
    let write_out = ["-o", "/dev/null", "-w", "%{http_code}"];
    let code = fetch(&[&write_out, arguments, &[url]].concat())?;
    Ok(String::from_utf8_lossy(&code).trim().parse()?)
}

/// Makes sure that `url` gives the bytes of `file`.
pub fn gives_file(url: &str, file: &Path, arguments: &[&str]) -> Result<()> {
    let body = fetch(&[arguments, &[url]].concat())?;
    ensure!(
        body == std::fs::read(file)?,
        "{url} does not give the bytes of {}",
        file.display()
    );
    Ok(())
}

/// Makes sure that curl fetches `url` three times over one connection.
pub fn keeps_alive(url: &str) -> Result<()> {
    let one = ["-o", "/dev/null", url];
    let text = fetch(
        &[
            &["-w", "%{http_code} %{num_connects}\n"][..],
            &one,
            &one,
            &one,
        ]
        .concat(),
    )?;
    let text = String::from_utf8_lossy(&text);
    ensure!(
        text == "200 1\n200 0\n200 0\n",
        "status and connections: {text:?}"
    );
    Ok(())
}

/// Lets wrk ask for `url` for some seconds over 32 connections; any error fails. The result is the
/// number of answers.
pub fn wrk(url: &str, seconds: u32) -> Result<u64> {
    let duration = format!("-d{seconds}s");
    let output = client("wrk", "wrk")?
        .args(["-t2", "-c32", "--timeout", "60s", &duration, url])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() || text.contains("Socket errors") || text.contains("Non-2xx") {
        bail!(
            "wrk found errors:\n{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let answers = text
        .lines()
        .find_map(|line| line.trim().split_once(" requests in "))
        .with_context(|| format!("wrk says something else than expected:\n{text}"))?;
    let answers = answers.0.parse()?;
    ensure!(answers > 0, "wrk got no answer");
    Ok(answers)
}

/// Opens this many connections, then asks on each of them and reads each answer.
pub fn many_connections(port: u16, count: usize, path: &str, body: &str) -> Result<()> {
    let mut streams = Vec::with_capacity(count);
    for _ in 0..count {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(super::PATIENCE))?;
        streams.push(BufReader::new(stream));
    }
    for round in 0..2 {
        for stream in &mut streams {
            write!(stream.get_mut(), "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")?;
        }
        for (number, stream) in streams.iter_mut().enumerate() {
            let (line, got) = answer(stream)
                .with_context(|| format!("round {round}, connection {number} of {count}"))?;
            ensure!(
                line.starts_with("HTTP/1.1 200"),
                "connection {number}: {line}"
            );
            ensure!(got == body.as_bytes(), "connection {number}: wrong body");
        }
    }
    Ok(())
}

/// Reads one message with a length; its first line and its body.
fn answer(stream: &mut BufReader<TcpStream>) -> Result<(String, Vec<u8>)> {
    let mut first = String::new();
    if stream.read_line(&mut first)? == 0 {
        bail!("the connection was closed");
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            bail!("the connection was closed within the headers");
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((first.trim_end().to_owned(), body))
}

/// Starts a server in threads of this process and returns its port. It answers each request with
/// the request's first line, and with the body that came with it.
pub fn echo_server() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || echo(stream));
        }
    });
    Ok(port)
}

/// Serves one connection until the peer ends it.
fn echo(stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let (first, body) = answer(&mut stream)?;
        let mut reply = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{first}\n",
            first.len() + 1 + body.len()
        )
        .into_bytes();
        reply.extend_from_slice(&body);
        stream.get_mut().write_all(&reply)?;
    }
}

/// Bytes without a pattern that an error could hide in.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
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
