//! The program `countersign`: its commands are in `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    countersign::cli::main()
}
