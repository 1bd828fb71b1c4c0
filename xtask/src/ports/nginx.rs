//! nginx: a static server, a reverse proxy and a TCP proxy, before native clients and a native
//! upstream.

use super::{Port, Server, free_port, http, idles, step};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

const SMALL: &str = "a small page\n";

pub fn test(port: &Port) -> Result<()> {
    let site = Site::start(port)?;
    let url = |path: &str| site.url(path);
    step("static files, byte for byte", || {
        http::gives_file(&url("/small.html"), &site.file("small.html"), &[])?;
        http::gives_file(&url("/large"), &site.file("large"), &[])?;
        ensure!(http::status(&url("/nothing"), &[])? == 404);
        ensure!(http::status(&url("/../../etc/passwd"), &["--path-as-is"])? == 400);
        ensure!(http::status(&url("/small.html"), &["-X", "DELETE"])? == 405);
        let head = http::fetch_all(&url("/small.html"), &["-I"])?;
        ensure!(head.contains("Content-Length: 13\r\n"), "{head}");
        Ok(())
    })?;
    step("ranges and conditional requests", || {
        let small = url("/small.html");
        let part = http::fetch(&["-r", "2-6", &small])?;
        ensure!(part == b"small", "range 2-6: {part:?}");
        ensure!(http::status(&small, &["-r", "100-"])? == 416);
        let head = http::fetch_all(&small, &["-I"])?;
        let field = |name: &str| {
            let value = head.lines().find_map(|line| line.strip_prefix(name));
            value.with_context(|| format!("no {name} in:\n{head}"))
        };
        let tag = format!("If-None-Match: {}", field("ETag: ")?);
        ensure!(http::status(&small, &["-H", &tag])? == 304);
        let since = format!("If-Modified-Since: {}", field("Last-Modified: ")?);
        ensure!(http::status(&small, &["-H", &since])? == 304);
        Ok(())
    })?;
    step("regular expressions: locations and rewriting", || {
        ensure!(http::fetch(&[&url("/say/hello")])? == b"hello\n");
        ensure!(http::status(&url("/say/no-word"), &[])? == 404);
        http::gives_file(&url("/old/small"), &site.file("small.html"), &[])
    })?;
    step("keep-alive", || http::keeps_alive(&url("/small.html")))?;
    step("reverse proxy to a native server", || proxy(&site))?;
    step("stream proxy to a native server", || {
        let answer = http::fetch(&[&format!("http://127.0.0.1:{}/raw", site.stream)])?;
        ensure!(answer == b"GET /raw HTTP/1.1\n", "{answer:?}");
        Ok(())
    })?;
    step("1,000 connections at once", || {
        http::many_connections(site.port, 1_000, "/small.html", SMALL)
    })?;
    let mut answers = 0;
    step("wrk on a static file for 10 s, no error", || {
        answers = http::wrk(&url("/small.html"), 10)?;
        Ok(())
    })?;
    step("wrk through the proxy for 5 s, no error", || {
        http::wrk(&url("/proxy/hello"), 5).map(|_| ())
    })?;
    step("its own counts and logs agree", || {
        let status = String::from_utf8(http::fetch(&[&url("/status")])?)?;
        ensure!(status.contains("Active connections: 1 "), "{status}");
        let log = std::fs::read_to_string(site.folder.join("logs/access.log"))?;
        let logged = log.lines().filter(|line| line.contains("/nothing")).count();
        ensure!(logged == 1, "{logged} lines in the log for one request");
        ensure!(answers > 0);
        let errors = std::fs::read_to_string(site.folder.join("logs/error.log"))?;
        let bad = ["[emerg]", "[alert]", "[crit]"]
            .iter()
            .find(|&&level| errors.contains(level));
        ensure!(
            bad.is_none(),
            "the error log holds a {}:\n{errors}",
            bad.unwrap_or(&"")
        );
        Ok(())
    })?;
    step("uses no processor time while nothing happens", || {
        idles(site.server.id())
    })
}

fn proxy(site: &Site) -> Result<()> {
    let answer = http::fetch(&[&site.url("/proxy/page?x=1")])?;
    ensure!(answer == b"GET /page?x=1 HTTP/1.1\n", "{answer:?}");
    http::keeps_alive(&site.url("/proxy/page"))?;
    // Up to the upstream and back, through the files that nginx buffers it in.
    let large = site.file("large");
    let upload = format!("@{}", large.display());
    let answer = http::fetch(&["--data-binary", &upload, &site.url("/proxy/echo")])?;
    let body = answer
        .strip_prefix(b"POST /echo HTTP/1.1\n")
        .context("wrong first line")?;
    ensure!(
        body == std::fs::read(&large)?,
        "the echo is not what was sent"
    );
    ensure!(http::status(&site.url("/dead/"), &[])? == 502);
    Ok(())
}

/// A running nginx with a site of its own.
struct Site {
    server: Server,
    folder: PathBuf,
    port: u16,
    stream: u16,
}

impl Site {
    fn start(program: &Port) -> Result<Self> {
        let folder = program.scratch()?;
        for sub in ["html", "logs", "conf"] {
            std::fs::create_dir(folder.join(sub))?;
        }
        let (port, stream, dead) = (free_port()?, free_port()?, free_port()?);
        std::fs::write(folder.join("html/small.html"), SMALL)?;
        std::fs::write(folder.join("html/large"), http::noise(20_000_000))?;
        std::fs::write(
            folder.join("conf/nginx.conf"),
            configuration(port, stream, http::echo_server()?, dead),
        )?;
        let mut command = Command::new(program.program("nginx")?);
        command
            .args(["-p", ".", "-c", "conf/nginx.conf"])
            .current_dir(&folder);
        let mut server = Server::start(&mut command)?;
        server.wait_for_port(port)?;
        Ok(Self {
            server,
            folder,
            port,
            stream,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn file(&self, name: &str) -> PathBuf {
        Path::new(&self.folder).join("html").join(name)
    }
}

fn configuration(port: u16, stream: u16, upstream: u16, dead: u16) -> String {
    format!(
        "master_process off;
daemon off;
error_log logs/error.log info;
events {{ use epoll; worker_connections 4096; }}
http {{
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  client_max_body_size 100m;
  upstream native {{ server 127.0.0.1:{upstream}; keepalive 32; }}
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    root html;
    access_log logs/access.log;
    location /proxy/ {{
      proxy_pass http://native/;
      proxy_http_version 1.1;
      proxy_set_header Connection \"\";
    }}
    location /dead/ {{ proxy_pass http://127.0.0.1:{dead}; }}
    location = /status {{ stub_status; }}
    location ~ ^/say/(?<word>\\w+)$ {{ return 200 \"$word\n\"; }}
    rewrite ^/old/(.*)$ /$1.html last;
  }}
}}
stream {{
  server {{ listen 127.0.0.1:{stream}; proxy_pass 127.0.0.1:{upstream}; }}
}}
"
    )
}
