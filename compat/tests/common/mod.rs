//! The exported functions, read off the sources.

use std::path::{Path, PathBuf};

/// One exported function or object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    pub name: String,
    /// Its comment, as one line.
    pub text: String,
    /// The source file, without its folder and ending: `signal/action`.
    pub file: String,
    /// What the source file is about: its first comment line.
    pub about: String,
    pub is_data: bool,
    /// The types of its parameters, as Rust writes them.
    pub parameters: Vec<String>,
    /// The type of its result, empty for none.
    pub result: String,
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// All exports, by file and in the order of the file.
pub fn exports() -> Vec<Export> {
    let mut files = Vec::new();
    collect(&root().join("src"), &mut files);
    files.sort();
    let mut all: Vec<Export> = files.iter().flat_map(|file| of_file(file)).collect();
    // The C glue exports this one; the other functions in it are for the archive itself.
    all.push(Export {
        name: "pthread_exit".into(),
        text: "Ends the program, whose only thread it is (POSIX pthread_exit).".into(),
        file: "glue/thread_exit".into(),
        about: "The only thread.".into(),
        is_data: false,
        parameters: vec!["*mut c_void".into()],
        result: "!".into(),
    });
    all
}

fn collect(folder: &Path, to: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the sources can be listed") {
        let path = entry.expect("the sources can be listed").path();
        if path.is_dir() {
            collect(&path, to);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            to.push(path);
        }
    }
}

fn of_file(path: &Path) -> Vec<Export> {
    let text = std::fs::read_to_string(path).expect("a source is readable text");
    let source = root().join("src");
    let file = path
        .strip_prefix(&source)
        .expect("it is below")
        .with_extension("");
    let about: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix("//! "))
        .collect();
    let about = about.join(" ");
    let mut inside = false;
    let mut next_is_data = false;
    let mut comment: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim_start();
        inside |= line == "export! {";
        inside &= line != "}";
        if let Some(more) = trimmed.strip_prefix("/// ") {
            comment.push(more);
            continue;
        }
        let data = trimmed.strip_prefix("pub static ").filter(|_| next_is_data);
        let function = line.strip_prefix("    fn ").filter(|_| inside);
        if let Some(declaration) = function.or(data.map(|d| d.trim_start_matches("mut "))) {
            let end = declaration.find(['(', ':']).expect("a declaration goes on");
            let (parameters, result) = signature(&text, line);
            found.push(Export {
                name: declaration[..end].to_owned(),
                text: comment.join(" "),
                file: file.display().to_string(),
                about: about.clone(),
                is_data: data.is_some(),
                parameters,
                result,
            });
        }
        next_is_data = trimmed == "#[unsafe(no_mangle)]" && !inside;
        if !next_is_data {
            comment.clear();
        }
    }
    found
}

/// The parameter types and the result type of the function whose declaration starts with `line`.
fn signature(text: &str, line: &str) -> (Vec<String>, String) {
    let declaration = &text[text.find(line).expect("the line is of the text")..];
    let (Some(open), Some(close)) = (declaration.find('('), declaration.find(')')) else {
        return (Vec::new(), String::new());
    };
    let list = declaration[open + 1..close]
        .split(',')
        .filter_map(|one| one.split_once(':'));
    let after = &declaration[close + 1..];
    let result = after[..after.find('{').unwrap_or(0)]
        .trim()
        .trim_start_matches("->")
        .trim();
    (
        list.map(|(_, ty)| ty.trim().to_owned()).collect(),
        result.to_owned(),
    )
}
