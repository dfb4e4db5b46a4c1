//! What a message says, made when the courier takes it: the code from its challenge, the link from its row, the words from
//! the language of the recipient.

use countersign_core::challenge::Purpose;
use countersign_core::channel::Channel;
use countersign_core::contact::Phone;
use countersign_core::notice::Notice;

use crate::app::App;
use crate::courier::notice::NoticeMessage;
use crate::courier::text::CodeMessage;
use crate::courier::{Content, Mail};
use crate::flow::{Error, call, link, verification};
use crate::store::challenges::ChallengeRow;
use crate::store::messages::{MessageRow, Says};

/// What a message says; one with a code needs its challenge.
pub(super) async fn content(
    app: &App,
    message: &MessageRow,
    challenge: Option<&ChallengeRow>,
) -> Result<Content, Error> {
    match (&message.says, challenge) {
        (Says::Code(purpose), Some(challenge)) => code_content(app, message, *purpose, challenge).await,
        (Says::Code(_), None) => Err(broken(message, "its challenge is gone")),
        (Says::Notice(notice), _) => notice_content(app, message, notice).await,
    }
}

async fn code_content(
    app: &App,
    message: &MessageRow,
    purpose: Purpose,
    challenge: &ChallengeRow,
) -> Result<Content, Error> {
    let now = app.clock.now();
    let not_me = link::address(app, message.id, now).await?;
    let texts = app.catalogue.texts(&message.language);
    let code = verification::code(app, challenge).digits();
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
        Channel::Email => mail(message, words.mail()),
        Channel::Sms => Ok(Content::Sms { to: phone(message)?, text: words.sms() }),
        Channel::Voice => Ok(Content::Call { to: phone(message)?, call: words.call(call::key_url(app, message.id)) }),
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
        Channel::Sms => Ok(Content::Sms { to: phone(message)?, text: words.sms() }),
        Channel::Voice => Err(broken(message, "a notice is read and not heard")),
    }
}

fn mail(message: &MessageRow, mail: Result<Mail, askama::Error>) -> Result<Content, Error> {
    let to = message.destination.parse().map_err(|_| broken(message, "its address cannot be read"))?;
    Ok(Content::Mail { to, mail: mail.map_err(|error| broken(message, &error.to_string()))? })
}

fn phone(message: &MessageRow) -> Result<Phone, Error> {
    message.destination.clone().try_into().map_err(|_| broken(message, "its number cannot be read"))
}

fn broken(message: &MessageRow, what: &str) -> Error {
    Error::Internal(format!("message {}: {what}", message.id))
}

fn life_minutes(app: &App) -> u32 {
    u32::try_from(app.settings.code.life.as_mins()).unwrap_or_default()
}
