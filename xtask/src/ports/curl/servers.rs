//! The native servers that curl talks to.

use crate::ports::{Server, client, free_port, python_module};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Debian's nginx: files of a folder, one of them slowly too, and PUT below /dav/.
pub struct Web {
    _server: Server,
    pub folder: PathBuf,
    /// On 127.0.0.1 alone.
    pub port: u16,
    /// On ::1 alone.
    pub port6: u16,
}

impl Web {
    pub fn start(folder: &Path) -> Result<Self> {
        for sub in ["html/dav", "logs", "temp"] {
            std::fs::create_dir_all(folder.join(sub))?;
        }
        let (port, port6) = (free_port()?, free_port()?);
        let temp: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("  {kind}_temp_path temp/{kind};\n"))
            .collect();
        let text = format!(
            "master_process off;
daemon off;
pid logs/nginx.pid;
error_log logs/error.log;
events {{ worker_connections 1024; }}
http {{
{temp}  access_log logs/access.log;
  client_max_body_size 200m;
  keepalive_requests 100000;
  server {{
    listen 127.0.0.1:{port};
    listen [::1]:{port6} ipv6only=on;
    root html;
    location /dav/ {{ dav_methods PUT DELETE; }}
    location /user/ {{ auth_basic \"test\"; auth_basic_user_file users; root html; }}
    location = /slow {{ limit_rate 4m; alias html/big; }}
    location = /moved {{ return 302 /small; }}
    location = /round {{ return 302 /round; }}
    location = /cookie {{
      add_header Set-Cookie \"taste=sweet; Path=/\";
      return 200 \"you sent <$http_cookie>\\n\";
    }}
  }}
}}
"
        );
        std::fs::write(folder.join("nginx.conf"), text)?;
        std::fs::write(folder.join("users"), "ann:{PLAIN}secret\n")?;
        let mut command = client("nginx", "nginx")?;
        command
            .args(["-p", "./", "-e", "logs/error.log", "-c", "nginx.conf"])
            .current_dir(folder);
        let mut server = Server::start(&mut command)?;
        server.wait_for_port(port)?;
        Ok(Self {
            _server: server,
            folder: folder.to_owned(),
            port,
            port6,
        })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// A file that it serves.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join("html").join(name)
    }
}

/// Debian's pyftpdlib: an FTP server, which lets everybody write.
pub struct Ftp {
    _server: Server,
    pub folder: PathBuf,
    pub port: u16,
    host: &'static str,
}

impl Ftp {
    pub fn start(folder: &Path, host: &'static str) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut command = python_module("pyftpdlib", "python3-pyftpdlib")?;
        command
            .args(["-w", "-i", host, "-p", "0", "-d"])
            .arg(folder)
            .env("PYTHONWARNINGS", "ignore");
        let mut server = Server::start(&mut command)?;
        server.wait_for_output("pid=")?;
        let said = server.output();
        let port = said
            .split_once(&format!("FTP server on {host}:"))
            .and_then(|(_, rest)| rest.split(',').next()?.trim().parse().ok())
            .with_context(|| format!("pyftpdlib names no port:\n{said}"))?;
        Ok(Self {
            _server: server,
            folder: folder.to_owned(),
            port,
            host,
        })
    }

    pub fn url(&self, path: &str) -> String {
        match self.host.contains(':') {
            true => format!("ftp://[{}]:{}/{path}", self.host, self.port),
            false => format!("ftp://{}:{}/{path}", self.host, self.port),
        }
    }

    /// A file that it serves.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// An HTTP server that does what the path of a request says, and none of it well.
pub fn trickster() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // It fails when curl goes away, which is what curl is asked to do.
            thread::spawn(move || trick(stream));
        }
    });
    Ok(port)
}

fn trick(mut stream: TcpStream) -> Result<()> {
    let mut first = [0; 16];
    while stream.peek(&mut first)? < first.len() {
        thread::sleep(Duration::from_millis(1));
    }
    if first.starts_with(b"GET /reset") {
        // Closed with the request unread: the kernel sends a reset.
        return Ok(());
    }
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        request.push(line);
    }
    let path = request.first().and_then(|line| line.split(' ').nth(1));
    match path.unwrap_or("") {
        "/empty" => {}
        "/short" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nnot all\n")?
        }
        "/chunks" => stream.write_all(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\nnot all of the chunk\n",
        )?,
        "/no-ranges" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nall of it.\r\n")?
        }
        "/babble" => stream.write_all(b"this is not what it looks like\r\n")?,
        "/slow" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")?;
            loop {
                stream.write_all(b".")?;
                thread::sleep(Duration::from_millis(100));
            }
        }
        // Waits for the other side to give up.
        "/silent" => drop(reader.read_line(&mut String::new())?),
        path => bail!("nobody asks for {path}"),
    }
    Ok(())
}

/// A port at which 127.0.0.1 serves and ::1 does not answer at all.
pub struct HalfDead {
    pub port: u16,
    // A listener whose queue is full: Linux drops whatever else arrives.
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl HalfDead {
    /// Each connection to 127.0.0.1 gets an answer of one line.
    pub fn start() -> Result<Self> {
        let (dead, alive) = both_families()?;
        let port = dead.local_addr()?.port();
        let address = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
        let mut queue = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_secs(1)) {
            queue.push(stream);
            if queue.len() > 10_000 {
                bail!("the queue of a listener has no end here");
            }
        }
        thread::spawn(move || {
            for mut stream in alive.incoming().flatten() {
                let mut line = String::new();
                let mut reader = BufReader::new(&stream);
                while reader.read_line(&mut line).is_ok_and(|n| n > 2) {}
                let _ = stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nalive\n");
            }
        });
        Ok(Self {
            port,
            _listener: dead,
            _queue: queue,
        })
    }
}

/// Listeners on ::1 and 127.0.0.1 with the same port number.
fn both_families() -> Result<(TcpListener, TcpListener)> {
    for _ in 0..100 {
        let six = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).context("there is no ::1 here")?;
        if let Ok(four) = TcpListener::bind((Ipv4Addr::LOCALHOST, six.local_addr()?.port())) {
            return Ok((six, four));
        }
    }
    bail!("no port number is free on both ::1 and 127.0.0.1")
}
