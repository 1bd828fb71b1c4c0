//! lighttpd's own tests: its unit tests in C, and its request tests in Perl, which start the server
//! themselves and talk to it.

use crate::cmd;
use crate::ports::{PATIENCE, Port};
use anyhow::{Context, Result, bail, ensure};
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The unit tests in C: they end with success, or with an assertion.
pub fn units(port: &Port) -> Result<()> {
    for name in ["test_common", "test_configfile", "test_mod"] {
        let mut command = Command::new(port.program(name)?);
        // test_mod makes files there.
        command.env("WPS_RUN_FLAGS", "--dir /tmp");
        let output = command.current_dir(&port.folder).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        // Of the modules in test_mod's list, mod_ssi has a part that starts a program; those behind
        // it are not reached.
        let needs_fork = name == "test_mod" && said.contains("test_mod_ssi_read_fd: 80)");
        ensure!(
            output.status.success() || needs_fork,
            "{name} ended with {}:\n{said}",
            output.status
        );
    }
    Ok(())
}

/// A script in Perl.
pub struct Script {
    pub name: &'static str,
    /// The program of the suite that serves behind lighttpd.
    responder: Option<&'static str>,
    /// Its tests that cannot pass, by the numbers that it gives them, and why.
    pub left_out: &'static [(RangeInclusive<usize>, &'static str)],
}

pub const SCRIPTS: &[Script] = &[
    Script {
        name: "request",
        responder: None,
        left_out: &[
            (19..=24, CGI),
            (69..=74, CGI),
            (93..=99, LINKS),
            (118..=118, CGI),
            (120..=138, CGI),
            (139..=145, ZLIB),
            (147..=147, ZLIB),
            (148..=151, CGI),
            (155..=155, CGI),
            (157..=161, CGI),
        ],
    },
    Script {
        name: "core-condition",
        responder: None,
        left_out: &[],
    },
    Script {
        name: "mod-fastcgi",
        responder: Some("fcgi-responder"),
        left_out: &[],
    },
    Script {
        name: "mod-scgi",
        responder: Some("scgi-responder"),
        left_out: &[],
    },
];
const CGI: &str = "starts a CGI program";
const LINKS: &str = "symbolic links to absolute paths, which the host does not follow";
const ZLIB: &str = "needs zlib";

/// What the suite starts in place of lighttpd. lighttpd would start the responder itself, but is
/// content with one that is there already; and it would start a shell for one line of a
/// configuration, so it gets a copy with what that shell would say.
const LAUNCHER: &str = r#"#!/bin/sh
case "$*" in *-D*)
  if test -n "$RESPONDER"
  then
    perl -MIO::Socket::INET -MPOSIX -e '
      my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ENV{EPHEMERAL_PORT},
        ReuseAddr => 1, Listen => 128) or die "listen: $!";
      if (fork()) { exit 0; }
      open(my $f, ">", "$ENV{SRCDIR}/tmp/responder.pid"); print $f $$; close $f;
      dup2(fileno($s), 0);
      exec "$ENV{SRCDIR}/$ENV{RESPONDER}" or die;' </dev/null >/dev/null 2>&1
  fi
esac
case "$*" in *condition.conf)
  sed 's/^\([[:space:]]*\)include_shell cmd$/\1cmd_ok=456/' "$SRCDIR/var-include-sub.conf" > "$SRCDIR/tmp/var-include-sub.conf"
  cp "$SRCDIR/condition.conf" "$SRCDIR/tmp"
  set -- -D -f "$SRCDIR/tmp/condition.conf"
esac
exec "$(dirname "$0")/../../src/lighttpd" "$@"
"#;

/// The responders close a connection on which no request has come after 10 ms, which a busy machine
/// may take to let lighttpd run. Here they wait for 10 s.
const PATIENT_POLL: &str = "
#include <poll.h>
int __real_poll(struct pollfd *files, nfds_t count, int milliseconds);
int __wrap_poll(struct pollfd *files, nfds_t count, int milliseconds) {
  return __real_poll(files, count, milliseconds < 0 ? milliseconds : 1000 * milliseconds);
}
";

/// The suite hands the server a listening socket, which a component cannot take. Where it runs on
/// Windows it tells the server a port instead, so it is told that.
const RUNNER: &str = r#"$0 = shift; $^O = "MSWin32"; do $0; die $@ if $@;"#;

/// Runs a script; the result is how many of its tests passed.
pub fn run(port: &Port, script: &Script) -> Result<usize> {
    let tests = port.folder.join("tests");
    let shell = |line: &str| -> Result<()> {
        let mut shell = Command::new("sh");
        shell.args(["-ec", line]).current_dir(&tests);
        cmd::output(&mut shell).map(|_| ())
    };
    shell("./prepare.sh")?;
    if let Some(responder) = script.responder {
        std::fs::write(tests.join("tmp/patience.c"), PATIENT_POLL)?;
        shell(&format!(
            "cc -O1 -w -I../src -Wl,--wrap=poll -o {responder} {responder}.c tmp/patience.c"
        ))?;
    }
    let launcher = tests.join("tmp/launcher");
    std::fs::write(&launcher, LAUNCHER)?;
    shell("chmod +x tmp/launcher")?;
    let mut perl = Command::new("perl");
    // These behave according to $^O when they are loaded.
    perl.args([
        "-MIO::Socket",
        "-MTest::More",
        "-MSocket",
        "-MCwd",
        "-MPOSIX",
    ]);
    perl.args(["-e", RUNNER, &format!("./{}.t", script.name)]);
    perl.current_dir(&tests);
    perl.env("LIGHTTPD_EXE_PATH", &launcher)
        .env("RESPONDER", script.responder.unwrap_or(""))
        .env("USER", "ann")
        .env_remove("MAIL")
        .env_remove("top_builddir")
        .env_remove("srcdir");
    // The folder above is not the current one, but lighttpd lives there.
    perl.env("WPS_RUN_FLAGS", format!("--dir {}", port.folder.display()));
    let said = with_limit(&mut perl, &tests.join("tmp"))?;
    judge(script, &said)
}

/// Runs `perl` to its end, and ends the responder.
fn with_limit(perl: &mut Command, folder: &Path) -> Result<String> {
    let (output, errors) = (folder.join("output"), folder.join("errors"));
    let mut child = perl
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&output)?)
        .stderr(std::fs::File::create(&errors)?)
        .spawn()
        .context("perl cannot be started; lighttpd's own tests need it")?;
    let start = Instant::now();
    let ended = loop {
        if child.try_wait()?.is_some() {
            break true;
        }
        if start.elapsed() > 5 * PATIENCE {
            child.kill()?;
            child.wait()?;
            break false;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    if let Ok(id) = std::fs::read_to_string(folder.join("responder.pid")) {
        // It may have ended by itself.
        let _ = cmd::output(Command::new("kill").arg(id.trim()));
    }
    let text = |file: &Path| -> Result<String> {
        Ok(String::from_utf8_lossy(&std::fs::read(file)?).into_owned())
    };
    let said = text(&output)?;
    ensure!(ended, "it did not end; it said:\n{said}");
    if said.is_empty() {
        bail!("it did not run: {}", text(&errors)?);
    }
    Ok(said)
}

/// Compares the lines `ok N - name` and `not ok N - name` with what is expected of the script.
fn judge(script: &Script, said: &str) -> Result<usize> {
    let mut planned = 0;
    let mut passed = Vec::new();
    let mut failed = Vec::new();
    for line in said.lines() {
        let number = |rest: &str| rest.split_whitespace().next()?.parse::<usize>().ok();
        if let Some(plan) = line.strip_prefix("1..") {
            planned = plan.trim().parse()?;
        } else if let Some(number) = line.strip_prefix("ok ").and_then(number) {
            passed.push(number);
        } else if let Some(number) = line.strip_prefix("not ok ").and_then(number) {
            failed.push((number, line));
        }
    }
    let left_out = |number: usize| {
        script
            .left_out
            .iter()
            .any(|(range, _)| range.contains(&number))
    };
    let unexpected: Vec<&str> = failed
        .iter()
        .filter(|(number, _)| !left_out(*number))
        .map(|(_, line)| *line)
        .collect();
    ensure!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    ensure!(
        planned > 0 && passed.len() + failed.len() == planned,
        "{} of {planned} tests ran:\n{said}",
        passed.len() + failed.len()
    );
    let better: Vec<&usize> = passed.iter().filter(|n| left_out(**n)).collect();
    ensure!(
        better.is_empty(),
        "now passes, so list it no more: {better:?}"
    );
    Ok(passed.len())
}
