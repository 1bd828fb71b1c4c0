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

fn trials(context: &Arc<Context>) -> Vec<Trial> {
    let mut all = Vec::new();
    let mut add = |name: String, check: fn(&Context, &str) -> Result<(), String>, about: &str| {
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
    for libc in &context.toolchain.libcs {
        add(
            format!("any_order::{}", libc.name),
            matrix::any_order,
            &libc.name,
        );
        add(
            format!("beside_libc::{}", libc.name),
            matrix::beside_libc,
            &libc.name,
        );
        add(
            format!("libc_headers::{}", libc.name),
            matrix::libc_headers,
            &libc.name,
        );
        add(
            format!("values::{}", libc.name),
            programs::values,
            &libc.name,
        );
        add(
            format!("legacy::{}", libc.name),
            programs::legacy_declarations,
            &libc.name,
        );
        add(
            format!("rust_constants::{}", libc.name),
            constants::agree,
            &libc.name,
        );
        add(
            format!("bound_symbols::{}", libc.name),
            programs::bound_symbols,
            &libc.name,
        );
        add(
            format!("macros_run::{}", libc.name),
            programs::macros_run,
            &libc.name,
        );
        add(
            format!("all_functions_link::{}", libc.name),
            programs::all_functions_link,
            &libc.name,
        );
    }
    add(
        "macros_run::native".into(),
        programs::macros_run_natively,
        "",
    );
    add("listed_in_docs".into(), files::listed_in_docs, "");
    all
}
