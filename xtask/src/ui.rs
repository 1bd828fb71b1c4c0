//! What the task runner says while it works: one line per choice, and a sign of life on anything
//! that takes longer than a moment.

use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Display;
use std::time::{Duration, Instant};

/// Prints one choice: what it is for, what was chosen, why.
pub fn chose(piece: &str, choice: impl Display, reason: impl Display) {
    eprintln!("{piece:>18}: {choice} ({reason})");
}

/// Prints something that the reader should not overlook.
pub fn note(text: impl Display) {
    eprintln!("note: {text}");
}

/// Runs `work` under a spinner that says `what`. Where there is no terminal, the sentence is
/// printed once, and the time it took if that was long.
pub fn with_progress<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let spinner = ProgressBar::new_spinner();
    if spinner.is_hidden() {
        eprintln!("{what} ...");
    } else {
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
            spinner.set_style(style);
        }
        spinner.set_message(what.to_owned());
        spinner.enable_steady_tick(Duration::from_millis(100));
    }
    let start = Instant::now();
    let result = work();
    let no_terminal = spinner.is_hidden();
    spinner.finish_and_clear();
    if no_terminal && start.elapsed() > Duration::from_secs(2) {
        eprintln!("{what}: {:.0} s", start.elapsed().as_secs_f32());
    }
    result
}
