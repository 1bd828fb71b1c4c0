//! What unbound asks others for.

use super::super::{PATIENCE, Port, wait_for};
use super::clients::dig;
use super::instance::Instance;
use super::message::{A, Question, query};
use super::upstream::{Upstream, Way, address};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, UdpSocket};

pub fn forwards(instance: &Instance, upstream: &Upstream) -> Result<()> {
    for (zone, way) in [
        ("four.example", Way::Udp4),
        ("six.example", Way::Udp6),
        ("tcp.example", Way::Tcp4),
        ("tcp6.example", Way::Tcp6),
    ] {
        for number in [1, 70_000] {
            let name = format!("host-{number}.{zone}");
            let ip = address(&name).to_string();
            // The second and third answers are from the cache, whoever asks.
            for client in [&["@127.0.0.1"][..], &["@::1"], &["@::1", "+tcp"]] {
                let answer = dig(instance, &[&[name.as_str()], client].concat())?;
                answer.expect("NOERROR", &[&ip])?;
                ensure!(answer.has("ra") && !answer.has("aa"), "{}", answer.text);
            }
            let asked = (upstream.asked(&name), upstream.asked_by(&name, way));
            ensure!(
                asked == (1, 1),
                "{name} was asked for {asked:?} times, in all and by {way:?}"
            );
        }
    }
    Ok(())
}

pub fn hardships(instance: &Instance, upstream: &Upstream) -> Result<()> {
    // A denial is kept as an answer is.
    for _ in 0..2 {
        dig(instance, &["none-1.example"])?.expect("NXDOMAIN", &[])?;
        dig(instance, &["host-2.example", "MX"])?.expect("NOERROR", &[])?;
    }
    ensure!(upstream.asked("none-1.example") == 1);
    ensure!(upstream.asked("host-2.example") == 1);
    // Too long for a datagram on both sides: each asks again by TCP.
    for size in [3_000, 60_000_u32] {
        let name = format!("big-{size}.example");
        let answer = dig(instance, &[&name, "TXT"])?;
        let strings = size.div_ceil(268) as usize;
        ensure!(
            answer.tcp && answer.data.len() == strings,
            "{}",
            answer.text
        );
        ensure!(
            answer.data.iter().all(|text| text.len() == 257),
            "{}",
            answer.text
        );
        ensure!(upstream.asked_by(&name, Way::Udp4) == 1);
        ensure!(upstream.asked_by(&name, Way::Tcp4) == 1);
    }
    // The first question gets lost on the way.
    dig(instance, &["lost-3.example"])?.expect("NOERROR", &["10.0.0.3"])?;
    ensure!(upstream.asked("lost-3.example") == 2);
    dig(instance, &["lost-4.six.example"])?.expect("NOERROR", &["10.0.0.4"])?;
    // Answers that were not asked for come before the one that was.
    dig(instance, &["forged-5.example"])?.expect("NOERROR", &["10.0.0.5"])?;
    dig(instance, &["forged-6.six.example"])?.expect("NOERROR", &["10.0.0.6"])
}

/// Asks for many names at once: a socket of unbound's waits for each answer.
pub fn crowd(instance: &Instance, upstream: &Upstream, crowd: u16) -> Result<()> {
    // No more of them through one socket than what its buffer holds, however slow the machine is.
    const SHARE: u16 = 50;
    let name = |id: u16| format!("held-{id}.example");
    upstream.hold();
    let mut clients = Vec::new();
    for first in (0..crowd).step_by(usize::from(SHARE)) {
        let client = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        client.connect((Ipv4Addr::LOCALHOST, instance.port))?;
        client.set_read_timeout(Some(PATIENCE))?;
        let ids = first..first + SHARE;
        for id in ids.clone() {
            client.send(&query(id, &name(id), A))?;
        }
        wait_for("the upstream to be asked", || {
            let all = ids.clone().all(|id| upstream.asked(&name(id)) > 0);
            Ok(all.then_some(()))
        })
        .context(instance.server.output())?;
        clients.push((client, ids));
    }
    upstream.release();
    for (client, ids) in clients {
        let mut missing: BTreeSet<u16> = ids.collect();
        let mut piece = [0; 512];
        while !missing.is_empty() {
            let length = client.recv(&mut piece).context(instance.server.output())?;
            let question = Question::read(&piece[..length])?;
            ensure!(missing.remove(&question.id) && question.name == name(question.id));
            let code = piece[3] & 15;
            ensure!(
                code == 0,
                "code {code}; it said:\n{}",
                instance.server.output()
            );
        }
    }
    Ok(())
}

pub fn control(instance: &Instance, tools: &Port, upstream: &Upstream) -> Result<()> {
    let name = "host-8.example";
    let asks = || dig(instance, &[name])?.expect("NOERROR", &["10.0.0.8"]);
    asks()?;
    let (hits, misses) = ("total.num.cachehits", "total.num.cachemiss");
    let before = (
        instance.counter(tools, hits)?,
        instance.counter(tools, misses)?,
    );
    asks()?;
    let after = (
        instance.counter(tools, hits)?,
        instance.counter(tools, misses)?,
    );
    ensure!(
        after == (before.0 + 1, before.1),
        "hits and misses: {before:?}, then {after:?}"
    );
    let cache = instance.control(tools, &["dump_cache"])?;
    ensure!(
        cache.contains("host-8.example.\t") && cache.ends_with("EOF\n"),
        "{cache}"
    );
    instance.control(tools, &["flush", name])?;
    asks()?;
    ensure!(upstream.asked(name) == 2);
    instance.control(tools, &["local_data", "new.local.example. A 192.0.2.11"])?;
    dig(instance, &["new.local.example"])?.expect("NOERROR", &["192.0.2.11"])?;
    instance.control(tools, &["local_data_remove", "new.local.example."])?;
    dig(instance, &["new.local.example"])?.expect("NXDOMAIN", &[])
}
