//! Builds the C glue for the wasm target and writes the public header from the Rust sources.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rerun-if-changed=cbindgen.toml");
    let root =
        PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    write_header(&root, &out);
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        // What Rust cannot define: thread-local data, exported allocation, replaceable constants.
        let mut build = cc::Build::new();
        build.files(files_below(&root.join("src/glue"), "c"));
        build.opt_level(2).warnings(true).compile("wps_glue");
    }
}

/// Every file with the given ending below `folder`, in a fixed order.
fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is part of the crate") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            found.extend(files_below(&path, ending));
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Generates the header next to the build output; a test compares it with the committed one.
///
/// cbindgen is given the entry points as one file: it would look for the files of `mod` items
/// itself, and the rest of the crate has nothing for C.
fn write_header(root: &Path, out: &Path) {
    let mut source = String::new();
    for file in files_below(&root.join("src/abi"), "rs") {
        let text = std::fs::read_to_string(&file).expect("a source file is text");
        let is_code = |line: &&str| {
            !line.trim_start_matches("pub ").starts_with("mod ")
                && !line.starts_with("//!")
                && !line.starts_with("#![")
        };
        source.extend(text.lines().filter(is_code).flat_map(|line| [line, "\n"]));
    }
    let flat = out.join("abi.rs");
    std::fs::write(&flat, source).expect("OUT_DIR can be written");
    let config =
        cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml is valid");
    let header = out.join("wasi_posix_sockets.h");
    match cbindgen::Builder::new()
        .with_src(&flat)
        .with_config(config)
        .generate()
    {
        Ok(bindings) => {
            bindings.write_to_file(&header);
        }
        Err(error) => println!("cargo:warning=the public header was not generated: {error}"),
    }
    println!("cargo:rustc-env=WPS_GENERATED_HEADER={}", header.display());
}
