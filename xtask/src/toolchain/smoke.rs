//! Tries a toolchain that was just chosen, with each libc: compile, link, run, longjmp.

use super::{Libc, Toolchain};
use crate::{cmd, paths};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

const WITH_SETJMP: &str = r#"
#include <setjmp.h>
#include <stdio.h>
static jmp_buf env;
static void leave(int value) { longjmp(env, value); }
int main(int argc, char **argv) {
    int value = setjmp(env);
    if (value == 0) leave(argc + 40);
    printf("%s %d\n", argv[1], value);
    return 0;
}
"#;

const WITHOUT_SETJMP: &str = r#"
#include <stdio.h>
int main(int argc, char **argv) {
    printf("%s %d\n", argv[1], argc + 40);
    return 0;
}
"#;

/// Fails with a sentence that says which step does not work.
pub fn test(toolchain: &Toolchain) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("wps-setup-{}", std::process::id()));
    let result = paths::fill_folder(&folder, |dir| {
        // The folder that clang is pointed at for its linker.
        std::os::unix::fs::symlink(&toolchain.component_ld, dir.join("wasm-component-ld"))?;
        std::os::unix::fs::symlink(toolchain.llvm_bin.join("wasm-ld"), dir.join("wasm-ld"))?;
        for libc in &toolchain.libcs {
            test_libc(toolchain, libc, dir).with_context(|| {
                format!(
                    "the toolchain does not work with the libc {} ({})",
                    libc.name, libc.origin
                )
            })?;
        }
        Ok(())
    });
    let _ = paths::remove_folder(&folder);
    let _ = paths::remove_folder(&folder.with_extension("partial"));
    result
}

fn test_libc(toolchain: &Toolchain, libc: &Libc, dir: &Path) -> Result<()> {
    let setjmp = toolchain.clang_version >= 20 && libc.has_setjmp();
    let source = dir.join("hello.c");
    std::fs::write(&source, if setjmp { WITH_SETJMP } else { WITHOUT_SETJMP })?;
    let program = dir.join(format!("{}.wasm", libc.name));
    let mut clang = Command::new(&toolchain.clang);
    clang.arg(format!("--target={}", libc.target));
    clang.arg(format!("--sysroot={}", libc.sysroot.display()));
    clang.arg(format!("-B{}", dir.display()));
    if libc.target.ends_with("wasip1") {
        clang.arg(format!(
            "-fuse-ld={}",
            dir.join("wasm-component-ld").display()
        ));
    }
    if setjmp {
        clang.args([
            "-mllvm",
            "-wasm-enable-sjlj",
            "-mllvm",
            "-wasm-use-legacy-eh=false",
            "-lsetjmp",
        ]);
    }
    cmd::output(clang.arg(&source).arg("-o").arg(&program))
        .context("compiling and linking failed")?;
    let mut host = Command::new(&toolchain.wasmtime);
    host.arg("run")
        .args(&toolchain.wasmtime_options)
        .arg(&program)
        .arg("hello");
    let said = cmd::output(&mut host).context("running the program failed")?;
    if said != "hello 42\n" {
        bail!("the program answered {said:?} instead of \"hello 42\"");
    }
    Ok(())
}
