-- Messages other than codes, the links in mails, and what "This was not me" leaves behind.
-- The same tables and columns as in migrations/sqlite.

-- What a message says that carries no code; its purpose is then 'notice'.
alter table message add column notice jsonb;

-- The language of the account's last login, for what is sent while nobody is there.
alter table account add column language text;
-- Since when the password opens nothing but the way to a new one.
alter table account add column must_change_password_at bigint;

-- Tries to say "This was not me" with this code; the login's tries are counted apart.
alter table challenge add column not_me_tries bigint not null default 0;

-- A link in a mail, under the id of its message. The token is derived, never stored: here is only its SHA-256.
create table link (
    id         uuid not null primary key,
    token      bytea not null unique,
    kind       text not null,
    account_id uuid not null references account (id) on delete cascade,
    created_at bigint not null,
    expires_at bigint not null,
    ended_at   bigint,
    end_reason text
);
create index link_account on link (account_id);
create index link_expires on link (expires_at);

-- What is looked for beside requests: pauses of the last day.
create index audit_event on audit (event, at);
