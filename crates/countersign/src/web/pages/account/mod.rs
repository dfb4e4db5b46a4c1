//! `/account`: what the person may see and change of the own account. One file a section.

pub(in crate::web) mod activity;
pub(in crate::web) mod confirm;
pub(in crate::web) mod contacts;
pub(in crate::web) mod devices;
pub(in crate::web) mod entry;
pub(in crate::web) mod password;
pub(in crate::web) mod recovery_codes;
pub(in crate::web) mod removal;
pub(in crate::web) mod sessions;
pub(in crate::web) mod two_step;

use axum::extract::Query;
use axum::response::Response;
use countersign_core::channel::Channel;
use countersign_core::session::{Evidence, Proof};
use serde::Deserialize;

use super::{Back, see_other, to_login};
use crate::flow::challenge::Judged;
use crate::flow::own_password::Answer;
use crate::flow::session::{self, Current, Standing};
use crate::web::cookie::Name;
use crate::web::ctx::{Ctx, Form, render};
use crate::web::error::Fault;
use crate::web::views::account::fault::OwnFault;
use crate::web::views::account::this_session::{LastLogin, Proven, ThisSession};
use crate::web::views::account::{Account, AccountNotice};
use crate::web::views::moment::Moment;

/// How many entries of recent activity the page shows; there are more on their own page.
const SECTION_LEN: usize = 5;

/// What the address may carry.
#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    notice: Option<String>,
}

/// The session of this request, or the way to one.
pub(super) async fn signed_in(ctx: &Ctx) -> Result<Result<Box<Current>, Response>, Fault> {
    Ok(match session::recognise(&ctx.app, &ctx.visitor).await? {
        Standing::Alive(current) => Ok(current),
        Standing::Nobody => Err(see_other("/login")?),
        Standing::Over(realm) => {
            let mut response = to_login(Some(&realm), Back::SessionEnded)?;
            ctx.jar.clear(response.headers_mut(), Name::Session);
            Err(response)
        }
    })
}

/// The page.
pub(in crate::web) async fn show(ctx: Ctx, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let current = match signed_in(&ctx).await? {
        Ok(current) => current,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Some(token) = &ctx.visitor.session else { return see_other("/login") };
    let previous = current.session.previous_login.as_ref().map(|login| LastLogin {
        at: Moment::date_time(login.at),
        from: login.ip.clone(),
        browser: crate::flow::browser_name(&login.browser),
    });
    let view = Account {
        shell: ctx.shell(Some(&current.session.realm)),
        csrf: ctx.form_token(Form::Session, token),
        name: current.account.account.display_name.clone(),
        this_session: ThisSession {
            identifiers: current.account.identifiers.clone(),
            signed_in_at: Moment::date_time(current.session.created_at),
            proven: proven(&current.session.evidence),
        },
        last_login: previous,
        contacts: contacts::section(&ctx, &current).await?,
        two_step: two_step::section(&ctx, &current),
        devices: devices::section(&ctx, &current).await?,
        secrets: password::section(&ctx, &current).await?,
        sessions: sessions::section(&ctx, &current).await?,
        activity: activity::section(&ctx, &current, SECTION_LEN).await?,
        notice: asked.notice.as_deref().and_then(AccountNotice::parse),
    };
    render(&view)
}

/// Back to the page, with a word on what was done.
pub(super) fn done(notice: AccountNotice) -> Result<Response, Fault> {
    see_other(&format!("/account?notice={}", notice.as_str()))
}

/// What a page says of a code that was not accepted; how many tries are left, only the page for the code knows.
pub(super) const fn own_fault(judged: Judged) -> OwnFault {
    match judged {
        Judged::Expired => OwnFault::CodeExpired,
        Judged::FactorDisabled => OwnFault::NoWay,
        Judged::Format => OwnFault::CodeFormat,
        Judged::Unchecked => OwnFault::CodeUnchecked,
        Judged::Over | Judged::Right | Judged::TriesUsed | Judged::Wrong => OwnFault::CodeOver,
    }
}

/// What a page says of a password that was not accepted.
pub(super) fn password_fault(ctx: &Ctx, answer: Answer) -> Option<OwnFault> {
    match answer {
        Answer::Paused(until) => Some(OwnFault::Paused { minutes: ctx.minutes_until(until) }),
        Answer::Right => None,
        Answer::Unavailable => Some(OwnFault::Unavailable),
        Answer::Wrong => Some(OwnFault::Password),
    }
}

fn proven(evidence: &[Evidence]) -> Proven {
    let has = |proof| evidence.iter().any(|item| item.proof == proof);
    let codes =
        [(Proof::SmsCode, Channel::Sms), (Proof::VoiceCode, Channel::Voice), (Proof::EmailCode, Channel::Email)];
    match codes.into_iter().find(|(proof, _)| has(*proof)) {
        Some((_, channel)) => Proven::PasswordAndCode(channel),
        None if has(Proof::RecoveryCode) => Proven::PasswordAndRecoveryCode,
        None if has(Proof::TrustedDevice) => Proven::PasswordOnTrustedDevice,
        None => Proven::Password,
    }
}
