//! The settings of a directory, as they are written in `[directories.NAME]`.
