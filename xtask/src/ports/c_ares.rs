//! c-ares: its own two clients before a native name server.

use super::dns::Dns;
use super::{Port, step};
use anyhow::{Result, ensure};
use std::net::UdpSocket;
use std::process::Command;

pub fn test(port: &Port) -> Result<()> {
    let folder = port.scratch()?;
    let dns = Dns::start(&folder.join("dns"))?;
    let number = dns.port.to_string();
    let adig = |server: &str, args: &[&str]| -> Result<String> {
        let mut command = Command::new(port.program("adig")?);
        let to = ["-s", "127.0.0.1", "-U", server, "-T", server];
        let output = command.args(to).args(args).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let answers = |kind: &str, name: &str, answer: &str| -> Result<()> {
        let text = adig(&number, &["-t", kind, name])?;
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
            let text = adig(&number, &["-t", "TXT", "long.test."])?;
            let parts = text.matches(&"x".repeat(250)).count();
            ensure!(parts == 8, "{parts} of 8 parts:\n{text}");
            Ok(())
        },
    )?;
    step(
        "adig: a name that is not there, a server that says nothing",
        || {
            answers("A", "none.test.", "NXDOMAIN")?;
            let silent = UdpSocket::bind("127.0.0.1:0")?;
            let silent = silent.local_addr()?.port().to_string();
            let text = adig(&silent, &["-t", "A", "four.test."])?;
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
    })
}
