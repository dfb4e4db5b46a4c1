-- The main job: accounts, logins, challenges, messages, sessions, trusted devices, counters, audit log.
-- The same tables and columns as in migrations/sqlite; the contract suite compares the two.
-- Instants are microseconds since 1970 (UTC), token hashes are SHA-256, JSON is never queried into.

create table instance (
    single      bigint  not null primary key check (single = 1),
    id          uuid    not null,
    epoch       bigint  not null,
    environment text    not null,
    public_url  text    not null,
    seal        bytea   not null
);

create table account (
    id                 uuid    not null primary key,
    realm              text    not null,
    source             text    not null,
    role               text    not null,
    display_name       text    not null,
    identifiers        jsonb   not null,
    search             text    not null,
    email              text,
    email_verified_at  bigint,
    phone              text,
    phone_verified_at  bigint,
    opted_in           boolean not null,
    password_hash      text,
    password_set_at    bigint,
    disabled_at        bigint,
    code_failures      bigint  not null default 0,
    factor_disabled_at bigint,
    login_failures     bigint  not null default 0,
    networks           jsonb   not null,
    second_factor_at   bigint,
    last_login_at      bigint,
    last_login_ip      text,
    last_login_browser jsonb,
    created_at         bigint  not null
);

create table identifier (
    realm      text    not null,
    canonical  text    not null,
    account_id uuid    not null references account (id) on delete cascade,
    primary key (realm, canonical)
);
create index identifier_account on identifier (account_id);

create table lockout (
    bucket       text    not null primary key,
    failures     bigint  not null,
    paused_until bigint,
    touched_at   bigint  not null
);

create table login (
    id           uuid    not null primary key,
    token        bytea   not null unique,
    account_id   uuid    not null references account (id) on delete cascade,
    realm        text    not null,
    created_at   bigint  not null,
    expires_at   bigint  not null,
    stage        text    not null,
    reasons      jsonb   not null,
    challenge_id uuid,
    return_to    text,
    ip           text    not null,
    network      jsonb   not null,
    browser      jsonb   not null,
    language     text    not null,
    page         boolean not null,
    notice       text,
    ended_at     bigint
);
create index login_account on login (account_id);
create index login_expires on login (expires_at);

create table challenge (
    id           uuid    not null primary key,
    account_id   uuid    not null references account (id) on delete cascade,
    purpose      text    not null,
    login_id     uuid,
    channel      text    not null,
    destination  text    not null,
    created_at   bigint  not null,
    expires_at   bigint  not null,
    tries        bigint  not null,
    sends        bigint  not null,
    last_sent_at bigint,
    ended_at     bigint,
    end_reason   text
);
-- One live challenge for one account and one purpose.
create unique index challenge_live on challenge (account_id, purpose) where ended_at is null;
create index challenge_expires on challenge (expires_at);

-- A message outlives its challenge, and its account's other rows, in the list an administrator sees: no foreign keys.
create table message (
    id           uuid    not null primary key,
    challenge_id uuid,
    account_id   uuid,
    channel      text    not null,
    destination  text    not null,
    purpose      text    not null,
    number       bigint  not null,
    language     text    not null,
    site         text    not null,
    state        text    not null,
    attempts     bigint  not null,
    next_at      bigint  not null,
    lease_until  bigint,
    provider     text,
    provider_id  text,
    refused_by   jsonb   not null,
    outcome      text,
    detail       text,
    created_at   bigint  not null,
    expires_at   bigint  not null,
    finished_at  bigint
);
create index message_due on message (next_at) where finished_at is null;
create index message_challenge on message (challenge_id);
create index message_created on message (created_at);

create table quota (
    scope   text    not null,
    subject text    not null,
    primary key (scope, subject)
);

create table send (
    scope   text    not null,
    subject text    not null,
    at      bigint  not null
);
create index send_window on send (scope, subject, at);
create index send_at on send (at);

create table session (
    id             uuid    not null primary key,
    token          bytea   not null unique,
    account_id     uuid    not null references account (id) on delete cascade,
    realm          text    not null,
    created_at     bigint  not null,
    seen_at        bigint  not null,
    ip             text    not null,
    browser        jsonb   not null,
    evidence       jsonb   not null,
    device_id      uuid,
    previous_login jsonb,
    ended_at       bigint,
    end_reason     text
);
create index session_account on session (account_id);
create index session_seen on session (seen_at);

create table device (
    id             uuid    not null primary key,
    account_id     uuid    not null references account (id) on delete cascade,
    token          bytea   not null unique,
    previous_token bytea,
    rotated_at     bigint,
    name           text    not null,
    trusted_since  bigint  not null,
    trusted_until  bigint  not null,
    seen_at        bigint  not null,
    ended_at       bigint,
    end_reason     text
);
create index device_account on device (account_id);
create index device_previous on device (previous_token);

-- What happened stays written, whatever becomes of the account: no foreign key.
create table audit (
    id         bigint  generated always as identity primary key,
    at         bigint  not null,
    event      text    not null,
    account_id uuid,
    realm      text,
    ip         text,
    detail     jsonb   not null
);
create index audit_account on audit (account_id, id);
