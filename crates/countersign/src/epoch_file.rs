//! The note of how far a database has come, kept outside of it.
//!
//! A database that is put back from a copy is behind its note, whoever put it back and however. One line a database, so
//! that one key can serve several: its id, its epoch and its beat.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};

use countersign_core::id::InstanceId;
use countersign_core::seal::Noted;
use uuid::Uuid;

/// How the file begins.
const HEAD: &str = "countersign-epoch-v1";

/// The largest file that is read.
const FILE_LEN_MAX: u64 = 64 * 1024;

/// The file, which need not exist yet.
#[derive(Clone, Debug)]
pub struct EpochFile(PathBuf);

/// The file cannot be used, with what to do.
#[derive(Debug, thiserror::Error)]
#[error("the epoch file {}: {what}; let the service read and write it, or name another place in server.epoch_file", path.display())]
pub struct EpochFileError {
    path: PathBuf,
    what: String,
}

impl EpochFile {
    /// The file at a path.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// What is noted of this database.
    pub fn read(&self, instance: InstanceId) -> Result<Option<Noted>, EpochFileError> {
        let lines = self.lines()?;
        Ok(lines.into_iter().find(|(id, _)| *id == instance.0).map(|(_, noted)| noted))
    }

    /// Notes how far this database has come; never less than was noted before. The file is replaced at once, so that a
    /// crash leaves the old or the new one.
    pub fn write(&self, instance: InstanceId, noted: Noted) -> Result<(), EpochFileError> {
        // Two that write at once would each lose what the other wrote. Nobody holds the folder for long.
        let folder = File::open(self.folder()).and_then(|folder| folder.lock().map(|()| folder));
        let _folder = folder.map_err(|error| self.fault(error.to_string()))?;
        let mut lines = self.lines()?;
        let before = lines.iter().find(|(id, _)| *id == instance.0).map_or(noted, |(_, before)| *before);
        let noted = Noted { epoch: noted.epoch.max(before.epoch), beat: noted.beat.max(before.beat) };
        lines.retain(|(id, _)| *id != instance.0);
        lines.push((instance.0, noted));
        let mut text = format!("{HEAD}\n");
        for (id, noted) in lines {
            let _ = writeln!(text, "{id} {} {}", noted.epoch, noted.beat);
        }
        self.replace(&text).map_err(|error| self.fault(error.to_string()))
    }

    fn lines(&self) -> Result<Vec<(Uuid, Noted)>, EpochFileError> {
        let length = match fs::metadata(&self.0) {
            Ok(meta) => meta.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.fault(error.to_string())),
        };
        if length > FILE_LEN_MAX {
            return Err(self.fault("it is not one: it is too large".to_owned()));
        }
        let text = fs::read_to_string(&self.0).map_err(|error| self.fault(error.to_string()))?;
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Err(self.fault(format!("it is not one: its first line is not {HEAD}")));
        }
        lines.map(|line| parse(line).ok_or_else(|| self.fault("it holds a line that is not ours".to_owned()))).collect()
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let mut name = self.0.as_os_str().to_owned();
        name.push(".new");
        let new = PathBuf::from(name);
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if let Ok(old) = fs::metadata(&self.0) {
            // A command that root runs must not take the file away from the service. Others may not give files away, and
            // then it is theirs already.
            let _ = chown(&new, Some(old.uid()), Some(old.gid()));
        }
        fs::rename(&new, &self.0)?;
        File::open(self.folder())?.sync_all()
    }

    fn folder(&self) -> &Path {
        self.0.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    fn fault(&self, what: String) -> EpochFileError {
        EpochFileError { path: self.0.clone(), what }
    }
}

fn parse(line: &str) -> Option<(Uuid, Noted)> {
    let mut parts = line.split(' ');
    let id = parts.next()?.parse().ok()?;
    let noted = Noted { epoch: parts.next()?.parse().ok()?, beat: parts.next()?.parse().ok()? };
    parts.next().is_none().then_some((id, noted))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn one_line_for_each_database_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let file = EpochFile::at(folder.path().join("a.key.epoch"));
        let (one, two) = (InstanceId(Uuid::from_u128(1)), InstanceId(Uuid::from_u128(2)));
        assert_eq!(file.read(one).unwrap(), None);
        file.write(one, Noted { epoch: 1, beat: 2 }).unwrap();
        file.write(two, Noted { epoch: 3, beat: 4 }).unwrap();
        file.write(one, Noted { epoch: 5, beat: 6 }).unwrap();
        file.write(one, Noted { epoch: 4, beat: 5 }).unwrap();
        assert_eq!(file.read(one).unwrap(), Some(Noted { epoch: 5, beat: 6 }));
        assert_eq!(file.read(two).unwrap(), Some(Noted { epoch: 3, beat: 4 }));
        assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_is_something_else_is_refused_and_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "countersign-key-v1:abc", "countersign-epoch-v1\nnonsense 1 2\n"] {
            let file = EpochFile::at(folder.path().join("b"));
            fs::write(file.path(), text).unwrap();
            assert!(file.read(InstanceId(Uuid::nil())).is_err(), "{text}");
            assert!(file.write(InstanceId(Uuid::nil()), Noted { epoch: 1, beat: 1 }).is_err(), "{text}");
            assert_eq!(fs::read_to_string(file.path()).unwrap(), text);
        }
    }
}
