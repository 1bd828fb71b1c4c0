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

/// The functions that are for the linker and for the other parts of the library only.
fn internal_functions(source: &str) -> impl Iterator<Item = String> {
    let names = source.split("extern \"C\" fn ").skip(1);
    names
        .filter_map(|rest| Some(rest.split_once('(')?.0))
        .filter(|name| name.starts_with("__wrap_") || name.starts_with("__wps_"))
        .map(str::to_owned)
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
                // rustdoc's heading; the contract below it is C's too.
                && *line != "/// # Safety"
        };
        // What libc defines is declared in such blocks, and is no part of the archive.
        let mut foreign = false;
        let is_ours = |line: &&str| {
            let starts = line.starts_with("unsafe extern \"C\" {");
            let skip = foreign || starts;
            foreign = skip && *line != "}";
            !skip
        };
        let lines = text.lines().filter(is_code).filter(is_ours);
        source.extend(lines.flat_map(|line| [line, "\n"]));
    }
    let flat = out.join("abi.rs");
    std::fs::write(&flat, &source).expect("OUT_DIR can be written");
    let mut config =
        cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml is valid");
    config
        .export
        .exclude
        .extend(config.export.rename.keys().cloned());
    config.export.exclude.extend(internal_functions(&source));
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
