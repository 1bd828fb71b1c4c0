//! What these tests share: a folder and a prefix for each, and running programs in it.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use xtask::build::Built;

/// Prints its arguments.
pub const HELLO: &str = r#"
#include <stdio.h>
int main(int argc, char **argv) {
    for (int i = 0; i < argc; i++) printf("%s%s", i ? " " : "", argv[i]);
    printf("\n");
    return 0;
}
"#;

/// A folder of its own for each test, and the prefix.
pub struct Place {
    pub dir: PathBuf,
    pub built: Built,
}

impl Place {
    pub fn new(test: &str) -> Self {
        let built = xtask::build().unwrap_or_else(|error| panic!("{error:#}"));
        let dir = xtask::paths::target().join("driver-tests").join(test);
        xtask::paths::remove_folder(&dir).unwrap();
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("hello.c"), HELLO).unwrap();
        Self { dir, built }
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.dir.join(name), text).unwrap();
    }

    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .env_remove("WPS_RUN_FLAGS");
        command
    }

    /// Runs `wps-cc` and expects success without a word of complaint.
    pub fn cc(&self, args: &[&str]) -> String {
        let output = self.try_cc(args);
        let said = stderr(&output);
        assert!(
            output.status.success() && said.is_empty(),
            "wps-cc {args:?}: {said}"
        );
        stdout(&output)
    }

    pub fn try_cc(&self, args: &[&str]) -> Output {
        self.command(self.built.prefix.wps_cc())
            .args(args)
            .output()
            .unwrap()
    }

    pub fn wps_run(&self, args: &[&str]) -> Output {
        self.command(self.built.prefix.wps_run())
            .args(args)
            .output()
            .unwrap()
    }

    pub fn run(&self, program: &str, args: &[&str]) -> Output {
        self.command(self.dir.join(program))
            .args(args)
            .output()
            .unwrap()
    }

    pub fn head(&self, name: &str, length: usize) -> Vec<u8> {
        let bytes = std::fs::read(self.dir.join(name)).unwrap();
        bytes[..length.min(bytes.len())].to_vec()
    }
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
