//! curl, a client: built with each of its two resolvers, before native servers.

mod failures;
mod ftp;
mod http;
mod names;
mod program;
mod servers;

use super::dns::Dns;
use super::http::noise;
use super::{Port, step};
use anyhow::{Result, ensure};
use program::Curl;
use servers::{Ftp, Web, trickster};
use std::path::Path;

/// The size of what goes up and down, 60 MB.
const LARGE: usize = 60_000_000;

pub fn test(port: &Port) -> Result<()> {
    let folder = port.scratch()?;
    for build in ["plain", "ares"] {
        println!(" {build}:");
        let program = port.program(&format!("{build}/src/curl"))?;
        let folder = folder.join(build);
        let curl = Curl::new(program, &folder.join("client"));
        test_build(&curl, &folder, build == "ares")?;
        // Several copies of the large file, once for each build.
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

fn test_build(curl: &Curl, folder: &Path, ares: bool) -> Result<()> {
    std::fs::create_dir_all(&curl.folder)?;
    let web = Web::start(&folder.join("web"))?;
    let ftp = Ftp::start(&folder.join("ftp"), "127.0.0.1")?;
    let ftp6 = Ftp::start(&folder.join("ftp6"), "::1")?;
    let big = noise(LARGE);
    for file in [
        curl.file("big"),
        web.file("big"),
        ftp.file("big"),
        ftp6.file("big"),
    ] {
        std::fs::write(file, &big)?;
    }
    for file in [curl.file("small"), web.file("small")] {
        std::fs::write(file, "a small page\n")?;
    }
    std::fs::create_dir_all(web.file("user"))?;
    std::fs::write(web.file("user/page"), "for ann\n")?;
    let trickster = trickster()?;

    step("says what it is", || {
        let text = curl.text(&["-V"])?;
        ensure!(text.contains("IPv6"), "{text}");
        ensure!(text.contains("c-ares/") == ares, "{text}");
        Ok(())
    })?;
    step("HTTP: 60 MB down", || http::download(curl, &web))?;
    step("HTTP: 60 MB up, from a file and from stdin", || {
        http::upload(curl, &web)
    })?;
    step("HTTP: POST, 60 MB there and back", || http::post(curl))?;
    step("HTTP: redirects, cookies, passwords; file://", || {
        http::manners(curl, &web)
    })?;
    step("HTTP: ranges, -C -", || http::ranges(curl, &web))?;
    step("HTTP: 1,000 URLs by one connection", || {
        http::keep_alive(curl, &web)
    })?;
    step("HTTP: -Z, 200 URLs and 4 x 60 MB at once", || {
        http::parallel(curl, &web)
    })?;
    step("--limit-rate, down and up", || http::limit_rate(curl, &web))?;
    step("a reader that goes away", || http::pipes(curl, &web))?;
    step("telnet: stdin and a connection at once", || {
        http::telnet(curl, &web)
    })?;
    step("FTP: passive by EPSV", || ftp::both_ways(curl, &ftp, &[]))?;
    step("FTP: passive by PASV", || {
        ftp::both_ways(curl, &ftp, &["--disable-epsv"])
    })?;
    step("FTP: active by EPRT", || {
        ftp::both_ways(curl, &ftp, &["-P", "-"])
    })?;
    step("FTP: active by PORT", || {
        ftp::both_ways(curl, &ftp, &["-P", "-", "--disable-eprt"])
    })?;
    step("FTP: IPv6, passive", || ftp::both_ways(curl, &ftp6, &[]))?;
    step("FTP: IPv6, active", || {
        ftp::both_ways(curl, &ftp6, &["-P", "-"])
    })?;
    step("FTP: ranges, -C - down and up, -a", || {
        ftp::parts(curl, &ftp)
    })?;
    step("FTP: up from stdin", || ftp::stdin(curl, &ftp))?;
    step("FTP: several files, folders, commands", || {
        ftp::commands(curl, &ftp)
    })?;
    step("FTP: failures", || ftp::failures(curl, &ftp))?;
    step("localhost, --resolve, --connect-to, /etc/hosts", || {
        names::names(curl, &web)
    })?;
    if ares {
        let dns = Dns::start(&folder.join("dns"))?;
        step("asks a name server", || {
            names::name_server(curl, &web, &dns)
        })?;
    } else {
        step("a name that nobody knows", || names::unknown(curl))?;
    }
    step("happy eyeballs", || names::happy_eyeballs(curl, &web))?;
    step("failures: connections", || {
        failures::connection(curl, trickster)
    })?;
    step("failures: timeouts", || failures::timeouts(curl, trickster))?;
    step("failures: HTTP", || failures::http(curl, &web, trickster))?;
    step("failures: files, URLs, options, no network", || {
        failures::local(curl, &web)
    })?;
    step("uses no processor time while it waits", || {
        http::idle(curl, trickster)
    })
}
