//! The documents against the tree: the README's commands run, links lead somewhere, and no page
//! names a file, a task or a test that is not there.

#[path = "readme/pages.rs"]
mod pages;

use pages::{Page, anchors, blocks, files, links, named_paths, pages};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use xtask::{cmd, paths};

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&text).into_owned()
}

/// Blocks marked "sh tested" make one session, in a folder of its own outside of the tree. Words
/// after the mark are programs without which a block is left out.
#[test]
fn the_readmes_commands_work() {
    let built = xtask::build().unwrap_or_else(|error| panic!("{error:#}"));
    let readme = std::fs::read_to_string(paths::root().join("README.md")).unwrap();
    let mut script = String::from("set -eux\n");
    let mut runs = 0;
    for block in blocks(&readme) {
        let Some(needs) = block.info.strip_prefix("sh tested") else {
            continue;
        };
        if let Some(missing) = needs
            .split_whitespace()
            .find(|name| cmd::on_path(name).is_none())
        {
            eprintln!("not run, because {missing} is not on PATH:\n{}", block.text);
            continue;
        }
        let starts = |line: &&str| {
            ["wps-run", "./", "wasmtime run"]
                .iter()
                .any(|start| line.starts_with(start))
        };
        runs += block.text.lines().filter(starts).count();
        script.push_str(&block.text);
    }
    assert!(runs >= 3, "README.md runs too little: {script}");

    let scratch = std::env::temp_dir().join(format!("wps-readme-{}", std::process::id()));
    paths::remove_folder(&scratch).unwrap();
    std::fs::create_dir_all(&scratch).unwrap();
    let tools = [
        built.prefix.wps_cc(),
        built.toolchain.clang.clone(),
        built.toolchain.wasmtime.clone(),
    ];
    let folders = tools.iter().map(|tool| tool.parent().unwrap().to_owned());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&path))).unwrap();
    let sysroot = &built.toolchain.libc(None).unwrap().sysroot;
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(&scratch)
        .env("PATH", path)
        .env("WPS", built.prefix.root())
        .env("SYSROOT", sysroot)
        .env_remove("WPS_RUN_FLAGS")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let answers = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(answers, "1 ready\n".repeat(runs), "{}", said(&output));
    paths::remove_folder(&scratch).unwrap();
}

fn xtask(args: &[&str]) -> Output {
    let mut cargo = cmd::cargo();
    cargo
        .current_dir(paths::root())
        .arg("xtask")
        .args(args)
        .stdin(Stdio::null());
    cargo.output().unwrap()
}

#[test]
fn the_demo_works() {
    let readme = std::fs::read_to_string(paths::root().join("README.md")).unwrap();
    assert!(readme.contains("cargo xtask demo ") && readme.contains("--once"));
    let output = xtask(&["demo", "--once"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("200 OK"), "{}", said(&output));
}

/// The words that follow `command` in `text`, where they look like names.
fn words_after<'a>(text: &'a str, command: &str) -> Vec<&'a str> {
    let name = |rest: &'a str| {
        let end = rest
            .find(|c: char| !c.is_ascii_lowercase() && c != '_')
            .unwrap_or(rest.len());
        &rest[..end]
    };
    text.split(command)
        .skip(1)
        .map(name)
        .filter(|word| !word.is_empty())
        .collect()
}

#[test]
fn tasks_and_tests_that_are_named_exist() {
    let pages = pages();
    let all = |command: &str| -> BTreeSet<&str> {
        pages
            .iter()
            .flat_map(|page| words_after(&page.text, command))
            .collect()
    };
    let tasks = all("cargo xtask ");
    assert!(
        tasks.contains("build") && tasks.contains("demo"),
        "{tasks:?}"
    );
    for task in tasks {
        let output = xtask(&["help", task]);
        assert!(
            output.status.success(),
            "cargo xtask {task}: {}",
            said(&output)
        );
    }
    for test in all("cargo test --test ") {
        let files = [format!("tests/{test}.rs"), format!("tests/{test}/main.rs")];
        assert!(
            files.iter().any(|file| paths::root().join(file).is_file()),
            "cargo test --test {test}"
        );
    }
}

/// What is wrong with a link that stands on `page`.
fn broken(page: &Page, target: &str) -> Option<String> {
    if target.contains("://") {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() {
        page.path.clone()
    } else {
        page.path.parent().unwrap().join(file)
    };
    if !path.exists() {
        return Some(format!("{}: {target} is not there", page.name()));
    }
    if !anchor.is_empty() {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if !anchors(&text).iter().any(|a| a == anchor) {
            return Some(format!("{}: {target} has no such heading", page.name()));
        }
    }
    None
}

#[test]
fn links_lead_somewhere() {
    let (mut count, mut wrong) = (0, Vec::new());
    for page in pages() {
        for target in links(&page.text) {
            count += 1;
            wrong.extend(broken(&page, &target));
        }
    }
    assert!(count > 15, "too few links were found: {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_that_pages_name_exist() {
    let prefix = xtask::build()
        .unwrap_or_else(|error| panic!("{error:#}"))
        .prefix;
    let files = files();
    let ends_so = |path: &str| {
        files
            .iter()
            .any(|file| file == path || file.ends_with(&format!("/{path}")))
    };
    let (mut count, mut wrong) = (0, Vec::new());
    for page in pages() {
        for path in named_paths(&page.text, &files) {
            count += 1;
            let path = path.trim_end_matches('/');
            if !ends_so(path) && !prefix.root().join(path).exists() {
                wrong.push(format!("{}: {path}", page.name()));
            }
        }
    }
    assert!(count > 50, "too few names were found: {count}");
    assert!(
        wrong.is_empty(),
        "not in the tree and not in the prefix:\n{}",
        wrong.join("\n")
    );
}

/// Comments and messages send readers to pages too.
#[test]
fn pages_that_the_code_names_exist() {
    let endings = ["rs", "c", "h", "toml", "cfg", "cmake"];
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files() {
        if !Path::new(&file)
            .extension()
            .is_some_and(|e| endings.iter().any(|known| e == *known))
        {
            continue;
        }
        let text = std::fs::read_to_string(paths::root().join(&file)).unwrap_or_default();
        for rest in text.split("docs/").skip(1) {
            let end = rest
                .find(|c: char| !c.is_ascii_uppercase() && c != '_')
                .unwrap_or(rest.len());
            if end > 0 && rest[end..].starts_with(".md") {
                count += 1;
                let page = format!("docs/{}.md", &rest[..end]);
                if !paths::root().join(&page).is_file() {
                    wrong.push(format!("{file}: {page}"));
                }
            }
        }
    }
    assert!(count > 10, "too few pages are named: {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
