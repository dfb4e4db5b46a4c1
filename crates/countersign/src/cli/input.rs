//! What a command asks for: passwords without an echo, answers line by line.

use std::fs::File;
use std::io::{self, BufRead as _, IsTerminal as _, Read, Write as _};
use std::path::{Path, PathBuf};

use countersign_core::secret::Secret;
use zeroize::Zeroizing;

use super::Failure;
use crate::i18n::Texts;

/// The largest file that is read as a password, and the longest line.
const INPUT_LEN_MAX: u64 = 64 * 1024;

/// Where a password comes from.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct PasswordArgs {
    /// A file whose first line is the password, or - for standard input; without it the password is asked for
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl PasswordArgs {
    /// A new password: from the file, or asked for twice.
    pub(super) fn new_password(&self, tx: &Texts) -> Result<Secret, Failure> {
        match &self.password_file {
            Some(path) if path == Path::new("-") => first_line(tx, io::stdin().lock()),
            Some(path) => {
                let file = File::open(path);
                first_line(tx, file.map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?)
            }
            None => ask_twice(tx),
        }
    }
}

/// A password that another program hands over.
pub(super) fn line_of_stdin(tx: &Texts) -> Result<Secret, Failure> {
    first_line(tx, io::stdin().lock())
}

fn ask_twice(tx: &Texts) -> Result<Secret, Failure> {
    if !is_interactive() {
        return Err(Failure::Usage(tx.t("command-refused-no-terminal")));
    }
    let ask = |question: &str| rpassword::prompt_password(format!("{} ", tx.t(question))).map(Secret::new);
    let (first, second) = (ask("command-ask-password")?, ask("command-ask-password-again")?);
    if first.expose() == second.expose() {
        return Ok(first);
    }
    Err(Failure::Failed(tx.t("command-refused-passwords-differ")))
}

fn first_line(tx: &Texts, from: impl Read) -> Result<Secret, Failure> {
    let mut text = Zeroizing::new(String::new());
    from.take(INPUT_LEN_MAX).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::Usage(tx.t("command-refused-empty-line")));
    }
    Ok(Secret::new(line))
}

/// Whether there is somebody to ask.
pub(super) fn is_interactive() -> bool {
    io::stdin().is_terminal()
}

/// What was given, or what the person answers; `None` for an empty answer, or when there is nobody to ask.
pub(super) fn given_or_asked(given: Option<&String>, question: &str) -> Result<Option<String>, Failure> {
    if given.is_some() || !is_interactive() {
        return Ok(given.cloned());
    }
    Ok(ask(question)?.filter(|answer| !answer.is_empty()))
}

/// Asks on standard error and reads a line; `None` at the end of the input.
pub(super) fn ask(question: &str) -> Result<Option<String>, Failure> {
    eprint!("{question} ");
    io::stderr().flush()?;
    let mut line = String::new();
    let read = io::stdin().lock().take(INPUT_LEN_MAX).read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}
