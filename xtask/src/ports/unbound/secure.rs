//! TLS, and signed zones: what unbound has OpenSSL for.

use super::super::{Port, client};
use super::clients::dig;
use super::instance::{Instance, folder, forward, free_dns_port, said};
use anyhow::{Result, ensure};
use std::path::Path;
use std::process::Command;

/// Two of them, of which one asks the other by TLS.
pub fn tls(port: &Port) -> Result<()> {
    let (keys, client) = (folder(port, "tls-server")?, folder(port, "tls-client")?);
    certificate(port, &keys)?;
    std::fs::copy(keys.join("certificate.pem"), client.join("certificate.pem"))?;
    let number = free_dns_port()?;
    let text = "many words ".repeat(20);
    let server = Instance::start(
        port,
        "epoll",
        "tls-server",
        &format!(
            "  interface: 127.0.0.1@{number}
  tls-port: {number}
  tls-service-key: \"key.pem\"
  tls-service-pem: \"certificate.pem\"
  local-zone: \"example.\" redirect
  local-data: 'example. TXT \"{text}\"'
"
        ),
    )?;
    let data = format!("\"{text}\"");
    let secret = number.to_string();
    let answer = dig(&server, &["-p", &secret, "+tls", "a.example", "TXT"])?;
    answer.expect("NOERROR", &[&data])?;
    let zone = |zone: &str, name: &str| {
        let address = format!("{secret}#{name}");
        forward(zone, "127.0.0.1", number, "  forward-tls-upstream: yes\n")
            .replace(&secret, &address)
    };
    let zones = zone("right.example.", "dns.example") + &zone("wrong.example.", "other.example");
    let bundle = "  tls-cert-bundle: \"certificate.pem\"\n";
    let asker = Instance::start(port, "select", "tls-client", &(bundle.to_owned() + &zones))?;
    dig(&asker, &["a.right.example", "TXT"])?.expect("NOERROR", &[&data])?;
    // The certificate names somebody else.
    dig(&asker, &["a.wrong.example", "TXT"])?.expect("SERVFAIL", &[])?;
    let errors = asker.server.output();
    ensure!(errors.contains("certificate verify failed"), "{errors}");
    Ok(())
}

/// Has the openssl of the port that this one needs make a key and a certificate.
fn certificate(port: &Port, folder: &Path) -> Result<()> {
    let openssl = port.folder.with_file_name("openssl").join("apps/openssl");
    std::fs::write(
        folder.join("openssl.cnf"),
        "[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = dns.example\n",
    )?;
    let output = Command::new(openssl)
        .args([
            "req",
            "-x509",
            "-nodes",
            "-newkey",
            "rsa:2048",
            "-config",
            "openssl.cnf",
        ])
        .args(["-addext", "subjectAltName=DNS:dns.example"])
        .args(["-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(folder)
        .output()?;
    ensure!(
        output.status.success(),
        "openssl failed:\n{}",
        said(&output)
    );
    Ok(())
}

/// Zones, each with an algorithm by ldns's name for it, and a way to deny names.
const ZONES: [(&str, &str, &[&str]); 3] = [
    ("rsa.example", "RSASHA256", &[]),
    ("ecdsa.example", "ECDSAP256SHA256", &["-n"]),
    ("ed25519.example", "ED25519", &[]),
];

/// One serves signed zones, another validates them.
pub fn signatures(port: &Port) -> Result<()> {
    let (signed, validating) = (folder(port, "signed")?, folder(port, "validating")?);
    let (mut zones, mut anchors) = (String::new(), String::new());
    let unsigned = [("plain.example", "", &[][..])];
    for (zone, algorithm, denial) in ZONES.into_iter().chain(unsigned) {
        let file = signed.join(zone);
        std::fs::write(&file, zone_file(zone))?;
        if !algorithm.is_empty() {
            let anchor = sign(&signed, zone, algorithm, denial)?;
            std::fs::copy(signed.join(&anchor), validating.join(&anchor))?;
            anchors += &format!("  trust-anchor-file: \"{anchor}\"\n");
            // One record is changed after it was signed.
            let text = std::fs::read_to_string(signed.join(format!("{zone}.signed")))?;
            std::fs::write(&file, text.replace("192.0.2.2", "192.0.2.66"))?;
        }
        zones += &format!(
            "auth-zone:\n  name: \"{zone}\"\n  zonefile: \"{zone}\"\n  for-upstream: no\n"
        );
    }
    let server = Instance::start(port, "select", "signed", &zones)?;
    let forwarding = forward(".", "127.0.0.1", server.port, "");
    let validator = Instance::start(port, "epoll", "validating", &(anchors + &forwarding))?;
    for (zone, ..) in ZONES {
        let ask = |label: &str, more: &str| {
            dig(&validator, &[&format!("{label}.{zone}"), "+adflag", more])
        };
        let right = ask("right", "+dnssec")?;
        ensure!(
            right.has("ad") && right.status == "NOERROR",
            "{}",
            right.text
        );
        ensure!(
            right.data.len() == 2 && right.data[0] == "192.0.2.1",
            "{}",
            right.text
        );
        let nobody = ask("nobody", "+dnssec")?;
        ensure!(
            nobody.has("ad") && nobody.status == "NXDOMAIN",
            "{}",
            nobody.text
        );
        ask("wrong", "+dnssec")?.expect("SERVFAIL", &[])?;
        ask("wrong", "+cd")?.expect("NOERROR", &["192.0.2.66"])?;
    }
    let plain = dig(&validator, &["right.plain.example", "+adflag"])?;
    plain.expect("NOERROR", &["192.0.2.1"])?;
    ensure!(!plain.has("ad"), "{}", plain.text);
    Ok(())
}

fn zone_file(zone: &str) -> String {
    format!(
        "$ORIGIN {zone}.
@ 3600 IN SOA ns.{zone}. admin.{zone}. 1 3600 600 864000 300
@ 3600 IN NS ns.{zone}.
ns 3600 IN A 127.0.0.1
right 3600 IN A 192.0.2.1
wrong 3600 IN A 192.0.2.2
"
    )
}

/// Signs the file `zone` into `zone.signed`. The result is the name of the file with the key that
/// proves it.
fn sign(folder: &Path, zone: &str, algorithm: &str, denial: &[&str]) -> Result<String> {
    let run = |program: &str, arguments: &[&str]| -> Result<String> {
        let mut command = client(program, "ldnsutils")?;
        let output = command.args(arguments).current_dir(folder).output()?;
        ensure!(
            output.status.success(),
            "{program} failed:\n{}",
            said(&output)
        );
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let key = run("ldns-keygen", &["-a", algorithm, "-b", "2048", "-k", zone])?;
    let output = format!("{zone}.signed");
    let arguments = [denial, &["-o", zone, "-f", &output, zone, &key]].concat();
    run("ldns-signzone", &arguments)?;
    Ok(format!("{key}.ds"))
}
