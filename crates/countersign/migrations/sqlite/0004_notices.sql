-- Messages other than codes, the links in mails, and what "This was not me" leaves behind.
-- The same tables and columns as in migrations/postgres.

-- What a message says that carries no code; its purpose is then 'notice'.
alter table message add column notice text;

-- The language of the account's last login, for what is sent while nobody is there.
alter table account add column language text;
-- Since when the password opens nothing but the way to a new one.
alter table account add column must_change_password_at integer;

-- Tries to say "This was not me" with this code; the login's tries are counted apart.
alter table challenge add column not_me_tries integer not null default 0;

-- A link in a mail, under the id of its message. The token is derived, never stored: here is only its SHA-256.
create table link (
    id         blob not null primary key,
    token      blob not null unique,
    kind       text not null,
    account_id blob not null references account (id) on delete cascade,
    created_at integer not null,
    expires_at integer not null,
    ended_at   integer,
    end_reason text
) strict;
create index link_account on link (account_id);
create index link_expires on link (expires_at);

-- What is looked for beside requests: pauses of the last day.
create index audit_event on audit (event, at);
