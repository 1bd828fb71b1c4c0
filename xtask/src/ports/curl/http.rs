//! HTTP: up and down, in parts, by one connection and by many.

use super::program::{Curl, same};
use super::servers::Web;
use crate::ports::http::{echo_server, noise};
use crate::ports::{Session, idles};
use anyhow::{Result, ensure};
use std::io::Read;
use std::process::Stdio;
use std::time::Duration;

pub fn download(curl: &Curl, web: &Web) -> Result<()> {
    curl.fetch(&["-o", "down", &web.url("/big")])?;
    same(&web.file("big"), &curl.file("down"))?;
    // Through its standard output, which is a pipe here.
    let body = curl.fetch(&[&web.url("/big")])?;
    std::fs::write(curl.file("piped"), body)?;
    same(&web.file("big"), &curl.file("piped"))?;
    let head = curl.text(&["-I", &web.url("/small")])?;
    ensure!(
        head.starts_with("HTTP/1.1 200") && head.contains("Content-Length: 13\r\n"),
        "{head}"
    );
    curl.fetch(&["-OR", &web.url("/small")])?;
    let time = |file| -> Result<_> { Ok(std::fs::metadata(file)?.modified()?) };
    let (here, there) = (time(curl.file("small"))?, time(web.file("small"))?);
    let apart = here.duration_since(there).unwrap_or_else(|e| e.duration());
    ensure!(
        apart < Duration::from_secs(1),
        "-R: {apart:?} from the server's time"
    );
    Ok(())
}

pub fn upload(curl: &Curl, web: &Web) -> Result<()> {
    let status = curl.text(&[
        "-T",
        "big",
        "-w",
        "%{http_code} %{size_upload}",
        &web.url("/dav/file"),
    ])?;
    let size = std::fs::metadata(curl.file("big"))?.len();
    ensure!(status == format!("201 {size}"), "{status}");
    same(&curl.file("big"), &web.file("dav/file"))?;
    // From its standard input: from a file, of a length that curl does not ask for, and in pieces.
    let big = std::fs::File::open(curl.file("big"))?;
    let mut command = curl.command(&["-f", "-T", "-", &web.url("/dav/stdin")]);
    let ended = Session::start(&mut command, Stdio::from(big))?.wait()?;
    ensure!(ended.success, "{}", ended.messages);
    same(&curl.file("big"), &web.file("dav/stdin"))?;
    let mut session = curl.start(&["-f", "-T", ".", &web.url("/dav/pieces")])?;
    for piece in noise(300_000).chunks(1_000) {
        session.say(piece)?;
    }
    session.hush();
    let ended = session.wait()?;
    ensure!(ended.success, "{}", ended.messages);
    ensure!(
        std::fs::read(web.file("dav/pieces"))? == noise(300_000),
        "the pieces differ"
    );
    Ok(())
}

/// A POST that comes back: both directions on one connection.
pub fn post(curl: &Curl) -> Result<()> {
    let url = format!("http://127.0.0.1:{}/there", echo_server()?);
    let answer = curl.fetch(&["--data-binary", "@big", &url])?;
    let body = answer.strip_prefix(b"POST /there HTTP/1.1\n");
    ensure!(
        body == Some(&std::fs::read(curl.file("big"))?),
        "the echo is not what was sent"
    );
    let text = curl.text(&["-d", "a=1", "--data-urlencode", "b=2 3", &url])?;
    ensure!(text.ends_with("\na=1&b=2+3"), "{text}");
    let form = curl.text(&[
        "-F",
        "text=hello",
        "-F",
        "file=@small;type=text/plain",
        &url,
    ])?;
    ensure!(
        form.contains("name=\"text\"\r\n\r\nhello\r\n") && form.contains("a small page\n\r\n"),
        "{form}"
    );
    Ok(())
}

pub fn manners(curl: &Curl, web: &Web) -> Result<()> {
    let text = curl.text(&["-L", "-w", "%{num_redirects}", &web.url("/moved")])?;
    ensure!(text == "a small page\n1", "{text}");
    curl.fetch(&["-c", "jar", &web.url("/cookie")])?;
    let text = curl.text(&["-b", "jar", &web.url("/cookie")])?;
    ensure!(text == "you sent <taste=sweet>\n", "{text}");
    let text = curl.text(&["-u", "ann:secret", &web.url("/user/page")])?;
    ensure!(text == "for ann\n", "{text}");
    let code = curl.text(&[
        "-o",
        "none",
        "-w",
        "%{http_code}",
        "-u",
        "ann:x",
        &web.url("/user/page"),
    ])?;
    ensure!(code == "401", "{code}");
    let text = curl.text(&[&format!("file://{}", curl.file("small").display())])?;
    ensure!(text == "a small page\n", "{text}");
    Ok(())
}

pub fn ranges(curl: &Curl, web: &Web) -> Result<()> {
    let big = std::fs::read(web.file("big"))?;
    let part = curl.fetch(&["-r", "30000000-49999999", &web.url("/big")])?;
    ensure!(part == big[30_000_000..50_000_000], "a part in the middle");
    let part = curl.fetch(&["-r", "-1000", &web.url("/big")])?;
    ensure!(part == big[big.len() - 1_000..], "the last 1,000 bytes");
    std::fs::write(curl.file("resumed"), &big[..12_345_678])?;
    let sizes = curl.text(&[
        "-C",
        "-",
        "-o",
        "resumed",
        "-w",
        "%{http_code} %{size_download}",
        &web.url("/big"),
    ])?;
    ensure!(
        sizes == format!("206 {}", big.len() - 12_345_678),
        "-C -: {sizes}"
    );
    same(&web.file("big"), &curl.file("resumed"))?;
    // A transfer that a limit cuts off, and its other half. The server needs 14 s for all of it.
    let _ = std::fs::remove_file(curl.file("cut"));
    curl.fails(28, "", &["-m", "5", "-o", "cut", &web.url("/slow")])?;
    let got = std::fs::metadata(curl.file("cut"))?.len();
    ensure!(
        got > 0 && got < big.len() as u64,
        "{got} bytes before the cut"
    );
    curl.fetch(&["-C", "-", "-o", "cut", &web.url("/big")])?;
    same(&web.file("big"), &curl.file("cut"))
}

pub fn keep_alive(curl: &Curl, web: &Web) -> Result<()> {
    let urls = web.url("/small?[1-1000]");
    let text = curl.text(&["-w", "%{http_code} %{num_connects}\n", &urls])?;
    let lines: Vec<&str> = text.lines().filter(|l| !l.starts_with("a small")).collect();
    ensure!(lines.len() == 1_000, "{} answers", lines.len());
    ensure!(lines[0] == "200 1", "the first: {}", lines[0]);
    let other = lines[1..].iter().find(|line| **line != "200 0");
    ensure!(
        other.is_none(),
        "a later one had a connection of its own: {other:?}"
    );
    Ok(())
}

pub fn parallel(curl: &Curl, web: &Web) -> Result<()> {
    let folder = curl.file("parallel");
    std::fs::create_dir_all(&folder)?;
    let urls = web.url("/small?[1-200]");
    let codes = curl.text(&[
        "-Z",
        "--parallel-max",
        "100",
        "--parallel-immediate",
        "-w",
        "%{http_code}\n",
        "-o",
        "parallel/#1",
        &urls,
    ])?;
    ensure!(codes == "200\n".repeat(200), "{codes}");
    for number in 1..=200 {
        let page = std::fs::read(folder.join(number.to_string()))?;
        ensure!(page == b"a small page\n", "page {number}: {page:?}");
    }
    let url = web.url("/big?[1-4]");
    curl.fetch(&["-Z", "-o", "parallel/big#1", &url])?;
    for number in 1..=4 {
        let file = folder.join(format!("big{number}"));
        same(&web.file("big"), &file)?;
        std::fs::remove_file(file)?;
    }
    Ok(())
}

/// A limit is kept, roughly, as curl keeps it: a slower machine only makes it take longer.
pub fn limit_rate(curl: &Curl, web: &Web) -> Result<()> {
    let (down, up) = (web.url("/big"), web.url("/dav/limited"));
    for args in [["-o", "limited", &down], ["-T", "limited", &up]] {
        let limit = ["--limit-rate", "8M", "-w", "%{time_total}"];
        let time: f64 = curl.text(&[&args[..], &limit].concat())?.parse()?;
        // 60 MB at 8 MiB/s are 7.2 s; curl lets up to 3 s pass before it looks.
        ensure!(time > 3.5, "{args:?}: 60 MB took {time} s at 8 MiB/s");
    }
    same(&web.file("big"), &curl.file("limited"))?;
    same(&web.file("big"), &web.file("dav/limited"))
}

/// Whoever reads curl's output goes away, or is slow.
pub fn pipes(curl: &Curl, web: &Web) -> Result<()> {
    let mut command = curl.command(&[&web.url("/big")]);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut output = child.stdout.take().expect("it is a pipe");
    let mut first = vec![0; 100_000];
    output.read_exact(&mut first)?;
    drop(output);
    let ended = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    ensure!(
        ended.status.code() == Some(23),
        "a closed pipe: {:?}: {said}",
        ended.status
    );
    let big = std::fs::read(web.file("big"))?;
    ensure!(
        first == big[..100_000],
        "what came through before it was closed"
    );
    Ok(())
}

/// Telnet: what curl reads from stdin and from the connection, both at once.
pub fn telnet(curl: &Curl, web: &Web) -> Result<()> {
    let url = format!("telnet://127.0.0.1:{}", web.port);
    let mut session = curl.start(&["-N", &url])?;
    session.say(b"GET /small HTTP/1.1\r\nHost: x\r\n\r\n")?;
    session.wait_for_output("a small page\n")?;
    // It ends when both its input and the connection have, natively too.
    session.say(b"GET /moved HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
    session.hush();
    let ended = session.wait()?;
    let text = String::from_utf8_lossy(&ended.output);
    ensure!(
        ended.success && text.contains("Location: "),
        "{:?}: {text}{}",
        ended.code,
        ended.messages
    );
    Ok(())
}

pub fn idle(curl: &Curl, silent: u16) -> Result<()> {
    let url = format!("http://127.0.0.1:{silent}/silent");
    let mut session = curl.start(&["-v", "--max-time", "1000", &url])?;
    session.wait_for_message("> GET /silent")?;
    idles(session.id())
}
