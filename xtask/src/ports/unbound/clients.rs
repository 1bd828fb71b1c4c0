//! dig and dnsperf.

use super::super::client;
use super::instance::Instance;
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// What dig prints of an answer.
#[derive(Debug)]
pub struct Answer {
    pub status: String,
    pub flags: Vec<String>,
    /// The answer section: data alone.
    pub data: Vec<String>,
    pub tcp: bool,
    /// All that it printed.
    pub text: String,
}

impl Answer {
    /// Fails unless it has this status and these data, in any order.
    pub fn expect(&self, status: &str, data: &[&str]) -> Result<()> {
        let mut found: Vec<&str> = self.data.iter().map(String::as_str).collect();
        let mut wanted = data.to_vec();
        found.sort_unstable();
        wanted.sort_unstable();
        ensure!(
            self.status == status && found == wanted,
            "it should have been {status} with {wanted:?}:\n{}",
            self.text
        );
        Ok(())
    }

    /// Whether a flag such as `tc` is set.
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|f| f == flag)
    }
}

/// Asks with dig, by IPv4 and UDP unless `arguments` say otherwise: the name, the type, options.
pub fn dig(instance: &Instance, arguments: &[&str]) -> Result<Answer> {
    let mut dig = client("dig", "bind9-dnsutils")?;
    // Not the user's ~/.digrc.
    dig.env("HOME", "/");
    if !arguments.iter().any(|a| a.starts_with('@')) {
        dig.arg("@127.0.0.1");
    }
    if !arguments.contains(&"-p") {
        dig.args(["-p", &instance.port.to_string()]);
    }
    let output = dig
        .args(["+time=100", "+tries=1"])
        .args(arguments)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(
        output.status.success(),
        "dig {} failed:\n{text}{}\nunbound said:\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr),
        instance.server.output()
    );
    parse(&text).with_context(|| format!("dig {} printed:\n{text}", arguments.join(" ")))
}

fn parse(text: &str) -> Result<Answer> {
    let after = |mark: &str| {
        let rest = text.split_once(mark).map(|(_, rest)| rest);
        rest.and_then(|rest| rest.split([',', ';', '\n']).next())
    };
    let section = text
        .split_once(";; ANSWER SECTION:\n")
        .map(|(_, rest)| rest);
    let data = section
        .into_iter()
        .flat_map(|rest| rest.lines().take_while(|line| !line.is_empty()))
        .map(|line| {
            line.split_whitespace()
                .skip(4)
                .collect::<Vec<_>>()
                .join(" ")
        });
    Ok(Answer {
        status: after("status: ").context("no status")?.to_owned(),
        flags: after(";; flags: ")
            .context("no flags")?
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        data: data.collect(),
        tcp: after(";; SERVER: ")
            .context("no server")?
            .ends_with("(TCP)"),
        text: text.to_owned(),
    })
}

/// Lets dnsperf ask what stands in `questions` with more `arguments`: every question must be
/// answered, and with NOERROR. The result is their number.
pub fn dnsperf(instance: &Instance, questions: &Path, arguments: &[&str]) -> Result<u64> {
    let port = instance.port.to_string();
    let output = client("dnsperf", "dnsperf")?
        .args(["-p", &port, "-t", "100", "-d"])
        .arg(questions)
        .args(arguments)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let failure = || {
        format!(
            "dnsperf {} printed:\n{text}{}\nunbound said:\n{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr),
            instance.server.output()
        )
    };
    let count = |what: &str| -> Result<u64> {
        let rest = text.split_once(what).with_context(failure)?.1.trim_start();
        let number = rest.split(|c: char| !c.is_ascii_digit()).next();
        number.unwrap_or_default().parse().with_context(failure)
    };
    let (sent, done) = (count("Queries sent:")?, count("Queries completed:")?);
    let (lost, good) = (
        count("Queries lost:")?,
        count("Response codes:       NOERROR")?,
    );
    ensure!(output.status.success() && lost == 0, failure());
    ensure!(sent > 0 && done == sent && good == sent, failure());
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dig_prints_is_read() {
        let text = "\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 7\n\
            ;; flags: qr aa rd; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1\n\n\
            ;; QUESTION SECTION:\n;x.example.\t\tIN\tTXT\n\n\
            ;; ANSWER SECTION:\nx.example.\t300\tIN\tTXT\t\"a b\"\nx.example. 300 IN TXT \"c\"\n\n\
            ;; Query time: 0 msec\n;; SERVER: 127.0.0.1#53(127.0.0.1) (TCP)\n";
        let answer = parse(text).unwrap();
        answer.expect("NOERROR", &["\"c\"", "\"a b\""]).unwrap();
        assert!(answer.has("aa") && !answer.has("ra") && answer.tcp);
        assert!(answer.expect("NXDOMAIN", &["\"c\"", "\"a b\""]).is_err());
        assert!(answer.expect("NOERROR", &["\"c\""]).is_err());
    }
}
