//! Asking directories, now and then, whether those who are signed in still may be.
//!
//! A session outlives the password that began it by hours. So each account of a directory that has a live session is asked
//! after within five minutes, and closed when the directory has closed it (security.md J-10). A directory that does not
//! answer ends nothing at first; after [`UNCONFIRMED_MAX`] it does (docs/decisions/0016).

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_core::audit::Event;
use countersign_core::realm::SourceName;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::app::App;
use crate::directory::ldap::Ldap;
use crate::directory::{Fault, Found, LookUp, StableId};
use crate::flow::mirror::{self, closed};
use crate::flow::{Error, account};
use crate::store::directory_entries::{DirectoryEntry, LiveSessions};

/// How long an account is left alone after the directory was asked about it. With a look each minute, nobody is asked after
/// later than five minutes.
const ASKED_EVERY: SignedDuration = SignedDuration::from_mins(4);

/// How long sessions live on while their directory does not answer. Long enough to restart every server of it; after that
/// somebody who was dismissed in the meantime would still be inside.
const UNCONFIRMED_MAX: SignedDuration = SignedDuration::from_mins(60);

/// How many accounts one node takes at a time.
const BATCH: u32 = 50;

/// What a look at everybody came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confirmed {
    /// Accounts that were asked after.
    pub asked: u64,
    /// Accounts that were closed.
    pub closed: u64,
}

/// What the directory says of one account.
enum Said {
    Closed(&'static str),
    Found(Box<Found>),
    /// Nothing can be found out, and nothing is wrong.
    Nothing,
    Silent(Option<Fault>),
}

/// Asks after every account that is due.
pub async fn confirm_due(app: &Arc<App>) -> Result<Confirmed, Error> {
    let mut confirmed = Confirmed::default();
    let mut silent = BTreeSet::new();
    loop {
        let entries = claim(app).await?;
        if entries.is_empty() {
            return Ok(confirmed);
        }
        for entry in entries {
            confirmed.asked += 1;
            if confirm(app, entry, &mut silent).await? {
                confirmed.closed += 1;
            }
        }
    }
}

async fn claim(app: &Arc<App>) -> Result<Vec<DirectoryEntry>, Error> {
    let (now, rules) = (app.clock.now(), &app.settings.session);
    let live = LiveSessions { seen_after: before(now, rules.idle), created_after: before(now, rules.absolute) };
    let asked_before = before(now, ASKED_EVERY);
    let claimed = app
        .store
        .write(move |tx| Box::pin(async move { tx.claim_directory_entries(&live, asked_before, now, BATCH).await }))
        .await?;
    Ok(claimed)
}

/// Asks after one account; `true` if it was closed. A directory that did not answer is not asked again in this round.
async fn confirm(app: &Arc<App>, entry: DirectoryEntry, silent: &mut BTreeSet<SourceName>) -> Result<bool, Error> {
    let said = match source(app, &entry) {
        None => Said::Closed(closed::NO_SUCH_SOURCE),
        Some(ldap) if silent.contains(ldap.name()) => Said::Silent(None),
        Some(ldap) => ask(ldap, &entry).await,
    };
    let now = app.clock.now();
    match said {
        Said::Closed(why) => close(app, entry, why, now).await.map(|()| true),
        Said::Found(found) if mirror::ends_sessions(found.person.standing) => {
            close(app, entry, mirror::word(found.person.standing), now).await.map(|()| true)
        }
        Said::Found(found) => {
            app.store
                .write(move |tx| Box::pin(async move { mirror::bring_up_to_date(tx, entry, &found.person, now).await }))
                .await?;
            Ok(false)
        }
        Said::Nothing => Ok(false),
        Said::Silent(fault) => {
            silent.insert(entry.source.clone());
            if let Some(fault) = fault {
                tracing::warn!(source = %entry.source, %fault, "a directory cannot be asked whether its people may stay signed in");
            }
            give_up(app, entry, now).await
        }
    }
}

/// The directory of an account, if its realm still asks it.
fn source<'a>(app: &'a App, entry: &DirectoryEntry) -> Option<&'a Arc<Ldap>> {
    let asked = app.settings.sources(&entry.realm).contains(&entry.source);
    app.directories.get(&entry.source).filter(|_| asked)
}

async fn ask(ldap: &Ldap, entry: &DirectoryEntry) -> Said {
    let Ok(id) = entry.external_id.parse::<StableId>() else { return Said::Closed(closed::GONE) };
    match ldap.refresh(&id).await {
        // Two entries with one id cannot be; whoever answers that is not to be believed in anything.
        LookUp::Ambiguous => Said::Silent(None),
        LookUp::Found(found) => Said::Found(found),
        LookUp::NeedsBind => Said::Nothing,
        LookUp::Nobody => Said::Closed(closed::GONE),
        LookUp::Unavailable(fault) => Said::Silent(Some(fault)),
    }
}

async fn close(app: &App, entry: DirectoryEntry, why: &'static str, now: Timestamp) -> Result<(), Error> {
    tracing::info!(event = Event::AccountClosed.as_str(), account.id = %entry.account, source = %entry.source, why, "the directory does not let a person in any more; what the account had open has ended");
    Ok(app.store.write(move |tx| Box::pin(async move { mirror::close(tx, &entry, why, now).await })).await?)
}

/// Ends the sessions of an account that nobody has confirmed for too long. Trusted devices stay: they open nothing without
/// the password, which the directory has to prove.
async fn give_up(app: &App, entry: DirectoryEntry, now: Timestamp) -> Result<bool, Error> {
    if now.duration_since(entry.confirmed_at) < UNCONFIRMED_MAX {
        return Ok(false);
    }
    let detail = json!({ "why": "the directory has not answered", "since": entry.confirmed_at });
    let record = account::entry(Event::SessionEnded, entry.account, &entry.realm, now, detail);
    let ended = app
        .store
        .write(move |tx| {
            Box::pin(async move {
                tx.lock_account(entry.account).await?;
                let ended = tx.end_sessions(entry.account, "the directory has not answered", now).await?;
                if ended > 0 {
                    tx.audit(&record).await?;
                }
                Ok(ended)
            })
        })
        .await?;
    Ok(ended > 0)
}

fn before(now: Timestamp, time: SignedDuration) -> Timestamp {
    now.saturating_sub(time).unwrap_or(Timestamp::MIN)
}
