//! `--wps-casts`: functions may be called through pointers of another type, as on every Unix
//! machine. WebAssembly compares the types and traps; Binaryen's pass `fpcast-emu` gives all
//! functions whose address is taken one type, with a small function around each.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The linker's option; `wps-cc` makes it of its own one.
pub const OPTION: &str = "--wps-casts";

/// Names, in the environment of [`link`], the real `wasm-ld` and the optimizer.
pub const WASM_LD_VARIABLE: &str = "WPS_CASTS_WASM_LD";
pub const WASM_OPT_VARIABLE: &str = "WPS_CASTS_WASM_OPT";

/// The section that tells the optimizer what the module makes use of.
pub const FEATURES: &str = "--keep-section=target_features";

/// What is said where there is no optimizer.
pub const NO_WASM_OPT: &str = "--wps-casts needs wasm-opt of Binaryen 116 or newer, and none could be \
    had when this prefix was built; install it so that it is on PATH, then run `cargo xtask build`";

/// How many parameters the one type has, unless a function has more.
const PARAMETERS: u32 = 16;

/// `libexec/wps/wasm-ld-casts`: links a module with the real `wasm-ld` and puts the calls right.
pub fn link(args: &[OsString]) -> Result<i32, String> {
    let tool = |variable| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .ok_or_else(|| format!("{variable} is not set; this program is started by wps-cc"))
    };
    let (wasm_ld, wasm_opt) = (tool(WASM_LD_VARIABLE)?, tool(WASM_OPT_VARIABLE)?);
    let status = Command::new(&wasm_ld)
        .args(args)
        .status()
        .map_err(|e| format!("cannot start {}: {e}", wasm_ld.display()))?;
    if !status.success() {
        return Ok(status.code().unwrap_or(1));
    }
    let module = output_of(args).ok_or("the link has no output")?;
    emulate(&wasm_opt, Path::new(module))?;
    Ok(0)
}

fn output_of(args: &[OsString]) -> Option<&OsStr> {
    let at = args.iter().position(|arg| arg == "-o")?;
    args.get(at + 1).map(OsString::as_os_str)
}

fn emulate(wasm_opt: &Path, module: &Path) -> Result<(), String> {
    let mut parameters = PARAMETERS;
    loop {
        let output = Command::new(wasm_opt)
            .arg("--fpcast-emu")
            .arg(format!("--pass-arg=max-func-params@{parameters}"))
            // Names stay for backtraces; what stands in DWARF would no longer be true.
            .args(["--strip-dwarf", "-g", "-o"])
            .arg(module)
            .arg(module)
            .output()
            .map_err(|e| {
                format!(
                    "cannot start {}: {e}; run `cargo xtask build`",
                    wasm_opt.display()
                )
            })?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        match wanted(&said).filter(|more| *more > parameters) {
            Some(more) => parameters = more,
            None => return Err(format!("--wps-casts: wasm-opt failed: {}", said.trim())),
        }
    }
}

/// How many parameters the optimizer asks for, where that is what it complains about.
fn wanted(said: &str) -> Option<u32> {
    let rest = said.split_once("needs to be at least ")?.1;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_optimizer_tells_how_many_parameters_there_are() {
        let said = "Fatal: FuncCastEmulation::NUM_PARAMS needs to be at least 23\n";
        assert_eq!(wanted(said), Some(23));
        assert_eq!(wanted("Fatal: error in validating input"), None);
    }

    #[test]
    fn the_output_is_read_from_the_command() {
        let args = ["a.o", "-o", "x.wasm"].map(OsString::from);
        assert_eq!(output_of(&args), Some(OsStr::new("x.wasm")));
        assert_eq!(output_of(&args[..2]), None);
    }
}
