//! What a configuration may say, and what is told when it says something else.

mod directories;
mod misuse;
mod reference;
mod routes;
mod twilio;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use countersign_core::channel::Channel;
use countersign_core::settings::Settings;
use jiff::SignedDuration;

use crate::config::Config;
use crate::config::fault::Fault;
use crate::config::providers::ProviderName;

/// The least that is accepted.
const SERVER: &str = r#"
[server]
public_url = "https://login.example.com"
database = "sqlite:/var/lib/countersign/countersign.db"
key_file = "/etc/countersign/key"
trusted_proxies = ["127.0.0.1"]
"#;

const SMTP: &str = "[providers.smtp]\nhost = \"mail.example.com\"\nfrom = \"login@example.com\"\n";
/// With a sender that reaches North America, so that nothing is warned of.
const CLICKSEND: &str =
    "[providers.clicksend]\nusername = \"ana\"\napi_key = \"canary-key\"\nsender = \"+12125550123\"\n";

struct Case {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

impl Case {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("countersign.toml"), text).unwrap();
        fs::set_permissions(folder.path().join("countersign.toml"), fs::Permissions::from_mode(0o640)).unwrap();
        Self { folder, environment: Vec::new() }
    }

    /// The least, and more.
    fn with(text: &str) -> Self {
        Self::new(&format!("{SERVER}{text}"))
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.path().join(name), text).unwrap();
        fs::set_permissions(self.folder.path().join(name), fs::Permissions::from_mode(0o600)).unwrap();
        self
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("countersign.toml")
    }

    fn load(&self) -> Config {
        Config::load(Some(&self.path()), self.environment.clone().into_iter()).unwrap()
    }

    /// The faults as they are told.
    fn faults(&self) -> Vec<String> {
        let errors = Config::load(Some(&self.path()), self.environment.clone().into_iter()).unwrap_err();
        errors.faults.iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    fn fails(&self, expected: &[&str]) {
        assert_eq!(self.faults(), expected);
    }

    fn warnings(&self) -> Vec<String> {
        self.load().warnings.iter().map(ToString::to_string).collect()
    }
}

#[test]
fn the_least_configuration_has_every_default() {
    let config = Case::new(SERVER).load();
    assert_eq!(config.settings, Settings::default());
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8180");
    assert_eq!(config.server.environment, "production");
    assert_eq!(config.server.public_url.as_str(), "https://login.example.com");
    assert_eq!(config.server.public_url.host(), "login.example.com");
    assert_eq!(config.log.level, "info");
    assert!(config.channels.working().is_empty());
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    Case::new("").fails(&[
        "server.public_url is missing; allowed: https://HOST or https://HOST:PORT, with no path, query or user name (http \
         only for 127.0.0.1, ::1 and localhost)",
        "server.database is missing; allowed: sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME",
        "server.key_file is missing; allowed: the file that `countersign init` made",
    ]);
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let case = Case::new("");
    let path = case.folder.path().join("none.toml");
    let errors = Config::load(Some(&path), std::iter::empty()).unwrap_err();
    assert!(matches!(errors.faults.as_slice(), [Fault::Unreadable { .. }]), "{errors}");
    assert!(errors.to_string().contains("countersign init"), "{errors}");
}

#[test]
fn a_syntax_error_has_line_and_column() {
    let faults = Case::new("[server]\nlisten = \n\n[site\nname = 'a'\n").faults();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].starts_with("line 2, column 10: "), "{faults:?}");
    assert!(faults[1].starts_with("line 4, column 6: "), "{faults:?}");
}

#[test]
fn an_unknown_key_is_refused_and_the_nearest_suggested() {
    Case::with("listn = \"127.0.0.1:1\"\n[sessions]\nidle = \"5m\"\n[site]\nnam = \"a\"\n[code]\nzzzzzzz = 1\n").fails(
        &[
            "server.listn (line 7) is not a setting; did you mean server.listen?",
            "sessions (line 8) is not a setting; did you mean session?",
            "site.nam (line 11) is not a setting; did you mean site.name?",
            "code.zzzzzzz (line 13) is not a setting",
        ],
    );
}

#[test]
fn a_misplaced_key_is_found_where_it_belongs_and_a_misspelt_secret_not_shown() {
    let text = "listen = \"127.0.0.1:1\"\n\"site.name\" = \"a\"\n";
    let faults = Case::new(&format!("{text}{SERVER}{CLICKSEND}api_kee = \"canary-key\"\n")).faults();
    assert_eq!(
        faults,
        [
            "listen (line 1) is not a setting; did you mean server.listen?",
            "\"site.name\" (line 2) is not a setting; did you mean site.name?",
            "providers.clicksend.api_kee (line 13) is not a setting; did you mean providers.clicksend.api_key?",
        ]
    );
}

#[test]
fn a_source_or_realm_that_cannot_be_is_refused() {
    Case::with("[realms.internal.policy.locl]\nmode = \"required\"\n[realms.Staff]\ntitle = \"S\"\n").fails(&[
        "realms.internal.policy.locl = of no source (line 8); allowed: the policy of one of the realm's sources: local (realms.internal.sources)",
        "realms.Staff = \"Staff\" (line 10); allowed: a name is 1 to 32 of a-z, 0-9 and '-', and starts with a letter",
    ]);
}

#[test]
fn values_of_the_wrong_kind_are_told_together() {
    Case::with("[code]\ntries = \"5\"\nlife = 10\n[trusted_device]\nenabled = 1\nrenewal = \"never\"\n[channels]\nsms = \"clicksend\"\n[lockout]\nfailures = -1\n[providers.smtp]\nhost = \"h\"\nfrom = \"a@example.com\"\npassword = 1234\n").fails(&[
        "code.tries = \"5\" (line 8); allowed: a whole number from 0 to 4294967295",
        "code.life = 10 (line 9); allowed: a length of time in quotes, such as \"30s\", \"10m\" or \"48h\"",
        "trusted_device.enabled = 1 (line 11); allowed: true or false",
        "trusted_device.renewal = \"never\" (line 12); allowed: \"sliding\", \"fixed\"",
        "channels.sms = \"clicksend\" (line 14); allowed: a list of texts, such as [\"a\", \"b\"]",
        "lockout.failures = -1 (line 16); allowed: a whole number from 0 to 4294967295",
        "providers.smtp.password = (not shown) (line 20); allowed: a text in quotes",
    ]);
}

#[test]
fn a_value_where_a_section_belongs_is_told() {
    Case::new("server = 3\n")
        .fails(&["server = (not shown) (line 1); allowed: a section: [server] with its keys below it"]);
}

#[test]
fn the_rules_refuse_what_they_do_not_allow() {
    Case::with("[code]\nlife = \"3m\"\ntries = 9\n[send_limits.account]\nper_hour = 50\n").fails(&[
        "code.life = 3m (line 8); allowed: 5m to 10m: messages may be minutes late, and NIST SP 800-63B-4 allows a code 10 \
         minutes",
        "code.tries = 9 (line 9); allowed: 1 to 5: each try is a chance to guess the code",
        "send_limits.account = 50 an hour, 10 a day (line 11); allowed: at least 1 an hour, no fewer a day than an hour, and at most 1000000 a day",
    ]);
}

#[test]
fn the_public_url_is_an_origin_and_encrypted() {
    let load = |url: &str| Case::with("").variable("COUNTERSIGN__SERVER__PUBLIC_URL", url);
    for url in
        ["https://a.example", "https://a.example:8443/", "http://127.0.0.1:8180", "http://[::1]:1", "http://localhost"]
    {
        load(url).load();
    }
    for url in [
        "http://a.example",
        "https://a.example/login",
        "https://a.example?x",
        "ftp://a.example",
        "a.example",
        "https://u:canary@a.example",
        "http://localhost.a.example",
        "",
    ] {
        let faults = load(url).faults();
        assert_eq!(faults.len(), 1, "{url}");
        assert!(faults[0].starts_with("server.public_url = ") && !faults[0].contains("canary"), "{faults:?}");
    }
}

#[test]
fn the_section_server_is_checked_key_by_key() {
    Case::new("[server]\nlisten = \"8180\"\npublic_url = \"https://a.example\"\nenvironment = \"Prod!\"\ndatabase = \"mysql://u:canary@h/d\"\nkey_file = \"k\"\ntrusted_proxies = [\"10.0.0.0/8\", \"0.0.0.0/0\", \"proxy\"]\nallowed_returns = [\"https://ok.example\", \"https://*.example\", \"https://a.example/path\"]\n[log]\nlevel = \"loud=shout\"\n").fails(&[
        "server.listen = \"8180\" (line 2); allowed: an address and a port, such as 127.0.0.1:8180 or [::1]:8180",
        "server.environment = \"Prod!\" (line 4); allowed: 1 to 32 of a-z, 0-9 and '-', such as production or test",
        "server.database = (not shown) (line 5); allowed: sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME",
        "server.trusted_proxies = \"0.0.0.0/0\" (line 7); allowed: addresses or networks, such as 127.0.0.1 or 10.0.0.0/8, never all of them",
        "server.trusted_proxies = \"proxy\" (line 7); allowed: addresses or networks, such as 127.0.0.1 or 10.0.0.0/8, never all of them",
        "server.allowed_returns = \"https://*.example\" (line 8); allowed: sites such as https://erp.example.com: scheme, host and port, no path",
        "server.allowed_returns = \"https://a.example/path\" (line 8); allowed: sites such as https://erp.example.com: scheme, host and port, no path",
        "log.level = \"loud=shout\" (line 10); allowed: error, warn, info, debug, trace or off; by module too, such as info,countersign::courier=debug",
    ]);
}

#[test]
fn a_network_that_is_none_or_most_of_them_is_refused_by_itself() {
    Case::with("[networks]\nnever_new = [\"10.0.0.0/8\", \"office\", \"0.0.0.0/0\"]\n[realms.internal.policy.local]\nmode = \"required\"\ndays = 7\n").fails(&[
        "networks.never_new = \"office\" (line 8); allowed: an address or a network, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/48: of IPv4 a /8 or smaller, of IPv6 from /7 to /64, because that is what is compared",
        "networks.never_new = \"0.0.0.0/0\" (line 8); allowed: an address or a network, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/48: of IPv4 a /8 or smaller, of IPv6 from /7 to /64, because that is what is compared",
        "realms.internal.policy.local.days = 7 (line 11); allowed: only beside preset = \"again-after-days\" or \"when-something-changed\", which count days; among triggers it is factor_older_than_days",
    ]);
}

#[test]
fn a_login_returns_only_to_sites_that_are_allowed_exactly() {
    let server = Case::with("allowed_returns = [\"https://erp.example.com\"]\n").load().server;
    let may = |url: &str| server.may_return_to(&url.parse().unwrap());
    assert!(may("https://erp.example.com/a?b") && may("https://login.example.com/account"));
    for url in [
        "https://erp.example.com.evil.example/",
        "http://erp.example.com/",
        "https://erp.example.com:444/",
        "javascript:alert(1)",
        "data:,x",
    ] {
        assert!(!may(url), "{url}");
    }
}

#[test]
fn a_provider_needs_its_keys_and_good_ones() {
    Case::with("[providers.textmagic]\nusername = \"ana\"\napi_key = \"k\"\n[providers.clicksend]\nusername = \"a b\"\napi_key = \"\"\nbase_url = \"http://sms.example\"\n").fails(&[
        "providers.clicksend.username = \"a b\" (line 11); allowed: 1 to 256 printable ASCII characters, no space or colon",
        "providers.clicksend.api_key = empty (line 12); allowed: 1 to 256 printable ASCII characters, no space",
        "providers.clicksend.base_url = \"http://sms.example/\" (line 13); allowed: an https address without user name, query or fragment (http only to this machine)",
        "providers.textmagic.sender is missing; allowed: The number or name to send from; TextMagic sends nothing without one that the account owns.",
    ]);
}

#[test]
fn channels_name_providers_that_can_and_are_there() {
    Case::with(&format!(
        "{SMTP}{CLICKSEND}[channels]\nsms = [\"clicksend\", \"textmagic\", \"smtp\", \"twillio\", \"clicksend\"]\n"
    ))
    .fails(&[
        "channels.sms = \"textmagic\" (line 15); allowed: a provider that is configured: add [providers.textmagic]",
        "channels.sms = \"smtp\" (line 15); allowed: a provider that delivers sms: clicksend, textmagic, twilio, twilio-verify, sandbox",
        "channels.sms = \"twillio\" (line 15); allowed: a provider that delivers sms: clicksend, textmagic, twilio, twilio-verify, sandbox",
        "channels.sms = \"clicksend\" (line 15); allowed: each provider once",
    ]);
}

#[test]
fn without_an_order_every_provider_is_used_and_the_sandbox_only_where_it_is_alone() {
    let config = Case::with(&format!("environment = \"test\"\n{CLICKSEND}[providers.sandbox]\n")).load();
    assert_eq!(config.channels.providers(Channel::Sms), [ProviderName::ClickSend]);
    assert_eq!(config.channels.providers(Channel::Email), [ProviderName::Sandbox]);
    let off = Case::with(&format!("{SMTP}{CLICKSEND}[channels]\nemail = []\n")).load();
    assert_eq!(off.channels.working(), [Channel::Sms]);
}

#[test]
fn a_realm_that_is_written_is_added_and_called_by_its_name() {
    let config = Case::with("[realms.external.policy.local]\nmode = \"optional\"\n[realms.field]\n").load();
    let titles: Vec<_> =
        config.settings.realms.iter().map(|(name, realm)| (name.as_str(), realm.title.as_str())).collect();
    assert_eq!(titles, [("external", "Customers"), ("field", "field"), ("internal", "Staff")]);
}

#[test]
fn the_environment_overrides_the_file_and_keeps_texts_texts() {
    let config = Case::with(&format!("[site]\nname = \"File\"\n{SMTP}username = \"u\"\n"))
        .variable("COUNTERSIGN__SITE__NAME", "Q360")
        .variable("COUNTERSIGN__SITE__CONTACT", "360")
        .variable("COUNTERSIGN__CODE__TRIES", "3")
        .variable("COUNTERSIGN__CODE__LIFE", "5m")
        .variable("COUNTERSIGN__SERVER__ALLOWED_RETURNS", "https://a.example, https://b.example")
        .variable("COUNTERSIGN__PROVIDERS__SMTP__PASSWORD", "12345")
        .variable("COUNTERSIGN__REALMS__FIELD_STAFF__TITLE", "Field")
        .variable("PATH", "/bin")
        .load();
    assert_eq!(config.settings.site.name, "Q360");
    assert_eq!(config.settings.site.contact, "360");
    assert_eq!(config.settings.code.tries, 3);
    assert_eq!(config.settings.code.life, SignedDuration::from_mins(5));
    assert_eq!(config.server.allowed_returns.len(), 2);
    assert_eq!(config.providers.smtp.unwrap().password.unwrap().expose(), "12345");
    assert_eq!(
        config.settings.realms.keys().map(ToString::to_string).collect::<Vec<_>>(),
        ["external", "field-staff", "internal"]
    );
}

#[test]
fn a_variable_that_is_no_key_or_has_a_bad_value_is_refused() {
    Case::with("").variable("COUNTERSIGN__SERVER__LISTN", "x").variable("COUNTERSIGN__CODE__TRIES", "many").fails(&[
        "server.listn (from COUNTERSIGN__SERVER__LISTN) is not a setting; did you mean server.listen?",
        "code.tries = \"many\" (from COUNTERSIGN__CODE__TRIES); allowed: a whole number from 0 to 4294967295",
    ]);
}

#[test]
fn a_secret_can_be_in_a_file() {
    let case = Case::with(&format!("{SMTP}username = \"u\"\npassword_file = \"smtp.secret\"\n"))
        .file("smtp.secret", "hunter2\n");
    assert_eq!(case.load().providers.smtp.unwrap().password.unwrap().expose(), "hunter2");
    let case = Case::with(&format!("{SMTP}username = \"u\"\n"))
        .file("other", "from the environment")
        .variable("COUNTERSIGN__PROVIDERS__SMTP__PASSWORD_FILE", "other");
    assert_eq!(case.load().providers.smtp.unwrap().password.unwrap().expose(), "from the environment");
}

#[test]
fn a_secret_given_twice_or_in_no_file_is_refused() {
    Case::with(&format!("{SMTP}username = \"u\"\npassword = \"canary\"\n"))
        .variable("COUNTERSIGN__PROVIDERS__SMTP__PASSWORD_FILE", "x")
        .fails(&[
            "providers.smtp.password = both providers.smtp.password (line 11) and providers.smtp.password_file (from \
             COUNTERSIGN__PROVIDERS__SMTP__PASSWORD_FILE); allowed: one of the two",
        ]);
    let faults = Case::with(&format!("{SMTP}username = \"u\"\npassword_file = \"none\"\n")).faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("none: cannot be read") && faults[0].contains("providers.smtp.password_file, line 11"));
}

#[test]
fn nothing_prints_a_secret() {
    let case = Case::with(&format!("{SMTP}username = \"u\"\npassword = \"canary-password\"\n{CLICKSEND}"))
        .variable("COUNTERSIGN__SERVER__DATABASE", "postgres://u:canary-db@h/d");
    let printed = format!("{:?}", case.load());
    assert!(!printed.contains("canary-"), "{printed}");
}

#[test]
fn relative_paths_start_at_the_folder_of_the_file() {
    let case =
        Case::new("[server]\npublic_url = \"https://a.example\"\ndatabase = \"sqlite:c.db\"\nkey_file = \"c.key\"\n");
    let server = case.load().server;
    assert_eq!(server.key_file, Some(case.folder.path().join("c.key")));
    assert_eq!(server.database.expose(), format!("sqlite:{}", case.folder.path().join("c.db").display()));
}

#[test]
fn what_is_allowed_and_may_not_be_meant_is_warned_of() {
    let keys = |case: Case| case.load().warnings.into_iter().map(|warning| warning.key).collect::<Vec<_>>();
    let policy = "[realms.internal.policy.local]\nmode = \"required\"\n";
    let country = "[site]\ncountry = \"CA\"\ncontact = \"the help desk, 555 0100\"\n";
    assert!(keys(Case::with(&format!("{policy}{country}{SMTP}{CLICKSEND}"))).is_empty());
    assert_eq!(keys(Case::with(&format!("{country}{SMTP}{CLICKSEND}"))), ["realms"]);
    assert_eq!(keys(Case::with(policy)), ["providers", "site.contact"]);
    assert_eq!(keys(Case::with(&format!("{policy}{SMTP}"))), ["channels", "site.contact"]);
    assert_eq!(keys(Case::with(&format!("{policy}{SMTP}{CLICKSEND}"))), ["site.country", "site.contact"]);
    let session = "[session]\nabsolute = \"48h\"\nidle = \"2h\"\n";
    assert_eq!(
        keys(Case::with(&format!("{policy}{country}{session}{SMTP}{CLICKSEND}"))),
        ["session.absolute", "session.idle"]
    );
    let open = Case::with(&format!("{policy}{country}{SMTP}{CLICKSEND}"))
        .variable("COUNTERSIGN__SERVER__LISTEN", "0.0.0.0:80")
        .variable("COUNTERSIGN__SERVER__TRUSTED_PROXIES", "")
        .variable("COUNTERSIGN__SERVER__ALLOWED_RETURNS", "http://erp.example");
    assert_eq!(keys(open), ["server.listen", "server.trusted_proxies", "server.allowed_returns"]);
}

#[test]
fn a_file_that_others_can_read_is_warned_of() {
    let case = Case::with("");
    fs::set_permissions(case.path(), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(case.warnings().iter().any(|warning| warning.contains("mode 644") && warning.contains("chmod 640")));
}
