//! What a program has sent is on its way while the program does something else:
//! `gather::WAY::WRITES::VARIANT`. Nothing here depends on how fast anything is: the program never
//! comes back from what it does, and is ended when all that it sent has arrived.

use crate::compile;
use crate::programs::{LIBCS, Variant, root, wanted};
use anyhow::{Context, Result, ensure};
use libtest_mimic::{Completion, Trial};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::Duration;

/// Calls that are flush points (docs/ARCHITECTURE.md, Writing): whatever was sent before them goes.
const POINTS: [&str; 15] = [
    "clock_nanosleep",
    "sleep",
    "usleep",
    "pause",
    "poll_input",
    "select",
    "epoll",
    "readv_input",
    "fgets",
    "accept",
    "pipe",
    "eventfd",
    "timerfd",
    MORE_BY_RECV,
    MORE_BY_POLL,
];

/// A program that answers what never ends: what it sends may be kept for a while only.
const MORE_BY_RECV: &str = "more_by_recv";
const MORE_BY_POLL: &str = "more_by_poll";

/// Those of different kinds, with all sorts of writes before them.
const THOROUGH: [&str; 4] = ["nanosleep", "poll", "read_input", "recv"];

/// What is none: only a lone write is on its way by itself.
const NO_POINTS: [&str; 2] = ["compute", "clock"];

/// Name, pieces, bytes in each, MSG_MORE.
const WRITES: [(&str, usize, usize, bool); 4] = [
    ("one", 1, 10, false),
    ("three", 3, 10, false),
    ("full", 40, 1000, false),
    ("more", 2, 10, true),
];

pub fn trials(installed: &[String]) -> Vec<Trial> {
    let mut trials = Vec::new();
    let wasm = LIBCS.iter().map(|libc| Variant::Wasm((*libc).to_owned()));
    for variant in std::iter::once(Variant::Native).chain(wasm).filter(wanted) {
        if matches!(&variant, Variant::Wasm(libc) if !installed.contains(libc)) {
            continue;
        }
        let thorough = THOROUGH
            .iter()
            .flat_map(|way| WRITES.map(|writes| (*way, writes)));
        let points = POINTS.iter().map(|way| (*way, WRITES[1]));
        let others = NO_POINTS.iter().map(|way| (*way, WRITES[0]));
        for (way, writes) in thorough.chain(points).chain(others) {
            let name = format!("gather::{way}::{}::{}", writes.0, variant.name());
            let variant = variant.clone();
            trials.push(Trial::ignorable_test(name, move || {
                check(&variant, way, writes).map_err(|e| format!("{e:#}"))?;
                Ok(Completion::Completed)
            }));
        }
    }
    trials
}

fn check(
    variant: &Variant,
    way: &str,
    (_, pieces, size, more): (&str, usize, usize, bool),
) -> Result<()> {
    let source = root().join("tests/conformance/gather.c");
    let file = compile::compile_source(&source, "gather", variant)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut child = compile::command(&file, variant, &[])?
        .arg(listener.local_addr()?.port().to_string())
        .args([pieces.to_string(), size.to_string()])
        .args([if more { "1" } else { "0" }, way])
        // Open, and nothing ever comes.
        .stdin(Stdio::piped())
        .spawn()
        .context("starting the program")?;
    let endless = [MORE_BY_RECV, MORE_BY_POLL].contains(&way);
    let outcome = receive(&listener, &mut child, pieces * size, endless);
    let ended = child.try_wait()?;
    child.kill()?;
    child.wait()?;
    outcome?;
    ensure!(ended.is_none(), "the program ended by itself: {ended:?}");
    Ok(())
}

/// Takes what the program sends; with `endless` it is sent bytes all the while.
fn receive(listener: &TcpListener, child: &mut Child, total: usize, endless: bool) -> Result<()> {
    let mut stream = connection(listener, child)?;
    if endless {
        let mut input = stream.try_clone()?;
        // Ends with the program.
        std::thread::spawn(move || while input.write_all(&[0; 65536]).is_ok() {});
    }
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut received = vec![0; total];
    stream
        .read_exact(&mut received)
        .context("not all arrived")?;
    let sent = (0..total).map(|i| (i.wrapping_mul(7) + i / 256) as u8);
    ensure!(
        received.into_iter().eq(sent),
        "other bytes arrived than were sent"
    );
    Ok(())
}

/// The connection that the program makes.
pub fn connection(listener: &TcpListener, child: &mut Child) -> Result<TcpStream> {
    listener.set_nonblocking(true)?;
    let stream = loop {
        match listener.accept() {
            Ok((stream, _)) => break stream,
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {
                ensure!(
                    child.try_wait()?.is_none(),
                    "the program ended without connecting"
                );
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(e) => return Err(e.into()),
        }
    };
    stream.set_nonblocking(false)?;
    Ok(stream)
}
