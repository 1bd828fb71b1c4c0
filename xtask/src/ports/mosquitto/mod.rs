//! The MQTT broker, with Debian's mosquitto_pub and mosquitto_sub.

mod broker;
mod delivery;
mod sessions;

use super::{Port, idles, step};
use anyhow::{Context, Result};
use broker::Setup;

pub fn test(port: &Port) -> Result<()> {
    let folder = port.scratch()?;
    for (loops, program) in [("poll", "src/mosquitto"), ("epoll", "epoll/src/mosquitto")] {
        println!("  {program}:");
        let setup = Setup::of(port, program, folder.join(loops))?;
        test_broker(&setup).with_context(|| format!("on its {loops} loop"))?;
    }
    Ok(())
}

fn test_broker(setup: &Setup) -> Result<()> {
    let broker = &mut setup.start("broker", "sys_interval 1\n")?;
    for version in ["mqttv311", "mqttv5"] {
        for qos in 0..=2 {
            step(&format!("messages with QoS {qos} by {version}"), || {
                delivery::in_order(broker, version, qos)
            })?;
        }
    }
    step("a retained message is kept, replaced and cleared", || {
        delivery::retained(broker)
    })?;
    step("20 messages for each of 50 subscribers", || {
        delivery::fan_out(broker)
    })?;
    step("a payload of 8 MB", || delivery::large(broker))?;
    step("a subscriber that stalls for 20 MB gets them all", || {
        delivery::stalled(broker)
    })?;
    step("a will, when its client vanishes and only then", || {
        sessions::will(broker)
    })?;
    step("a client that falls silent is dropped (keepalive)", || {
        sessions::keepalive(broker)
    })?;
    step("the broker reports on itself ($SYS)", || {
        sessions::system_topics(broker)
    })?;
    step("persistence across a restart", || {
        sessions::persistence(setup)
    })?;
    step("passwords and access lists from files", || {
        sessions::access(setup)
    })?;
    step("a bridge between two brokers, and its reconnection", || {
        sessions::bridge(setup)
    })?;
    step("uses no processor time while nothing happens", || {
        let idle = &mut setup.start("idle", "")?;
        let clients = (0..3).map(|n| idle.subscribe(&format!("idle{n}"), "-t idle/#"));
        let _clients = clients.collect::<Result<Vec<_>>>()?;
        idles(idle.id())
    })
}
