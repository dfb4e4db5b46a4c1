//! Links in mails: issuing one, making its address when the mail is written, and recognising it when it comes back.
//!
//! A token is 256 bits, derived from what the link is good for (epoch, kind, message, account) under a key that is not in
//! the database. So nothing secret waits in the outbox, a mail that is sent twice carries the same link, and a link of one
//! kind, of another account or of a copied database is none. Opening a link changes nothing: mail scanners open them all.
//! What it is good for is done by a form, whose transaction uses the link up ([`Tx::use_link`]).

use countersign_core::id::{AccountId, MessageId};
use countersign_core::notice::LinkKind;
use jiff::Timestamp;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::flow::Error;
use crate::keys::Token;
use crate::store::error::Error as StoreError;
use crate::store::links::LinkRow;
use crate::store::tx::Tx;
use crate::store::values::TokenHash;

/// A link to be issued with a message, in the message's transaction.
#[derive(Clone, Copy, Debug)]
pub struct NewLink {
    /// The message that carries it.
    pub message: MessageId,
    /// What it is good for.
    pub kind: LinkKind,
    /// Whose.
    pub account: AccountId,
    /// When its time is over.
    pub expires_at: Timestamp,
}

/// Issues a link: from now until it expires, is used or ended, [`find`] knows it.
pub async fn issue(tx: &mut Tx, app: &App, new: &NewLink, now: Timestamp) -> Result<(), StoreError> {
    let NewLink { message, kind, account, expires_at } = *new;
    let hash = TokenHash(token(app, message, kind, account).hash());
    tx.insert_link(&LinkRow { id: message, token: hash, kind, account, created_at: now, expires_at, ended_at: None })
        .await
}

/// The whole address of a message's link; `None` when it has none, or it works no more. The host is that of the public
/// URL alone, whatever a request said (security.md H-01).
pub async fn address(app: &App, message: MessageId, now: Timestamp) -> Result<Option<String>, Error> {
    let link = app.store.link_of(message).await?.filter(|link| works(link, now));
    Ok(link.map(|link| {
        let token = token(app, link.id, link.kind, link.account);
        app.server.public_url.at(&format!("{}{}", link.kind.path(), token.expose()))
    }))
}

/// The link whose token somebody brings, while it works. Nothing is used up.
pub async fn find(app: &App, kind: LinkKind, text: &str, now: Timestamp) -> Result<Option<LinkRow>, Error> {
    let Some(given) = Token::parse(text) else { return Ok(None) };
    let found = app.store.link_by_token(&TokenHash(given.hash())).await?;
    let genuine = |link: &LinkRow| {
        let derived = token(app, link.id, link.kind, link.account);
        let same: bool = derived.expose().as_bytes().ct_eq(given.expose().as_bytes()).into();
        link.kind == kind && same
    };
    Ok(found.filter(|link| works(link, now)).filter(genuine))
}

fn works(link: &LinkRow, now: Timestamp) -> bool {
    link.ended_at.is_none() && now < link.expires_at
}

fn token(app: &App, message: MessageId, kind: LinkKind, account: AccountId) -> Token {
    app.keys.link_token(kind.as_str(), app.epoch(), message.0.as_bytes(), account.0.as_bytes())
}
