//! What is published arrives: once, in order, unchanged, at everybody who asked for it.

use super::broker::{Broker, numbered, printed};
use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use std::time::Duration;

pub fn in_order(broker: &mut Broker, version: &str, qos: u8) -> Result<()> {
    // Of QoS 2 messages that pile up, mosquitto 2.0.11 now and then sends more at a time than an
    // MQTT 5 client allows (20), natively too, and the client takes offence.
    let count = if (version, qos) == ("mqttv5", 2) {
        20
    } else {
        500
    };
    let topic = format!("order/{version}/{qos}");
    let (lines, text) = numbered("message", count);
    let subscriber = broker.subscribe(
        &format!("order-{version}-{qos}"),
        &format!("-V {version} -q {qos} -t {topic} -C {count}"),
    )?;
    broker.publish(&format!("-V {version} -q {qos} -t {topic} -l"), &text)?;
    printed(subscriber, &lines)
}

pub fn retained(broker: &mut Broker) -> Result<()> {
    broker.publish("-q 1 -t kept/a -r -m first", b"")?;
    broker.publish("-q 1 -t kept/a -r -m second", b"")?;
    let late = broker.subscribe("kept-1", "-q 1 -t kept/# -v -C 1")?;
    printed(late, &["kept/a second".to_owned()])?;
    broker.publish("-q 1 -t kept/a -r -n", b"")?;
    // The first that a new subscriber gets is something else, so nothing was kept.
    let later = broker.subscribe("kept-2", "-q 1 -t kept/# -v -C 1")?;
    broker.publish("-q 1 -t kept/b -m live", b"")?;
    printed(later, &["kept/b live".to_owned()])
}

pub fn fan_out(broker: &mut Broker) -> Result<()> {
    let (lines, text) = numbered("news", 20);
    let mut subscribers = Vec::new();
    for n in 0..50 {
        // A few levels of wildcards; all of them match.
        let filter = ["news/all/today", "news/+/today", "news/#", "#"][n % 4];
        subscribers
            .push(broker.subscribe(&format!("reader-{n}"), &format!("-q 1 -t {filter} -C 20"))?);
    }
    broker.publish("-q 1 -t news/all/today -l", &text)?;
    for (n, subscriber) in subscribers.into_iter().enumerate() {
        printed(subscriber, &lines).with_context(|| format!("subscriber {n}"))?;
    }
    Ok(())
}

pub fn large(broker: &mut Broker) -> Result<()> {
    let payload = payload(8_000_000);
    for qos in [0, 2] {
        let subscriber = broker.subscribe(
            &format!("large-{qos}"),
            &format!("-q {qos} -t large -C 1 -N"),
        )?;
        broker.publish(&format!("-q {qos} -t large -s"), &payload)?;
        let received = subscriber.wait()?.output;
        ensure!(
            Sha256::digest(&received) == Sha256::digest(&payload),
            "with QoS {qos}, {} bytes were sent and {} arrived, or others",
            payload.len(),
            received.len()
        );
    }
    Ok(())
}

/// The broker must keep what a stopped client does not take, go on with the others meanwhile, and
/// hand it over later.
pub fn stalled(broker: &mut Broker) -> Result<()> {
    const COUNT: usize = 20;
    let payload = payload(1_000_000);
    let stalled = broker.subscribe("stalled", &format!("-q 1 -t stall -C {COUNT} -N"))?;
    stalled.signal("STOP")?;
    let quick = broker.subscribe("quick", &format!("-q 1 -t stall -C {COUNT} -N"))?;
    for _ in 0..COUNT {
        broker.publish("-q 1 -t stall -s", &payload)?;
    }
    ensure!(
        quick.wait()?.output.len() == COUNT * payload.len(),
        "the other subscriber did not get everything"
    );
    std::thread::sleep(Duration::from_secs(1));
    ensure!(stalled.printed() == 0, "the client was not stopped");
    stalled.signal("CONT")?;
    let received = stalled.wait()?.output;
    ensure!(
        received == payload.repeat(COUNT),
        "{} of {} bytes arrived, or others",
        received.len(),
        COUNT * payload.len()
    );
    Ok(())
}

/// Bytes without a pattern that an error could hide in.
fn payload(length: usize) -> Vec<u8> {
    let mut state = 1u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(next).collect()
}
