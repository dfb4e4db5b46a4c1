//! What a gateway is told to say when somebody pressed a key in a call: the code, if it is still good.
//!
//! The request is the gateway's own: its signature was checked before. It is still held against the message, so that one
//! that was signed for another call, or for another number, gets nothing.

use countersign_core::challenge::{Binding, Code, Purpose, Standing};
use countersign_core::channel::Channel;
use countersign_core::id::{AccountId, ChallengeId, MessageId};
use url::Url;

use crate::app::App;
use crate::courier::call::Call;
use crate::courier::text::CodeMessage;
use crate::courier::twilio::voice;
use crate::flow::Error;
use crate::flow::challenge::standing;
use crate::flow::verification;
use crate::store::challenges::{ChallengeRow, OURS};
use crate::store::messages::{MessageRow, Says};

/// The call that a gateway speaks of.
pub struct KeyPressed<'a> {
    /// The gateway's id of the call.
    pub call: &'a str,
    /// The number that was called.
    pub to: &'a str,
}

/// What is said then.
pub enum Answer {
    /// The code.
    Code(Call),
    /// That the code is no longer good.
    Over(Call),
}

/// The address at which a gateway asks for the code of a message.
pub fn key_url(app: &App, message: MessageId) -> Option<Url> {
    let path = format!("/hooks/{}/{}", voice::NAME, message.0);
    app.server.public_url.at(&path).parse().ok()
}

/// The same for a test, of which no row exists: what its code is derived from is in the address, and opens nothing.
pub fn test_key_url(app: &App, challenge: ChallengeId, account: AccountId) -> Option<Url> {
    let path = format!("/hooks/{}/test/{}/{}", voice::NAME, challenge.0, account.0);
    app.server.public_url.at(&path).parse().ok()
}

/// What is said when a key was pressed in the call of this message; `None` when there is no such call.
pub async fn key_pressed(app: &App, id: MessageId, pressed: &KeyPressed<'_>) -> Result<Option<Answer>, Error> {
    let Some(message) = app.store.message(id).await?.filter(|message| is_call(app, message, pressed)) else {
        return Ok(None);
    };
    let challenge = match message.challenge {
        Some(id) => app.store.challenge(id).await?,
        None => None,
    };
    let good = challenge.as_ref().is_some_and(|challenge| is_good(app, challenge));
    tracing::info!(message.id = %message.id, good, "a key was pressed in a call");
    let code = challenge.filter(|_| good).map(|challenge| verification::code(app, &challenge).digits());
    let Says::Code(purpose) = message.says else { return Ok(None) };
    let said = said(app, &message.language, &message.site, purpose, code.as_deref());
    Ok(Some(if code.is_some() { Answer::Code(said) } else { Answer::Over(said) }))
}

/// The same for a test call. The code opens nothing, so nothing is asked of the database.
pub fn key_pressed_in_test(app: &App, challenge: ChallengeId, account: AccountId) -> Answer {
    let binding = Binding { epoch: app.epoch(), challenge, account, purpose: Purpose::Test };
    let code = Code::derive(&app.keys.code, &binding).digits();
    let texts = app.catalogue.negotiate(None);
    Answer::Code(said(app, texts.tag(), &app.settings.site.name, Purpose::Test, Some(&code)))
}

/// Whether the message is the call that was signed for. Its id at the gateway may come before it is written down.
fn is_call(app: &App, message: &MessageRow, pressed: &KeyPressed<'_>) -> bool {
    let same_call = message.provider_id.as_deref().is_none_or(|id| id == pressed.call);
    let ours = message.provider.as_deref().is_none_or(|provider| provider == voice::NAME);
    let known = message.channel == Channel::Voice && message.destination == pressed.to;
    !app.quarantined() && known && ours && same_call
}

fn is_good(app: &App, challenge: &ChallengeRow) -> bool {
    let live = matches!(standing(app, challenge, app.clock.now()), Standing::Live { .. });
    live && challenge.code_by.as_deref() == Some(OURS)
}

fn said(app: &App, language: &str, site: &str, purpose: Purpose, code: Option<&str>) -> Call {
    let texts = app.catalogue.texts(language);
    let words = CodeMessage {
        texts: &texts,
        site_name: site,
        purpose,
        code: code.unwrap_or_default(),
        number: 1,
        host: None,
        valid_minutes: 0,
        not_me: None,
    };
    words.call(None)
}
