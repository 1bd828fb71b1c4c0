//! Compiles what Rust cannot define: weak references and the call of a function whose type is
//! not known. Each file becomes one object of the archive.

const GLUE: &[&str] = &[
    "glue/call_handler.c",
    "glue/handler_shape.c",
    "glue/program_name.c",
    "glue/thread_exit.c",
];

fn main() {
    println!("cargo:rerun-if-changed=glue");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    let mut build = cc::Build::new();
    build.opt_level_str("s").warnings(true);
    build.files(GLUE).compile("wps_compat_glue");
}
