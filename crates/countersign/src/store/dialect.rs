//! The statements whose text is not the same in both databases. Everything else is written once, at its caller.

/// One statement with a text for each database.
#[derive(Clone, Copy)]
pub(super) struct Text {
    postgres: &'static str,
    sqlite: &'static str,
}

/// What [`run!`](crate::store::db::run) takes as a statement.
pub(super) trait Statement {
    /// The text for PostgreSQL.
    fn postgres(self) -> &'static str;
    /// The text for SQLite.
    fn sqlite(self) -> &'static str;
}

impl Statement for &'static str {
    fn postgres(self) -> &'static str {
        self
    }

    fn sqlite(self) -> &'static str {
        self
    }
}

impl Statement for Text {
    fn postgres(self) -> &'static str {
        self.postgres
    }

    fn sqlite(self) -> &'static str {
        self.sqlite
    }
}

/// Takes the account's row lock. SQLite has one writer, so there the row needs no lock of its own.
pub(super) const LOCK_ACCOUNT: Text =
    Text { postgres: "select 1 from account where id = $1 for update", sqlite: "select 1 from account where id = $1" };

/// Takes the head of the audit log's chain, so that one node at a time chains. SQLite has one writer anyway.
pub(super) const LOCK_AUDIT_HEAD: Text = Text {
    postgres: "select place, link, mac from audit_head where single = 1 for update",
    sqlite: "select place, link, mac from audit_head where single = 1",
};

macro_rules! lease_messages {
    ($skip_locked:literal) => {
        concat!(
            "update message
                set state = 'leased', attempts = attempts + 1, lease_until = $2
              where id in (
                    select m.id from message m
                     where m.finished_at is null
                       and m.expires_at > $1
                       and ((m.state = 'queued' and m.next_at <= $1) or (m.state = 'leased' and m.lease_until <= $1))
                       and (m.challenge_id is null or exists (
                            select 1 from challenge c
                             where c.id = m.challenge_id and c.ended_at is null and c.expires_at > $1))
                     order by m.next_at
                     limit $3 ",
            $skip_locked,
            ") returning ",
            $crate::store::messages::columns!()
        )
    };
}

/// Claims messages that are due, or whose lease has run out, and whose code is still good. With PostgreSQL other nodes
/// claim at the same time, and each skips what another is claiming.
pub(super) const LEASE_MESSAGES: Text =
    Text { postgres: lease_messages!("for update of m skip locked"), sqlite: lease_messages!("") };

macro_rules! take_unknown {
    ($skip_locked:literal) => {
        concat!(
            "update message
                set asked_at = $1
              where id in (
                    select m.id from message m
                     where m.state = 'sent' and m.provider_id is not null
                       and (m.delivery is null or m.delivery = 'sent')
                       and m.finished_at <= $2 and m.finished_at > $3
                       and (m.asked_at is null or $1 - m.finished_at >= 2 * (m.asked_at - m.finished_at))
                     order by m.finished_at
                     limit $4 ",
            $skip_locked,
            ") returning ",
            $crate::store::messages::columns!()
        )
    };
}

/// Claims messages whose gateway is to be asked what became of them. Each goes to one node.
pub(super) const TAKE_UNKNOWN: Text =
    Text { postgres: take_unknown!("for update of m skip locked"), sqlite: take_unknown!("") };

/// The database's own clock, in microseconds since 1970.
pub(super) const CLOCK: Text = Text {
    postgres: "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) as now",
    sqlite: "select cast(unixepoch('subsec') * 1000000 as integer) as now",
};

/// What is another after a dump was restored: the cluster, the database in it, and the table in that.
pub(super) const PLACE: Text = Text {
    postgres: "select concat_ws('/', (select system_identifier from pg_control_system()),
                                (select oid from pg_database where datname = current_database()),
                                cast('instance'::regclass as oid)) as place",
    sqlite: "select cast(null as text) as place",
};
