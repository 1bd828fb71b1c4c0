//! The C programs: the runner, which reads scripts, and short programs of single scripts.

use super::script::Script;
use crate::build::Built;
use crate::{compile, paths};
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

/// Where everything is kept.
pub fn folder() -> PathBuf {
    paths::target().join("fuzz")
}

fn sources() -> PathBuf {
    paths::root().join("xtask/src/fuzz/linux")
}

/// The files of calls, in the order in which they build on each other.
const CALLS: [&str; 8] = [
    "base", "address", "sockets", "messages", "ready", "pipes", "files", "bad",
];

/// The constants that scripts may use by name.
const SYMBOLS: &str = include_str!("symbols.txt");

/// The runner, compiled for both sides.
#[derive(Debug)]
pub struct Runner {
    pub(super) native: PathBuf,
    /// The program that is compared with Linux.
    pub(super) component: PathBuf,
    /// What runs it.
    pub(super) wps_run: PathBuf,
}

impl Runner {
    /// Builds both; `libc` is what the component is linked with.
    pub fn build(built: &Built, libc: Option<&str>) -> Result<Self> {
        let folder = folder().join(libc.unwrap_or("default"));
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let _lock = paths::lock(&folder.join("lock"))?;
        paths::write_if_changed(&folder.join("tables.h"), tables()?.as_bytes())?;
        let runner = Self {
            native: folder.join("runner"),
            component: folder.join("runner.wasm"),
            wps_run: built.prefix.wps_run(),
        };
        let source = sources().join("runner.c");
        let include = format!("-I{}", folder.display());
        let flags = ["-O1", include.as_str()];
        compile::compile_native(&[&source], &runner.native, &flags)?;
        compile::compile_wasm(built, libc, &[&source], &runner.component, &flags)?;
        Ok(runner)
    }

    /// For tests of the tool: in the place of the component is a native runner with a fault.
    pub fn build_faulty() -> Result<Self> {
        let folder = folder().join("faulty");
        std::fs::create_dir_all(&folder)?;
        paths::write_if_changed(&folder.join("tables.h"), tables()?.as_bytes())?;
        let runner = Self {
            native: folder.join("runner"),
            component: folder.join("runner-faulty"),
            wps_run: "env".into(),
        };
        let source = sources().join("runner.c");
        let include = format!("-I{}", folder.display());
        let flags = ["-O1", include.as_str(), "-DWITH_A_FAULT"];
        compile::compile_native(&[&source], &runner.native, &flags[..2])?;
        compile::compile_native(&[&source], &runner.component, &flags)?;
        Ok(runner)
    }
}

/// What the runner must know of the calls and the constants.
fn tables() -> Result<String> {
    let mut text = String::from("static const struct name symbols[] = {\n");
    for symbol in symbols() {
        writeln!(text, "\tNAME({symbol}),")?;
    }
    text.push_str("};\n\nstatic int dispatch(const char *call, int count, const num *a)\n{\n");
    for piece in pieces()? {
        let code = piece.code();
        let Some(rest) = code.strip_prefix("static void do_") else {
            continue;
        };
        let (name, rest) = rest.split_once('(').context("a call without arguments")?;
        let (arguments, _) = rest.split_once(')').context("a call that does not end")?;
        let count = arguments.matches("num ").count();
        let given: Vec<String> = (0..count).map(|i| format!("a[{i}]")).collect();
        writeln!(
            text,
            "\tif (count == {count} && !strcmp(call, \"{name}\"))\n\t\treturn do_{name}({}), 1;",
            given.join(", ")
        )?;
    }
    text.push_str("\treturn 0;\n}\n");
    Ok(text)
}

/// All symbols.
pub fn symbols() -> impl Iterator<Item = &'static str> {
    SYMBOLS.split_whitespace()
}

/// A piece of the files of calls: what stands between two blank lines.
#[derive(Debug)]
struct Piece {
    text: String,
    defines: BTreeSet<String>,
}

impl Piece {
    fn new(text: &str) -> Self {
        let mut piece = Self {
            text: text.to_owned(),
            defines: BTreeSet::new(),
        };
        let code = piece.code();
        let first = code.lines().next().unwrap_or_default();
        let defines: Vec<String> = if let Some(rest) = first.strip_prefix("#define ") {
            words(rest).take(1).map(str::to_owned).collect()
        } else if first.starts_with("enum ") {
            words(&code).map(str::to_owned).collect()
        } else {
            // The last word before an argument list, an array's length, a value or the end.
            let head = code.split("__attribute__((format(printf, 1, 2))) ").last();
            let head = head.unwrap_or_default();
            let stop = head.find(['(', '[', '=', ';', '{']).unwrap_or(head.len());
            words(&head[..stop])
                .last()
                .map(str::to_owned)
                .into_iter()
                .collect()
        };
        piece.defines.extend(defines);
        piece
    }

    /// The text without the comment before it.
    fn code(&self) -> String {
        match self.text.trim_start().strip_prefix("/*") {
            Some(rest) => rest
                .split_once("*/")
                .map_or("", |(_, code)| code.trim_start()),
            None => &self.text,
        }
        .to_owned()
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

fn pieces() -> Result<Vec<Piece>> {
    let mut pieces = Vec::new();
    for name in CALLS {
        let file = sources().join(format!("calls/{name}.h"));
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        pieces.extend(text.split("\n\n").map(|text| Piece::new(text.trim_end())));
    }
    Ok(pieces)
}

/// A program that does what the script does, and says PASS where it ends as on Linux, whose lines
/// are `expected`. `about` is for its first comment.
pub fn short_program(script: &Script, expected: &[String], about: &str) -> Result<String> {
    let pieces = pieces()?;
    let mut main = String::new();
    for call in &script.calls {
        writeln!(main, "\t{}", call.in_c())?;
    }
    let frame = "slots SLOTS used line end be_slow";
    let mut wanted: Vec<String> = words(&main)
        .chain(words(frame))
        .map(str::to_owned)
        .collect();
    let mut taken = vec![false; pieces.len()];
    while let Some(word) = wanted.pop() {
        for (i, piece) in pieces.iter().enumerate() {
            if !taken[i] && piece.defines.contains(&word) {
                taken[i] = true;
                wanted.extend(words(&piece.code()).map(str::to_owned));
            }
        }
    }
    let mut text = format!("/* {about} */\n\n");
    for (piece, taken) in pieces.iter().zip(taken) {
        if taken || piece.text.contains("#include") {
            let piece_text = if piece.text.contains("#include") {
                piece.code()
            } else {
                piece.text.clone()
            };
            write!(text, "{piece_text}\n\n")?;
        }
    }
    text.push_str("static const char *const on_linux[] = {\n");
    for line in expected {
        writeln!(
            text,
            "\t\"{}\",",
            line.replace('\\', "\\\\").replace('"', "\\\"")
        )?;
    }
    text.push_str(
        "};\n\nstatic int wrong;\n\nstatic void end(void)\n{\n\tstatic int at;\n\tline[used] = 0;\n\tint same = !strcmp(line, on_linux[at]);\n\tprintf(\"%s%s%s\\n\", line, same ? \"\" : \"    on Linux \", same ? \"\" : on_linux[at]);\n\tfflush(stdout);\n\twrong += !same;\n\tused = 0;\n\tat++;\n}\n\n",
    );
    write!(
        text,
        "int main(void)\n{{\n\tbe_slow = 5;\n\tsignal(SIGPIPE, SIG_IGN);\n\tfor (int i = 0; i < SLOTS; i++)\n\t\tslots[i] = -1;\n{main}\tputs(wrong ? \"FAIL\" : \"PASS\");\n\treturn wrong != 0;\n}}\n",
    )?;
    Ok(text)
}

/// Keeps a short program in the folder of what was found.
pub fn save(name: &str, text: &str) -> Result<PathBuf> {
    let found = folder().join("found");
    std::fs::create_dir_all(&found)?;
    let file = found.join(name);
    paths::write_if_changed(&file, text.as_bytes())?;
    ensure!(file.is_file(), "{} was not written", file.display());
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces, short_program, symbols};
    use crate::fuzz::linux::areas::AREAS;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn scripts_use_calls_and_constants_that_the_runner_knows() {
        let known: BTreeSet<&str> = symbols().collect();
        let calls: BTreeMap<String, usize> = pieces()
            .unwrap()
            .iter()
            .filter_map(|piece| {
                let code = piece.code();
                let (name, rest) = code.strip_prefix("static void do_")?.split_once('(')?;
                let (arguments, _) = rest.split_once(')')?;
                Some((name.to_owned(), arguments.matches("num ").count()))
            })
            .collect();
        let mut used = BTreeSet::new();
        for area in AREAS {
            for seed in 0..500 {
                for call in area.script(seed).calls {
                    assert_eq!(calls.get(call.name), Some(&call.arguments.len()), "{call}");
                    used.insert(call.name);
                    for word in call.arguments.iter().flat_map(|a| a.split('|')) {
                        let digits = word.trim_start_matches('-');
                        let number = digits.starts_with(|c: char| c.is_ascii_digit());
                        assert!(number || known.contains(word), "{word} in {call}");
                    }
                }
            }
        }
        let unused = calls.keys().filter(|call| !used.contains(call.as_str()));
        assert_eq!(unused.collect::<Vec<_>>(), Vec::<&String>::new());
    }

    #[test]
    fn a_piece_tells_what_it_defines() {
        let of = |text| Piece::new(text).defines.into_iter().collect::<Vec<_>>();
        assert_eq!(of("/* Why. */\nstatic int f(int a)\n{\n}"), ["f"]);
        assert_eq!(of("#define A 1"), ["A"]);
        assert_eq!(of("static const struct name names[] = {"), ["names"]);
        assert_eq!(of("struct name {\n\tint a;\n};"), ["name"]);
        assert_eq!(of("enum form {\n\tX\n};"), ["X", "enum", "form"]);
    }

    #[test]
    fn a_short_program_has_what_its_calls_need_and_no_more() {
        let mut script = AREAS[3].script(1);
        script.calls.truncate(1);
        let text = short_program(&script, &["pipe: ok".to_owned()], "about").unwrap();
        for part in [
            "do_pipe(0, 1, ",
            "static void do_pipe(",
            "static int fd(",
            "/* about */",
        ] {
            assert_eq!(text.contains(part), part != "static int fd(", "{part}");
        }
        assert!(!text.contains("do_eventfd"));
    }
}
