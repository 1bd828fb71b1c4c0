//! A broker under test, and Debian's clients.

use crate::ports::{Port, Server, Session, client, free_port, wait_for};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A broker to start, in a folder for all that it and others of its kind write.
#[derive(Clone)]
pub struct Setup {
    program: PathBuf,
    pub folder: PathBuf,
}

impl Setup {
    /// The broker that the port has under this path in its source folder.
    pub fn of(port: &Port, program: &str, folder: PathBuf) -> Result<Self> {
        Ok(Self {
            program: port.program(program)?,
            folder,
        })
    }

    /// Starts it, in a folder `name` of its own, with more lines of configuration.
    pub fn start(&self, name: &str, configuration: &str) -> Result<Broker> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        let port = free_port()?;
        let text = format!("listener {port} 127.0.0.1\nallow_anonymous true\n{configuration}");
        std::fs::write(folder.join("mosquitto.conf"), text)?;
        Ok(Broker {
            server: run(&self.program, &folder)?,
            program: self.program.clone(),
            folder,
            port,
        })
    }
}

/// A running broker.
pub struct Broker {
    server: Server,
    program: PathBuf,
    folder: PathBuf,
    /// Where it listens on 127.0.0.1.
    pub port: u16,
}

impl Broker {
    /// Ends the broker without any notice, and starts it again with the same configuration.
    pub fn restart(self) -> Result<Self> {
        let Self {
            server,
            program,
            folder,
            port,
        } = self;
        drop(server);
        Ok(Self {
            server: run(&program, &folder)?,
            program,
            folder,
            port,
        })
    }

    /// Its process number.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// All that it has written to its log.
    pub fn log(&self) -> String {
        self.server.output()
    }

    /// Waits until its log holds `text`.
    pub fn wait_for(&mut self, text: &str) -> Result<()> {
        self.server.wait_for_output(text)
    }

    /// `mosquitto_sub` or `mosquitto_pub` for this broker.
    pub fn client(&self, program: &str, args: &str) -> Result<Command> {
        let mut command = client(program, "mosquitto-clients")?;
        command
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(args.split_whitespace())
            .current_dir(&self.folder);
        Ok(command)
    }

    /// Starts a subscriber called `id` and waits until the broker has taken its subscription.
    pub fn subscribe(&mut self, id: &str, args: &str) -> Result<Session> {
        let mut subscriber = self.client("mosquitto_sub", &format!("-i {id} {args}"))?;
        let subscriber = Session::start(&mut subscriber, Stdio::null())?;
        self.wait_for(&format!("Sending SUBACK to {id}\n"))?;
        Ok(subscriber)
    }

    /// Publishes, with `input` as the publisher's standard input.
    pub fn publish(&self, args: &str, input: &[u8]) -> Result<()> {
        let mut publisher =
            Session::start(&mut self.client("mosquitto_pub", args)?, Stdio::piped())?;
        publisher.say(input)?;
        publisher.hush();
        let ended = publisher.wait()?;
        ensure!(
            ended.success,
            "mosquitto_pub {args} failed: {}",
            ended.messages
        );
        Ok(())
    }

    /// Waits until the database on disk holds `text`. mosquitto says that it saves before it does.
    pub fn wait_until_saved(&self, text: &str) -> Result<()> {
        let file = self.folder.join("mosquitto.db");
        wait_for(&format!("{text:?} to be saved"), || {
            let bytes = std::fs::read(&file).unwrap_or_default();
            let found = bytes.windows(text.len()).any(|w| w == text.as_bytes());
            Ok(found.then_some(()))
        })
    }
}

fn run(program: &Path, folder: &Path) -> Result<Server> {
    let mut command = Command::new(program);
    command
        .args(["-v", "-c", "mosquitto.conf"])
        .current_dir(folder);
    let mut server = Server::start(&mut command)?;
    server
        .wait_for_output("mosquitto version 2.0.11 running")
        .context("the broker does not start")?;
    Ok(server)
}

/// Fails unless a subscriber ended well and printed exactly `lines`.
pub fn printed(subscriber: Session, lines: &[String]) -> Result<()> {
    let ended = subscriber.wait()?;
    let output = String::from_utf8_lossy(&ended.output);
    let got: Vec<&str> = output.lines().collect();
    let first = got.iter().zip(lines).position(|(got, sent)| got != sent);
    if let Some(at) = first {
        let (got, sent) = (got[at], &lines[at]);
        anyhow::bail!("message {at} should be {sent:?} and is {got:?}");
    }
    ensure!(
        got.len() == lines.len(),
        "{} messages were sent, {} arrived; the client said: {}",
        lines.len(),
        got.len(),
        ended.messages
    );
    ensure!(ended.success, "the client failed: {}", ended.messages);
    Ok(())
}

/// `count` different messages, as lines.
pub fn numbered(what: &str, count: usize) -> (Vec<String>, Vec<u8>) {
    let lines: Vec<String> = (0..count).map(|n| format!("{what} {n}")).collect();
    let mut text = lines.join("\n").into_bytes();
    text.push(b'\n');
    (lines, text)
}
