//! The command line of lingbao 零报.

use std::process::ExitCode;

fn main() -> ExitCode {
    lingbao::cli::main()
}
