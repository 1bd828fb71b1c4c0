//! The headers in `include/`: each compiles alone, twice, in any order and in every language mode,
//! over every libc; its numbers and layouts are the ones the archive was built with; each prototype
//! is documented and links.
//!
//! Hundreds of small translation units share a compiler process, so the whole matrix takes seconds.

#[path = "headers/compiler.rs"]
mod compiler;
#[path = "headers/constants.rs"]
mod constants;
#[path = "headers/files.rs"]
mod files;
#[path = "headers/matrix.rs"]
mod matrix;
#[path = "headers/modes.rs"]
mod modes;
#[path = "headers/programs.rs"]
mod programs;
#[path = "headers/prototypes.rs"]
mod prototypes;
#[path = "headers/sweep.rs"]
mod sweep;

use libtest_mimic::{Arguments, Failed, Trial};
use std::sync::Arc;
use xtask::toolchain::Toolchain;

/// What every trial works with.
pub struct Context {
    pub toolchain: Toolchain,
    pub headers: Vec<String>,
}

fn main() {
    let arguments = Arguments::from_args();
    let trials = match xtask::setup(false) {
        Ok(toolchain) => {
            let headers = files::public_headers();
            trials(&Arc::new(Context { toolchain, headers }))
        }
        Err(error) => {
            let text = format!("{error:#}");
            vec![Trial::test("toolchain", move || Err(text.into()))]
        }
    };
    libtest_mimic::run(&arguments, trials).exit();
}

/// A test about the header, or the libc, that it is told.
type Check = fn(&Context, &str) -> Result<(), String>;

fn trials(context: &Arc<Context>) -> Vec<Trial> {
    let mut all = Vec::new();
    let mut add = |name: String, check: Check, about: &str| {
        let (context, about) = (Arc::clone(context), about.to_owned());
        all.push(Trial::test(name, move || {
            check(&context, &about).map_err(Failed::from)
        }));
    };
    for header in &context.headers {
        add(
            format!("self_contained::{header}"),
            matrix::self_contained,
            header,
        );
        add(
            format!("documented::{header}"),
            prototypes::documented,
            header,
        );
    }
    let for_each_libc: [(&str, Check); 11] = [
        ("any_order", matrix::any_order),
        ("late_macros", matrix::late_macros),
        ("beside_libc", matrix::beside_libc),
        ("libc_headers", matrix::libc_headers),
        ("values", programs::values),
        ("legacy", programs::legacy_declarations),
        ("rust_constants", constants::agree),
        ("bound_symbols", programs::bound_symbols),
        ("macros_run", programs::macros_run),
        ("all_functions_link", programs::all_functions_link),
        ("declared_is_defined", sweep::declared_is_defined),
    ];
    for libc in &context.toolchain.libcs {
        for (name, check) in for_each_libc {
            add(format!("{name}::{}", libc.name), check, &libc.name);
        }
    }
    add(
        "macros_run::native".into(),
        programs::macros_run_natively,
        "",
    );
    add("listed_in_docs".into(), files::listed_in_docs, "");
    add("excuses_are_needed".into(), sweep::excuses_are_needed, "");
    all
}
