//! Asking a directory whether a password is somebody's, without ever telling it of so many wrong ones that it locks them.
//!
//! Whoever asks has reserved a failure in a counter of their own before. What the directory itself counts is the shield's
//! business ([`countersign_core::shield`]), for a login and for a password that is asked for once more alike.

use std::sync::Arc;

use countersign_core::realm::SourceName;
use countersign_core::secret::Secret;
use countersign_core::shield::{Seen, ShieldRules};
use jiff::Timestamp;

use crate::app::App;
use crate::directory::ldap::Ldap;
use crate::directory::{Answer, Fault, Found, LookUp, StableId, Standing};
use crate::flow::{Error, bucket};
use crate::store::accounts::AccountRow;
use crate::store::shields::Shielded;

/// One question.
pub(super) struct Question<'a> {
    /// The directory.
    pub(super) ldap: &'a Ldap,
    /// The name to bind with where nobody was found before.
    pub(super) name: &'a str,
    /// The person, where the directory could be asked for one.
    pub(super) found: Option<&'a Found>,
    /// Whom a wrong password counts against in the directory.
    pub(super) shielded: &'a Shielded,
    /// What was typed.
    pub(super) password: &'a Secret,
    /// When.
    pub(super) now: Timestamp,
}

/// What is known afterwards.
pub(super) enum Judged {
    /// It is the password of somebody else than was found a moment ago: the name has moved.
    Another,
    /// The account is locked. Nothing is known of the password.
    Locked,
    /// It is right, and this is in the way.
    Refused(Standing, Option<Box<Found>>),
    /// It is right. Nothing is cleared yet: [`Tx::forward_was_right`](crate::store::tx::Tx::forward_was_right) belongs into
    /// the transaction that accepts it.
    Right(Box<Found>),
    /// The directory was not asked, lest it locks the account.
    Shielded,
    /// The directory cannot be asked.
    Unavailable(Fault),
    /// It is wrong.
    Wrong,
}

/// What a password is worth that was asked for once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proved {
    /// It is not the person's, or nobody may know whether it is, or the directory does not let them in any more.
    No,
    /// The directory does not answer; nothing was counted there, and nothing should be here.
    Unavailable,
    /// It is the person's.
    Yes,
}

/// Asks the directory of an account for the password of somebody who is signed in. The caller has reserved a failure, and
/// gives it back where the directory cannot be asked.
pub async fn prove(app: &Arc<App>, row: &AccountRow, password: &Secret, now: Timestamp) -> Result<Proved, Error> {
    let Some(entry) = app.store.directory_entry_of(row.account.id).await? else { return Ok(Proved::No) };
    let asked = app.settings.sources(&entry.realm).contains(&entry.source);
    let Some(ldap) = app.directories.get(&entry.source).filter(|_| asked) else { return Ok(Proved::No) };
    let Ok(id) = entry.external_id.parse::<StableId>() else { return Ok(Proved::No) };
    let found = match ldap.refresh(&id).await {
        LookUp::Found(found) => Some(found),
        LookUp::NeedsBind => None,
        LookUp::Ambiguous | LookUp::Nobody => return Ok(Proved::No),
        LookUp::Unavailable(fault) => return Ok(unavailable(ldap, &fault)),
    };
    let name = row.identifiers.first().map(String::as_str).unwrap_or_default();
    let shielded = shielded(&entry.source, &entry.external_id);
    let question = Question { ldap, name, found: found.as_deref(), shielded: &shielded, password, now };
    match judge(app, &question).await? {
        // Without somebody to compare with, the one who bound has to be the one who is signed in.
        Judged::Right(found) if found.stable_id == id => {
            app.store.write(move |tx| Box::pin(async move { tx.forward_was_right(&shielded).await })).await?;
            Ok(Proved::Yes)
        }
        Judged::Unavailable(fault) => Ok(unavailable(ldap, &fault)),
        _ => Ok(Proved::No),
    }
}

fn unavailable(ldap: &Ldap, fault: &Fault) -> Proved {
    tracing::warn!(source = %ldap.name(), %fault, "a directory cannot be asked for a password");
    Proved::Unavailable
}

/// The row of the shield for a person of a directory.
pub(super) fn shielded(source: &SourceName, external_id: &str) -> Shielded {
    Shielded { source: source.to_string(), external_id: external_id.to_owned() }
}

/// The bucket that logins of this person count against.
pub(super) fn bucket_of(shielded: &Shielded) -> String {
    bucket::directory(&shielded.source, &shielded.external_id)
}

/// Asks, if the directory may hear of it, and writes down what it has counted.
pub(super) async fn judge(app: &App, question: &Question<'_>) -> Result<Judged, Error> {
    match may_forward(app, question).await? {
        Forward::No => return Ok(Judged::Shielded),
        Forward::Unavailable(fault) => return Ok(Judged::Unavailable(fault)),
        Forward::Yes => {}
    }
    let judged = match question.ldap.prove(question.name, question.found, question.password).await {
        // A directory that says so has not looked at the password, and counts nothing on top of a lock.
        Answer::Locked | Answer::Refused(Standing::Locked, _) => Judged::Locked,
        Answer::Refused(standing, found) => Judged::Refused(standing, found),
        Answer::Right(found) if question.found.is_some_and(|before| before.stable_id != found.stable_id) => {
            Judged::Another
        }
        Answer::Right(found) if found.person.standing != Standing::Good => {
            Judged::Refused(found.person.standing, Some(found))
        }
        Answer::Right(found) => Judged::Right(found),
        Answer::Unavailable(fault) => Judged::Unavailable(fault),
        Answer::Wrong => Judged::Wrong,
    };
    let (whom, now) = (question.shielded.clone(), question.now);
    let counted = match &judged {
        Judged::Wrong => true,
        // It may have been counted, and is as if it were under way until the window is over.
        Judged::Unavailable(fault) if may_have_counted(fault) => return Ok(judged),
        Judged::Right(_) | Judged::Shielded => return Ok(judged),
        Judged::Another | Judged::Locked | Judged::Refused(..) | Judged::Unavailable(_) => false,
    };
    app.store
        .write(move |tx| {
            Box::pin(async move {
                if counted { tx.forward_was_wrong(&whom, now).await } else { tx.forward_did_not_count(&whom).await }
            })
        })
        .await?;
    Ok(judged)
}

/// Whether the directory may hear of this password.
enum Forward {
    /// It would be one failure too many.
    No,
    /// It cannot be asked.
    Unavailable(Fault),
    /// It may; a failure is reserved.
    Yes,
}

async fn may_forward(app: &App, question: &Question<'_>) -> Result<Forward, Error> {
    let rules = rules(question);
    let counted = question.found.and_then(|found| found.person.bad_password_count);
    let mut seen = Seen { counted, answered: 0 };
    let tally = app.store.shield(question.shielded).await?;
    // The directory's count was read before our own was. What it had of ours is only known when it is read again; that is
    // rarely needed, because rarely has anybody just failed.
    if let (Some(_), Some(_), Some(found)) = (tally, seen.counted, question.found) {
        seen = Seen::before_asking(tally, &rules, question.now);
        seen.counted = match question.ldap.refresh(&found.stable_id).await {
            LookUp::Found(found) => found.person.bad_password_count,
            LookUp::Unavailable(fault) => return Ok(Forward::Unavailable(fault)),
            LookUp::Ambiguous | LookUp::NeedsBind | LookUp::Nobody => return Ok(Forward::No),
        };
    }
    let (whom, now) = (question.shielded.clone(), question.now);
    let reserved =
        app.store.write(move |tx| Box::pin(async move { tx.reserve_forward(&whom, seen, &rules, now).await })).await?;
    Ok(if reserved.is_some() { Forward::Yes } else { Forward::No })
}

/// The lockout of the directory, for this person where it tells of one.
fn rules(question: &Question<'_>) -> ShieldRules {
    let person = question.found.map(|found| &found.person);
    let threshold = person.and_then(|person| person.lockout_threshold).or_else(|| question.ldap.lockout_threshold());
    ShieldRules::for_directory(threshold, person.and_then(|person| person.lockout_window))
}

/// Whether the directory may have counted a failure although there was no answer: it may have had the question. Counting it
/// is the safe side; it is forgotten with the window.
const fn may_have_counted(fault: &Fault) -> bool {
    matches!(fault, Fault::BrokenAnswer(_) | Fault::TimedOut(_))
}
