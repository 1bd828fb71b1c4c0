//! `libexec/wps/wasm-component-ld`, the linker that clang calls: `wps-cc` under another name. It
//! runs the real one and then, for a program that is not named `*.wasm`, puts a line before the
//! component that makes the file run by itself.

use crate::toolchain::{Libc, Toolchain};
use crate::{Prefix, casts, libraries, options, response};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a link command asks for.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    output: PathBuf,
    /// `-r`: one object out of several, for the plain linker.
    relocatable: bool,
    /// `-s`: no names, no debug information.
    strip: bool,
    /// An adapter was chosen by the caller.
    adapter: bool,
    /// The folder with libc's start-up object, which tells which libc it is.
    libc_dir: Option<PathBuf>,
    /// The `wasm-ld` clang chose.
    wasm_ld: Option<PathBuf>,
}

impl Request {
    fn uses(&self, libc: &Libc) -> bool {
        self.libc_dir
            .as_ref()
            .is_some_and(|dir| *dir == libc.lib_dir())
    }
}

fn parse(args: &[OsString]) -> Request {
    let mut request = Request {
        output: "a.out".into(),
        relocatable: false,
        strip: false,
        adapter: false,
        libc_dir: None,
        wasm_ld: None,
    };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("-o") => request.output = args.next().map(PathBuf::from).unwrap_or_default(),
            Some("-r" | "--relocatable") => request.relocatable = true,
            Some("-s" | "--strip-all") => request.strip = true,
            Some("--wasm-ld-path") => request.wasm_ld = args.next().map(PathBuf::from),
            Some(text) if text.starts_with("--wasi-adapter") || text.starts_with("--adapt") => {
                request.adapter = true;
            }
            Some(text) if text.ends_with(".o") && text.contains("/crt1") => {
                request.libc_dir = Path::new(text).parent().map(PathBuf::from);
            }
            _ => {}
        }
    }
    request
}

/// The option that makes the host pass on any exit status. Programs that need it are made only for
/// a host that has it.
pub const EXIT_STATUS_OPTION: &str = "-Scli-exit-with-code=y";

/// Names the variable that asks for a note of what was left out.
pub const VERBOSE_VARIABLE: &str = "WPS_CC_VERBOSE";

/// What a linker answers when it is asked who it is. Build systems look for both names: for LLVM's,
/// which it is, and for GNU's, whose options it takes.
fn version(toolchain: &Toolchain) -> String {
    let said = Command::new(toolchain.llvm_bin.join("wasm-ld"))
        .arg("--version")
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let number = said.split_once("LLD ").map_or("", |(_, rest)| rest);
    let number = number.split([' ', '\n']).next().unwrap_or_default();
    format!(
        "LLD {number} (compatible with GNU linkers; wasi-posix-sockets {})",
        env!("CARGO_PKG_VERSION")
    )
}

/// Whether the command only asks who this is: `--version`, or `-v` without anything to link.
fn asks_for_version(args: &[OsString]) -> bool {
    let has = |names: &[&str]| args.iter().any(|arg| names.iter().any(|name| arg == name));
    let is_input = |arg: &OsString| {
        let text = arg.to_string_lossy();
        !text.starts_with('-')
            && Path::new(arg).is_file()
            && !text.contains("/crt1")
            && !text.contains("/libclang_rt.builtins")
            && !text.ends_with("/wasm-ld")
    };
    has(&["--version", "-version"]) || (has(&["-v", "-V"]) && !args.iter().any(is_input))
}

/// Links. The result is the exit status to leave with.
pub fn link(
    prefix: &Prefix,
    toolchain: &Toolchain,
    args: &[OsString],
    run_line: Option<&OsStr>,
) -> Result<i32, String> {
    let args = response::expand(args.to_vec());
    if asks_for_version(&args) {
        println!("{}", version(toolchain));
        return Ok(0);
    }
    let (casts, args): (Vec<_>, Vec<_>) = args.into_iter().partition(|arg| arg == casts::OPTION);
    let sifted = options::linker::sift(&args)?;
    if std::env::var_os(VERBOSE_VARIABLE).is_some()
        && let Some(note) = sifted.note()
    {
        eprintln!("wasm-component-ld: {note}");
    }
    let args = libraries::of_webassembly(libraries::ours_last(sifted.args))?;
    let request = parse(&args);
    if request.relocatable {
        let plain = relocatable_args(&args);
        let wasm_ld = request
            .wasm_ld
            .unwrap_or_else(|| toolchain.llvm_bin.join("wasm-ld"));
        return run(&wasm_ld, &plain, &[]);
    }
    let mut args = args;
    if !request.adapter && toolchain.libcs.iter().any(|l| l.native && request.uses(l)) {
        args.push("--wasi-adapter=none".into());
    }
    if request.strip {
        // Numbers take as many bytes as they need. Debug information would not survive that.
        args.push("--compress-relocations".into());
    }
    let environment = if casts.is_empty() {
        vec![]
    } else {
        with_casts(prefix, toolchain, &request, &mut args)?
    };
    let wps_run = run_line.filter(|_| request.output.extension() != Some(OsStr::new("wasm")));
    if wps_run.is_none() || !run_with_exit_status(prefix, toolchain, &args, &environment)? {
        let status = run(&toolchain.component_ld, &args, &environment)?;
        if status != 0 {
            return Ok(status);
        }
    }
    finish(&request, wps_run)
        .map_err(|e| format!("cannot write {}: {e}", request.output.display()))?;
    Ok(0)
}

type Environment = [(&'static str, PathBuf)];

/// Makes `args` link by way of [`casts::link`], which finds its tools in the resulting environment.
fn with_casts(
    prefix: &Prefix,
    toolchain: &Toolchain,
    request: &Request,
    args: &mut Vec<OsString>,
) -> Result<Vec<(&'static str, PathBuf)>, String> {
    let wasm_opt = toolchain.wasm_opt.clone().ok_or(casts::NO_WASM_OPT)?;
    let wasm_ld = request
        .wasm_ld
        .clone()
        .unwrap_or_else(|| toolchain.llvm_bin.join("wasm-ld"));
    if let Some(at) = args.iter().position(|arg| arg == "--wasm-ld-path") {
        args.drain(at..(at + 2).min(args.len()));
    }
    args.insert(0, prefix.casts_object().into());
    args.push("--wasm-ld-path".into());
    args.push(prefix.casts_linker().into());
    args.push(casts::FEATURES.into());
    Ok(vec![
        (casts::WASM_LD_VARIABLE, wasm_ld),
        (casts::WASM_OPT_VARIABLE, wasm_opt),
    ])
}

/// What is left to do with the component.
fn finish(request: &Request, wps_run: Option<&OsStr>) -> std::io::Result<()> {
    if !is_regular(&request.output) {
        return Ok(());
    }
    let made = std::fs::read(&request.output)?;
    let told = crate::shapes::told(&made);
    let bare = request
        .strip
        .then(|| crate::strip::without_names(told.as_ref().unwrap_or(&made)));
    if let Some(finished) = bare.flatten().or(told) {
        std::fs::write(&request.output, finished)?;
    }
    wps_run.map_or(Ok(()), |wps_run| make_executable(&request.output, wps_run))
}

/// Tries to link so that exit statuses reach the host. An adapter newer than the interface in our
/// object makes that impossible, so a failure is not reported: the plain link that follows shows
/// what is wrong with the program, if anything is.
fn run_with_exit_status(
    prefix: &Prefix,
    toolchain: &Toolchain,
    args: &[OsString],
    environment: &Environment,
) -> Result<bool, String> {
    let object = prefix.exit_status();
    if !toolchain
        .wasmtime_options
        .iter()
        .any(|o| o == EXIT_STATUS_OPTION)
        || !object.is_file()
    {
        return Ok(false);
    }
    let linker = &toolchain.component_ld;
    let mut args = args.to_vec();
    args.insert(0, object.into());
    args.push("--wrap=__main_void".into());
    let output = with_args(linker, &args, environment, Command::output)?;
    if output.status.success() {
        let _ = std::io::stdout().write_all(&output.stdout);
        let _ = std::io::stderr().write_all(&output.stderr);
    }
    Ok(output.status.success())
}

/// `-o /dev/null` is how configure scripts throw a program away: leave it alone.
fn is_regular(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|m| m.is_file())
}

/// The arguments of a relocatable link for `wasm-ld`: without what clang and the configuration file
/// add to make a program. The objects and libraries that the caller named stay.
fn relocatable_args(args: &[OsString]) -> Vec<OsString> {
    let mut out = Vec::with_capacity(args.len());
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.to_str().unwrap_or_default() {
            "--wasm-ld-path" | "-z" => drop(args.next()),
            "-lc" | "-lsetjmp" | "--stack-first" => {}
            "--no-whole-archive"
                if args
                    .clone()
                    .next()
                    .is_some_and(|next| next == "-lwasi_posix_sockets") => {}
            text if text.starts_with("--wrap=") || text.starts_with("--undefined=__wrap_") => {}
            text if text.starts_with("-lwasi_posix_") || text.starts_with("-lwasi-emulated-") => {}
            text if text.contains("/libclang_rt.builtins") || text.contains("/crt1") => {}
            _ => out.push(arg.clone()),
        }
    }
    out
}

fn run(program: &Path, args: &[OsString], environment: &Environment) -> Result<i32, String> {
    let status = with_args(program, args, environment, Command::status)?;
    Ok(status.code().unwrap_or(1))
}

/// Starts `program` by `start`, with the arguments in a file where they are too many for the system.
fn with_args<T>(
    program: &Path,
    args: &[OsString],
    environment: &Environment,
    start: impl FnOnce(&mut Command) -> std::io::Result<T>,
) -> Result<T, String> {
    let mut command = Command::new(program);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let mut file = None;
    if response::length(args) > response::LONG {
        let name = std::env::temp_dir().join(format!("wps-ld-{}.args", std::process::id()));
        std::fs::write(&name, response::file_of(args))
            .map_err(|e| format!("cannot write {}: {e}", name.display()))?;
        let mut arg = OsString::from("@");
        arg.push(&name);
        command.arg(arg);
        file = Some(name);
    } else {
        command.args(args);
    }
    let result =
        start(&mut command).map_err(|e| format!("cannot start {}: {e}", program.display()));
    if let Some(file) = file {
        let _ = std::fs::remove_file(file);
    }
    result
}

/// What stands before the component so that the kernel starts `wps_run` with it. A kernel takes
/// neither blanks nor a very long name in a `#!` line; then the shell does it.
fn run_line(wps_run: &OsStr) -> Vec<u8> {
    const LONGEST: usize = 120;
    let name = wps_run.as_encoded_bytes();
    let mut line = crate::SCRIPT_MARK.to_vec();
    if name.len() <= LONGEST && !name.iter().any(u8::is_ascii_whitespace) {
        line.extend_from_slice(name);
    } else {
        line.extend_from_slice(b"/bin/sh\nexec '");
        for byte in name {
            match byte {
                b'\'' => line.extend_from_slice(b"'\\''"),
                other => line.push(*other),
            }
        }
        line.extend_from_slice(b"' \"$0\" \"$@\"");
    }
    line.push(b'\n');
    line
}

/// Puts the [`run_line`] before the component in `output` and lets it be executed. The finished file
/// appears at once: a build that is interrupted leaves no half a program.
fn make_executable(output: &Path, wps_run: &OsStr) -> std::io::Result<()> {
    let component = std::fs::read(output)?;
    let mut name = output.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".wps-{}", std::process::id()));
    let scratch = output.with_file_name(name);
    let mut file = std::fs::File::create(&scratch)?;
    file.write_all(&run_line(wps_run))?;
    file.write_all(&component)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o755))?;
    std::fs::rename(&scratch, output)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn os(args: &[&str]) -> Vec<OsString> {
        args.iter().map(OsString::from).collect()
    }

    #[test]
    fn the_output_is_read_from_the_command() {
        let request = parse(&os(&["-m", "wasm32", "a.o", "-o", "x/prog"]));
        assert_eq!(request.output, Path::new("x/prog"));
        assert!(!request.relocatable && !request.strip);
        assert!(parse(&os(&["-s", "a.o"])).strip);
        assert_eq!(parse(&os(&["a.o"])).output, Path::new("a.out"));
    }

    #[test]
    fn the_libc_is_known_by_its_start_up_object() {
        let request = parse(&os(&["-L/x", "/s/lib/wasm32-wasip2/crt1-command.o", "a.o"]));
        let mut libc = Libc {
            name: "wasip2".into(),
            target: "wasm32-wasip2".into(),
            sysroot: "/s".into(),
            native: true,
            date: "20260423".into(),
            origin: "test".into(),
        };
        assert!(request.uses(&libc) && !request.adapter);
        libc.target = "wasm32-wasip1".into();
        assert!(!request.uses(&libc));
        assert!(parse(&os(&["--wasi-adapter=command"])).adapter);
    }

    #[test]
    fn a_relocatable_link_is_of_the_callers_objects_alone() {
        let line = "-m wasm32 --wasm-ld-path /t/wasm-ld -L/s/lib /s/lib/crt1-command.o -r a.o -lmine \
            -lwasi_posix_sockets -z stack-size=8388608 --stack-first --wrap=close -lc \
            /t/lib/libclang_rt.builtins-wasm32.a -o c.o";
        let args = os(&line.split_whitespace().collect::<Vec<_>>());
        let request = parse(&args);
        assert!(request.relocatable);
        assert_eq!(request.wasm_ld.as_deref(), Some(Path::new("/t/wasm-ld")));
        let plain = os(&[
            "-m", "wasm32", "-L/s/lib", "-r", "a.o", "-lmine", "-o", "c.o",
        ]);
        assert_eq!(relocatable_args(&args), plain);
    }

    #[test]
    fn a_name_that_kernels_refuse_is_left_to_the_shell() {
        let line = run_line(OsStr::new("/my prefix/it's/wps-run"));
        let text = String::from_utf8(line).unwrap();
        assert_eq!(
            text,
            "#!/bin/sh\nexec '/my prefix/it'\\''s/wps-run' \"$0\" \"$@\"\n"
        );
        let long = format!("/{}", "x".repeat(200));
        assert!(run_line(OsStr::new(&long)).starts_with(b"#!/bin/sh\n"));
    }

    #[test]
    fn an_executable_starts_with_the_run_line_and_may_be_run() {
        let path = std::env::temp_dir().join(format!("wps-ld-test-{}", std::process::id()));
        std::fs::write(&path, b"\0asm").unwrap();
        make_executable(&path, OsStr::new("/p/bin/wps-run")).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"#!/p/bin/wps-run\n\0asm");
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o755
        );
        std::fs::remove_file(&path).unwrap();
    }
}
