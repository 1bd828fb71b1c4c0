//! `cargo xtask demo`: a C program that knows nothing of WebAssembly, built as a component, serves
//! files to a client of this machine.

use crate::build::Built;
use crate::{build, cmd, compile, paths};
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Long enough for the host to compile the component on a busy machine.
const START: Duration = Duration::from_secs(120);

/// A child process that ends with us.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the demo. With `once` it ends after the exchange, else it serves until it is interrupted.
pub fn demo(once: bool, port: u16) -> Result<()> {
    let built = build()?;
    let program = paths::target().join("demo/httpd");
    compile_httpd(&built, &program)?;

    let (mut server, address) = start(&program, port)?;
    let page = fetch(&format!("{address}/"))?;
    ensure!(
        page.contains("httpd.c"),
        "the listing of the examples folder does not name httpd.c"
    );
    let source = fetch(&format!("{address}/httpd.c"))?;
    let file = std::fs::read_to_string(paths::root().join("examples/httpd.c"))?;
    ensure!(source.ends_with(&file), "the file came back changed");
    println!(
        "\nBoth answers came from {}, a WASI 0.2 component.",
        program.display()
    );
    if once {
        return Ok(());
    }
    println!("It goes on serving the examples folder at {address}/ until Ctrl-C.");
    let status = server.0.wait().context("waiting for the server failed")?;
    bail!("the server ended by itself ({status})");
}

fn compile_httpd(built: &Built, program: &Path) -> Result<()> {
    if let Some(folder) = program.parent() {
        std::fs::create_dir_all(folder)?;
    }
    println!("$ wps-cc -O2 examples/httpd.c -o {}", program.display());
    let source = paths::root().join("examples/httpd.c");
    compile::compile_wasm(built, None, &[&source], program, &["-O2"])
}

/// Starts the server and waits until it says where it listens.
fn start(program: &Path, port: u16) -> Result<(Server, String)> {
    println!("$ {} -p {port} examples", program.display());
    let child = Command::new(program)
        .args(["-p", &port.to_string(), "examples"])
        .current_dir(paths::root())
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let mut server = Server(child);
    let log = server.0.stderr.take().context("the server has no log")?;
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            eprintln!("{line}");
            if let Some((_, address)) = line.split_once("listening on ") {
                let _ = send.send(address.trim_end_matches('/').to_owned());
            }
        }
    });
    let address = receive.recv_timeout(START);
    let address = address.context("the server did not say that it is listening")?;
    Ok((server, address))
}

/// Fetches with curl, or with a client written in Rust where there is none. Shows the beginning
/// of the answer and returns all of it, header included.
fn fetch(url: &str) -> Result<String> {
    let answer = if cmd::on_path("curl").is_some() {
        println!("\n$ curl -i {url}");
        cmd::output(Command::new("curl").args(["-sS", "-i", "--max-time", "60", url]))?
    } else {
        println!("\n$ GET {url}");
        let mut answer = ureq::get(url)
            .call()
            .with_context(|| format!("cannot fetch {url}"))?;
        let mut text = format!("{:?} {}\n", answer.version(), answer.status());
        for (name, value) in answer.headers() {
            text.push_str(&format!(
                "{name}: {}\n",
                String::from_utf8_lossy(value.as_bytes())
            ));
        }
        text.push('\n');
        text + &answer.body_mut().read_to_string()?
    };
    const SHOWN: usize = 16;
    for line in answer.lines().take(SHOWN) {
        println!("{}", line.trim_end());
    }
    match answer.lines().count().saturating_sub(SHOWN) {
        0 => {}
        more => println!("... {more} more lines"),
    }
    ensure!(
        answer
            .lines()
            .next()
            .is_some_and(|line| line.contains(" 200")),
        "the server did not answer 200 to {url}"
    );
    Ok(answer)
}
