//! What the broker knows of its clients, and keeps when it is restarted.

use super::broker::{Broker, Setup, numbered, printed};
use crate::ports::Session;
use anyhow::{Result, ensure};
use std::process::Stdio;

pub fn will(broker: &mut Broker) -> Result<()> {
    let watcher = broker.subscribe("watcher", "-q 1 -t will/# -v -C 2")?;
    let with_will =
        |id: &str| format!("-t nothing --will-topic will/{id} --will-payload gone --will-qos 1");
    // One that says goodbye, one that is killed.
    let polite = broker.subscribe("polite", &format!("{} -W 1", with_will("polite")))?;
    polite.wait()?;
    broker.wait_for("Received DISCONNECT from polite\n")?;
    drop(broker.subscribe("killed", &with_will("killed"))?);
    broker.wait_for("Client killed closed its connection.")?;
    broker.publish("-q 1 -t will/end -m end", b"")?;
    printed(
        watcher,
        &["will/killed gone".to_owned(), "will/end end".to_owned()],
    )
}

pub fn keepalive(broker: &mut Broker) -> Result<()> {
    let watcher = broker.subscribe("watcher-2", "-q 1 -t silent -C 1")?;
    let silent = broker.subscribe(
        "silent",
        "-k 5 -t nothing --will-topic silent --will-payload dropped --will-qos 1",
    )?;
    // It lives on, but answers nothing: the connection stays open.
    silent.signal("STOP")?;
    broker.wait_for("Client silent has exceeded timeout, disconnecting.")?;
    printed(watcher, &["dropped".to_owned()])
}

pub fn system_topics(broker: &mut Broker) -> Result<()> {
    let version = broker.subscribe("sys-1", "-t $SYS/broker/version -C 1")?;
    printed(version, &["mosquitto version 2.0.11".to_owned()])?;
    // Published anew each second that it changes.
    let uptime = broker.subscribe("sys-2", "-t $SYS/broker/uptime -C 3")?;
    let output = String::from_utf8(uptime.wait()?.output)?;
    let seconds: Vec<u64> = output
        .lines()
        .filter_map(|line| line.strip_suffix(" seconds")?.parse().ok())
        .collect();
    ensure!(
        seconds.len() == 3 && seconds.is_sorted_by(|a, b| a < b),
        "its uptime went like this:\n{output}"
    );
    Ok(())
}

/// SIGTERM does not reach a component, so the database that mosquitto writes when it is told to
/// end must be written before: after each change.
pub fn persistence(setup: &Setup) -> Result<()> {
    let folder = setup.folder.join("persistence");
    let configuration = format!(
        "persistence true\npersistence_location {}/\nautosave_on_changes true\nautosave_interval 1\n",
        folder.display()
    );
    let mut broker = setup.start("persistence", &configuration)?;
    // Leaves as soon as it has subscribed.
    broker.subscribe("away", "-c -q 1 -t mail/# -E")?.wait()?;
    broker.wait_for("Received DISCONNECT from away\n")?;
    let (mut lines, text) = numbered("letter", 10);
    broker.publish("-q 1 -t mail/away -l", &text)?;
    broker.publish("-q 1 -t kept/here -r -m souvenir", b"")?;
    broker.wait_until_saved("souvenir")?;

    let mut broker = broker.restart()?;
    // The letters come before the SUBACK. A client that left with that unread would reset the
    // connection, and the broker would not see which letters were acknowledged, natively either.
    let back = broker.subscribe("away", "-c -q 1 -t mail/# -C 11")?;
    broker.publish("-q 1 -t mail/away -m last", b"")?;
    lines.push("last".to_owned());
    printed(back, &lines)?;
    broker.wait_for("Received DISCONNECT from away\n")?;
    let retained = broker.subscribe("new", "-q 1 -t kept/# -v -C 1")?;
    printed(retained, &["kept/here souvenir".to_owned()])?;

    // What was delivered is not delivered again after another restart.
    broker.publish("-q 1 -t mail/away -m another", b"")?;
    broker.wait_until_saved("another")?;
    let broker = broker.restart()?;
    let back = Session::start(
        &mut broker.client("mosquitto_sub", "-i away -c -q 1 -t mail/# -C 1")?,
        Stdio::null(),
    )?;
    printed(back, &["another".to_owned()])
}

pub fn access(setup: &Setup) -> Result<()> {
    let folder = setup.folder.join("access");
    std::fs::create_dir_all(&folder)?;
    // Without OpenSSL there are no hashes; mosquitto then compares the passwords themselves.
    std::fs::write(folder.join("users"), "anna:secret\nbert:hidden\n")?;
    std::fs::write(
        folder.join("rights"),
        "user anna\ntopic readwrite house/#\nuser bert\ntopic read house/#\n",
    )?;
    let mut broker = setup.start(
        "access",
        "allow_anonymous false\npassword_file users\nacl_file rights\n",
    )?;
    for credentials in ["", "-u anna -P wrong", "-u nobody -P secret"] {
        let args = format!("{credentials} -t house/door -m open");
        let refused = broker.publish(&args, b"");
        ensure!(refused.is_err(), "mosquitto_pub {args} was let in");
    }
    let reader = broker.subscribe("reader", "-u bert -P hidden -q 1 -t house/# -C 1")?;
    // He may read only; the broker takes the message and drops it.
    broker.publish("-u bert -P hidden -q 1 -t house/door -m forged", b"")?;
    broker.publish("-u anna -P secret -q 1 -t house/door -m open", b"")?;
    printed(reader, &["open".to_owned()])
}

pub fn bridge(setup: &Setup) -> Result<()> {
    let hub = setup.start("hub", "")?;
    let configuration = format!(
        "connection uplink\naddress 127.0.0.1:{}\ntopic shared/# both 1\nrestart_timeout 1\n\
         remote_clientid edge\n",
        hub.port
    );
    let mut edge = setup.start("edge", &configuration)?;
    let mut hub = carry(hub, &mut edge)?;
    // A hub that ends and comes back is found again.
    hub = hub.restart()?;
    carry(hub, &mut edge).map(|_| ())
}

/// Waits for the bridge and sends messages each way.
fn carry(mut hub: Broker, edge: &mut Broker) -> Result<Broker> {
    hub.wait_for("Sending SUBACK to edge\n")?;
    // The log is longer each time, so the names are new to both brokers.
    let id = edge.log().len();
    let (down, down_text) = numbered("down", 10);
    let (up, up_text) = numbered("up", 10);
    let at_edge = edge.subscribe(&format!("at-edge-{id}"), "-q 1 -t shared/down -C 10")?;
    let at_hub = hub.subscribe(&format!("at-hub-{id}"), "-q 1 -t shared/up -C 10")?;
    hub.publish("-q 1 -t shared/down -l", &down_text)?;
    edge.publish("-q 1 -t shared/up -l", &up_text)?;
    printed(at_edge, &down)?;
    printed(at_hub, &up)?;
    Ok(hub)
}
