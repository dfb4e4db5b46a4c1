-- Accounts whose password a directory proves, and what the directory was told of wrong ones.
-- The same tables and columns as in migrations/sqlite.

create table directory_entry (
    account_id   uuid    not null primary key references account (id) on delete cascade,
    realm        text    not null,
    source       text    not null,
    external_id  text    not null,
    member_of    jsonb   not null,
    gives_email  boolean not null,
    gives_phone  boolean not null,
    refused      text,
    confirmed_at bigint  not null,
    asked_at     bigint  not null
);
-- One account in a realm for one entry of a directory, whatever the entry is called.
create unique index directory_entry_external on directory_entry (realm, source, external_id);

-- For an entry of a directory, in all realms together: no account is needed to be protected.
create table shield (
    source       text    not null,
    external_id  text    not null,
    forwarded    bigint  not null,
    answered     bigint  not null,
    last_at      bigint  not null,
    primary key (source, external_id)
);
create index shield_last on shield (last_at);
