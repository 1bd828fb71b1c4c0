//! libevent: its test programs and its regress suite on each backend, and its example of a web server.

mod programs;
mod regress;

use super::{Port, Server, http, idles, step};
use anyhow::{Context, Result, ensure};
use std::process::Command;

/// One way to run the suite, as test.sh has them.
struct Mode {
    name: &'static str,
    /// What the suite says of the backend that libevent has chosen.
    method: &'static str,
    /// The variables that leave it no other choice.
    variables: &'static [&'static str],
}

const MODES: &[Mode] = &[
    Mode {
        name: "epoll",
        method: "epoll",
        variables: &[],
    },
    Mode {
        name: "poll",
        method: "poll",
        variables: &["EVENT_NOEPOLL"],
    },
    Mode {
        name: "select",
        method: "select",
        variables: &["EVENT_NOEPOLL", "EVENT_NOPOLL"],
    },
    // epoll's own timeouts have milliseconds; with this one a timerfd in the set ends its waits.
    Mode {
        name: "epoll with timerfd and changelist",
        method: "epoll (with changelist)",
        variables: &["EVENT_PRECISE_TIMER", "EVENT_EPOLL_USE_CHANGELIST"],
    },
];

impl Mode {
    fn choose(&self, command: &mut Command) {
        command.envs(self.variables.iter().map(|variable| (variable, "1")));
    }
}

pub fn test(port: &Port) -> Result<()> {
    let scratch = port.scratch()?;
    for mode in MODES {
        step(&format!("its small test programs on {}", mode.name), || {
            programs::run(port, mode)
        })?;
        step(&format!("its web server on {}", mode.name), || {
            web_server(port, mode)
        })?;
    }
    regress::run(port, &scratch, MODES)
}

/// sample/http-server: a page, a folder, a request that it prints, and no processor time after that.
fn web_server(port: &Port, mode: &Mode) -> Result<()> {
    let mut command = Command::new(port.program("http-server")?);
    command.arg("sample").current_dir(&port.folder);
    mode.choose(&mut command);
    let mut server = Server::start(&mut command)?;
    server.wait_for_output("Listening on 0.0.0.0:")?;
    server.wait_for_output("\n")?;
    let output = server.output();
    let number = output
        .split("0.0.0.0:")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    let number: u16 = number.context("it tells no port")?.trim().parse()?;
    let url = |path: &str| format!("http://127.0.0.1:{number}{path}");
    let source = port.folder.join("sample/http-server.c");
    http::gives_file(&url("/http-server.c"), &source, &[])?;
    http::keeps_alive(&url("/http-server.c"))?;
    let list = http::fetch_all(&url("/"), &[])?;
    ensure!(list.contains("http-server.c</a>"), "{list}");
    ensure!(http::status(&url("/nothing"), &[])? == 404);
    ensure!(http::status(&url("/dump"), &["-d", "a request of curl's"])? == 200);
    server.wait_for_output("a request of curl's")?;
    idles(server.id())
}
