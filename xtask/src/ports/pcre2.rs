//! PCRE2: its own test program on those of its own test files that need no other locale.

use super::{Port, step};
use anyhow::{Result, ensure};
use std::process::Command;

pub fn test(port: &Port) -> Result<()> {
    for number in [1, 4, 5, 6, 7] {
        step(
            &format!("testinput{number} gives testoutput{number}"),
            || {
                let mut command = Command::new(port.program("pcre2test")?);
                command.arg("-q").arg(format!("testdata/testinput{number}"));
                let output = command.current_dir(&port.folder).output()?;
                let error = String::from_utf8_lossy(&output.stderr);
                ensure!(output.status.success(), "pcre2test failed: {error}");
                let expected = port.folder.join(format!("testdata/testoutput{number}"));
                ensure!(
                    output.stdout == std::fs::read(expected)?,
                    "the outputs differ"
                );
                Ok(())
            },
        )?;
    }
    Ok(())
}
