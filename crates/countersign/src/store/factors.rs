//! The counters of an account: failed logins, wrong codes, and what a successful login leaves behind.

use countersign_core::contact::{EmailAddress, Phone};
use countersign_core::id::AccountId;
use jiff::Timestamp;
use sqlx::types::Json;

use crate::store::accounts::{AccountRow, LoginRecord, search_text};
use crate::store::db::{Record, Row, run};
use crate::store::error::Error;
use crate::store::tx::Tx;
use crate::store::values::Micros;

struct CodeFailures(u32);

impl Record for CodeFailures {
    fn read(row: &Row) -> Result<Self, Error> {
        row.count("code_failures").map(Self)
    }
}

struct Sharers(u32);

impl Record for Sharers {
    fn read(row: &Row) -> Result<Self, Error> {
        row.count("sharers").map(Self)
    }
}

impl Tx {
    /// Counts a wrong code before it is compared. `None`: the ceiling is reached or the code factor is off, and nothing
    /// may be compared.
    pub async fn reserve_code_failure(&mut self, id: AccountId, ceiling: u32) -> Result<Option<u32>, Error> {
        let failures = run!(
            self.conn(),
            optional CodeFailures:
            "update account set code_failures = code_failures + 1
              where id = $1 and code_failures < $2 and factor_disabled_at is null
             returning code_failures",
            id.0,
            i64::from(ceiling),
        )?;
        Ok(failures.map(|failures| failures.0))
    }

    /// Forgets the wrong codes, after a right one.
    pub async fn reset_code_failures(&mut self, id: AccountId) -> Result<(), Error> {
        run!(self.conn(), execute "update account set code_failures = 0 where id = $1", id.0).map(drop)
    }

    /// Turns the code factor on again and forgets the wrong codes.
    pub async fn enable_factor(&mut self, id: AccountId) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update account set code_failures = 0, factor_disabled_at = null where id = $1",
            id.0,
        )
        .map(drop)
    }

    /// Turns the code factor off; `false` if it was off.
    pub async fn disable_factor(&mut self, id: AccountId, now: Timestamp) -> Result<bool, Error> {
        let changed = run!(
            self.conn(),
            execute "update account set factor_disabled_at = $2 where id = $1 and factor_disabled_at is null",
            id.0,
            Micros(now),
        )?;
        Ok(changed == 1)
    }

    /// Forgets when a second factor was last proven, so that the next login is judged like the first.
    pub async fn forget_second_factor(&mut self, id: AccountId) -> Result<(), Error> {
        run!(self.conn(), execute "update account set second_factor_at = null where id = $1", id.0).map(drop)
    }

    /// Sets or removes the phone; a new one counts as verified by whoever sets it. It is not the directory's, unless that is
    /// written down afterwards.
    pub async fn set_phone(&mut self, id: AccountId, phone: Option<&Phone>, now: Timestamp) -> Result<(), Error> {
        run!(self.conn(), execute "update directory_entry set gives_phone = false where account_id = $1", id.0)?;
        run!(
            self.conn(),
            execute "update account set phone = $2, phone_verified_at = $3 where id = $1",
            id.0,
            phone.map(Phone::as_str),
            phone.map(|_| Micros(now)),
        )
        .map(drop)
    }

    /// Sets or removes the e-mail address; a new one counts as verified by whoever sets it. It is not the directory's, unless
    /// that is written down afterwards. A reset that went to the mailbox before says nothing of the new one.
    pub async fn set_email(
        &mut self,
        row: &AccountRow,
        email: Option<&EmailAddress>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let id = row.account.id.0;
        run!(self.conn(), execute "update directory_entry set gives_email = false where account_id = $1", id)?;
        let identifiers: Vec<&str> = row.identifiers.iter().map(String::as_str).collect();
        run!(
                    self.conn(),
        execute "update account set email = $2, email_verified_at = $3, search = $4, mail_reset_at = null
                               where id = $1",
                    id,
                    email.map(EmailAddress::as_str),
                    email.map(|_| Micros(now)),
                    search_text(&row.account.display_name, email, &identifiers),
                )
        .map(drop)
    }

    /// Notes that the password was replaced by a link in a mail.
    pub async fn record_mail_reset(&mut self, id: AccountId, now: Timestamp) -> Result<(), Error> {
        run!(self.conn(), execute "update account set mail_reset_at = $2 where id = $1", id.0, Micros(now)).map(drop)
    }

    /// Takes the e-mail address back to one that nobody has confirmed.
    pub async fn distrust_email(&mut self, id: AccountId) -> Result<(), Error> {
        run!(self.conn(), execute "update account set email_verified_at = null where id = $1", id.0).map(drop)
    }

    /// How many accounts but this one have the number, verified. Whoever asks holds `subject`, which stands for the
    /// number, until the transaction ends: two who add it at once are counted one after the other.
    pub async fn sharers_of(&mut self, phone: &Phone, subject: &str, but: AccountId) -> Result<u32, Error> {
        self.lock_subject("number", subject).await?;
        let sharers = run!(
            self.conn(),
            optional Sharers:
            "select count(*) as sharers from account where phone = $1 and phone_verified_at is not null and id <> $2",
            phone.as_str(),
            but.0,
        )?;
        Ok(sharers.map_or(0, |sharers| sharers.0))
    }

    /// Turns two-step login on or off, where the policy leaves it to the person.
    pub async fn set_opted_in(&mut self, id: AccountId, on: bool) -> Result<(), Error> {
        run!(self.conn(), execute "update account set opted_in = $2 where id = $1", id.0, on).map(drop)
    }

    /// Writes down that a second factor was proven.
    pub async fn note_second_factor(&mut self, id: AccountId, now: Timestamp) -> Result<(), Error> {
        run!(self.conn(), execute "update account set second_factor_at = $2 where id = $1", id.0, Micros(now)).map(drop)
    }

    /// Counts a failed login, for the trigger *recent failures*.
    pub async fn count_failed_login(&mut self, id: AccountId) -> Result<(), Error> {
        run!(self.conn(), execute "update account set login_failures = login_failures + 1 where id = $1", id.0)
            .map(drop)
    }

    /// Writes down a successful login, and forgets the failed ones before it.
    pub async fn record_login(&mut self, id: AccountId, login: &LoginRecord) -> Result<(), Error> {
        run!(
            self.conn(),
            execute "update account
                        set login_failures = 0, last_login_at = $2, last_login_ip = $3, last_login_browser = $4,
                            networks = $5, second_factor_at = coalesce($6, second_factor_at), language = $7
                      where id = $1",
            id.0,
            Micros(login.now),
            &login.ip,
            Json(&login.browser),
            Json(&login.networks),
            login.second_factor_at.map(Micros),
            &login.language,
        )
        .map(drop)
    }
}
