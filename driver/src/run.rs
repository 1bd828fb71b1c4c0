//! `wps-run`: starts a component in wasmtime with the network on and the current folder visible.

use crate::toolchain::Toolchain;
use lexopt::prelude::*;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::IntoRawFd;
use std::path::{Path, PathBuf};

/// Options for programs that are started as `./prog`, where there is no command line for them.
pub const FLAGS_VARIABLE: &str = "WPS_RUN_FLAGS";

/// The text of `wps-run --help`.
pub const USAGE: &str = "\
Usage: wps-run [options] program [arguments]

Runs a WASI 0.2 component, plain or made by wps-cc, with this process's environment, standard
streams and current folder.

  --dir HOST[::GUEST]  let the program see this folder too (under the name GUEST)
  --tmp                let it see /tmp, and $TMPDIR if that is another folder
  --env NAME[=VALUE]   set an environment variable
  --no-network         no sockets and no name lookup
  --no-cwd             do not let the program see the current folder
  --wasmtime ARG       pass ARG on to `wasmtime run`
  --quiet              do not say at the end which folders it was not given
  --help               this text

The same options are read from the variable WPS_RUN_FLAGS (separated by spaces) first.
";

/// A parsed command line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    dirs: Vec<OsString>,
    env: Vec<OsString>,
    no_network: bool,
    no_cwd: bool,
    tmp: bool,
    quiet: bool,
    host: Vec<OsString>,
    /// `--help` was given.
    pub help: bool,
    program: Option<OsString>,
    args: Vec<OsString>,
}

impl Options {
    /// Reads `args` (without the program's name), after those in `flags`.
    pub fn parse(flags: Option<&OsStr>, args: Vec<OsString>) -> Result<Self, String> {
        let mut options = Self::default();
        if let Some(flags) = flags {
            let flags = flags
                .to_str()
                .ok_or_else(|| format!("{FLAGS_VARIABLE} is not text"))?
                .split_whitespace()
                .map(OsString::from);
            options
                .read(lexopt::Parser::from_args(flags))
                .map_err(|e| e.to_string())?;
            if let Some(program) = &options.program {
                let program = program.to_string_lossy();
                return Err(format!(
                    "{FLAGS_VARIABLE} may hold options only, not `{program}`"
                ));
            }
        }
        options
            .read(lexopt::Parser::from_args(args))
            .map_err(|e| e.to_string())?;
        Ok(options)
    }

    fn read(&mut self, mut parser: lexopt::Parser) -> Result<(), lexopt::Error> {
        while let Some(arg) = parser.next()? {
            match arg {
                Long("dir") => self.dirs.push(parser.value()?),
                Long("env") => self.env.push(parser.value()?),
                Long("no-network") => self.no_network = true,
                Long("no-cwd") => self.no_cwd = true,
                Long("tmp") => self.tmp = true,
                Long("quiet") => self.quiet = true,
                Long("wasmtime") => self.host.push(parser.value()?),
                Long("help") => self.help = true,
                Value(program) => {
                    // Everything after the program's name is the program's, dashes included.
                    self.program = Some(program);
                    self.args = parser.raw_args()?.collect();
                }
                _ => return Err(arg.unexpected()),
            }
        }
        Ok(())
    }

    /// The program to run.
    pub fn program(&self) -> Result<&OsStr, String> {
        self.program
            .as_deref()
            .ok_or_else(|| "no program to run".into())
    }

    /// Whether the program says at its end which folders it was not given.
    pub fn hints(&self) -> bool {
        !self.quiet
    }

    /// The arguments for wasmtime, where `file` holds the component.
    pub fn host_args(
        &self,
        toolchain: &Toolchain,
        file: &Path,
        place: &Surroundings,
    ) -> Vec<OsString> {
        let mut args: Vec<OsString> = vec!["run".into()];
        args.extend(toolchain.wasmtime_options.iter().map(OsString::from));
        args.push("-Sinherit-env=y".into());
        args.push(
            if self.no_network {
                "-Stcp=n,udp=n,allow-ip-name-lookup=n"
            } else {
                "-Sinherit-network=y,allow-ip-name-lookup=y,tcp=y,udp=y"
            }
            .into(),
        );
        if !self.no_cwd {
            // Programs that were made without this library look relative names up in ".", and
            // absolute ones need each name that the folder goes by.
            args.extend(["--dir".into(), ".".into()]);
            for name in place.alias.iter().chain(&place.cwd) {
                args.extend(["--dir".into(), mapped(name)]);
            }
        }
        if self.tmp {
            for dir in std::iter::once(Path::new("/tmp")).chain(place.tmp.as_deref()) {
                args.extend(["--dir".into(), mapped(dir)]);
            }
        }
        for dir in &self.dirs {
            args.extend(["--dir".into(), dir.clone()]);
        }
        for env in &self.env {
            args.extend(["--env".into(), env.clone()]);
        }
        args.extend(self.host.iter().cloned());
        args.push("--argv0".into());
        args.push(self.program.clone().unwrap_or_default());
        args.push("--".into());
        args.push(file.into());
        args.extend(self.args.iter().cloned());
        args
    }
}

/// The folders that a program finds itself among.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// The absolute path of the current folder, as getcwd(3) tells it.
    pub cwd: Option<PathBuf>,
    /// What the shell calls it (`PWD`), where symbolic links make that another path.
    pub alias: Option<PathBuf>,
    /// `TMPDIR`, if it is a folder other than /tmp.
    pub tmp: Option<PathBuf>,
}

impl Surroundings {
    /// Those of this process.
    pub fn of_this_process() -> Self {
        let cwd = std::env::current_dir().ok();
        let folder = |name| {
            let path = std::env::var_os(name).map(PathBuf::from);
            path.filter(|path| path.is_absolute())
        };
        let alias = folder("PWD").filter(|path| Some(path) != cwd.as_ref());
        let tmp = folder("TMPDIR").filter(|path| path != Path::new("/tmp"));
        Surroundings {
            alias: alias.filter(|path| path.canonicalize().ok() == cwd),
            tmp: tmp.filter(|path| path.is_dir()),
            cwd,
        }
    }
}

fn mapped(dir: &Path) -> OsString {
    let mut out = OsString::from(dir);
    out.push("::");
    out.push(dir);
    out
}

/// Where the component begins in a file that begins with `head`: at once, or after the one line, or
/// the two, that `wps-cc` puts before it.
pub(crate) fn component_start(head: &[u8]) -> Option<usize> {
    const COMPONENT: &[u8] = b"\0asm";
    if head.starts_with(COMPONENT) {
        return Some(0);
    }
    if !head.starts_with(crate::SCRIPT_MARK) {
        return None;
    }
    let lines = head.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    lines
        .take(2)
        .map(|(at, _)| at + 1)
        .find(|start| head[*start..].starts_with(COMPONENT))
}

/// A file that holds nothing but the component in `program`: the program itself, or, where a
/// `#!` line stands before it, an unnamed copy without that line, open in this process.
pub fn component_file(program: &Path) -> std::io::Result<PathBuf> {
    let mut file = File::open(program)?;
    let mut head = Vec::new();
    Read::by_ref(&mut file).take(8192).read_to_end(&mut head)?;
    let Some(start) = component_start(&head) else {
        let message = "it is neither a component nor a program made by wps-cc";
        return Err(std::io::Error::new(
            std::io::ErrorKind::InvalidData,
            message,
        ));
    };
    if start == 0 {
        return Ok(program.to_path_buf());
    }
    file.seek(SeekFrom::Start(start as u64))?;
    open_copy(&mut file)
}

/// A copy of what `from` gives, in a file without a name. It stays open across exec, so that the
/// program that this one becomes can open it by the name that is returned.
pub(crate) fn open_copy(from: &mut impl Read) -> std::io::Result<PathBuf> {
    let mut copy = unnamed_file()?;
    std::io::copy(from, &mut copy)?;
    copy.flush()?;
    copy.seek(SeekFrom::Start(0))?;
    Ok(PathBuf::from(format!("/dev/fd/{}", copy.into_raw_fd())))
}

#[cfg(target_os = "linux")]
fn unnamed_file() -> std::io::Result<File> {
    use std::os::fd::FromRawFd;
    // SAFETY: the name is a C string; the result is checked before it is owned.
    let fd = unsafe { libc::memfd_create(c"component".as_ptr(), 0) };
    if fd < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: the call above has just made `fd`, and nothing else owns it.
    Ok(unsafe { File::from_raw_fd(fd) })
}

#[cfg(not(target_os = "linux"))]
fn unnamed_file() -> std::io::Result<File> {
    use std::os::fd::{AsRawFd, FromRawFd};
    let path = std::env::temp_dir().join(format!("wps-run-{}", std::process::id()));
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    std::fs::remove_file(&path)?;
    // Rust opens files so that exec closes them; a duplicate lives on.
    // SAFETY: `file` is open; the duplicate is checked before it is owned.
    let fd = unsafe { libc::dup(file.as_raw_fd()) };
    if fd < 0 {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: the call above has just made `fd`, and nothing else owns it.
    Ok(unsafe { File::from_raw_fd(fd) })
}

/// Lets the host open as many files as the system allows: each socket of the program is one.
pub fn raise_file_limit() {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limit` is a valid rlimit for both calls; a failure leaves the limit as it was.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(flags: Option<&str>, args: &[&str]) -> Result<Options, String> {
        let flags = flags.map(OsString::from);
        Options::parse(flags.as_deref(), args.iter().map(OsString::from).collect())
    }

    fn toolchain() -> Toolchain {
        Toolchain {
            clang: "/t/clang".into(),
            clang_version: 22,
            llvm_bin: "/t".into(),
            component_ld: "/t/wasm-component-ld".into(),
            wasm_opt: None,
            wasmtime: "/t/wasmtime".into(),
            wasmtime_options: vec!["-Wexceptions=y".into()],
            default_libc: "wasip2".into(),
            libcs: vec![],
        }
    }

    fn host_args(options: &Options) -> String {
        let place = Surroundings {
            cwd: Some("/home/u".into()),
            alias: None,
            tmp: Some("/scratch".into()),
        };
        let args = options.host_args(&toolchain(), Path::new("/f"), &place);
        args.iter()
            .map(|a| a.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn what_follows_the_program_is_the_programs() {
        let options = parse(None, &["--dir", "/etc", "./prog", "--dir", "x", "-v", "--"]).unwrap();
        assert_eq!(options.program().unwrap(), "./prog");
        let line = host_args(&options);
        assert!(
            line.ends_with("--argv0 ./prog -- /f --dir x -v --"),
            "{line}"
        );
        assert!(
            line.contains("--dir . --dir /home/u::/home/u --dir /etc"),
            "{line}"
        );
    }

    #[test]
    fn the_network_can_be_taken_away() {
        let line = host_args(&parse(None, &["--no-network", "p"]).unwrap());
        assert!(
            line.contains("tcp=n,udp=n") && !line.contains("inherit-network"),
            "{line}"
        );
    }

    #[test]
    fn the_current_folder_goes_by_each_of_its_names() {
        let place = Surroundings {
            cwd: Some("/disk/u".into()),
            alias: Some("/home/u".into()),
            tmp: None,
        };
        let options = parse(None, &["p"]).unwrap();
        let args = options.host_args(&toolchain(), Path::new("/f"), &place);
        let dirs: Vec<_> = args.iter().skip_while(|a| *a != "--dir").take(6).collect();
        assert_eq!(
            dirs,
            [
                "--dir",
                ".",
                "--dir",
                "/home/u::/home/u",
                "--dir",
                "/disk/u::/disk/u"
            ]
        );
    }

    #[test]
    fn temporary_files_are_an_option() {
        let line = host_args(&parse(None, &["p"]).unwrap());
        assert!(
            !line.contains("/tmp") && !line.contains("/scratch"),
            "{line}"
        );
        let line = host_args(&parse(None, &["--tmp", "p"]).unwrap());
        let both = "--dir /tmp::/tmp --dir /scratch::/scratch";
        assert!(line.contains(both), "{line}");
    }

    #[test]
    fn unknown_options_are_refused() {
        assert!(
            parse(None, &["--frobnicate", "p"])
                .unwrap_err()
                .contains("--frobnicate")
        );
        assert!(parse(None, &["-x", "p"]).is_err());
        assert!(parse(None, &["--dir"]).is_err());
        assert!(parse(None, &[]).unwrap().program().is_err());
    }

    #[test]
    fn options_come_from_the_variable_too_but_no_program() {
        let options = parse(Some(" --dir /etc  --no-cwd"), &["p"]).unwrap();
        let line = host_args(&options);
        assert!(
            line.contains("--dir /etc") && !line.contains("--dir ."),
            "{line}"
        );
        assert!(parse(Some("prog"), &["p"]).unwrap_err().contains("prog"));
    }

    #[test]
    fn a_run_line_is_skipped_and_a_script_is_refused() {
        let folder = std::env::temp_dir();
        let name = |n: &str| folder.join(format!("wps-run-test-{n}-{}", std::process::id()));
        let (plain, made, shell, script) =
            (name("plain"), name("made"), name("shell"), name("script"));
        std::fs::write(&plain, b"\0asm rest").unwrap();
        std::fs::write(&made, b"#!/p/bin/wps-run\n\0asm rest").unwrap();
        std::fs::write(&shell, b"#!/bin/sh\nexec '/a b/wps-run'\n\0asm rest").unwrap();
        std::fs::write(&script, b"#!/bin/sh\necho\n").unwrap();
        assert_eq!(component_file(&plain).unwrap(), plain);
        for program in [&made, &shell] {
            let copy = component_file(program).unwrap();
            assert_eq!(std::fs::read(copy).unwrap(), b"\0asm rest");
        }
        assert!(component_file(&script).is_err());
        for file in [plain, made, shell, script] {
            std::fs::remove_file(file).unwrap();
        }
    }
}
