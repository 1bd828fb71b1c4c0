//! Nothing that send() took is lost, however the program ends: `exit::WAY::SIZE::VARIANT`.

use crate::differences::Hosts;
use crate::gather::connection;
use crate::programs::{Variant, everywhere, root, wanted};
use crate::run::Outcome;
use crate::{compile, report};
use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use std::io::Read;
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

const WAYS: [&str; 15] = [
    "return", "exit", "_exit", "_Exit", "close", "shutdown", "both", "dup", "two", "over", "more",
    "cork", "linger", "atexit", "random",
];

/// Name, bytes in all, bytes in each send.
const SIZES: [(&str, usize, usize); 3] = [
    ("one_small", 10, 10),
    ("many_small", 5_000, 7),
    ("large", 3 << 20, 1 << 20),
];

/// The names of the trials, without their variants.
pub fn names() -> Vec<String> {
    let all = WAYS.iter().flat_map(|way| {
        let sizes = SIZES.iter();
        sizes.map(move |(label, ..)| format!("exit::{way}::{label}"))
    });
    all.collect()
}

pub fn trials(machine: &report::Machine, differences: &Arc<Hosts>) -> Vec<Trial> {
    let mut trials = Vec::new();
    let native = Some(Variant::Native).filter(wanted);
    let components = everywhere(differences, "exit", "exit");
    for variant in native.into_iter().chain(components) {
        for way in WAYS {
            for (label, total, piece) in SIZES {
                let short = format!("exit::{way}::{label}");
                let name = format!("{short}::{}", variant.name());
                if let Some(why) = machine.lacks(&variant) {
                    trials.push(report::missing(name, &why));
                    continue;
                }
                let (variant, differences) = (variant.clone(), Arc::clone(differences));
                trials.push(Trial::ignorable_test(name, move || {
                    let run = || match check(&variant, way, total, piece) {
                        Ok(()) => Outcome::Ok,
                        Err(error) => Outcome::Failed(format!("{error:#}")),
                    };
                    report::verdict(&variant, &short, &differences, run)
                }));
            }
        }
    }
    trials
}

fn check(variant: &Variant, way: &str, total: usize, piece: usize) -> Result<()> {
    let source = root().join("tests/conformance/exit.c");
    let file = compile::compile_source(&source, "exit", variant)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut child = compile::command(&file, variant, &[])?
        .arg(listener.local_addr()?.port().to_string())
        .args([&total.to_string(), &piece.to_string(), way])
        .stdin(Stdio::null())
        .spawn()
        .context("starting the program")?;
    let received = receive(&listener, &mut child);
    if received.is_err() {
        child.kill()?;
    }
    // After the end of its stream it has nothing left to do but to end.
    let status = child.wait()?;
    let received = received?;
    ensure!(status.success(), "the program ended with {status}");
    ensure!(
        received.len() == total,
        "{} of {total} bytes arrived",
        received.len()
    );
    let sent = (0..total).map(|i| (i.wrapping_mul(7) + i / 256) as u8);
    ensure!(
        received.iter().copied().eq(sent),
        "other bytes arrived than were sent"
    );
    Ok(())
}

/// All that the program sends, to the end of the stream.
fn receive(listener: &TcpListener, child: &mut std::process::Child) -> Result<Vec<u8>> {
    let mut stream = connection(listener, child)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut received = Vec::new();
    stream
        .read_to_end(&mut received)
        .with_context(|| format!("after {} bytes", received.len()))?;
    Ok(received)
}
