//! `wps-strip`: strips programs as `wps-cc` makes them, with or without the line that makes them
//! run, and leaves objects and archives to LLVM's program, which knows nothing of components.

use crate::strip::without_names;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Options of other strips whose value is the next argument.
const WITH_VALUE: &[&str] = &["-K", "-N", "-R", "-F", "-I", "-O"];

/// Strips what `args` name. The result is the exit status to leave with.
pub fn strip(llvm_strip: &Path, args: &[OsString]) -> Result<i32, String> {
    let (files, output) = read(args);
    let mut programs = Vec::new();
    for file in &files {
        match program(file)? {
            Some(stripped) => programs.push((file, stripped)),
            // One that is none leaves the work to the other tool, which says what is wrong if it is.
            None => return other(llvm_strip, args),
        }
    }
    if programs.is_empty() {
        return other(llvm_strip, args);
    }
    for (file, stripped) in programs {
        let to = output.as_ref().unwrap_or(file);
        write(file, to, &stripped).map_err(|e| format!("cannot write {}: {e}", to.display()))?;
    }
    Ok(0)
}

fn read(args: &[OsString]) -> (Vec<PathBuf>, Option<PathBuf>) {
    let (mut files, mut output) = (Vec::new(), None);
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("-o") => output = args.next().map(PathBuf::from),
            Some(option) if WITH_VALUE.contains(&option) => drop(args.next()),
            Some(option) if option.starts_with('-') && option.len() > 1 => {}
            _ => files.push(PathBuf::from(arg)),
        }
    }
    (files, output)
}

/// The stripped contents of `file` if it is a component.
fn program(file: &Path) -> Result<Option<Vec<u8>>, String> {
    const IS_COMPONENT: usize = 6;
    let bytes = std::fs::read(file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
    let head = &bytes[..bytes.len().min(8192)];
    let Some(start) = crate::run::component_start(head) else {
        return Ok(None);
    };
    let (line, component) = bytes.split_at(start);
    if component.get(IS_COMPONENT) != Some(&1) {
        return Ok(None);
    }
    let bare = without_names(component);
    Ok(bare.map(|bare| [line, &bare].concat()))
}

/// Replaces `to` at once, so that an interrupted run leaves a whole program.
fn write(from: &Path, to: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = to.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".wps-{}", std::process::id()));
    let scratch = to.with_file_name(name);
    let mode = std::fs::metadata(from)?.permissions().mode();
    std::fs::write(&scratch, bytes)?;
    std::fs::set_permissions(&scratch, std::fs::Permissions::from_mode(mode))?;
    std::fs::rename(&scratch, to)
}

fn other(llvm_strip: &Path, args: &[OsString]) -> Result<i32, String> {
    let status = Command::new(llvm_strip)
        .args(args)
        .status()
        .map_err(|e| format!("cannot start {}: {e}", llvm_strip.display()))?;
    Ok(status.code().unwrap_or(1))
}
