//! Generated from `wit/`.

#![allow(unsafe_code, missing_docs, clippy::all)]

wit_bindgen::generate!({
    path: "wit",
    world: "host",
    generate_all,
});
