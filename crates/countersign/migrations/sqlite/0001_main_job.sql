-- The main job: accounts, logins, challenges, messages, sessions, trusted devices, counters, audit log.
-- The same tables and columns as in migrations/postgres; the contract suite compares the two.
-- Ids are 16 bytes, instants are microseconds since 1970 (UTC), token hashes are SHA-256, JSON is never queried into.

create table instance (
    single      integer not null primary key check (single = 1),
    id          blob    not null,
    epoch       integer not null,
    environment text    not null,
    public_url  text    not null,
    seal        blob    not null
) strict;

create table account (
    id                 blob    not null primary key,
    realm              text    not null,
    source             text    not null,
    role               text    not null,
    display_name       text    not null,
    identifiers        text    not null,
    search             text    not null,
    email              text,
    email_verified_at  integer,
    phone              text,
    phone_verified_at  integer,
    opted_in           integer not null,
    password_hash      text,
    password_set_at    integer,
    disabled_at        integer,
    code_failures      integer not null default 0,
    factor_disabled_at integer,
    login_failures     integer not null default 0,
    networks           text    not null,
    second_factor_at   integer,
    last_login_at      integer,
    last_login_ip      text,
    last_login_browser text,
    created_at         integer not null
) strict;

create table identifier (
    realm      text not null,
    canonical  text not null,
    account_id blob not null references account (id) on delete cascade,
    primary key (realm, canonical)
) strict;
create index identifier_account on identifier (account_id);

create table lockout (
    bucket       text    not null primary key,
    failures     integer not null,
    paused_until integer,
    touched_at   integer not null
) strict;

create table login (
    id           blob    not null primary key,
    token        blob    not null unique,
    account_id   blob    not null references account (id) on delete cascade,
    realm        text    not null,
    created_at   integer not null,
    expires_at   integer not null,
    stage        text    not null,
    reasons      text    not null,
    challenge_id blob,
    return_to    text,
    ip           text    not null,
    network      text    not null,
    browser      text    not null,
    language     text    not null,
    page         integer not null,
    notice       text,
    ended_at     integer
) strict;
create index login_account on login (account_id);
create index login_expires on login (expires_at);

create table challenge (
    id           blob    not null primary key,
    account_id   blob    not null references account (id) on delete cascade,
    purpose      text    not null,
    login_id     blob,
    channel      text    not null,
    destination  text    not null,
    created_at   integer not null,
    expires_at   integer not null,
    tries        integer not null,
    sends        integer not null,
    last_sent_at integer,
    ended_at     integer,
    end_reason   text
) strict;
-- One live challenge for one account and one purpose.
create unique index challenge_live on challenge (account_id, purpose) where ended_at is null;
create index challenge_expires on challenge (expires_at);

-- A message outlives its challenge, and its account's other rows, in the list an administrator sees: no foreign keys.
create table message (
    id           blob    not null primary key,
    challenge_id blob,
    account_id   blob,
    channel      text    not null,
    destination  text    not null,
    purpose      text    not null,
    number       integer not null,
    language     text    not null,
    site         text    not null,
    state        text    not null,
    attempts     integer not null,
    next_at      integer not null,
    lease_until  integer,
    provider     text,
    provider_id  text,
    refused_by   text    not null,
    outcome      text,
    detail       text,
    created_at   integer not null,
    expires_at   integer not null,
    finished_at  integer
) strict;
create index message_due on message (next_at) where finished_at is null;
create index message_challenge on message (challenge_id);
create index message_created on message (created_at);

create table quota (
    scope   text not null,
    subject text not null,
    primary key (scope, subject)
) strict;

create table send (
    scope   text    not null,
    subject text    not null,
    at      integer not null
) strict;
create index send_window on send (scope, subject, at);
create index send_at on send (at);

create table session (
    id             blob    not null primary key,
    token          blob    not null unique,
    account_id     blob    not null references account (id) on delete cascade,
    realm          text    not null,
    created_at     integer not null,
    seen_at        integer not null,
    ip             text    not null,
    browser        text    not null,
    evidence       text    not null,
    device_id      blob,
    previous_login text,
    ended_at       integer,
    end_reason     text
) strict;
create index session_account on session (account_id);
create index session_seen on session (seen_at);

create table device (
    id             blob    not null primary key,
    account_id     blob    not null references account (id) on delete cascade,
    token          blob    not null unique,
    previous_token blob,
    rotated_at     integer,
    name           text    not null,
    trusted_since  integer not null,
    trusted_until  integer not null,
    seen_at        integer not null,
    ended_at       integer,
    end_reason     text
) strict;
create index device_account on device (account_id);
create index device_previous on device (previous_token);

-- What happened stays written, whatever becomes of the account: no foreign key.
create table audit (
    id         integer not null primary key,
    at         integer not null,
    event      text    not null,
    account_id blob,
    realm      text,
    ip         text,
    detail     text    not null
) strict;
create index audit_account on audit (account_id, id);
