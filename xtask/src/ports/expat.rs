//! expat: its own test program, and xmlwf on documents.

use super::{Port, step};
use anyhow::{Result, ensure};
use std::process::Command;

pub fn test(port: &Port) -> Result<()> {
    step("its own tests", || {
        let output = Command::new(port.program("runtests")?).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success() && said.contains("100%: Checks:"),
            "{said}"
        );
        Ok(())
    })?;
    step("xmlwf tells a right document from a wrong one", || {
        let folder = port.scratch()?;
        std::fs::copy(
            port.folder.join("expat/doc/reference.html"),
            folder.join("right"),
        )?;
        std::fs::write(folder.join("wrong"), "<a><b></a>")?;
        let xmlwf = |document: &str| -> Result<String> {
            let mut command = Command::new(port.program("xmlwf")?);
            let output = command.arg(document).current_dir(&folder).output()?;
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        };
        let (right, wrong) = (xmlwf("right")?, xmlwf("wrong")?);
        ensure!(right.is_empty(), "{right}");
        ensure!(wrong == "wrong:1:8: mismatched tag\n", "{wrong}");
        Ok(())
    })
}
