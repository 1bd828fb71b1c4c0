//! The benchmarks' programs build, and every case of theirs moves the right data. No times: those
//! are `cargo xtask bench`'s.

#[test]
fn every_case_of_the_benchmarks_works() {
    xtask::bench::smoke(|line| println!("{line}")).unwrap_or_else(|error| panic!("{error:#}"));
}
