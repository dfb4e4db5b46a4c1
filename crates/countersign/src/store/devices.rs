//! Trusted devices. The row keeps the hash of the current token and of the one before it, so that a copy of an old
//! token that comes back is noticed.

use countersign_core::device::{Presented, Trust};
use countersign_core::id::{AccountId, DeviceId};
use jiff::Timestamp;

use crate::store::Store;
use crate::store::db::{Conn, Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::{Micros, TokenHash};

/// A trusted device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// Its id.
    pub id: DeviceId,
    /// Whose.
    pub account: AccountId,
    /// The hash of its token.
    pub token: TokenHash,
    /// The hash of the token before.
    pub previous: Option<TokenHash>,
    /// When that one was rotated away.
    pub rotated_at: Option<Timestamp>,
    /// Its name for the person, such as `Firefox on Windows`.
    pub name: String,
    /// How long it is trusted.
    pub trust: Trust,
    /// When a login last came from it.
    pub seen_at: Timestamp,
    /// From which address, if that was noted.
    pub ip: Option<String>,
    /// When it was revoked or replaced.
    pub ended_at: Option<Timestamp>,
    /// Why.
    pub end_reason: Option<String>,
}

macro_rules! columns {
    () => {
        "id, account_id, token, previous_token, rotated_at, name, trusted_since, trusted_until, seen_at, ip,
         ended_at, end_reason"
    };
}

impl Record for DeviceRow {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.id("id", DeviceId)?,
            account: row.id("account_id", AccountId)?,
            token: TokenHash(row.bytes("token")?),
            previous: row.optional_token("previous_token")?,
            rotated_at: row.optional_instant("rotated_at")?,
            name: row.get("name")?,
            trust: Trust { since: row.instant("trusted_since")?, until: row.instant("trusted_until")? },
            seen_at: row.instant("seen_at")?,
            ip: row.get("ip")?,
            ended_at: row.optional_instant("ended_at")?,
            end_reason: row.get("end_reason")?,
        })
    }
}

async fn find(conn: Conn<'_>, token: &TokenHash) -> Result<Option<(DeviceRow, Presented)>, Error> {
    let device = run!(
        conn,
        optional DeviceRow:
        concat!(
            "select ", columns!(), " from device where (token = $1 or previous_token = $1) and ended_at is null"
        ),
        token.as_slice(),
    )?;
    let Some(device) = device else { return Ok(None) };
    let presented = match device.rotated_at {
        _ if device.token == *token => Presented::Current,
        Some(rotated_at) => Presented::Previous { rotated_at },
        None => return Err(Error::Corrupt("rotated_at")),
    };
    Ok(Some((device, presented)))
}

impl Store {
    /// The device, not ended, that holds this token now or held it before.
    pub async fn device_by_token(&self, token: &TokenHash) -> Result<Option<(DeviceRow, Presented)>, Error> {
        find(self.reader().await?.conn(), token).await
    }

    /// An account's devices that have not ended, the newest first.
    pub async fn devices(&self, account: AccountId) -> Result<Vec<DeviceRow>, Error> {
        run!(
            self.reader().await?.conn(),
            all DeviceRow:
            concat!(
                "select ", columns!(), " from device
                  where account_id = $1 and ended_at is null
                  order by trusted_since desc, id desc"
            ),
            account.0,
        )
    }
}

impl Tx {
    /// The device, not ended, that holds this token now or held it before.
    pub async fn device_by_token(&mut self, token: &TokenHash) -> Result<Option<(DeviceRow, Presented)>, Error> {
        find(self.conn(), token).await
    }

    /// Begins to trust a device.
    pub async fn insert_device(&mut self, device: &DeviceRow) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "insert into device (id, account_id, token, previous_token, rotated_at, name, trusted_since,
                                         trusted_until, seen_at, ip, ended_at, end_reason)
                     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            device.id.0,
            device.account.0,
            device.token.as_slice(),
            device.previous.as_ref().map(TokenHash::as_slice),
            device.rotated_at.map(Micros),
            &device.name,
            Micros(device.trust.since),
            Micros(device.trust.until),
            Micros(device.seen_at),
            device.ip.as_deref(),
            device.ended_at.map(Micros),
            device.end_reason.as_deref(),
        )
        .map(drop)
    }

    /// Gives the device a new token; `false` if another request has done so, or the device has ended.
    pub async fn rotate_device(
        &mut self,
        id: DeviceId,
        old: &TokenHash,
        new: &TokenHash,
        trust: Trust,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let rotated = run!(
            self.conn(),
            execute "update device
                        set token = $3, previous_token = $2, rotated_at = $6, trusted_since = $4, trusted_until = $5,
                            seen_at = $6
                      where id = $1 and token = $2 and ended_at is null",
            id.0,
            old.as_slice(),
            new.as_slice(),
            Micros(trust.since),
            Micros(trust.until),
            Micros(now),
        )?;
        Ok(rotated == 1)
    }

    /// Notes where a login from the device came from.
    pub async fn note_device_address(&mut self, id: DeviceId, ip: &str) -> Result<(), Error> {
        run!(self.conn(), execute "update device set ip = $2 where id = $1", id.0, ip).map(drop)
    }

    /// Gives a device of this account another name; `false` if it is another's or has ended.
    pub async fn rename_device(&mut self, account: AccountId, id: DeviceId, name: &str) -> Result<bool, Error> {
        let renamed = run!(
            self.conn(),
            execute "update device set name = $3 where id = $2 and account_id = $1 and ended_at is null",
            account.0,
            id.0,
            name,
        )?;
        Ok(renamed == 1)
    }

    /// Ends a device of this account; `false` if it is another's or had ended.
    pub async fn end_device_of(
        &mut self,
        account: AccountId,
        id: DeviceId,
        reason: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let ended = run!(
            self.conn(),
            execute "update device set ended_at = $4, end_reason = $3
                      where id = $2 and account_id = $1 and ended_at is null",
            account.0,
            id.0,
            reason,
            Micros(now),
        )?;
        Ok(ended == 1)
    }

    /// Ends a device; `false` if it had ended.
    pub async fn end_device(&mut self, id: DeviceId, reason: &str, now: Timestamp) -> Result<bool, Error> {
        let ended = run!(
            self.conn(),
            execute "update device set ended_at = $3, end_reason = $2 where id = $1 and ended_at is null",
            id.0,
            reason,
            Micros(now),
        )?;
        Ok(ended == 1)
    }

    /// Ends every device of an account.
    pub async fn end_devices(&mut self, account: AccountId, reason: &str, now: Timestamp) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update device set ended_at = $3, end_reason = $2 where account_id = $1 and ended_at is null",
            account.0,
            reason,
            Micros(now),
        )
    }

    /// Ends all but the newest devices of an account.
    pub async fn end_oldest_devices(
        &mut self,
        account: AccountId,
        keep: u32,
        reason: &str,
        now: Timestamp,
    ) -> Result<u64, Error> {
        run!(
            self.conn(),
            execute "update device set ended_at = $3, end_reason = $2
                      where account_id = $1 and ended_at is null
                        and id not in (select id from device
                                        where account_id = $1 and ended_at is null
                                        order by trusted_since desc, id desc
                                        limit $4)",
            account.0,
            reason,
            Micros(now),
            i64::from(keep),
        )
    }
}
