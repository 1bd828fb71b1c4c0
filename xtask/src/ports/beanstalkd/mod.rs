//! beanstalkd, driven over its protocol by native clients.

mod client;

use super::{Port, Server, free_port, idles, step, wait_for};
use anyhow::{Context, Result, ensure};
use client::Client;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Jobs in all, from this many producers, to as many consumers.
const JOBS: usize = 10_000;
const CLIENTS: usize = 5;

pub fn test(port: &Port) -> Result<()> {
    let memory = Instance::start(port, None)?;
    step("10,000 jobs from 5 clients to 5 others", || {
        many_jobs(&memory)
    })?;
    step("jobs by priority, delay and time to run", || order(&memory))?;
    step("tubes are separate queues", || tubes(&memory))?;
    step("release, bury, kick, peek", || life_of_a_job(&memory))?;
    step("bad requests get their answers", || refusals(&memory))?;
    step("500 clients at once", || crowd(&memory))?;
    step("a client that goes away gives its jobs back", || {
        gone(&memory)
    })?;
    step("uses no processor time while clients wait", || {
        let mut waiting = Client::connect(memory.port)?;
        waiting.send(b"watch nothing-here\r\nignore default\r\nreserve\r\n")?;
        idles(memory.server.id())
    })?;
    drop(memory);
    step("-b: jobs outlive a restart", || persistence(port))
}

struct Instance {
    server: Server,
    port: u16,
}

impl Instance {
    /// Starts it, with its log in the folder `log` if there is one.
    fn start(program: &Port, log: Option<&Path>) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(program.program("beanstalkd")?);
        command.args(["-l", "127.0.0.1", "-p", &port.to_string()]);
        if let Some(log) = log {
            command.current_dir(log).args(["-b", ".", "-f", "0"]);
        }
        let mut server = Server::start(&mut command)?;
        server.wait_for_port(port)?;
        Ok(Self { server, port })
    }
}

fn body(number: usize) -> Vec<u8> {
    let mut body = format!("job {number} ").into_bytes();
    body.resize(body.len() + number % 700, b'x');
    body
}

fn many_jobs(instance: &Instance) -> Result<()> {
    let port = instance.port;
    let share = JOBS / CLIENTS;
    let taken = std::thread::scope(|scope| {
        let consumers: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(move || -> Result<Vec<Vec<u8>>> {
                    let mut client = Client::connect(port)?;
                    let mut bodies = Vec::with_capacity(share);
                    for _ in 0..share {
                        let job = client.reserve()?;
                        client.delete(job.id)?;
                        bodies.push(job.body);
                    }
                    Ok(bodies)
                })
            })
            .collect();
        let producers: Vec<_> = (0..CLIENTS)
            .map(|index| {
                scope.spawn(move || -> Result<()> {
                    let mut client = Client::connect(port)?;
                    for number in index * share..(index + 1) * share {
                        client.put(100, 0, 600, &body(number))?;
                    }
                    Ok(())
                })
            })
            .collect();
        for producer in producers {
            producer.join().expect("a producer panicked")?;
        }
        let mut taken = Vec::with_capacity(JOBS);
        for consumer in consumers {
            taken.extend(consumer.join().expect("a consumer panicked")?);
        }
        Ok::<_, anyhow::Error>(taken)
    })?;
    let taken: BTreeSet<Vec<u8>> = taken.into_iter().collect();
    let put: BTreeSet<Vec<u8>> = (0..JOBS).map(body).collect();
    ensure!(taken == put, "the jobs taken are not the jobs put");
    let mut client = Client::connect(port)?;
    ensure!(client.number("stats", "cmd-delete")? == JOBS as u64);
    client.expect("reserve-with-timeout 0", "TIMED_OUT")
}

fn order(instance: &Instance) -> Result<()> {
    let mut client = Client::connect(instance.port)?;
    client.expect("use order", "USING order")?;
    client.expect("watch order", "WATCHING 2")?;
    client.expect("ignore default", "WATCHING 1")?;
    for priority in [30, 10, 20] {
        client.put(priority, 0, 600, priority.to_string().as_bytes())?;
    }
    for priority in ["10", "20", "30"] {
        let job = client.reserve()?;
        ensure!(job.body == priority.as_bytes(), "priority {priority}");
        client.delete(job.id)?;
    }
    // A second passes before the delayed job can be had, and another until it is given back.
    let delayed = client.put(0, 1, 1, b"later")?;
    client.expect("reserve-with-timeout 0", "TIMED_OUT")?;
    ensure!(client.reserve()?.id == delayed);
    let mut other = Client::connect(instance.port)?;
    other.expect("watch order", "WATCHING 2")?;
    let job = other.reserve()?;
    ensure!(
        job.id == delayed,
        "the time to run is over, and nobody else got it"
    );
    other.delete(delayed)
}

fn tubes(instance: &Instance) -> Result<()> {
    let mut a = Client::connect(instance.port)?;
    let mut b = Client::connect(instance.port)?;
    a.expect("use red", "USING red")?;
    a.put(0, 0, 600, b"for red")?;
    b.expect("watch blue", "WATCHING 2")?;
    b.expect("ignore default", "WATCHING 1")?;
    b.expect("reserve-with-timeout 0", "TIMED_OUT")?;
    a.expect("use blue", "USING blue")?;
    a.put(0, 0, 600, b"for blue")?;
    let job = b.reserve()?;
    ensure!(job.body == b"for blue");
    b.delete(job.id)?;
    b.expect("watch red", "WATCHING 2")?;
    let job = b.reserve()?;
    ensure!(job.body == b"for red");
    b.delete(job.id)?;
    ensure!(a.number("stats-tube blue", "total-jobs")? == 1);
    // The tube is held back, so the one who waits for it gets nothing for that time.
    a.expect("pause-tube blue 1", "PAUSED")?;
    a.put(0, 0, 600, b"after the pause")?;
    b.expect("reserve-with-timeout 0", "TIMED_OUT")?;
    let job = b.reserve()?;
    ensure!(job.body == b"after the pause");
    b.delete(job.id)
}

fn life_of_a_job(instance: &Instance) -> Result<()> {
    let mut client = Client::connect(instance.port)?;
    let id = client.put(5, 0, 600, b"a job")?;
    ensure!(client.job(&format!("peek {id}"), "FOUND")?.body == b"a job");
    ensure!(client.reserve()?.id == id);
    client.expect(&format!("touch {id}"), "TOUCHED")?;
    client.expect(&format!("release {id} 7 0"), "RELEASED")?;
    ensure!(client.number(&format!("stats-job {id}"), "pri")? == 7);
    ensure!(client.reserve()?.id == id);
    client.expect(&format!("bury {id} 9"), "BURIED")?;
    client.expect("reserve-with-timeout 0", "TIMED_OUT")?;
    ensure!(client.job("peek-buried", "FOUND")?.id == id);
    client.expect("kick 10", "KICKED 1")?;
    ensure!(client.reserve()?.id == id);
    client.delete(id)?;
    client.expect(&format!("delete {id}"), "NOT_FOUND")
}

fn refusals(instance: &Instance) -> Result<()> {
    let mut client = Client::connect(instance.port)?;
    client.expect("no such command", "UNKNOWN_COMMAND")?;
    client.expect("put a b c d", "BAD_FORMAT")?;
    client.expect(&format!("use {}", "x".repeat(300)), "BAD_FORMAT")?;
    // The largest job, and one byte more.
    let largest = vec![b'j'; 65_535];
    let id = client.put(0, 0, 600, &largest)?;
    ensure!(client.job(&format!("peek {id}"), "FOUND")?.body == largest);
    client.delete(id)?;
    client.send(&[b"put 0 0 600 65536\r\n", &largest[..], b"j\r\n"].concat())?;
    ensure!(client.line()? == "JOB_TOO_BIG");
    // A request in single bytes, and several in one piece.
    for byte in b"put 0 0 600 2\r\nhi\r\n" {
        client.send(&[*byte])?;
    }
    ensure!(client.line()?.starts_with("INSERTED "));
    client.send(b"reserve\r\nput 0 0 600 0\r\n\r\nlist-tube-used\r\n")?;
    let reserved = client.line()?;
    ensure!(reserved.starts_with("RESERVED ") && client.line()? == "hi");
    let inserted = client.line()?;
    ensure!(inserted.starts_with("INSERTED ") && client.line()? == "USING default");
    let id = |line: &str| line.split(' ').nth(1).unwrap_or_default().to_owned();
    client.expect(&format!("delete {}", id(&reserved)), "DELETED")?;
    client.expect(&format!("delete {}", id(&inserted)), "DELETED")
}

fn crowd(instance: &Instance) -> Result<()> {
    const CROWD: usize = 500;
    let mut clients = Vec::with_capacity(CROWD);
    for _ in 0..CROWD {
        let mut client = Client::connect(instance.port)?;
        client.expect("watch crowd", "WATCHING 2")?;
        client.send(b"reserve\r\n")?;
        clients.push(client);
    }
    let mut producer = Client::connect(instance.port)?;
    producer.expect("use crowd", "USING crowd")?;
    wait_for("500 waiting clients", || {
        let waiting = producer.number("stats-tube crowd", "current-waiting")?;
        Ok((waiting == CROWD as u64).then_some(()))
    })?;
    for number in 0..CROWD {
        producer.put(0, 0, 600, number.to_string().as_bytes())?;
    }
    let mut seen = BTreeSet::new();
    for client in &mut clients {
        ensure!(client.line()?.starts_with("RESERVED "));
        seen.insert(client.line()?);
    }
    ensure!(seen.len() == CROWD, "only {} jobs arrived", seen.len());
    drop(clients);
    // All are given back, and are then thrown away.
    producer.expect("watch crowd", "WATCHING 2")?;
    for _ in 0..CROWD {
        let job = producer.reserve()?;
        producer.delete(job.id)?;
    }
    Ok(())
}

fn gone(instance: &Instance) -> Result<()> {
    let mut producer = Client::connect(instance.port)?;
    let id = producer.put(0, 0, 600, b"given back")?;
    let mut first = Client::connect(instance.port)?;
    ensure!(first.reserve()?.id == id);
    let mut second = Client::connect(instance.port)?;
    second.expect("reserve-with-timeout 0", "TIMED_OUT")?;
    drop(first);
    ensure!(second.reserve()?.id == id);
    second.delete(id)
}

fn persistence(port: &Port) -> Result<()> {
    const KEPT: usize = 2_000;
    let log = port.scratch()?;
    let before = Instance::start(port, Some(&log))?;
    let mut client = Client::connect(before.port)?;
    client.expect("use kept", "USING kept")?;
    for number in 0..KEPT {
        let id = client.put(number as u32, 0, 600, &body(number))?;
        if number % 2 == 1 {
            client.delete(id)?;
        }
    }
    let buried = client.put(0, 0, 600, b"buried")?;
    client.expect("watch kept", "WATCHING 2")?;
    ensure!(client.job(&format!("reserve-job {buried}"), "RESERVED")?.id == buried);
    client.expect(&format!("bury {buried} 3"), "BURIED")?;
    // Killed, not ended: what was answered must be in the files by then.
    drop(before);

    let after = Instance::start(port, Some(&log))?;
    let mut client = Client::connect(after.port)?;
    client.expect("use kept", "USING kept")?;
    client.expect("watch kept", "WATCHING 2")?;
    for number in (0..KEPT).step_by(2) {
        let job = client
            .job("reserve-with-timeout 0", "RESERVED")
            .with_context(|| format!("job {number} is lost"))?;
        ensure!(job.body == body(number), "job {number} is not what it was");
        client.delete(job.id)?;
    }
    client.expect("reserve-with-timeout 0", "TIMED_OUT")?;
    ensure!(client.job("peek-buried", "FOUND")?.body == b"buried");
    Ok(())
}
