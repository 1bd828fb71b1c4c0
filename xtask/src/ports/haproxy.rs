//! haproxy: balances, rewrites and checks, before native clients and native servers.

use super::{Port, Server, free_port, http, idles, step, wait_for};
use anyhow::{Result, ensure};
use std::process::Command;

const SMALL: &str = "a small page\n";

pub fn test(port: &Port) -> Result<()> {
    let proxy = Proxy::start(port)?;
    let url = |path: &str| proxy.url(path);
    let get = |path: &str| -> Result<String> {
        Ok(String::from_utf8(http::fetch(&[&proxy.url(path)])?)?)
    };
    step("answers, refusals and redirections of its own", || {
        ensure!(get("/small")? == SMALL);
        ensure!(http::status(&url("/private/x"), &[])? == 403);
        let head = http::fetch_all(&url("/moved"), &[])?;
        ensure!(
            head.starts_with("HTTP/1.1 302") && head.contains("location: /small"),
            "{head}"
        );
        ensure!(http::status(&url("/small"), &["-H", "Bad\tHeader: x"])? == 400);
        Ok(())
    })?;
    step(
        "to native servers, with another path and more headers",
        || {
            ensure!(get("/page?x=1")? == "GET /page?x=1 HTTP/1.1\n");
            ensure!(get("/old/page")? == "GET /new/page HTTP/1.1\n");
            let head = http::fetch_all(&url("/page"), &[])?;
            ensure!(
                head.contains("x-served-by: one") || head.contains("x-served-by: two"),
                "{head}"
            );
            Ok(())
        },
    )?;
    step("balanced between two servers", || {
        let mut seen = [0, 0];
        for _ in 0..20 {
            let head = http::fetch_all(&url("/page"), &[])?;
            seen[usize::from(head.contains("x-served-by: two"))] += 1;
        }
        ensure!(seen == [10, 10], "answers of each: {seen:?}");
        Ok(())
    })?;
    step("20 MB up and back, byte for byte", || {
        let folder = proxy.folder.join("large");
        std::fs::write(&folder, http::noise(20_000_000))?;
        let upload = format!("@{}", folder.display());
        let answer = http::fetch(&["--data-binary", &upload, &url("/echo")])?;
        let body = answer.strip_prefix(b"POST /echo HTTP/1.1\n");
        ensure!(
            body == Some(&std::fs::read(&folder)?),
            "the echo is not what was sent"
        );
        Ok(())
    })?;
    step("keep-alive", || http::keeps_alive(&url("/page")))?;
    step("compression", || {
        let head = http::fetch_all(&url("/zip"), &["--compressed"])?;
        ensure!(head.contains("content-encoding: gzip"), "{head}");
        ensure!(head.ends_with("GET /zip HTTP/1.1\n"), "{head}");
        Ok(())
    })?;
    step("a server that is down is found by its checks", || {
        wait_for("the check of the dead server", || {
            let list = http::fetch(&[&format!("{};csv", proxy.stats())])?;
            let list = String::from_utf8_lossy(&list).into_owned();
            let line = list.lines().find(|line| line.starts_with("dead,none,"));
            Ok(line.filter(|line| line.contains(",DOWN,")).map(|_| ()))
        })?;
        ensure!(http::status(&url("/dead"), &[])? == 503);
        Ok(())
    })?;
    step("TCP to a native server", || {
        let answer = http::fetch(&[&format!("http://127.0.0.1:{}/raw", proxy.tcp)])?;
        ensure!(answer == b"GET /raw HTTP/1.1\n", "{answer:?}");
        Ok(())
    })?;
    step("500 connections at once", || {
        http::many_connections(proxy.port, 500, "/small", SMALL)
    })?;
    step("wrk on its own answer for 5 s, no error", || {
        http::wrk(&url("/small"), 5).map(drop)
    })?;
    step("wrk through it for 5 s, no error", || {
        http::wrk(&url("/page"), 5).map(drop)
    })?;
    step(
        "uses little processor time while nothing but checks happens",
        || idles(proxy.server.id()),
    )
}

/// A running haproxy with servers behind it.
struct Proxy {
    server: Server,
    folder: std::path::PathBuf,
    port: u16,
    tcp: u16,
    stats: u16,
}

impl Proxy {
    fn start(program: &Port) -> Result<Self> {
        let folder = program.scratch()?;
        let [port, tcp, stats, dead] = [free_port()?, free_port()?, free_port()?, free_port()?];
        let (one, two) = (http::echo_server()?, http::echo_server()?);
        let text = format!(
            "global
  maxconn 2000
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend web
  bind 127.0.0.1:{port}
  http-request return status 200 content-type text/plain string \"a small page\\n\" if {{ path /small }}
  http-request deny deny_status 403 if {{ path_beg /private }}
  http-request redirect location /small code 302 if {{ path /moved }}
  http-request replace-path /old/(.*) /new/\\1
  use_backend dead if {{ path /dead }}
  default_backend native
backend native
  balance roundrobin
  http-reuse always
  compression algo gzip
  compression type text/plain
  http-response set-header x-served-by %s
  server one 127.0.0.1:{one}
  server two 127.0.0.1:{two}
backend dead
  server none 127.0.0.1:{dead} check inter 1s fall 1
frontend numbers
  bind 127.0.0.1:{stats}
  stats enable
  stats uri /stats
listen raw
  mode tcp
  bind 127.0.0.1:{tcp}
  server one 127.0.0.1:{one}
"
        );
        std::fs::write(folder.join("haproxy.cfg"), text)?;
        let mut command = Command::new(program.program("haproxy")?);
        command
            .args(["-db", "-f", "haproxy.cfg"])
            .current_dir(&folder);
        let mut server = Server::start(&mut command)?;
        server.wait_for_port(port)?;
        Ok(Self {
            server,
            folder,
            port,
            tcp,
            stats,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn stats(&self) -> String {
        format!("http://127.0.0.1:{}/stats", self.stats)
    }
}
