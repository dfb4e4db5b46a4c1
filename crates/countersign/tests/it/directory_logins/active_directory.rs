//! The same against a real Samba domain controller, where it says more than OpenLDAP does.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::SignedDuration;

use crate::directory::{password, tls_file, variable};
use crate::directory_logins::company::{change, tool_at};
use crate::directory_logins::standing::out;
use crate::world::{Setup, story};

const BASE: &str = "DC=corp,DC=example,DC=test";
const ADMINISTRATOR: &str = "Administrator@corp.example.test";

/// An installation whose technicians log in with their Windows passwords.
fn in_the_domain() -> Setup {
    Setup::new()
        .set("directories.corp.kind", "active-directory")
        .set("directories.corp.servers", &variable("AD_HOST"))
        .set("directories.corp.ca_file", &tls_file("ca.pem"))
        .set("directories.corp.base", BASE)
        .set("directories.corp.service_account", "svc-countersign@corp.example.test")
        .set("directories.corp.service_password", password().expose())
        .set("directories.corp.netbios_domain", "CORP")
        .set("directories.corp.dns_domain", "corp.example.test")
        .set("realms.internal.sources", "local,corp")
}

/// Somebody in the domain whom nobody else's story changes.
struct Colleague {
    name: String,
}

impl Colleague {
    fn hired() -> Self {
        static HIRED: AtomicU32 = AtomicU32::new(0);
        let name = format!("c{}x{}", std::process::id(), HIRED.fetch_add(1, Ordering::Relaxed));
        let quoted: Vec<u8> =
            format!("\"{}\"", password().expose()).encode_utf16().flat_map(u16::to_le_bytes).collect();
        let secret = data_encoding::BASE64.encode(&quoted);
        let colleague = Self { name };
        colleague.changes(&format!(
            "changetype: add\nobjectClass: user\nsAMAccountName: {}\nuserPrincipalName: {}@corp.example.test\n\
             mail: colleague@example.com\nunicodePwd:: {secret}\nuserAccountControl: 512\n",
            colleague.name, colleague.name
        ));
        colleague
    }

    fn dn(&self) -> String {
        format!("CN={},CN=Users,{BASE}", self.name)
    }

    fn changes(&self, change_of_entry: &str) {
        let ldif = format!("dn: {}\n{change_of_entry}", self.dn());
        change(domain("ldapmodify", ADMINISTRATOR, password().expose()), &ldif);
    }

    fn number(&self, attribute: &str) -> u32 {
        let mut search = domain("ldapsearch", ADMINISTRATOR, password().expose());
        let output = search.args(["-LLL", "-b", &self.dn(), "-s", "base", attribute]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{attribute}: ")));
        line.map_or(0, |number| number.parse().unwrap())
    }

    /// Whether the domain itself lets them in.
    fn works(&self) -> bool {
        let mut search = domain("ldapsearch", &self.dn(), password().expose());
        search.args(["-b", &self.dn(), "-s", "base", "1.1"]).output().unwrap().status.success()
    }
}

fn domain(tool: &str, account: &str, password: &str) -> Command {
    tool_at(&variable("AD_HOST"), tool, account, password)
}

story!(j07_the_domain_tells_what_is_in_the_way_after_the_right_password, in_the_domain(), |world| {
    for (name, told) in [
        ("dora", "Your account is switched off"),
        ("eve", "Your account has expired"),
        ("hal", "You cannot sign in at this time"),
        ("mia", "Your password has to be changed first"),
    ] {
        let mut browser = world.browser();
        browser.comes_as(name, password().expose()).await;
        browser.has_status(403);
        browser.sees(told);
        assert_eq!(browser.cookie("session"), None);
    }
});

story!(fifteen_guesses_lock_no_workstation, in_the_domain(), |world| {
    let colleague = Colleague::hired();
    let Colleague { name } = &colleague;
    let spellings = [name.clone(), format!("CORP\\{name}"), format!("{name}@corp.example.test")];
    for spelling in spellings.iter().cycle().take(15) {
        let mut stranger = world.browser();
        stranger.comes_as(spelling, "wrong").await;
        stranger.has_status(422);
    }
    assert_eq!(colleague.number("badPwdCount"), 3);
    assert_eq!(colleague.number("lockoutTime"), 0);
    assert!(colleague.works());
});

story!(j10_disabled_in_the_domain_is_out, in_the_domain(), |world| {
    let colleague = Colleague::hired();
    let mut browser = world.browser();
    for spelling in [format!("CORP\\{}", colleague.name), format!("{}@CORP.example.test", colleague.name)] {
        browser.comes_as(&spelling, password().expose()).await;
        browser.is_signed_in();
    }
    let id = world.account_called(&colleague.name).await.unwrap().account.id;
    let events = world.events(id).await;
    assert_eq!(events.iter().filter(|event| *event == "account_created").count(), 1, "{events:?}");
    colleague.changes("changetype: modify\nreplace: userAccountControl\nuserAccountControl: 514\n");
    world.passes(SignedDuration::from_mins(5)).await;
    out(&mut browser).await;
    browser.comes_as(&colleague.name, password().expose()).await;
    browser.has_status(403);
    browser.sees("Your account is switched off");
});
