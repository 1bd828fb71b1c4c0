//! A client of beanstalkd's protocol (doc/protocol.txt in its source).

use crate::ports::PATIENCE;
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};

/// A job as it is handed out.
#[derive(Debug, PartialEq, Eq)]
pub struct Job {
    pub id: u64,
    pub body: Vec<u8>,
}

/// One connection.
pub struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("cannot connect")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.get_mut().write_all(bytes)?)
    }

    /// The next line of an answer.
    pub fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        let length = self.stream.read_line(&mut line).context("no answer")?;
        ensure!(length > 0, "the server closed the connection");
        Ok(line.trim_end_matches("\r\n").to_owned())
    }

    /// Sends a command and returns the first line of the answer.
    pub fn ask(&mut self, command: &str) -> Result<String> {
        self.send(format!("{command}\r\n").as_bytes())?;
        self.line()
    }

    /// Sends a command whose answer must be `answer`.
    pub fn expect(&mut self, command: &str, answer: &str) -> Result<()> {
        let got = self.ask(command)?;
        ensure!(
            got == answer,
            "{command:?} was answered with {got:?}, not {answer:?}"
        );
        Ok(())
    }

    /// Puts a job with a time to run of `ttr` seconds and returns its number.
    pub fn put(&mut self, priority: u32, delay: u32, ttr: u32, body: &[u8]) -> Result<u64> {
        let mut command = format!("put {priority} {delay} {ttr} {}\r\n", body.len()).into_bytes();
        command.extend_from_slice(body);
        command.extend_from_slice(b"\r\n");
        self.send(&command)?;
        let answer = self.line()?;
        let Some(id) = answer.strip_prefix("INSERTED ") else {
            bail!("put was answered with {answer:?}");
        };
        Ok(id.parse()?)
    }

    /// `command` asks for a job: reserve, peek, ...; `verb` is what its answer begins with.
    pub fn job(&mut self, command: &str, verb: &str) -> Result<Job> {
        let answer = self.ask(command)?;
        let fields: Vec<&str> = answer.split(' ').collect();
        let [got, id, length] = fields[..] else {
            bail!("{command:?} was answered with {answer:?}");
        };
        ensure!(got == verb, "{command:?} was answered with {answer:?}");
        let body = self.data(length.parse()?)?;
        Ok(Job {
            id: id.parse()?,
            body,
        })
    }

    pub fn reserve(&mut self) -> Result<Job> {
        self.job("reserve", "RESERVED")
    }

    pub fn delete(&mut self, id: u64) -> Result<()> {
        self.expect(&format!("delete {id}"), "DELETED")
    }

    /// One number of a YAML answer, such as `stats`.
    pub fn number(&mut self, command: &str, key: &str) -> Result<u64> {
        let answer = self.ask(command)?;
        let Some(length) = answer.strip_prefix("OK ") else {
            bail!("{command:?} was answered with {answer:?}");
        };
        let text = String::from_utf8(self.data(length.parse()?)?)?;
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
            .with_context(|| format!("{command:?} tells no {key}:\n{text}"))?;
        Ok(value.parse()?)
    }

    fn data(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut data = vec![0; length + 2];
        self.stream.read_exact(&mut data)?;
        ensure!(data.ends_with(b"\r\n"), "the data does not end with a line");
        data.truncate(length);
        Ok(data)
    }
}
