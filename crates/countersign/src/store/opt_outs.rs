//! Numbers that have said STOP: no text message goes there until they say START, or an administrator lifts it.
//!
//! The subject is a keyed hash of the number, which only the caller can make.

use countersign_core::contact::Phone;
use countersign_core::id::AccountId;
use jiff::Timestamp;

use crate::store::Store;
use crate::store::db::{Conn, Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

/// The most accounts that share a number and are told; more are a mistake somewhere.
const SHARED_MAX: i64 = 20;

struct Since(Timestamp);

impl Record for Since {
    fn read(row: &Row) -> Result<Self, Error> {
        row.instant("since").map(Self)
    }
}

struct Id(AccountId);

impl Record for Id {
    fn read(row: &Row) -> Result<Self, Error> {
        row.id("id", AccountId).map(Self)
    }
}

struct Number(String);

impl Record for Number {
    fn read(row: &Row) -> Result<Self, Error> {
        row.get("phone").map(Self)
    }
}

async fn since(conn: Conn<'_>, subject: &str) -> Result<Option<Timestamp>, Error> {
    let found = run!(conn, optional Since: "select since from opt_out where subject = $1", subject)?;
    Ok(found.map(|found| found.0))
}

impl Store {
    /// Since when no text message goes there.
    pub async fn opted_out(&self, subject: &str) -> Result<Option<Timestamp>, Error> {
        since(self.reader().await?.conn(), subject).await
    }

    /// The verified numbers of accounts that may log in, in the order of their text, after the one given.
    pub async fn phones(&self, after: &str, limit: u32) -> Result<Vec<String>, Error> {
        let numbers = run!(
            self.reader().await?.conn(),
            all Number:
            "select phone from account
              where phone > $1 and phone_verified_at is not null and disabled_at is null
              order by phone
              limit $2",
            after,
            i64::from(limit),
        )?;
        Ok(numbers.into_iter().map(|number| number.0).collect())
    }
}

impl Tx {
    /// Since when no text message goes there.
    pub async fn opted_out(&mut self, subject: &str) -> Result<Option<Timestamp>, Error> {
        since(self.conn(), subject).await
    }

    /// Lets no text message go there any more; `false` if that was so already.
    pub async fn opt_out(&mut self, subject: &str, provider: &str, now: Timestamp) -> Result<bool, Error> {
        let new = run!(
            self.conn(),
            execute "insert into opt_out (subject, since, provider) values ($1, $2, $3) on conflict (subject) do nothing",
            subject,
            Micros(now),
            provider,
        )?;
        Ok(new == 1)
    }

    /// Lets text messages go there again; `false` if they did.
    pub async fn opt_in(&mut self, subject: &str) -> Result<bool, Error> {
        Ok(run!(self.conn(), execute "delete from opt_out where subject = $1", subject)? == 1)
    }

    /// The accounts with this number.
    pub async fn accounts_with_phone(&mut self, phone: &Phone) -> Result<Vec<AccountId>, Error> {
        let ids = run!(
            self.conn(),
            all Id:
            "select id from account where phone = $1 and phone_verified_at is not null order by id limit $2",
            phone.as_str(),
            SHARED_MAX,
        )?;
        Ok(ids.into_iter().map(|id| id.0).collect())
    }
}
