//! The exit status for each way in which a transfer can fail.

use super::program::Curl;
use super::servers::Web;
use crate::ports::free_port;
use anyhow::Result;

pub fn connection(curl: &Curl, trickster: u16) -> Result<()> {
    let refused = format!("http://127.0.0.1:{}/", free_port()?);
    let refused6 = format!("http://[::1]:{}/", free_port()?);
    let url = |path: &str| format!("http://127.0.0.1:{trickster}/{path}");
    curl.fails(7, "Couldn't connect to server", &[&refused])?;
    curl.fails(7, "Couldn't connect to server", &[&refused6])?;
    curl.fails(52, "Empty reply from server", &[&url("empty")])?;
    curl.fails(56, "Connection reset by peer", &[&url("reset-by-peer")])?;
    curl.fails(18, "bytes remaining to read", &[&url("short")])?;
    curl.fails(18, "outstanding read data remaining", &[&url("chunks")])?;
    curl.fails(1, "HTTP/0.9", &[&url("babble")])
}

/// The limits are short, and what happens without them never ends.
pub fn timeouts(curl: &Curl, trickster: u16) -> Result<()> {
    let url = |path: &str| format!("http://127.0.0.1:{trickster}/{path}");
    // Which stage it is in by then depends on the machine.
    curl.fails(28, "", &["-m", "1", &url("silent")])?;
    curl.fails(28, "", &["-m", "0.5", &url("slow")])?;
    let text = "Operation too slow";
    curl.fails(28, text, &["-Y", "1000", "-y", "2", &url("slow")])?;
    // Again, and again in vain.
    let loud = ["--no-silent", "--no-progress-meter"];
    let again = ["--retry", "2", "--retry-delay", "1", "-m", "1"];
    let text = "Will retry in 1 seconds. 1 retries left";
    curl.fails(28, text, &[&loud[..], &again, &[&url("silent")]].concat())
}

pub fn http(curl: &Curl, web: &Web, trickster: u16) -> Result<()> {
    let small = web.url("/small");
    curl.fails(22, "error: 404", &["-f", &web.url("/nothing")])?;
    curl.fails(22, "error: 401", &["-f", &web.url("/user/page")])?;
    curl.fails(22, "error: 416", &["-f", "-r", "100-", &small])?;
    let range = format!("http://127.0.0.1:{trickster}/no-ranges");
    std::fs::write(curl.file("begun"), "all")?;
    let text = "support byte ranges";
    curl.fails(33, text, &["-C", "-", "-o", "begun", &range])?;
    let text = "Maximum (3) redirects followed";
    let round = web.url("/round");
    curl.fails(47, text, &["-L", "--max-redirs", "3", &round])?;
    let text = "Maximum file size exceeded";
    let big = web.url("/big");
    curl.fails(63, text, &["--max-filesize", "1000", &big])?;
    curl.fails(
        22,
        "error: 404",
        &["--fail-early", "-f", &web.url("/no"), &small],
    )
}

pub fn local(curl: &Curl, web: &Web) -> Result<()> {
    let small = web.url("/small");
    let put = web.url("/dav/x");
    curl.fails(23, "", &["-o", "no-folder/small", &small])?;
    curl.fails(26, "", &["-T", "no-file", &put])?;
    curl.fails(37, "Couldn't open file", &["file:///no-file"])?;
    curl.fails(3, "", &["http://"])?;
    curl.fails(1, "not supported", &["https://127.0.0.1/"])?;
    curl.fails(1, "not supported", &["nonsense://127.0.0.1/"])?;
    curl.fails(2, "unknown", &["--no-such-option", &small])?;
    // Without the network: what a program without a permission sees.
    let denied = curl.with_flags("--no-network");
    denied.fails(7, "connect to server", &[&small])
}
