//! Going through a directory step by step, for `countersign directory test`: what was tried, what came of it, and what to
//! do about it.
//!
//! Nothing is shown that is not needed to put the settings right: addresses and numbers are masked, and no entry, name of
//! an entry or explanation of a server is repeated (security.md J-13).

use countersign_core::contact::{EmailAddress, Phone};
use countersign_core::secret::Secret;

use crate::directory::ldap::Ldap;
use crate::directory::ldap::filter::Filter;
use crate::directory::ldap::message::{Scope, Search};
use crate::directory::ldap::name::TypedName;
use crate::directory::ldap::settings::{Method, Security};
use crate::directory::ldap::wire::{Hits, Wire};
use crate::directory::{Answer, Fault, Found, LookUp, Outcome, Person, Standing, Step};

/// Every step there is something to do for. Stops where nothing further can work.
pub(super) async fn run(directory: &Ldap, name: Option<&str>, password: Option<&Secret>) -> Vec<Step> {
    let mut steps = Vec::new();
    let Some(mut wire) = connect(directory, &mut steps).await else { return steps };
    let searches = matches!(directory.method, Method::Search { .. });
    if searches {
        if !service(directory, &mut wire, &mut steps).await {
            return steps;
        }
        base(directory, &mut wire, &mut steps).await;
    } else {
        let told = "each person binds themselves (bind_as); who they are is known after that";
        steps.push(Step::noted("service account", told));
    }
    wire.close().await;
    let Some(name) = name else {
        let told = "--account NAME also looks a person up, and --password-stdin tries their password";
        steps.push(Step::noted("account", told));
        return steps;
    };
    let found = if searches { look_up(directory, name, &mut steps).await } else { None };
    match (password, &found) {
        (Some(password), found) if found.is_some() || !searches => {
            prove(directory, name, found.as_ref(), password, &mut steps).await;
        }
        _ => {}
    }
    steps
}

/// Tries each server, and gives the connection to the first that takes one.
async fn connect(directory: &Ldap, steps: &mut Vec<Step>) -> Option<Wire> {
    let mut first = None;
    let how = match directory.settings.security {
        Security::Ldaps => "TLS from the first byte",
        Security::StartTls => "StartTLS",
    };
    for server in directory.servers.all() {
        let what = format!("server {server}");
        match directory.servers.open(server).await {
            Ok(wire) => {
                let trusted = match &directory.settings.ca_file {
                    Some(_) => "ca_file vouches for its certificate",
                    None => "an authority of the operating system vouches for its certificate",
                };
                steps.push(Step::passed(what, format!("connected, {how}; {trusted}, which carries its name")));
                first = first.or(Some(wire));
            }
            Err(fault) => steps.push(Step::failed(what, &fault, advice_for_connection(&fault))),
        }
    }
    first
}

fn advice_for_connection(fault: &Fault) -> &'static str {
    match fault {
        Fault::Tls(_) => {
            "the certificate must be valid today, carry the name written in `servers`, and be signed by the authority in \
             ca_file (without ca_file: one that the operating system trusts). `openssl s_client -connect HOST:636` shows \
             it. For StartTLS the server must offer it. There is no setting that turns this check off"
        }
        Fault::TimedOut(_) => {
            "a firewall may be in the way, or the port is not that of a directory: try it from this machine"
        }
        Fault::BrokenAnswer(_) => {
            "the port may be another one's: 636 is LDAPS (security = \"ldaps\"), 389 is for StartTLS (\"starttls\")"
        }
        _ => "check name and port in `servers`, name resolution, and whether the service listens for this machine",
    }
}

async fn service(directory: &Ldap, wire: &mut Wire, steps: &mut Vec<Step>) -> bool {
    match directory.servers.answer(directory.bind_service(wire)).await {
        Ok(()) => {
            steps.push(Step::passed("service account", "the directory takes it"));
            true
        }
        Err(fault) => {
            let advice = "check service_account (its whole distinguished name, or name@domain for Active Directory) and \
                          service_password, and that the account is neither locked nor expired";
            steps.push(Step::failed("service account", &fault, advice));
            false
        }
    }
}

/// The base must be there, and hold somebody.
async fn base(directory: &Ldap, wire: &mut Wire, steps: &mut Vec<Step>) {
    let anything = Filter::anything();
    let looks = |scope, filter| Search {
        base: &directory.settings.base,
        scope,
        filter,
        attributes: &["1.1"],
        limit: 1,
        seconds: 5,
    };
    let there = directory.servers.answer(wire.find_one("the base", &looks(Scope::Base, &anything))).await;
    match there {
        Ok(Hits::One(_)) => steps.push(Step::passed("base", "it is there")),
        Ok(_) => {
            let advice = "the service account does not see it: check its spelling, such as \"DC=corp,DC=example,DC=com\", \
                          and that the account may read it";
            steps.push(Step::broken("base", "there is no such entry", advice));
            return;
        }
        Err(fault) => {
            steps.push(Step::failed("base", &fault, "check its spelling, such as \"DC=corp,DC=example,DC=com\""));
            return;
        }
    }
    let people = directory.servers.answer(wire.find("people", &looks(Scope::Subtree, &directory.people))).await;
    match people {
        Ok((found, more)) if !found.is_empty() || more => steps.push(Step::passed("people", "the filter finds people")),
        Ok(_) => {
            let advice = "check `filter`, that people are below `base`, and that the service account may read them";
            steps.push(Step::broken("people", "the filter finds nobody below the base", advice));
        }
        Err(fault) => steps.push(Step::failed("people", &fault, "check `filter`")),
    }
}

async fn look_up(directory: &Ldap, name: &str, steps: &mut Vec<Step>) -> Option<Found> {
    let names = directory.attributes.names.join(", ");
    match directory.look_up(name).await {
        LookUp::Found(found) => {
            steps.push(Step::passed("account", format!("exactly one entry has this name in {names}")));
            describe(directory, &found, steps);
            Some(*found)
        }
        LookUp::Ambiguous => {
            let advice = "a name that two people have lets neither in: take the attribute that is not unique out of \
                          attributes.names, or make `filter` or `base` narrower";
            steps.push(Step::broken("account", format!("more than one entry has this name in {names}"), advice));
            None
        }
        LookUp::Nobody | LookUp::NeedsBind => {
            let known = TypedName::read(name, &directory.settings).is_some();
            let advice = if known {
                "check attributes.names (what people type), `filter` and `base`; for name@domain set dns_domain"
            } else {
                "a name with DOMAIN\\ before it needs netbios_domain, and it must be that domain"
            };
            steps.push(Step::broken("account", format!("no entry has this name in {names}"), advice));
            None
        }
        LookUp::Unavailable(fault) => {
            let advice = "if it is the identity that is missing, set attributes.id; if it is the group, let the service \
                          account read it";
            steps.push(Step::failed("account", &fault, advice));
            None
        }
    }
}

/// What is known of a person: whether each thing is there, and where it may matter, a mask.
fn describe(directory: &Ldap, found: &Found, steps: &mut Vec<Step>) {
    let Person { names, display_name, email, phone, groups, standing, lockout_threshold, bad_password_count, .. } =
        &found.person;
    let there = |is: bool| if is { "there" } else { "missing" };
    let told = format!(
        "{}: there; {} to log in with: {}; display name: {}; e-mail: {}; phone: {}; groups: {}",
        directory.attributes.id,
        directory.attributes.names.join(", "),
        names.len(),
        there(display_name.is_some()),
        email.as_ref().map_or_else(|| "missing".to_owned(), EmailAddress::mask),
        phone.as_ref().map_or_else(|| "missing".to_owned(), Phone::mask),
        groups.len(),
    );
    let complete = email.is_some() || phone.is_some();
    steps.push(if complete {
        Step::passed("attributes", told)
    } else {
        let advice = "without an address or a number no code can be sent: check attributes.email and attributes.phone, and \
                      `country` for numbers without +";
        Step { advice: Some(advice.to_owned()), ..Step::noted("attributes", &told) }
    });
    steps.push(match standing {
        Standing::Good => Step::passed("standing", "nothing is in the way"),
        other => Step { advice: Some(advice_for(*other).to_owned()), ..Step::noted("standing", in_words(*other)) },
    });
    steps.push(match lockout_threshold {
        Some(0) => Step::passed("lockout", "wrong passwords never lock an account of this directory"),
        Some(threshold) => {
            let counted = bad_password_count.map_or_else(String::new, |count| format!(", {count} counted now"));
            Step::passed("lockout", format!("the directory locks after {threshold} wrong passwords{counted}"))
        }
        None => {
            let told = "the directory does not tell after how many wrong passwords it locks";
            let advice = "set lockout_threshold to what it is, so that Countersign passes on fewer; for OpenLDAP let the \
                          service account read the policy, and name it in password_policy";
            Step { advice: Some(advice.to_owned()), ..Step::noted("lockout", told) }
        }
    });
}

async fn prove(directory: &Ldap, name: &str, found: Option<&Found>, password: &Secret, steps: &mut Vec<Step>) {
    const WHAT: &str = "password";
    match directory.prove(name, found, password).await {
        Answer::Right(own) => {
            steps.push(Step::passed(WHAT, "it is right: this person may log in"));
            if found.is_none() {
                describe(directory, &own, steps);
            }
        }
        Answer::Refused(standing, _) => {
            let told = format!("it is right, but {}", in_words(standing));
            steps.push(Step::broken(WHAT, told, advice_for(standing)));
        }
        Answer::Locked => steps.push(Step::broken(WHAT, in_words(Standing::Locked), advice_for(Standing::Locked))),
        Answer::Wrong => {
            let advice =
                "the directory counted it as a wrong password. For bind_as: check that the name it makes is right";
            steps.push(Step::broken(WHAT, "the directory says it is wrong", advice));
        }
        Answer::Unavailable(fault) => steps.push(Step::failed(WHAT, &fault, advice_for_connection(&fault))),
    }
}

const fn in_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Disabled => "the account is disabled in the directory",
        Standing::Expired => "the account has expired in the directory",
        Standing::Good => "nothing is in the way",
        Standing::Locked => "the account is locked in the directory, and says so whatever the password is",
        Standing::MustChange => "the password must be changed before the next login",
        Standing::NotInGroup => "the person is not in required_group, or not among those whom `filter` takes",
        Standing::OutsideHours => "the directory does not let them in at this hour, or not from this machine",
        Standing::PasswordExpired => "the password has expired",
    }
}

const fn advice_for(standing: Standing) -> &'static str {
    match standing {
        Standing::Good => "",
        Standing::NotInGroup => "add them to the group, or take required_group out; a primary group does not count",
        Standing::MustChange | Standing::PasswordExpired => "let them change it where they usually do, then try again",
        Standing::Disabled | Standing::Expired | Standing::Locked | Standing::OutsideHours => {
            "change it in the directory; Countersign never does"
        }
    }
}

impl Step {
    fn passed(what: impl Into<String>, told: impl Into<String>) -> Self {
        Self { what: what.into(), outcome: Outcome::Passed, told: told.into(), advice: None }
    }

    fn noted(what: &str, told: &str) -> Self {
        Self { outcome: Outcome::Noted, ..Self::passed(what, told) }
    }

    fn broken(what: impl Into<String>, told: impl Into<String>, advice: &str) -> Self {
        Self { outcome: Outcome::Failed, advice: Some(advice.to_owned()), ..Self::passed(what, told) }
    }

    fn failed(what: impl Into<String>, fault: &Fault, advice: &str) -> Self {
        Self::broken(what, fault.to_string(), advice)
    }
}
