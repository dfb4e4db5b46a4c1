-- Recovery codes, resets by mail, and what a trusted device's owner wants to know of it.
-- The same tables and columns as in migrations/postgres.

-- Ten at a time; the hash is SHA-256 over the account and 125 random bits.
create table recovery_code (
    id         blob    not null primary key,
    account_id blob    not null references account (id) on delete cascade,
    hash       blob    not null,
    created_at integer not null,
    ended_at   integer,
    end_reason text
) strict;
create index recovery_code_account on recovery_code (account_id);

-- When the password was last replaced by a link that went to the mailbox the account still has.
alter table account add column mail_reset_at integer;
-- Where a login from the trusted device last came from.
alter table device add column ip text;
