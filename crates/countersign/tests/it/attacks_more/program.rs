//! The program itself, as an administrator starts it: made by `countersign init` in a folder of its own.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use super::PATIENCE;

/// The password of the first administrator.
pub(super) const PASSWORD: &str = "violet otter 77";

/// An installation in a folder of its own.
pub(super) struct Installation {
    folder: tempfile::TempDir,
}

/// A running service; it is killed when it is dropped.
pub(super) struct Service {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Installation {
    pub(super) fn new() -> Self {
        let installation = Self { folder: tempfile::tempdir().unwrap() };
        let done = installation.init();
        assert!(done.status.success(), "{}", err(&done));
        installation
    }

    /// `countersign init`, once more if it was there before.
    pub(super) fn init(&self) -> Output {
        let password = self.folder.path().join("password");
        fs::write(&password, PASSWORD).unwrap();
        let mut command = program();
        command.arg("init").arg("--dir").arg(self.folder.path().join("home"));
        command.args(["--public-url", "https://login.example.com", "--identifier", "ada", "--name", "Ada Admin"]);
        command.args(["--email", "ada@example.com", "--password-file"]).arg(password);
        command.output().unwrap()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("home").join(name)
    }

    /// A command on it.
    pub(super) fn command(&self, words: &[&str]) -> Command {
        let mut command = program();
        command.args(words).arg("--config").arg(self.path("countersign.toml"));
        command
    }

    pub(super) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Starts the service with these variables, and waits until it answers.
    pub(super) fn serve(&self, variables: &[(&str, &str)]) -> Service {
        let address = free_address();
        let log = self.folder.path().join("log");
        let mut command = self.command(&["serve"]);
        command.env("COUNTERSIGN__SERVER__LISTEN", address.to_string()).envs(variables.iter().copied());
        command.stderr(fs::File::create(&log).unwrap());
        let mut service = Service { child: command.spawn().unwrap(), address, log };
        service.answers();
        service
    }
}

impl Service {
    /// Waits for the listener; the program says by itself when it cannot start.
    fn answers(&mut self) {
        for _ in 0..PATIENCE.as_millis() / 20 {
            if TcpStream::connect(self.address).is_ok() {
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "it ended: {}", fs::read_to_string(&self.log).unwrap());
            #[expect(clippy::disallowed_methods, reason = "another process tells nobody that it listens")]
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        panic!("nobody listens on {}", self.address);
    }

    /// Sends a request as it is, and returns the whole answer.
    pub(super) fn asks(&mut self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Ends it, and returns what it has logged.
    pub(super) fn stops(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program with nothing in its environment.
pub(super) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a command said on its error stream.
pub(super) fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(super) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
