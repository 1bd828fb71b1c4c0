//! FTP: passive and active, up and down, resumed, on IPv4 and IPv6.

use super::program::{Curl, same};
use super::servers::Ftp;
use crate::ports::Session;
use anyhow::{Result, ensure};
use std::process::Stdio;

/// Down and up, with the data connection that `mode` asks for.
pub fn both_ways(curl: &Curl, ftp: &Ftp, mode: &[&str]) -> Result<()> {
    curl.fetch(&[mode, &["-o", "ftp-down", &ftp.url("big")]].concat())?;
    same(&ftp.file("big"), &curl.file("ftp-down"))?;
    curl.fetch(&[mode, &["-T", "big", &ftp.url("up")]].concat())?;
    same(&curl.file("big"), &ftp.file("up"))?;
    let list = curl.text(&[mode, &[&ftp.url("")]].concat())?;
    ensure!(list.contains(" big\n") && list.contains(" up\n"), "{list}");
    Ok(())
}

pub fn parts(curl: &Curl, ftp: &Ftp) -> Result<()> {
    let big = std::fs::read(ftp.file("big"))?;
    let part = curl.fetch(&["-r", "1000-1999", &ftp.url("big")])?;
    ensure!(part == big[1_000..2_000], "-r");
    std::fs::write(curl.file("ftp-resumed"), &big[..50_000_001])?;
    curl.fetch(&["-C", "-", "-o", "ftp-resumed", &ftp.url("big")])?;
    same(&ftp.file("big"), &curl.file("ftp-resumed"))?;
    // Half of it is there already: the other half is appended.
    std::fs::write(ftp.file("half"), &big[..big.len() / 2])?;
    curl.fetch(&["-C", "-", "-T", "big", &ftp.url("half")])?;
    same(&curl.file("big"), &ftp.file("half"))?;
    std::fs::write(ftp.file("list"), "one\n")?;
    let mut session = curl.start(&["-a", "-T", "-", &ftp.url("list")])?;
    session.say(b"two\n")?;
    session.hush();
    let ended = session.wait()?;
    ensure!(ended.success, "-a: {}", ended.messages);
    ensure!(std::fs::read(ftp.file("list"))? == b"one\ntwo\n", "-a");
    Ok(())
}

/// Many files by one login, folders made on the way, commands, names only.
pub fn commands(curl: &Curl, ftp: &Ftp) -> Result<()> {
    let up = "{big,small}";
    curl.fetch(&["--ftp-create-dirs", "-T", up, &ftp.url("deep/deeper/")])?;
    same(&curl.file("small"), &ftp.file("deep/deeper/small"))?;
    same(&curl.file("big"), &ftp.file("deep/deeper/big"))?;
    let urls = ftp.url("deep/deeper/{small,big,small}");
    let text = curl.text(&["-w", "%{num_connects}\n", "-o", "ftp-#1", &urls])?;
    // The control and the data connection, and then data connections alone.
    ensure!(text == "2\n1\n1\n", "new connections: {text}");
    same(&curl.file("big"), &curl.file("ftp-big"))?;
    let names = curl.text(&["-l", &ftp.url("deep/deeper/")])?;
    let mut names: Vec<&str> = names.lines().collect();
    names.sort_unstable();
    ensure!(names == ["big", "small"], "{names:?}");
    let rename = ["-Q", "RNFR deep/deeper/small", "-Q", "RNTO deep/renamed"];
    curl.fetch(&[&rename[..], &["-o", "ftp-list", &ftp.url("")]].concat())?;
    same(&curl.file("small"), &ftp.file("deep/renamed"))?;
    let head = curl.text(&["-I", &ftp.url("deep/renamed")])?;
    ensure!(head.contains("Content-Length: 13\r\n"), "{head}");
    Ok(())
}

pub fn failures(curl: &Curl, ftp: &Ftp) -> Result<()> {
    curl.fails(67, "Access denied", &["-u", "ann:wrong", &ftp.url("big")])?;
    curl.fails(78, "file does not exist", &[&ftp.url("nothing")])?;
    curl.fails(9, "Server denied you", &[&ftp.url("no-folder/big")])?;
    curl.fails(25, "Failed FTP upload", &["-T", "small", &ftp.url("deep")])?;
    curl.fails(21, "QUOT", &["-Q", "NONSENSE", &ftp.url("")])
}

/// Up from a pipe: the length is not known.
pub fn stdin(curl: &Curl, ftp: &Ftp) -> Result<()> {
    let big = std::fs::File::open(curl.file("big"))?;
    let mut command = curl.command(&["-T", "-", &ftp.url("stdin")]);
    let ended = Session::start(&mut command, Stdio::from(big))?.wait()?;
    ensure!(ended.success, "{}", ended.messages);
    same(&curl.file("big"), &ftp.file("stdin"))
}
