//! `countersign init`

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use countersign_core::id::AccountId;
use countersign_core::realm::RealmName;
use countersign_core::role::Role;
use countersign_core::secret::Secret;
use countersign_core::settings::Settings;
use uuid::Uuid;

use super::input::{PasswordArgs, given_or_asked};
use super::speech::Environment;
use super::{Failure, build, output, quiet_log};
use crate::config::server::PublicUrl;
use crate::config::{Config, reference};
use crate::entropy::Entropy;
use crate::flow::account::{self, Person};
use crate::flow::new_password;
use crate::i18n::Texts;
use crate::keys::Keys;

const CONFIG_NAME: &str = "countersign.toml";
const KEY_NAME: &str = "countersign.key";
const DATABASE: &str = "sqlite:countersign.db";

#[derive(clap::Args, Debug)]
pub(super) struct Command {
    /// Where to write the configuration, the key and the database
    #[arg(long, value_name = "DIRECTORY", default_value = ".")]
    dir: PathBuf,
    /// The address that people will see, such as https://login.example.com
    #[arg(long)]
    public_url: Option<String>,
    /// What this installation is: production, test, …
    #[arg(long, default_value = "production")]
    environment: String,
    /// The realm of the administrator
    #[arg(long, default_value = "internal")]
    realm: RealmName,
    /// What the administrator types to log in; may be given several times
    #[arg(long, visible_alias = "login-id")]
    identifier: Vec<String>,
    /// The administrator's name
    #[arg(long)]
    name: Option<String>,
    /// The administrator's e-mail address
    #[arg(long)]
    email: Option<String>,
    /// The administrator's phone, with + and country code
    #[arg(long)]
    phone: Option<String>,
    #[command(flatten)]
    password: PasswordArgs,
}

pub(super) async fn run(command: Command, environment: &Environment) -> Result<ExitCode, Failure> {
    quiet_log()?;
    let tx = environment.texts();
    let (config_path, key_path) = (command.dir.join(CONFIG_NAME), command.dir.join(KEY_NAME));
    // Run a second time it would give away an administrator to whoever may start programs here (security.md M-11).
    for path in [&config_path, &key_path, &command.dir.join("countersign.db")] {
        if path.exists() {
            return Err(Failure::Failed(tx.t1("command-refused-exists", "file", path.display().to_string())));
        }
    }
    let realms = Settings::default().realms;
    if !realms.contains_key(&command.realm) {
        return Err(Failure::Usage(tx.t("command-refused-first-realm")));
    }
    let public_url = public_url(tx, &command)?;
    let person = administrator(tx, &command)?;
    let password = command.password.new_password(tx)?;
    // Everything that a person can get wrong is found before anything is written.
    person.check(AccountId(Uuid::nil()), None).map_err(Failure::Refused)?;
    let context = person.password_context(&Settings::default());
    new_password::check_form(&password, &context).map_err(|unfit| Failure::Refused(unfit.into()))?;
    let text = reference::example(&BTreeMap::from([
        ("server.public_url", quoted(&public_url)),
        ("server.environment", quoted(&command.environment)),
        ("server.database", quoted(DATABASE)),
        ("server.key_file", quoted(KEY_NAME)),
    ]));
    let cannot = |error: std::io::Error| Failure::Failed(format!("{}: {error}", command.dir.display()));
    fs::create_dir_all(&command.dir).map_err(cannot)?;
    write_config(&config_path, &text)?;
    finish(tx, (&config_path, &key_path), &person, &password).await
}

async fn finish(
    tx: &Texts,
    (config, key): (&Path, &Path),
    person: &Person,
    password: &Secret,
) -> Result<ExitCode, Failure> {
    let loaded = Config::load(Some(config), std::iter::empty()).inspect_err(|_| {
        // A bad --environment shows only here; the next attempt must not find the file in its way.
        let _ = fs::remove_file(config);
    })?;
    Keys::create(key, &Entropy::System)?;
    let app = Arc::new(build(loaded).await?);
    let row = account::add(&app, person, password).await?;
    app.store.close().await;
    let (config, key) = (config.display().to_string(), key.display().to_string());
    println!("{}", tx.with("command-written", &[("config", config.as_str().into()), ("key", key.into())]));
    let identifiers = output::plain(&row.identifiers.join(", "));
    let made = [("identifiers", identifiers.into()), ("realm", person.realm.as_str().into())];
    println!("{}", tx.with("command-administrator-made", &made));
    println!("\n{}", tx.t("command-next"));
    println!("  1. {}", tx.t("command-next-key"));
    println!("  2. {}", tx.t1("command-next-settings", "config", config.as_str()));
    println!("  3. countersign check --config {config}");
    println!("  4. countersign serve --config {config}");
    Ok(ExitCode::SUCCESS)
}

fn public_url(tx: &Texts, command: &Command) -> Result<String, Failure> {
    let given = given_or_asked(command.public_url.as_ref(), &tx.t("command-ask-public-url"))?;
    let text = given.ok_or_else(|| Failure::Usage(tx.t("command-refused-no-public-url")))?;
    let bad = || Failure::Usage(tx.t("command-refused-public-url"));
    PublicUrl::parse(&text).map(|url| url.as_str().to_owned()).ok_or_else(bad)
}

fn administrator(tx: &Texts, command: &Command) -> Result<Person, Failure> {
    let mut identifiers = command.identifier.clone();
    if identifiers.is_empty() {
        identifiers.extend(given_or_asked(None, &tx.t("command-ask-login-id"))?);
    }
    if identifiers.is_empty() {
        return Err(Failure::Usage(tx.t("command-refused-no-identifier")));
    }
    let name = given_or_asked(command.name.as_ref(), &tx.t("command-ask-name"))?;
    let email = given_or_asked(command.email.as_ref(), &tx.t("command-ask-email"))?;
    let phone = given_or_asked(command.phone.as_ref(), &tx.t("command-ask-phone"))?;
    Ok(Person {
        realm: command.realm.clone(),
        name: name.ok_or_else(|| Failure::Usage(tx.t("command-refused-no-name")))?,
        identifiers,
        email,
        email_is_verified: true,
        phone,
        role: Role::Administrator,
        second_factor: true,
    })
}

fn write_config(path: &Path, text: &str) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o640).open(path).map_err(cannot)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(cannot)
}

/// A TOML text.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
