//! No function traps when it is called with NULL and impossible numbers.

mod common;

use anyhow::{Result, ensure};
use common::{Export, exports};
use std::process::{Command, Stdio};

/// These do not come back (as documented), or close what the test needs.
const LEFT_OUT: [&str; 17] = [
    "_longjmp",
    "siglongjmp",
    "__wps_sigsetjmp",
    "err",
    "errx",
    "verr",
    "verrx",
    "error",
    "error_at_line",
    "pthread_exit",
    "thrd_exit",
    "pause",
    "sigsuspend",
    "sigpause",
    "sigwaitinfo",
    "closefrom",
    "close_range",
];

/// A variadic or printf-like function is called with a format, as the compiler makes sure of.
const FORMATTED: [&str; 6] = ["warn", "warnx", "vwarn", "vwarnx", "syslog", "vsyslog"];

/// The C type that a Rust type is passed as; pointers and 32-bit numbers are passed alike.
fn is_wide(ty: &str) -> bool {
    matches!(ty, "i64" | "u64" | "off_t" | "time_t" | "clock_t")
}

fn is_pointer(ty: &str) -> bool {
    let named = ["Set", "ConstSet", "va_list", "clockid_t"];
    ty.starts_with('*') || named.contains(&ty)
}

fn call(export: &Export, number: &str) -> String {
    let argument = |ty: &String| match (is_pointer(ty), is_wide(ty)) {
        (true, _) => "0".to_owned(),
        (false, true) => format!("(long long){number}"),
        (false, false) => format!("(int){number}"),
    };
    let arguments: Vec<String> = export.parameters.iter().map(argument).collect();
    let name = &export.name;
    format!(
        "  say(\"{name}({number})\");\n  {name}({});\n",
        arguments.join(", ")
    )
}

fn c_type(ty: &str) -> &'static str {
    match ty {
        "" | "!" => "void",
        _ if is_wide(ty) => "long long",
        _ => "int",
    }
}

/// A declaration with the function's WebAssembly type; what the parameters mean does not matter.
fn prototype(export: &Export) -> String {
    let types: Vec<&str> = export.parameters.iter().map(|ty| c_type(ty)).collect();
    let list = if types.is_empty() {
        "void".to_owned()
    } else {
        types.join(", ")
    };
    format!("{} {}({list});\n", c_type(&export.result), export.name)
}

#[test]
fn null_and_impossible_numbers_do_not_trap() -> Result<()> {
    let built = xtask::build()?;
    let tested: Vec<Export> = exports()
        .into_iter()
        .filter(|e| !e.is_data && !LEFT_OUT.contains(&&*e.name) && !FORMATTED.contains(&&*e.name))
        .collect();
    ensure!(tested.len() > 300, "the sources were not understood");
    let mut source = String::from(
        "int write(int, const void *, unsigned long);\nunsigned long strlen(const char *);\n",
    );
    source += "static void say(const char *text) { write(2, text, strlen(text)); write(2, \"\\n\", 1); }\n";
    for export in &tested {
        source += &prototype(export);
    }
    source += "int main(void) {\n";
    for number in ["0", "-1", "0x7fffffff"] {
        for export in &tested {
            source += &call(export, number);
        }
    }
    source += "  say(\"end\");\n  return 0;\n}\n";
    let folder = std::env::temp_dir().join(format!("wps-compat-null-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("null.c");
    std::fs::write(&file, source)?;
    for libc in &built.toolchain.libcs {
        let component = folder.join("null.wasm");
        let compiled = Command::new(built.prefix.wps_cc())
            .arg(format!("--wps-libc={}", libc.name))
            .args(["-w", "-O0", "-fno-builtin"])
            .arg(&file)
            .arg("-o")
            .arg(&component)
            .output()?;
        ensure!(
            compiled.status.success(),
            "{}",
            String::from_utf8_lossy(&compiled.stderr)
        );
        let output = Command::new(built.prefix.wps_run())
            .arg("--quiet")
            .arg(&component)
            .current_dir(&folder)
            .stdin(Stdio::null())
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said
            .lines()
            .rev()
            .find(|line| line.ends_with(')') || *line == "end");
        ensure!(
            output.status.success() && last == Some("end"),
            "with {}, ended at {last:?}:\n{said}",
            libc.name
        );
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
