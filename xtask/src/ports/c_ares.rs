//! c-ares: its own two clients before a native name server.

use super::dns::Dns;
use super::{PATIENCE, Port, Session, idles, step};
use anyhow::{Result, ensure};
use std::net::UdpSocket;
use std::process::{Command, Stdio};

pub fn test(port: &Port) -> Result<()> {
    let folder = port.scratch()?;
    let dns = Dns::start(&folder.join("dns"))?;
    let number = dns.port.to_string();
    let command = |server: &str, args: &[&str]| -> Result<Command> {
        let mut command = Command::new(port.program("adig")?);
        let to = ["-s", "127.0.0.1", "-U", server, "-T", server];
        command.args(to).args(args);
        Ok(command)
    };
    let adig = |args: &[&str]| -> Result<String> {
        let output = command(&number, args)?.output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let answers = |kind: &str, name: &str, answer: &str| -> Result<()> {
        let text = adig(&["-t", kind, name])?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let words = words.join(" ");
        ensure!(
            words.contains(answer),
            "{kind} of {name} without {answer:?}:\n{text}"
        );
        Ok(())
    };
    step("adig: addresses and other records", || {
        answers("A", "four.test.", "A 127.0.0.1")?;
        answers("AAAA", "six.test.", "AAAA ::1")?;
        answers("A", "alias.test.", "CNAME four.test.")?;
        answers("MX", "four.test.", "MX 10 mail.test.")?;
        answers("SRV", "_http._tcp.test.", "SRV 1 2 8080 four.test.")
    })?;
    step(
        "adig: an answer too long for a datagram comes by TCP",
        || {
            let text = adig(&["-t", "TXT", "long.test."])?;
            let parts = text.matches(&"x".repeat(250)).count();
            ensure!(parts == 8, "{parts} of 8 parts:\n{text}");
            Ok(())
        },
    )?;
    step("adig: 150 names at once, and one that is not there", || {
        let names = ["four.test."; 150];
        let text = adig(&[&["-t", "A"][..], &names].concat())?;
        let found = text.matches("127.0.0.1").count();
        ensure!(found == 150, "{found} of 150 answers:\n{text}");
        answers("A", "none.test.", "NXDOMAIN")
    })?;
    step(
        "adig: a server that says nothing; no processor time until then",
        || {
            let silent = UdpSocket::bind("127.0.0.1:0")?;
            let number = silent.local_addr()?.port().to_string();
            let mut command = command(&number, &["-t", "A", "four.test."])?;
            let session = Session::start(&mut command, Stdio::null())?;
            silent.set_read_timeout(Some(PATIENCE))?;
            silent.recv(&mut [0; 512])?;
            idles(session.id())?;
            let ended = session.wait()?;
            let text = String::from_utf8_lossy(&ended.output);
            ensure!(text.contains("Timeout"), "{text}");
            Ok(())
        },
    )?;
    step("ahost: /etc/hosts", || {
        let etc = folder.join("etc");
        std::fs::create_dir_all(&etc)?;
        std::fs::write(etc.join("hosts"), "127.0.0.1 oldhost.example oldhost\n")?;
        let mut command = Command::new(port.program("ahost")?);
        command.env("WPS_RUN_FLAGS", format!("--dir {}::/etc", etc.display()));
        let output = command.args(["-t", "a", "oldhost"]).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(text.contains("127.0.0.1"), "{text}");
        Ok(())
    })?;
    step("its own tests", || own(port))
}

/// Its suite, before name servers that it simulates itself; nobody outside is asked.
fn own(port: &Port) -> Result<()> {
    // Live tests ask the name servers of the world. HostAliasUnreadable takes all permissions from a
    // file and wants them to be gone: `file-modes` in docs/DIFFERENCES.md.
    const LEFT_OUT: &str = "*.Live*:*.HostAliasUnreadable*";
    // Those by UDP let 40 s pass, waiting for answers that are not given.
    for (tests, chosen) in [
        (12, format!("*MockUDPChannelTest.*-{LEFT_OUT}")),
        (356, format!("*-*MockUDPChannelTest.*:{LEFT_OUT}")),
    ] {
        let mut command = Command::new(port.folder.join("test/arestest"));
        command.arg(format!("--gtest_filter={chosen}"));
        let ended = Session::start(&mut command, Stdio::null())?.wait()?;
        let text = String::from_utf8_lossy(&ended.output);
        let passed = format!("[  PASSED  ] {tests} tests.");
        ensure!(
            ended.success && text.contains(&passed),
            "{text}{}",
            ended.messages
        );
    }
    Ok(())
}
