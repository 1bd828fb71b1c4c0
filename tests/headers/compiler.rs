//! clang's front end on many files at once: one process per mode instead of one per file.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use xtask::toolchain::{Libc, Toolchain};

/// The macros that `share/wps/wps.cfg` defines, for headers of libc that are read without ours.
pub const EMULATIONS: [&str; 4] = [
    "-D_WASI_EMULATED_SIGNAL",
    "-D_WASI_EMULATED_PROCESS_CLOCKS",
    "-D_WASI_EMULATED_GETPID",
    "-D_WASI_EMULATED_MMAN",
];

/// One run of the front end over `files`, all compiled the same way.
pub struct Batch {
    pub libc: Libc,
    /// The mode, for messages: its flags.
    pub flags: Vec<String>,
    pub files: Vec<PathBuf>,
}

/// What the front end said about the files it did not like.
pub struct Complaint {
    pub file: PathBuf,
    pub libc: String,
    pub mode: String,
    pub text: String,
}

/// Runs all batches, as many at a time as there are processors.
pub fn run_all(toolchain: &Toolchain, batches: Vec<Batch>) -> Result<Vec<Complaint>, String> {
    let workers = std::thread::available_parallelism().map_or(2, |n| n.get());
    let queue = Mutex::new(batches.into_iter());
    let done = Mutex::new(Ok(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let Some(batch) = queue.lock().expect("no worker panics").next() else {
                        return;
                    };
                    let result = run(toolchain, &batch);
                    let mut done = done.lock().expect("no worker panics");
                    match (result, &mut *done) {
                        (Ok(complaints), Ok(all)) => all.extend(complaints),
                        (Err(error), Ok(_)) => *done = Err(error),
                        (_, Err(_)) => return,
                    }
                }
            });
        }
    });
    done.into_inner().expect("no worker panics")
}

/// Runs one batch.
pub fn run(toolchain: &Toolchain, batch: &Batch) -> Result<Vec<Complaint>, String> {
    let (Some(first), mode) = (batch.files.first(), batch.flags.join(" ")) else {
        return Ok(Vec::new());
    };
    let mut front_end = front_end(toolchain, batch, first)?;
    front_end.args(&batch.files).stdin(Stdio::null());
    let result = front_end
        .output()
        .map_err(|e| format!("cannot start clang: {e}"))?;
    let said = String::from_utf8_lossy(&result.stderr);
    let complaints: Vec<Complaint> = batch
        .files
        .iter()
        .filter_map(|file| {
            Some(Complaint {
                text: about(&said, file)?,
                file: file.clone(),
                libc: batch.libc.name.clone(),
                mode: mode.clone(),
            })
        })
        .collect();
    if !result.status.success() && complaints.is_empty() {
        return Err(format!(
            "clang {mode} for {} failed:\n{said}",
            batch.libc.name
        ));
    }
    Ok(complaints)
}

/// The command that clang's driver would run for `first`, without its input.
fn front_end(toolchain: &Toolchain, batch: &Batch, first: &Path) -> Result<Command, String> {
    let mut driver = Command::new(&toolchain.clang);
    driver
        .arg("-###")
        .arg(format!("--target={}", batch.libc.target))
        .arg(format!("--sysroot={}", batch.libc.sysroot.display()))
        .args(["-fsyntax-only", "-ferror-limit=0", "-fno-caret-diagnostics"])
        .args(["-mllvm", "-wasm-enable-sjlj"])
        .args(&batch.flags)
        .arg(first);
    let result = driver
        .output()
        .map_err(|e| format!("cannot start clang: {e}"))?;
    let said = String::from_utf8_lossy(&result.stderr);
    let front_end = said
        .lines()
        .rev()
        .map(words)
        .find(|words| words.iter().any(|w| w == "-cc1"));
    if let Some([program, args @ .., last]) = front_end.as_deref()
        && Path::new(last) == first
    {
        let mut command = Command::new(program);
        command.args(args);
        return Ok(command);
    }
    Err(format!("clang -### says something else:\n{said}"))
}

/// The words of a command line whose words are all in double quotes.
fn words(line: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut chars = line.chars();
    while chars.any(|c| c == '"') {
        let mut word = String::new();
        while let Some(c) = chars.next() {
            match c {
                '"' => break,
                '\\' => word.extend(chars.next()),
                c => word.push(c),
            }
        }
        all.push(word);
    }
    all
}

/// The first few lines said about `file`: diagnostics in it, or in what it includes.
fn about(said: &str, file: &Path) -> Option<String> {
    const LINES: usize = 12;
    let name = format!("{}:", file.display());
    let mut lines = said
        .lines()
        .skip_while(|line| !line.contains(&name))
        .peekable();
    lines.peek()?;
    Some(lines.take(LINES).collect::<Vec<_>>().join("\n"))
}
