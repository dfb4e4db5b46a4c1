//! What a message says, made when the courier takes it: the code from its challenge, the link from its row, the words from
//! the language of the recipient.

use countersign_core::challenge::{Binding, Code, Purpose};
use countersign_core::channel::Channel;
use countersign_core::notice::Notice;

use crate::app::App;
use crate::courier::notice::NoticeMessage;
use crate::courier::text::CodeMessage;
use crate::courier::{Content, Mail};
use crate::flow::{Error, link};
use crate::store::challenges::ChallengeRow;
use crate::store::messages::{MessageRow, Says};

/// What a message says; `None` when its challenge is gone.
pub(super) async fn content(app: &App, message: &MessageRow) -> Result<Option<Content>, Error> {
    match &message.says {
        Says::Code(purpose) => code_content(app, message, *purpose).await,
        Says::Notice(notice) => notice_content(app, message, notice).await.map(Some),
    }
}

async fn code_content(app: &App, message: &MessageRow, purpose: Purpose) -> Result<Option<Content>, Error> {
    let Some(id) = message.challenge else { return Ok(None) };
    let Some(challenge) = app.store.challenge(id).await? else { return Ok(None) };
    let now = app.clock.now();
    let not_me = link::address(app, message.id, now).await?;
    let texts = app.catalogue.texts(&message.language);
    let code = code(app, &challenge).digits();
    let minutes = challenge.expires_at.duration_since(now).as_secs().max(0).div_euclid(60) + 1;
    let words = CodeMessage {
        texts: &texts,
        site_name: &message.site,
        purpose,
        code: &code,
        number: message.number,
        host: Some(app.server.public_url.host()),
        valid_minutes: u32::try_from(minutes).unwrap_or_default().min(life_minutes(app)),
        not_me: not_me.as_deref(),
    };
    match message.channel {
        Channel::Email => mail(message, words.mail()).map(Some),
        Channel::Sms => sms(message, words.sms()).map(Some),
        Channel::Voice => Err(broken(message, "there is no provider for calls yet")),
    }
}

async fn notice_content(app: &App, message: &MessageRow, notice: &Notice) -> Result<Content, Error> {
    let link = link::address(app, message.id, app.clock.now()).await?;
    let texts = app.catalogue.texts(&message.language);
    let words = NoticeMessage {
        texts: &texts,
        site_name: &message.site,
        notice,
        at: message.created_at,
        contact: &app.settings.site.contact,
        link: link.as_deref(),
    };
    match message.channel {
        Channel::Email => mail(message, words.mail()),
        Channel::Sms => sms(message, words.sms()),
        Channel::Voice => Err(broken(message, "a notice is read and not heard")),
    }
}

fn mail(message: &MessageRow, mail: Result<Mail, askama::Error>) -> Result<Content, Error> {
    let to = message.destination.parse().map_err(|_| broken(message, "its address cannot be read"))?;
    Ok(Content::Mail { to, mail: mail.map_err(|error| broken(message, &error.to_string()))? })
}

fn sms(message: &MessageRow, text: String) -> Result<Content, Error> {
    let to = message.destination.clone().try_into().map_err(|_| broken(message, "its number cannot be read"))?;
    Ok(Content::Sms { to, text })
}

fn broken(message: &MessageRow, what: &str) -> Error {
    Error::Internal(format!("message {}: {what}", message.id))
}

fn life_minutes(app: &App) -> u32 {
    u32::try_from(app.settings.code.life.as_mins()).unwrap_or_default()
}

/// The code of a challenge.
pub(super) fn code(app: &App, challenge: &ChallengeRow) -> Code {
    let binding =
        Binding { epoch: app.epoch(), challenge: challenge.id, account: challenge.account, purpose: challenge.purpose };
    Code::derive(&app.keys.code, &binding)
}
