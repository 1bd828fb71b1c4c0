//! The prototypes in the headers: each is documented, and their names.

use crate::Context;
use crate::files;
use std::collections::BTreeSet;

/// Each block of lines of `header` that declares a function begins with a comment that says what
/// it does.
pub fn documented(_: &Context, header: &str) -> Result<(), String> {
    let text = read(header)?;
    let silent: Vec<&str> = text
        .split("\n\n")
        .filter(|block| {
            let code = without_comments(block);
            let declares = names_in(&code);
            let Some(first) = declares
                .iter()
                .filter_map(|n| block.find(&format!("{n}(")))
                .min()
            else {
                return false;
            };
            !block[..first].contains("/*")
        })
        .collect();
    if silent.is_empty() {
        return Ok(());
    }
    Err(format!("without a comment:\n{}", silent.join("\n\n")))
}

/// The functions that the public headers declare, by the names that a program calls.
pub fn declared(context: &Context) -> Result<BTreeSet<String>, String> {
    let mut all = BTreeSet::new();
    for header in &context.headers {
        all.extend(names_in(&without_comments(&read(header)?)));
    }
    Ok(all)
}

fn read(header: &str) -> Result<String, String> {
    let path = files::include_dir().join(header);
    std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))
}

fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((code, comment)) = rest.split_once("/*") {
        out.push_str(code);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out + rest
}

/// The functions declared by `code`, which has no comments: outside braces, a statement whose last
/// word before the first parenthesis is the name.
fn names_in(code: &str) -> Vec<String> {
    let mut flat = String::new();
    let mut depth = 0;
    let mut continued = false;
    for line in code.lines() {
        let directive = continued || line.trim_start().starts_with('#');
        continued = directive && line.ends_with('\\');
        if directive {
            continue;
        }
        for c in line
            .replace("__WPS_BEGIN", "")
            .replace("__WPS_END", "")
            .chars()
        {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                c if depth == 0 => flat.push(c),
                _ => {}
            }
        }
        flat.push(' ');
    }
    flat.split(';')
        .filter(|s| !s.contains("typedef") && !s.contains("static"))
        .filter_map(|statement| {
            let (head, tail) = statement.split_once('(')?;
            // `void (*signal(int, ...))(int)` returns a pointer: the name is inside.
            let head = match tail.strip_prefix('*') {
                Some(inner) => inner.split_once('(')?.0,
                None => head,
            };
            let name = head.rsplit([' ', '*', '\t']).next()?;
            let plain =
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let typed = tail.starts_with('*') || head.trim() != name;
            // `extern void (*name)(void)` is data.
            (plain && typed).then(|| name.to_owned())
        })
        .filter(|name| !name.starts_with("__attribute") && name != "__asm__")
        .collect()
}
