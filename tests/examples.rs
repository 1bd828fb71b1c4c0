//! The programs in `examples/` as a user meets them: built with each libc, started, and talked to
//! over loopback. The native build answers the same questions first.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use xtask::build::Built;
use xtask::compile::{compile_native, compile_wasm};

/// Long enough for any machine; nothing is expected to come near it.
const PATIENCE: Duration = Duration::from_secs(120);

struct Server {
    child: Child,
    /// The rest of its log; closing it would be noticed by the server.
    _log: BufReader<std::process::ChildStderr>,
    port: u16,
}

impl Server {
    /// Starts `program` in `folder` and waits for the line of its log that begins with `mark`.
    fn start(mut program: Command, folder: &Path, mark: &str) -> (Self, String) {
        let mut child = program
            .current_dir(folder)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        log.read_line(&mut line).unwrap();
        assert!(
            line.starts_with(mark),
            "{} said {line:?}",
            program.get_program().display()
        );
        (
            Self {
                child,
                _log: log,
                port: 0,
            },
            line,
        )
    }

    /// Starts the file server on a port of the system's choice, which its log tells.
    fn httpd(program: &Path, root: &Path) -> Self {
        Self::httpd_by(Command::new(program), root)
    }

    /// The same, by a command that takes its arguments.
    fn httpd_by(mut program: Command, root: &Path) -> Self {
        let mark = "httpd: listening on http://127.0.0.1:";
        program.args(["-p", "0", "www"]);
        let (mut server, line) = Self::start(program, root, mark);
        let port = line[mark.len()..].trim_end().trim_end_matches('/');
        server.port = port.parse().unwrap();
        server
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends `request` and reads all that comes back.
    fn ask(&self, request: &str) -> Vec<u8> {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        // The server may be done with us already.
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds an example natively and with each libc, for one test; gives each build's name and program.
fn builds(example: &str, test: &str) -> Vec<(String, PathBuf)> {
    let built: Built = xtask::build().unwrap_or_else(|error| panic!("{error:#}"));
    let folder = xtask::paths::target().join("example-tests/bin").join(test);
    std::fs::create_dir_all(&folder).unwrap();
    let source = xtask::paths::root()
        .join("examples")
        .join(format!("{example}.c"));
    let native = folder.join(format!("{example}-native"));
    compile_native(&[&source], &native, &["-O2"]).unwrap_or_else(|error| panic!("{error:#}"));
    let mut all = vec![("native".to_owned(), native)];
    for libc in &built.toolchain.libcs {
        let program = folder.join(format!("{example}-{}", libc.name));
        compile_wasm(&built, Some(&libc.name), &[&source], &program, &["-O2"])
            .unwrap_or_else(|error| panic!("{}: {error:#}", libc.name));
        all.push((libc.name.clone(), program));
    }
    all
}

/// A folder with a page, a big file and an awkward name in it.
fn site(test: &str) -> PathBuf {
    let root = xtask::paths::target().join("example-tests").join(test);
    xtask::paths::remove_folder(&root).unwrap();
    std::fs::create_dir_all(root.join("www/sub dir")).unwrap();
    std::fs::write(root.join("secret.txt"), "outside").unwrap();
    std::fs::write(root.join("www/index.html"), "<h1>hello</h1>\n").unwrap();
    std::fs::write(root.join("www/sub dir/big<&.bin"), big_file()).unwrap();
    root
}

fn big_file() -> Vec<u8> {
    (0..3_000_000u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect()
}

fn status(answer: &[u8]) -> String {
    String::from_utf8_lossy(answer)
        .lines()
        .next()
        .unwrap_or("(nothing)")
        .to_owned()
}

fn body(answer: &[u8]) -> &[u8] {
    let end = answer
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .expect("a header and an empty line");
    &answer[end + 4..]
}

fn header(answer: &[u8]) -> String {
    String::from_utf8_lossy(&answer[..answer.len() - body(answer).len()]).into_owned()
}

#[test]
fn httpd_serves_files_listings_and_refusals() {
    let root = site("files");
    for (name, program) in builds("httpd", "files") {
        let server = Server::httpd(&program, &root);

        let page = server.ask("GET / HTTP/1.0\r\n\r\n");
        assert_eq!(status(&page), "HTTP/1.1 200 OK", "{name}");
        assert_eq!(body(&page), b"<h1>hello</h1>\n", "{name}");
        assert!(
            header(&page).contains("Content-Type: text/html\r\n"),
            "{name}"
        );

        let list = server.ask("GET /sub%20dir/ HTTP/1.0\r\n\r\n");
        let link = "<a href=\"./big%3C%26.bin\">big&#60;&#38;.bin</a>";
        assert!(
            String::from_utf8_lossy(body(&list)).contains(link),
            "{name}"
        );

        let big = server.ask("GET /sub%20dir/big%3C%26.bin HTTP/1.0\r\n\r\n");
        assert!(
            body(&big) == big_file(),
            "{name}: the big file came back changed"
        );

        let head = server.ask("HEAD /sub%20dir/big%3C%26.bin HTTP/1.0\r\n\r\n");
        assert!(
            header(&head).contains("Content-Length: 3000000\r\n"),
            "{name}"
        );
        assert_eq!(body(&head), b"", "{name}");

        for (request, expected) in [
            ("GET /absent HTTP/1.0\r\n\r\n", "HTTP/1.1 404 Not Found"),
            (
                "GET /../secret.txt HTTP/1.0\r\n\r\n",
                "HTTP/1.1 400 Bad Request",
            ),
            (
                "GET /%2e%2e/secret.txt HTTP/1.0\r\n\r\n",
                "HTTP/1.1 400 Bad Request",
            ),
            (
                "GET /sub%20dir HTTP/1.0\r\n\r\n",
                "HTTP/1.1 301 Moved Permanently",
            ),
            (
                "POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 405 Method Not Allowed",
            ),
            ("nonsense\r\n\r\n", "HTTP/1.1 400 Bad Request"),
        ] {
            assert_eq!(
                status(&server.ask(request)),
                expected,
                "{name}: {request:?}"
            );
        }
        // Exactly what its buffer holds: of a longer one it would leave a rest unread, and the
        // reset that follows may overtake the answer.
        let long = format!("GET /{}", "x".repeat(8192 - 5));
        assert!(status(&server.ask(&long)).contains(" 431 "), "{name}");
    }
}

/// It handles signals, for which that version needs no more than the others.
#[test]
fn httpd_runs_on_the_wasmtime_of_long_term_support() {
    let built: Built = xtask::build().unwrap_or_else(|error| panic!("{error:#}"));
    let root = site("lts");
    let host = match xtask::toolchain::wasmtime::lts() {
        Ok(host) => host,
        Err(error) => return eprintln!("NOT TESTED: {error:#}"),
    };
    let source = xtask::paths::root().join("examples/httpd.c");
    for libc in &built.toolchain.libcs {
        let program = root.join("httpd.wasm");
        compile_wasm(&built, Some(&libc.name), &[&source], &program, &["-O2"]).unwrap();
        let mut command = Command::new(&host);
        command.args(["run", "-Sinherit-network=y", "--dir", "."]);
        command.arg(&program);
        let server = Server::httpd_by(command, &root);
        let page = server.ask("GET / HTTP/1.0\r\n\r\n");
        assert_eq!(body(&page), b"<h1>hello</h1>\n", "{}", libc.name);
    }
}

#[test]
fn httpd_keeps_a_connection_and_answers_pipelined_requests_in_order() {
    let root = site("connections");
    for (name, program) in builds("httpd", "connections") {
        let server = Server::httpd(&program, &root);
        let answers = server.ask(
            "GET / HTTP/1.1\r\n\r\nGET /absent HTTP/1.1\r\n\r\n\
             GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        );
        let text = String::from_utf8_lossy(&answers).into_owned();
        let found: Vec<&str> = text
            .lines()
            .filter(|l| l.starts_with("HTTP/1.1 "))
            .collect();
        let expected = [
            "HTTP/1.1 200 OK",
            "HTTP/1.1 404 Not Found",
            "HTTP/1.1 200 OK",
        ];
        assert_eq!(found, expected, "{name}");

        // A client that says nothing does not keep others waiting.
        let idle = server.connect();
        assert_eq!(
            status(&server.ask("GET / HTTP/1.0\r\n\r\n")),
            "HTTP/1.1 200 OK",
            "{name}"
        );
        drop(idle);
    }
}

#[test]
fn echo_returns_streams_and_datagrams() {
    for (name, program) in builds("echo", "echo") {
        echo_serves(&name, Command::new(program));
    }
}

/// A second host, with nothing in common with the first but the interfaces; see docs/HOSTS.md.
#[test]
fn echo_returns_streams_and_datagrams_under_jco() {
    let jco = match xtask::jco::jco() {
        Ok(jco) => jco,
        Err(error) => {
            eprintln!("NOT TESTED: jco's host could not be had: {error:#}");
            return;
        }
    };
    let built: Built = xtask::build().unwrap_or_else(|error| panic!("{error:#}"));
    let folder = xtask::paths::target().join("example-tests/bin/jco");
    std::fs::create_dir_all(&folder).unwrap();
    let component = folder.join("echo.wasm");
    let source = xtask::paths::root().join("examples/echo.c");
    compile_wasm(&built, None, &[&source], &component, &["-O2"])
        .unwrap_or_else(|error| panic!("{error:#}"));
    let place = jco.place("examples/echo");
    jco.translate(&component, &place)
        .unwrap_or_else(|error| panic!("{error:#}"));
    echo_serves("jco", jco.command(&place, true));
}

fn echo_serves(name: &str, mut program: Command) {
    // It cannot choose a port by itself; one that was free a moment ago may have been taken.
    let port = xtask::ports::free_port().unwrap();
    program.args(["127.0.0.1", &port.to_string()]);
    let folder = xtask::paths::target();
    let (mut server, _) = Server::start(program, &folder, "echo: listening");
    server.port = port;

    let mut streams: Vec<TcpStream> = (0..8).map(|_| server.connect()).collect();
    let data = big_file();
    for (i, stream) in streams.iter_mut().enumerate() {
        let piece = &data[i * 10_000..][..10_000];
        stream.write_all(piece).unwrap();
        let mut back = vec![0; piece.len()];
        stream.read_exact(&mut back).unwrap();
        assert!(back == piece, "{name}: stream {i} came back changed");
    }
    drop(streams);

    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    for size in [0, 1, 1472, 9000] {
        let mut back = [1; 65536];
        socket.send_to(&data[..size], ("127.0.0.1", port)).unwrap();
        let (length, from) = socket.recv_from(&mut back).unwrap();
        assert_eq!((length, from.port()), (size, port), "{name}");
        assert!(
            back[..length] == data[..size],
            "{name}: a datagram came back changed"
        );
    }
}
