//! OpenSSL: its command, computing, and as both sides of TLS connections.

use super::{Port, Server, Session, free_port, http, idles, source, step};
use anyhow::{Result, ensure};
use std::path::PathBuf;
use std::process::{Command, Stdio};

pub fn test(port: &Port) -> Result<()> {
    let place = Place {
        program: port.program("openssl")?,
        folder: port.scratch()?,
    };
    std::fs::write(place.folder.join("large"), http::noise(5_000_000))?;
    step("digests and ciphers", || place.computes())?;
    step("keys, certificates, signatures", || place.signs())?;
    for version in ["-tls1_3", "-tls1_2"] {
        step(&format!("serves curl, {version}"), || place.serves(version))?;
    }
    step(
        "s_client to s_server; a certificate that is not trusted",
        || place.talks(),
    )
}

/// The command and the folder it works in.
struct Place {
    program: PathBuf,
    folder: PathBuf,
}

impl Place {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(&self.folder);
        command
    }

    /// Runs it to its end, and returns what it prints.
    fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command(arguments).output()?;
        ensure!(
            output.status.success(),
            "openssl {} failed:\n{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn computes(&self) -> Result<()> {
        let large = self.folder.join("large");
        let digest = self.run(&["dgst", "-sha256", "-r", "large"])?;
        ensure!(
            digest == format!("{} *large\n", source::sha256(&large)?),
            "{digest}"
        );
        // MD4 is one of the legacy algorithms, which are a module elsewhere.
        let legacy = ["dgst", "-md4", "-provider", "legacy", "-r"];
        std::fs::write(self.folder.join("abc"), "abc")?;
        let digest = self.run(&[&legacy[..], &["abc"]].concat())?;
        ensure!(
            digest == "a448017aaf21d8525fc10ae87aa6729d *abc\n",
            "{digest}"
        );
        for cipher in ["-aes-256-ctr", "-chacha20", "-camellia-128-cbc"] {
            let secret = [cipher, "-pbkdf2", "-pass", "pass:word", "-in"];
            self.run(&[&["enc"], &secret[..], &["large", "-out", "hidden"]].concat())?;
            self.run(&[&["enc", "-d"], &secret[..], &["hidden", "-out", "shown"]].concat())?;
            let (hidden, shown) = (self.folder.join("hidden"), self.folder.join("shown"));
            ensure!(std::fs::read(&hidden)? != std::fs::read(&large)?);
            ensure!(std::fs::read(shown)? == std::fs::read(&large)?, "{cipher}");
        }
        Ok(())
    }

    fn signs(&self) -> Result<()> {
        std::fs::write(
            self.folder.join("openssl.cnf"),
            "[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = localhost\n",
        )?;
        let request = [
            "req",
            "-x509",
            "-nodes",
            "-config",
            "openssl.cnf",
            "-newkey",
            "ec",
        ];
        let curve = [
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-addext",
            "subjectAltName=DNS:localhost",
        ];
        let files = ["-keyout", "key.pem", "-out", "certificate.pem"];
        self.run(&[&request[..], &curve, &files].concat())?;
        let said = self.run(&["verify", "-CAfile", "certificate.pem", "certificate.pem"])?;
        ensure!(said == "certificate.pem: OK\n", "{said}");
        for (algorithm, option) in [
            ("RSA", "rsa_keygen_bits:2048"),
            ("EC", "ec_paramgen_curve:P-384"),
        ] {
            self.run(&[
                "genpkey",
                "-algorithm",
                algorithm,
                "-pkeyopt",
                option,
                "-out",
                "sign.pem",
            ])?;
            self.run(&["pkey", "-in", "sign.pem", "-pubout", "-out", "public.pem"])?;
            self.run(&[
                "dgst",
                "-sha256",
                "-sign",
                "sign.pem",
                "-out",
                "signature",
                "abc",
            ])?;
            let verify = [
                "dgst",
                "-sha256",
                "-verify",
                "public.pem",
                "-signature",
                "signature",
            ];
            let said = self.run(&[&verify[..], &["abc"]].concat())?;
            ensure!(said == "Verified OK\n", "{said}");
            let output = self.command(&[&verify[..], &["large"]].concat()).output()?;
            ensure!(
                !output.status.success(),
                "{algorithm}: a wrong signature was taken"
            );
        }
        Ok(())
    }

    fn server(&self, port: u16, more: &[&str]) -> Result<Server> {
        let accept = format!("127.0.0.1:{port}");
        let arguments = [
            "s_server",
            "-WWW",
            "-key",
            "key.pem",
            "-cert",
            "certificate.pem",
            "-accept",
        ];
        let mut command = self.command(&[&arguments[..], &[&accept], more].concat());
        let mut server = Server::start(&mut command)?;
        server.wait_for_output("ACCEPT")?;
        Ok(server)
    }

    fn serves(&self, version: &str) -> Result<()> {
        let port = free_port()?;
        let server = self.server(port, &[version])?;
        let trusted = self.folder.join("certificate.pem");
        let trusted = ["--cacert", trusted.to_str().unwrap_or_default()];
        let to = format!("localhost:{port}:127.0.0.1");
        let url = format!("https://localhost:{port}/large");
        let large = self.folder.join("large");
        let asked = [&trusted[..], &["--resolve", &to]].concat();
        for _ in 0..3 {
            http::gives_file(&url, &large, &asked)?;
        }
        // It closes each connection, so all of these are handshakes.
        let url = format!("https://localhost:{port}/abc");
        let answers = http::fetch(&[&asked[..], &[url.as_str(); 200]].concat())?;
        ensure!(answers == "abc".repeat(200).as_bytes(), "200 connections");
        idles(server.id())
    }

    fn talks(&self) -> Result<()> {
        let port = free_port()?;
        let _server = self.server(port, &[])?;
        let address = format!("127.0.0.1:{port}");
        let client = [
            "s_client",
            "-quiet",
            "-verify_return_error",
            "-servername",
            "localhost",
        ];
        let client = [&client[..], &["-connect", &address]].concat();
        let mut command = self.command(&[&client[..], &["-CAfile", "certificate.pem"]].concat());
        let mut session = Session::start(&mut command, Stdio::piped())?;
        session.say(b"GET /abc HTTP/1.0\r\n\r\n")?;
        session.wait_for_output("\r\n\r\nabc")?;
        drop(session);
        let ended = Session::start(&mut self.command(&client), Stdio::null())?.wait()?;
        ended.expect(false, "certificate verify failed")
    }
}
