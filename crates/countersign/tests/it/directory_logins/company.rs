//! A company in the OpenLDAP of the tests: a branch of its own, with people who come, change and go.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use countersign::store::accounts::AccountRow;
use countersign::store::directory_entries::DirectoryEntry;
use countersign_core::identifier::Identifier;

use crate::browser::Browser;
use crate::directory::{tls_file, variable};
use crate::directory_logins::wall::Wall;
use crate::world::{Setup, World};

/// Everybody's password in the directory.
pub(crate) const THEIR_PASSWORD: &str = "quiet harbour tram";

const BASE: &str = "dc=example,dc=test";
/// The branch's own policy: five wrong passwords in half an hour lock for half an hour.
const POLICY: &str = "cn=default,ou=policies,dc=example,dc=test";

/// Somebody who works there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Employee {
    pub(crate) uid: &'static str,
    pub(crate) name: &'static str,
    pub(crate) mail: Option<&'static str>,
    pub(crate) mobile: Option<&'static str>,
}

/// A technician.
pub(crate) const JOHN: Employee =
    Employee { uid: "john", name: "John Marsh", mail: Some("john.marsh@example.com"), mobile: Some("+14165550111") };

/// Another one.
pub(crate) const ROSA: Employee =
    Employee { uid: "rosa", name: "Rosa Lind", mail: Some("rosa.lind@example.com"), mobile: None };

/// A branch of the directory.
pub(crate) struct Company {
    name: String,
    base: String,
    pub(crate) wall: Wall,
}

impl Company {
    /// Founds a company nobody has heard of.
    pub(crate) async fn found() -> Self {
        static FOUNDED: AtomicU32 = AtomicU32::new(0);
        let number = FOUNDED.fetch_add(1, Ordering::Relaxed);
        let name = format!("company-{}-{number}", std::process::id());
        let base = format!("ou={name},{BASE}");
        let company = Self { name, base, wall: Wall::before(port()).await };
        changes(&format!(
            "dn: {}\nchangetype: add\nobjectClass: organizationalUnit\nou: {}\n",
            company.base, company.name
        ));
        company
    }

    /// An installation whose technicians log in with the passwords of this company, besides those of its own.
    pub(crate) fn setup(&self, setup: Setup) -> Setup {
        let wanted = [
            ("directories.corp.kind", "openldap".to_owned()),
            ("directories.corp.servers", format!("localhost:{}", self.wall.port())),
            ("directories.corp.ca_file", tls_file("ca.pem")),
            ("directories.corp.base", self.base.clone()),
            ("directories.corp.service_account", format!("cn=reader,{BASE}")),
            ("directories.corp.service_password", their_administrators()),
            ("directories.corp.password_policy", POLICY.to_owned()),
            ("directories.corp.attributes.names", "uid,mail".to_owned()),
            ("directories.corp.netbios_domain", "CORP".to_owned()),
            ("directories.corp.dns_domain", "corp.example.com".to_owned()),
            ("realms.internal.sources", "local,corp".to_owned()),
        ];
        wanted.into_iter().fold(setup, |setup, (key, value)| {
            if setup.settings.iter().any(|(known, _)| known == key) { setup } else { setup.set(key, &value) }
        })
    }

    /// The distinguished name of somebody.
    pub(crate) fn dn(&self, uid: &str) -> String {
        format!("uid={uid},{}", self.base)
    }

    /// Somebody begins to work here.
    pub(crate) fn hires(&self, employee: Employee) {
        let Employee { uid, name, mail, mobile } = employee;
        let mut entry = format!(
            "dn: {}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {name}\nsn: {name}\nuserPassword: \
             {THEIR_PASSWORD}\n",
            self.dn(uid)
        );
        for (attribute, value) in [("mail", mail), ("mobile", mobile)] {
            if let Some(value) = value {
                writeln!(entry, "{attribute}: {value}").unwrap();
            }
        }
        changes(&entry);
    }

    /// Somebody leaves.
    pub(crate) fn dismisses(&self, uid: &str) {
        changes(&format!("dn: {}\nchangetype: delete\n", self.dn(uid)));
    }

    /// Somebody is called otherwise from now on.
    pub(crate) fn renames(&self, uid: &str, new: &str) {
        let change = format!("dn: {}\nchangetype: modrdn\nnewrdn: uid={new}\ndeleteoldrdn: 1\n", self.dn(uid));
        changes(&change);
    }

    /// An attribute of somebody has this value only.
    pub(crate) fn sets(&self, uid: &str, attribute: &str, value: &str) {
        let dn = self.dn(uid);
        changes(&format!("dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{attribute}: {value}\n"));
    }

    /// Somebody has no such attribute any more.
    pub(crate) fn clears(&self, uid: &str, attribute: &str) {
        changes(&format!("dn: {}\nchangetype: modify\nreplace: {attribute}\n", self.dn(uid)));
    }

    /// There is a group with these people.
    pub(crate) fn has_group(&self, name: &str, uids: &[&str]) -> String {
        let dn = format!("cn={name},{}", self.base);
        let members: String = uids.iter().map(|uid| format!("member: {}\n", self.dn(uid))).collect();
        changes(&format!("dn: {dn}\nchangetype: add\nobjectClass: groupOfNames\ncn: {name}\n{members}"));
        dn
    }

    /// The distinguished name of a group, before there is one.
    pub(crate) fn group(&self, name: &str) -> String {
        format!("cn={name},{}", self.base)
    }

    /// A group has these people, and no others.
    pub(crate) fn sets_members(&self, group: &str, uids: &[&str]) {
        let members: String = uids.iter().map(|uid| format!("member: {}\n", self.dn(uid))).collect();
        changes(&format!("dn: {}\nchangetype: modify\nreplace: member\n{members}", self.group(group)));
    }

    /// Somebody is locked out only after ten wrong passwords, so that the directory hears of more of them.
    pub(crate) fn is_patient_with(&self, uid: &str) {
        let dn = format!("cn=patient,{}", self.base);
        changes(&format!(
            "dn: {dn}\nchangetype: add\nobjectClass: organizationalRole\nobjectClass: pwdPolicy\ncn: patient\n\
             pwdAttribute: userPassword\npwdLockout: TRUE\npwdMaxFailure: 10\npwdFailureCountInterval: 1800\n"
        ));
        self.sets(uid, "pwdPolicySubentry", &dn);
    }

    /// How many wrong passwords the directory has counted.
    pub(crate) fn counted(&self, uid: &str) -> usize {
        self.values(uid, "pwdFailureTime")
    }

    /// Whether the directory has locked somebody out.
    pub(crate) fn has_locked(&self, uid: &str) -> bool {
        self.values(uid, "pwdAccountLockedTime") > 0
    }

    /// The directory has forgotten every wrong password of somebody.
    pub(crate) fn forgets_failures(&self, uid: &str) {
        self.clears(uid, "pwdFailureTime");
    }

    /// A wrong password at the person's workstation.
    pub(crate) fn fails_elsewhere(&self, uid: &str) {
        let mut whoami = tool("ldapwhoami", &self.dn(uid), "not it");
        assert!(!whoami.output().unwrap().status.success());
    }

    fn values(&self, uid: &str, attribute: &str) -> usize {
        let mut search = tool("ldapsearch", &administrator(), &their_administrators());
        let dn = self.dn(uid);
        let output = search.args(["-LLL", "-b", &dn, "-s", "base", attribute]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter(|line| line.starts_with(&format!("{attribute}:"))).count()
    }
}

/// Changes the directory as its administrator does.
fn changes(ldif: &str) {
    // What the password policy keeps for itself may be changed by whoever says that they mean it.
    let mut modify = tool("ldapmodify", &administrator(), &their_administrators());
    modify.args(["-e", "!relax"]);
    change(modify, ldif);
}

fn tool(name: &str, account: &str, password: &str) -> Command {
    tool_at(&format!("127.0.0.1:{}", port()), name, account, password)
}

/// A tool of OpenLDAP, as its user calls it.
pub(super) fn tool_at(server: &str, name: &str, account: &str, password: &str) -> Command {
    let mut command = Command::new(name);
    // The tools look for the machine's own name in the certificate. They are the administrator's, not the product's.
    command.env("LDAPTLS_REQCERT", "never").stdin(Stdio::null());
    command.args(["-x", "-H", &format!("ldaps://{server}"), "-D", account, "-w", password]);
    command
}

/// Runs a tool that changes a directory.
pub(super) fn change(mut modify: Command, ldif: &str) {
    modify.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = modify.spawn().unwrap();
    running.stdin.take().unwrap().write_all(ldif.as_bytes()).unwrap();
    let done = running.wait_with_output().unwrap();
    assert!(done.status.success(), "{ldif}\n{}", String::from_utf8_lossy(&done.stderr));
}

fn administrator() -> String {
    format!("cn=admin,{BASE}")
}

fn their_administrators() -> String {
    variable("DIRECTORY_PASSWORD")
}

fn port() -> u16 {
    variable("LDAPS_PORT").parse().unwrap()
}

impl Browser {
    /// Gives a name and a password at the login page of the technicians.
    pub(crate) async fn comes_as(&mut self, name: &str, password: &str) {
        self.opens("/login/internal").await;
        self.gives("internal", name, password).await;
    }
}

impl World {
    /// The account that logs in by this name.
    pub(crate) async fn account_called(&self, name: &str) -> Option<AccountRow> {
        let name: Identifier = name.parse().unwrap();
        self.app.store.account_by_identifier(&"internal".parse().unwrap(), &name).await.unwrap()
    }

    /// What an account is in its directory.
    pub(crate) async fn entry_of(&self, row: &AccountRow) -> DirectoryEntry {
        self.app.store.directory_entry_of(row.account.id).await.unwrap().unwrap()
    }
}
