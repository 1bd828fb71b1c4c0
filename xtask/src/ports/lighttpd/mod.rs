//! lighttpd: files, uploads, rewriting, access rules and a proxy to a second instance, before
//! native clients.

mod own;

use super::{Port, Server, free_port, http, idles, step};
use anyhow::{Context, Result, ensure};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const SMALL: &str = "a small page\n";
/// The size of what goes up and down, 64 MB.
const LARGE: usize = 64 << 20;

pub fn test(port: &Port) -> Result<()> {
    let folder = port.scratch()?;
    let behind = Site::start(port, &folder.join("behind"), None)?;
    let site = Site::start(port, &folder.join("site"), Some(behind.port))?;
    let url = |path: &str| site.url(path);
    step("static files", || {
        http::gives_file(&url("/small.html"), &site.file("small.html"), &[])?;
        let page = http::fetch_all(&url("/"), &[])?;
        ensure!(page.contains("Content-Type: text/html"), "{page}");
        ensure!(page.ends_with(SMALL), "{page}");
        ensure!(http::status(&url("/nothing"), &[])? == 404);
        ensure!(http::status(&url("/../../etc/passwd"), &["--path-as-is"])? == 404);
        Ok(())
    })?;
    step("keep-alive", || http::keeps_alive(&url("/small.html")))?;
    step("64 MB up and down, byte for byte", || {
        let large = folder.join("large");
        std::fs::write(&large, http::noise(LARGE))?;
        let name = large.to_string_lossy();
        ensure!(http::status(&url("/dav/large"), &["-T", &name])? == 201);
        let stored = std::fs::read(site.file("dav/large"))?;
        ensure!(
            stored == std::fs::read(&large)?,
            "the stored file is not what was sent"
        );
        http::gives_file(&url("/dav/large"), &large, &[])?;
        http::gives_file(&url("/dav/large"), &large, &["--limit-rate", "40M"])
    })?;
    step("ranges", || {
        let part = http::fetch(&["-r", "2-6", &url("/small.html")])?;
        ensure!(part == b"small", "range 2-6: {part:?}");
        let part = http::fetch(&["-r", "60000000-60099999", &url("/dav/large")])?;
        ensure!(
            part == http::noise(LARGE)[60_000_000..60_100_000],
            "a range of the large file"
        );
        ensure!(http::status(&url("/small.html"), &["-r", "100-"])? == 416);
        Ok(())
    })?;
    step("conditional requests", || conditions(&url("/small.html")))?;
    step("mod_rewrite, mod_redirect, mod_access", || {
        http::gives_file(&url("/old/small"), &site.file("small.html"), &[])?;
        let moved = http::fetch_all(&url("/moved/there"), &[])?;
        ensure!(
            moved.starts_with("HTTP/1.1 301") && moved.contains("Location: /there"),
            "{moved}"
        );
        ensure!(http::status(&url("/secret.conf~"), &[])? == 403);
        Ok(())
    })?;
    step("mod_proxy to another instance", || {
        let answer = http::fetch(&[&url("/behind/small.html")])?;
        ensure!(answer == SMALL.as_bytes(), "{answer:?}");
        http::keeps_alive(&url("/behind/small.html"))?;
        let large = folder.join("large");
        let name = large.to_string_lossy();
        ensure!(http::status(&url("/behind/dav/large"), &["-T", &name])? == 201);
        http::gives_file(&url("/behind/dav/large"), &large, &[])
    })?;
    step("1,000 connections at once", || {
        http::many_connections(site.port, 1_000, "/small.html", SMALL)
    })?;
    step("wrk for 10 s, no error", || {
        http::wrk(&url("/small.html"), 10).map(|_| ())
    })?;
    step("wrk through both instances for 3 s, no error", || {
        http::wrk(&url("/behind/small.html"), 3).map(|_| ())
    })?;
    step("its log has what was asked", || {
        let log = std::fs::read_to_string(site.folder.join("access.log"))?;
        let lines = log
            .lines()
            .filter(|line| line.contains("/secret.conf~"))
            .count();
        ensure!(lines == 1, "{lines} lines for one request");
        Ok(())
    })?;
    step("uses no processor time while nothing happens", || {
        idles(site.server.id())?;
        idles(behind.server.id())
    })?;
    step("its own unit tests", || own::units(port))?;
    for script in own::SCRIPTS {
        let mut passed = 0;
        step(&format!("its own {}.t", script.name), || {
            passed = own::run(port, script)?;
            Ok(())
        })?;
        println!("      {passed} passed");
        for (range, why) in script.left_out {
            println!("  --  {} to {}: {why}", range.start(), range.end());
        }
    }
    Ok(())
}

fn conditions(url: &str) -> Result<()> {
    let head = http::fetch_all(url, &["-I"])?;
    let field = |name: &str| {
        let value = head.lines().find_map(|line| line.strip_prefix(name));
        value.with_context(|| format!("no {name} in:\n{head}"))
    };
    let (tag, time) = (field("ETag: ")?, field("Last-Modified: ")?);
    let status =
        |header: &str, value: &str| http::status(url, &["-H", &format!("{header}: {value}")]);
    ensure!(status("If-None-Match", tag)? == 304);
    ensure!(status("If-None-Match", "\"another\"")? == 200);
    ensure!(status("If-Modified-Since", time)? == 304);
    ensure!(status("If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT")? == 200);
    Ok(())
}

/// A running lighttpd with a folder of its own.
struct Site {
    server: Server,
    folder: PathBuf,
    port: u16,
}

impl Site {
    /// `behind` is the port that /behind/ is passed on to.
    fn start(program: &Port, folder: &Path, behind: Option<u16>) -> Result<Self> {
        for sub in ["html/dav", "uploads"] {
            std::fs::create_dir_all(folder.join(sub))?;
        }
        std::fs::write(folder.join("html/small.html"), SMALL)?;
        std::fs::write(folder.join("html/secret.conf~"), "secret\n")?;
        let port = free_port()?;
        std::fs::write(
            folder.join("lighttpd.conf"),
            configuration(folder, port, behind)?,
        )?;
        let mut command = Command::new(program.program("lighttpd")?);
        command
            .args(["-D", "-f", "lighttpd.conf"])
            .current_dir(folder);
        let mut server = Server::start(&mut command)?;
        server.wait_for_port(port)?;
        Ok(Self {
            server,
            folder: folder.to_owned(),
            port,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join("html").join(name)
    }
}

fn configuration(folder: &Path, port: u16, behind: Option<u16>) -> Result<String> {
    let folder = folder.display();
    let mut text = format!(
        r#"server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{folder}/html"
server.upload-dirs = ("{folder}/uploads")
server.errorlog = "{folder}/error.log"
accesslog.filename = "{folder}/access.log"
server.event-handler = "linux-sysepoll"
server.max-connections = 2048
server.max-keep-alive-requests = 1000000
index-file.names = ("small.html")
mimetype.assign = (".html" => "text/html", "" => "application/octet-stream")
etag.use-inode = "enable"
server.modules = ("mod_indexfile", "mod_access", "mod_rewrite", "mod_redirect", "mod_proxy",
  "mod_webdav", "mod_accesslog", "mod_staticfile")
url.access-deny = ("~")
url.rewrite-once = ("^/old/(\w+)$" => "/$1.html")
url.redirect = ("^/moved/(.*)$" => "/$1")
$HTTP["url"] =~ "^/dav/" {{ webdav.activate = "enable" }}
"#
    );
    if let Some(behind) = behind {
        write!(
            text,
            r#"$HTTP["url"] =~ "^/behind/" {{
  proxy.server = ("" => (("host" => "127.0.0.1", "port" => {behind})))
  proxy.header = ("map-urlpath" => ("/behind/" => "/"))
}}
"#
        )?;
    }
    Ok(text)
}
