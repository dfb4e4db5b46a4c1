//! The section `[passwords]`: what new passwords are held against.

use std::path::{Path, PathBuf};

use crate::config::tree::Tree;

/// What new passwords are held against.
#[derive(Clone, Debug, Default)]
pub struct Passwords {
    /// The list of breached passwords.
    pub breached_file: Option<PathBuf>,
}

impl Passwords {
    /// Reads the section. Whether the file is such a list is found out when it is opened.
    pub(super) fn read(tree: &Tree, folder: &Path) -> Self {
        Self { breached_file: tree.text("passwords.breached_file").map(|path| folder.join(path)) }
    }
}
