//! What each operation costs, exactly: calls to the host, allocations, bytes copied. The programs
//! in `programs/` bracket the operations; `docs/COUNTS.md` has what they took, and this test
//! compares. `WPS_BLESS=1 cargo test --test counts` writes the file anew.

mod instrument;
mod trace;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use trace::{Sample, samples, usual};
use xtask::compile::compile_wasm;

/// The programs and what they are about.
const PROGRAMS: [(&str, &str); 4] = [
    ("tcp", "One TCP connection"),
    ("ready", "Servers' loops"),
    ("udp", "Datagrams"),
    ("local", "Inside the process"),
];

/// No change of the library may take more: the case, and the calls for all its operations together.
const CONTRACT: [(&str, u32); 30] = [
    ("recv, 1,000 B there, blocking", 1),
    ("recv, 1,000 B there, non-blocking", 1),
    ("recv of nothing (EAGAIN)", 1),
    ("recvmsg in one part, 1,000 B there, non-blocking", 1),
    ("send of 100 B", 2),
    ("send of 65,536 B", 2),
    ("writev of three parts, 1,500 B", 2),
    ("sendmsg of three parts, 1,500 B", 2),
    // A read that finds the request, one that finds nothing, and two calls for the burst.
    ("then: recv, 8 sends of 512 B, recv of nothing", 4),
    ("poll of one idle fd, timeout 0", 1),
    // The read that tells data from the end of the stream.
    ("poll of one fd with 1,000 B, then recv", 1),
    // Few reads for many pieces, and one for a large one, which also tells of the next.
    (
        "16 times poll of one fd and recv of 4,096 B, 65,536 B there",
        8,
    ),
    (
        "3 times poll of one fd and recv of 20,000 B, 60,000 B there",
        4,
    ),
    ("setsockopt TCP_NODELAY", 0),
    ("getsockopt SO_ERROR", 0),
    ("fcntl F_GETFL", 0),
    // The read, and two calls for the answer.
    ("echo turn, poll of 1", 3),
    ("echo turn, epoll of 1, level", 3),
    ("echo turn, epoll of 1, edge", 3),
    ("echo turn, select of 1", 3),
    ("epoll_wait of one idle fd, timeout 0", 1),
    // For each: a question or a second read, the read, and two calls for the answer; and few more.
    ("8 echoes among 1,000 idle, epoll level", 36),
    ("8 echoes among 1,000 idle, epoll edge", 36),
    ("8 echoes among 1,000 idle, poll", 36),
    // 16 with a call, once there has been more than one.
    ("recvfrom, 64 datagrams of 100 B there", 6),
    ("recvmmsg of 16, 100 B each", 1),
    ("sendmmsg of 16, 64 B each", 2),
    ("pipe: write, poll, epoll_wait, read of 1,000 B", 0),
    ("eventfd: write, poll, read", 0),
    ("getaddrinfo of a number", 0),
];

/// What the wait engine does in a large set depends on the time it takes: bounded, not compared.
const TIMED: &str = "8 echoes among 1,000 idle";

/// These move what they read straight into the program's memory, and keep nothing.
const IN_PLACE: [&str; 4] = [
    "recv, 1,000 B there, blocking",
    "recv, 1,000 B there, non-blocking",
    "send of 100 B",
    "send of 65,536 B",
];

/// An arrival that the operating system was slow to tell of makes a run worthless, not wrong.
const ATTEMPTS: usize = 4;

const ALLOCATORS: [&str; 4] = ["malloc", "calloc", "realloc", "aligned_alloc"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compiles a program and makes it count.
fn build(built: &xtask::build::Built, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("counts");
    std::fs::create_dir_all(&folder).unwrap();
    let source = root().join(format!("tests/counts/programs/{name}.c"));
    let program = folder.join(format!("{name}.wasm"));
    let wraps = ALLOCATORS.map(|name| format!("-Wl,--wrap={name}"));
    let mut flags = vec!["-O2", "-Wl,--strip-debug"];
    flags.extend(wraps.iter().map(String::as_str));
    compile_wasm(built, None, &[&source], &program, &flags).unwrap();
    let component = std::fs::read(&program).unwrap();
    std::fs::write(&program, instrument::count_copies(&component)).unwrap();
    program
}

fn described(sample: &Sample) -> String {
    let calls: Vec<String> = sample
        .calls
        .iter()
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    let calls = if calls.is_empty() {
        "none".to_owned()
    } else {
        calls.join(", ")
    };
    format!(
        "{} | {calls} | {} | {} |",
        sample.total(),
        sample.allocations,
        sample.copied
    )
}

/// The section of the document about one program.
fn section(title: &str, cases: &[(String, Vec<Sample>)]) -> String {
    let mut text = format!(
        "\n## {title}\n\n| operations | host calls | which | allocations | bytes copied |\n\
         |---|---:|---|---:|---:|\n"
    );
    let exact = |name: &str| !name.starts_with("first") && !name.starts_with(TIMED);
    for (name, samples) in cases.iter().filter(|(name, _)| exact(name)) {
        writeln!(text, "| {name} | {}", described(usual(samples))).unwrap();
    }
    text
}

/// What is wrong with the counts of a program: with the contract, and compared with the document.
fn complaints(cases: &[(String, Vec<Sample>)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, samples) in cases {
        let sample = usual(samples);
        let most = CONTRACT.iter().find(|(case, _)| case == name);
        if let Some((_, most)) = most.filter(|(_, most)| sample.total() > *most) {
            wrong.push(format!(
                "{name}: at most {most} calls: {}",
                described(sample)
            ));
        }
        if IN_PLACE.contains(&name.as_str()) && (sample.allocations, sample.copied) != (0, 0) {
            wrong.push(format!("{name}: in place: {}", described(sample)));
        }
        if name == "control: malloc and memcpy of 1,000 B"
            && (sample.allocations, sample.copied) != (1, 1000)
        {
            wrong.push(format!("the counting itself: {}", described(sample)));
        }
    }
    wrong
}

const HEAD: &str = "# What operations cost\n\
\n\
Calls to the host, allocations (`malloc` and its like) and bytes copied inside the program, for what is\n\
named in the first column, all of it together. Exact: measured by `tests/counts`, which fails when any\n\
of it changes, with wasmtime's log of host calls, the linker's `--wrap`, and a program rewritten so\n\
that each `memory.copy` counts. What the first use of a descriptor makes and keeps (pollables,\n\
buffers) is left out. Dropped handles are not in wasmtime's log.\n\
\n\
What a loop over 8 busy descriptors among 1,000 idle ones takes depends on time: the test bounds it, at\n4.5 calls for each request and its answer.\n\
\n\
`WPS_BLESS=1 cargo test --test counts` writes this file.\n";

#[test]
fn operations_cost_what_the_document_says() {
    let built = xtask::build().unwrap_or_else(|error| panic!("{error:#}"));
    let document = root().join("docs/COUNTS.md");
    let committed = std::fs::read_to_string(&document).unwrap_or_default();
    let bless = std::env::var_os("WPS_BLESS").is_some();
    let mut text = HEAD.to_owned();
    let (mut wrong, mut seen) = (Vec::new(), Vec::new());
    for (name, title) in PROGRAMS {
        let program = build(&built, name);
        for attempt in 1.. {
            let cases = match samples(&built.prefix.wps_run(), &program) {
                Ok(cases) => cases,
                Err(_) if attempt < ATTEMPTS => continue,
                Err(why) => panic!("{why}"),
            };
            let section = section(title, &cases);
            let found = complaints(&cases);
            let good = found.is_empty() && (bless || committed.contains(&section));
            if !good && attempt < ATTEMPTS {
                continue;
            }
            text += &section;
            wrong.extend(found);
            seen.extend(cases.into_iter().map(|(name, _)| name));
            break;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (case, _) in CONTRACT {
        assert!(
            seen.iter().any(|name| name == case),
            "nothing counts {case:?}"
        );
    }
    if bless {
        std::fs::write(&document, &text).unwrap();
    } else if text != committed {
        let changed: Vec<&str> = text
            .lines()
            .filter(|line| !committed.lines().any(|old| old == *line))
            .collect();
        panic!(
            "docs/COUNTS.md says otherwise (WPS_BLESS=1 renews it):\n{}",
            changed.join("\n")
        );
    }
}
