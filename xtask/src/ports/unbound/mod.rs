//! unbound, on each of its two loops, before dig and dnsperf, with a native server behind it.

mod answers;
mod clients;
mod forwarding;
mod instance;
mod message;
mod secure;
mod upstream;

use super::{Port, idles, step};
use anyhow::{Result, ensure};
use clients::dnsperf;
use instance::{Instance, check, forward, free_dns_port, usual};
use std::path::PathBuf;
use upstream::Upstream;

pub fn test(port: &Port) -> Result<()> {
    port.scratch()?;
    // How many questions unbound lets wait at once: 1,024, and half of that without libevent.
    for (event, crowd) in [("epoll", 1_000), ("select", 500)] {
        println!("on {event}");
        let upstream = Upstream::start()?;
        let clauses = usual(&upstream, free_dns_port()?);
        let instance = Instance::start(port, event, event, &clauses)?;
        step("local data by UDP and TCP, IPv4 and IPv6", || {
            answers::local(&instance)
        })?;
        step("long answers: cut, by EDNS, by TCP", || {
            answers::long(&instance)
        })?;
        step("clients that are refused, and that get no answer", || {
            answers::access(&instance)
        })?;
        step("many questions on a connection, many connections", || {
            answers::connections(&instance, &upstream)
        })?;
        step(
            "forwards by UDP and TCP, IPv4 and IPv6, and asks once",
            || forwarding::forwards(&instance, &upstream),
        )?;
        step("forwarded denials, long answers, losses, forgeries", || {
            forwarding::hardships(&instance, &upstream)
        })?;
        step(
            &format!("{crowd} questions wait for their answers at once"),
            || forwarding::crowd(&instance, &upstream, crowd),
        )?;
        step("dnsperf: 10 s by UDP, none lost", || {
            let questions = questions(&instance)?;
            dnsperf(&instance, &questions, &["-s", "127.0.0.1", "-l", "10"]).map(|_| ())
        })?;
        step("dnsperf: by TCP and IPv6, none lost", || {
            let questions = questions(&instance)?;
            for address in ["127.0.0.1", "::1"] {
                let tcp = ["-s", address, "-m", "tcp", "-c", "20", "-l", "3"];
                dnsperf(&instance, &questions, &tcp)?;
            }
            dnsperf(&instance, &questions, &["-s", "::1", "-l", "3"]).map(|_| ())
        })?;
        step("unbound-control: counts, local data, the cache", || {
            forwarding::control(&instance, port, &upstream)
        })?;
        step("uses no processor time while nothing happens", || {
            idles(instance.server.id())
        })?;
        step("unbound-control: reload, stop", || ends(instance, port))?;
    }
    step("TLS to it and from it", || secure::tls(port))?;
    step("signatures: a right one, a wrong one, none", || {
        secure::signatures(port)
    })?;
    step("unbound-checkconf, unbound-host, unbound-anchor", || {
        tools(port)
    })
}

/// The questions of dnsperf, with answers of different lengths.
fn questions(instance: &Instance) -> Result<PathBuf> {
    let file = instance.folder.join("questions");
    let lines = "www.local.example A\nwww.local.example AAAA\nany.everything.example A\n\
        alias.local.example CNAME\n7.2.0.192.in-addr.arpa PTR\nwww.local.example MX\n";
    std::fs::write(&file, lines)?;
    Ok(file)
}

fn ends(mut instance: Instance, port: &Port) -> Result<()> {
    // The configuration is read anew, and what stood in it no longer is gone.
    let file = instance.folder.join("unbound.conf");
    let text = std::fs::read_to_string(&file)?;
    std::fs::write(&file, text.replace("192.0.2.9", "192.0.2.10"))?;
    instance.control(port, &["reload"])?;
    let answer = clients::dig(&instance, &["a.everything.example"])?;
    answer.expect("NOERROR", &["192.0.2.10"])?;
    instance.control(port, &["stop"])?;
    let status = instance.server.wait()?;
    ensure!(status.success(), "it ended with {status}");
    Ok(())
}

fn tools(port: &Port) -> Result<()> {
    let upstream = Upstream::start()?;
    let forwarding = forward(".", "127.0.0.1", upstream.port, "");
    let instance = Instance::start(port, "epoll", "tools", &forwarding)?;
    let text = std::fs::read_to_string(instance.folder.join("unbound.conf"))?;
    let (fine, said) = check(port, &instance.folder, &text)?;
    ensure!(fine && said.contains("no errors"), "{said}");
    let (fine, said) = check(port, &instance.folder, &text.replace("@", "@x"))?;
    ensure!(!fine && said.contains("cannot parse interface"), "{said}");
    let (fine, said) = check(
        port,
        &instance.folder,
        &text.replace("do-daemonize", "daemonise"),
    )?;
    ensure!(
        !fine && said.contains("unknown keyword 'daemonise'"),
        "{said}"
    );
    // These two resolve by themselves, in the process that they are.
    let run = |program: &str, arguments: &[&str]| -> Result<(bool, String)> {
        let output = std::process::Command::new(port.program(program)?)
            .args(arguments)
            .current_dir(&instance.folder)
            .output()?;
        Ok((output.status.success(), instance::said(&output)))
    };
    let (fine, said) = run(
        "unbound-host",
        &["-C", "unbound.conf", "-t", "A", "host-77.example"],
    )?;
    ensure!(
        fine && said == "host-77.example has address 10.0.0.77\n",
        "{said}"
    );
    let (fine, said) = run("unbound-anchor", &["-l"])?;
    ensure!(fine && said.contains("BEGIN CERTIFICATE"), "{said}");
    Ok(())
}
