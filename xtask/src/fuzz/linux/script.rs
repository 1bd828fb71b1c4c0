//! Scripts: sequences of calls, as `calls/*.h` define them.

use std::fmt;

/// One call: its name without `do_`, and its arguments, each a number or names joined by `|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub name: &'static str,
    pub arguments: Vec<String>,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        for argument in &self.arguments {
            write!(f, " {argument}")?;
        }
        Ok(())
    }
}

impl Call {
    /// The call in C.
    pub fn in_c(&self) -> String {
        let arguments: Vec<String> = self
            .arguments
            .iter()
            .map(|a| a.replace('|', " | "))
            .collect();
        format!("do_{}({});", self.name, arguments.join(", "))
    }
}

/// A sequence of calls, from a seed or shrunk from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub area: &'static str,
    pub seed: u64,
    pub calls: Vec<Call>,
}

impl Script {
    /// The script without the calls at the places for which `left_out` is true.
    pub fn without(&self, left_out: impl Fn(usize) -> bool) -> Self {
        let kept = self.calls.iter().enumerate().filter(|(i, _)| !left_out(*i));
        Self {
            area: self.area,
            seed: self.seed,
            calls: kept.map(|(_, call)| call.clone()).collect(),
        }
    }
}
