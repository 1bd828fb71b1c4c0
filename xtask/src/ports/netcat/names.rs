//! Host names, service names, and -n.

use super::program::Netcat;
use anyhow::{Context, Result};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use crate::ports::Session;

pub fn names(nc: &Netcat) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();

    let ended = nc.start_mute(&format!("-v -z localhost {port}"))?.wait()?;
    ended
        .expect(true, &format!("localhost [127.0.0.1] {port} (?) open"))
        .context("localhost")?;

    let ended = nc.start_mute(&format!("-n -z localhost {port}"))?.wait()?;
    ended
        .expect(false, "Can't parse localhost as an IP address")
        .context("-n")?;

    // An /etc of its own, with names that only that knows.
    let etc = nc.folder.join("etc");
    std::fs::create_dir_all(&etc)?;
    std::fs::write(etc.join("hosts"), "127.0.0.1 oldhost.example oldhost\n")?;
    std::fs::write(etc.join("services"), format!("oldservice {port}/tcp\n"))?;
    let flags = format!("--dir {}::/etc", etc.display());
    let with_etc = |args: &str| -> Result<Session> {
        let mut command: Command = nc.command(args);
        Session::start(command.env("WPS_RUN_FLAGS", &flags), Stdio::null())
    };
    let ended = with_etc("-v -z oldhost oldservice")?.wait()?;
    let open = format!("oldhost.example [127.0.0.1] {port} (oldservice) open");
    ended
        .expect(true, &open)
        .context("/etc/hosts and /etc/services")?;

    // -n looks no service up either.
    let ended = with_etc("-n -z 127.0.0.1 oldservice")?.wait()?;
    ended.expect(false, "invalid port oldservice")
}
