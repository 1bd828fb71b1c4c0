//! `cargo xtask size`: how many bytes the library adds to a program.

use crate::{build, compile, paths};
use anyhow::{Context, Result};
use std::path::Path;

const EMPTY: &str = "int main(void) { return 0; }\n";

/// Prints a table: archives, then components, linked with `-O2 -s`, for each libc.
pub fn size() -> Result<()> {
    let built = build()?;
    for archive in ["libwasi_posix_sockets.a", "libwasi_posix_compat.a"] {
        let file = built.prefix.root().join("lib").join(archive);
        println!("{archive:<34} {:>9} bytes", length(&file)?);
    }
    let folder = paths::target().join("size");
    std::fs::create_dir_all(&folder)?;
    let empty = folder.join("empty.c");
    paths::write_if_changed(&empty, EMPTY.as_bytes())?;
    let example = |name: &str| paths::root().join("examples").join(name);

    for libc in &built.toolchain.libcs {
        let bare = folder.join(format!("bare-{}.wasm", libc.name));
        compile::compile_plain(&built, Some(&libc.name), &[&empty], &bare, &["-O2", "-s"])?;
        row(&libc.name, "an empty main, libc alone", &bare)?;
        for (what, source) in [
            ("an empty main", empty.clone()),
            ("echo.c", example("echo.c")),
            ("httpd.c", example("httpd.c")),
        ] {
            let stem = source
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let program = folder.join(format!("{stem}-{}.wasm", libc.name));
            compile::compile_wasm(
                &built,
                Some(&libc.name),
                &[&source],
                &program,
                &["-O2", "-s"],
            )?;
            row(&libc.name, what, &program)?;
        }
    }
    Ok(())
}

fn row(libc: &str, what: &str, program: &Path) -> Result<()> {
    println!(
        "{:<34} {:>9} bytes",
        format!("{libc}: {what}"),
        length(program)?
    );
    Ok(())
}

fn length(file: &Path) -> Result<u64> {
    let data = std::fs::metadata(file).with_context(|| format!("{} is missing", file.display()))?;
    Ok(data.len())
}
