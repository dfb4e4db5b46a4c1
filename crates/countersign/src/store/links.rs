//! Links in mails. A row has the id of the message that carries the link, and of its token the SHA-256.
//!
//! A link works once: [`Tx::use_link`] is one conditional statement, so of two clicks one wins.

use countersign_core::id::{AccountId, MessageId};
use countersign_core::notice::LinkKind;
use jiff::Timestamp;

use crate::store::Store;
use crate::store::db::{Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::{Micros, TokenHash};

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// The message that carries it.
    pub id: MessageId,
    /// The SHA-256 of its token.
    pub token: TokenHash,
    /// What it is good for.
    pub kind: LinkKind,
    /// Whose.
    pub account: AccountId,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When its time is over.
    pub expires_at: Timestamp,
    /// When it was used, replaced or voided.
    pub ended_at: Option<Timestamp>,
}

/// The reason written by [`Tx::use_link`].
const USED: &str = "used";

impl Record for LinkRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id("id", MessageId)?,
            token: TokenHash(row.bytes("token")?),
            kind: row.named("kind")?,
            account: row.id("account_id", AccountId)?,
            created_at: row.instant("created_at")?,
            expires_at: row.instant("expires_at")?,
            ended_at: row.optional_instant("ended_at")?,
        })
    }
}

struct Destination(String);

impl Record for Destination {
    fn read(row: &Row) -> Result<Self, Error> {
        row.get("destination").map(Self)
    }
}

impl Store {
    /// The link with this token, whatever has become of it.
    pub async fn link_by_token(&self, token: &TokenHash) -> Result<Option<LinkRow>, Error> {
        run!(
            self.reader().await?.conn(),
            optional LinkRow:
            "select id, token, kind, account_id, created_at, expires_at, ended_at from link where token = $1",
            token.as_slice(),
        )
    }

    /// The link that this message carries.
    pub async fn link_of(&self, message: MessageId) -> Result<Option<LinkRow>, Error> {
        run!(
            self.reader().await?.conn(),
            optional LinkRow:
            "select id, token, kind, account_id, created_at, expires_at, ended_at from link where id = $1",
            message.0,
        )
    }
}

impl Tx {
    /// Issues a link.
    pub async fn insert_link(&mut self, link: &LinkRow) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into link (id, token, kind, account_id, created_at, expires_at, ended_at)
                     values ($1, $2, $3, $4, $5, $6, $7)",
            link.id.0,
            link.token.as_slice(),
            link.kind.as_str(),
            link.account.0,
            Micros(link.created_at),
            Micros(link.expires_at),
            link.ended_at.map(Micros),
        )
        .map(drop)
    }

    /// Uses a link up: `true` for exactly one caller, before its time is over.
    pub async fn use_link(&mut self, id: MessageId, now: Timestamp) -> Result<bool, Error> {
        let used = run!(
            self.conn(),
            execute "update link set ended_at = $2, end_reason = $3
                      where id = $1 and ended_at is null and expires_at > $2",
            id.0,
            Micros(now),
            USED,
        )?;
        Ok(used == 1)
    }

    /// The links of an account and a kind that have not ended.
    pub async fn live_links(&mut self, account: AccountId, kind: LinkKind) -> Result<Vec<MessageId>, Error> {
        let links = run!(
            self.conn(),
            all LinkRow:
            "select id, token, kind, account_id, created_at, expires_at, ended_at from link
              where account_id = $1 and kind = $2 and ended_at is null",
            account.0,
            kind.as_str(),
        )?;
        Ok(links.into_iter().map(|link| link.id).collect())
    }

    /// Ends one link.
    pub async fn end_link(&mut self, id: MessageId, reason: &str, now: Timestamp) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update link set ended_at = $3, end_reason = $2 where id = $1 and ended_at is null",
            id.0,
            reason,
            Micros(now),
        )
        .map(drop)
    }

    /// The address that a message, and with it its link, went to.
    pub async fn destination_of(&mut self, message: MessageId) -> Result<Option<String>, Error> {
        let found = run!(
            self.conn(),
            optional Destination: "select destination from message where id = $1",
            message.0,
        )?;
        Ok(found.map(|found| found.0))
    }

    /// Ends every link of an account, of one kind or of all.
    pub async fn end_links(
        &mut self,
        account: AccountId,
        kind: Option<LinkKind>,
        reason: &str,
        now: Timestamp,
    ) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update link set ended_at = $4, end_reason = $3
                      where account_id = $1 and ($2 is null or kind = $2) and ended_at is null",
            account.0,
            kind.map(LinkKind::as_str),
            reason,
            Micros(now),
        )
    }
}
