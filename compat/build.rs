//! Compiles what Rust cannot define: weak references and the call of a function whose type is
//! not known. Each file becomes one object of the archive.

use std::path::Path;
use std::process::Command;

const CALL_HANDLER: &str = "glue/call_handler.c";
const PLAIN: &[&str] = &["glue/program_name.c", "glue/thread_exit.c"];

fn main() {
    println!("cargo:rerun-if-changed=glue");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    compiler().files(PLAIN).compile("wps_compat_glue");
    let mut build = compiler();
    if tests_function_types(build.get_compiler().path()) {
        // Only this object needs the feature; it is linked into programs that handle signals.
        build.flag("-mgc").flag("-mreference-types");
    } else {
        println!("cargo:warning=this clang cannot test function types: K&R signal handlers trap");
    }
    build.file(CALL_HANDLER).compile("wps_compat_call_handler");
}

fn compiler() -> cc::Build {
    let mut build = cc::Build::new();
    build.opt_level_str("s").warnings(true);
    build
}

/// Whether the compiler has the builtin that tells a function pointer's type (clang 21).
fn tests_function_types(compiler: &Path) -> bool {
    let builtin = "__has_builtin(__builtin_wasm_test_function_pointer_signature)";
    let probe = std::env::temp_dir().join(format!("wps-probe-{}.c", std::process::id()));
    let source = format!("#if !{builtin}\n#error missing\n#endif\n");
    if std::fs::write(&probe, source).is_err() {
        return false;
    }
    let found = Command::new(compiler)
        .args([
            "--target=wasm32-wasip2",
            "-mgc",
            "-mreference-types",
            "-fsyntax-only",
        ])
        .arg(&probe)
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let _ = std::fs::remove_file(&probe);
    found
}
