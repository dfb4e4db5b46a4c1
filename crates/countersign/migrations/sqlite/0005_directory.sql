-- Accounts whose password a directory proves, and what the directory was told of wrong ones.
-- The same tables and columns as in migrations/postgres.

create table directory_entry (
    account_id   blob    not null primary key references account (id) on delete cascade,
    realm        text    not null,
    source       text    not null,
    external_id  text    not null,
    member_of    text    not null,
    gives_email  integer not null,
    gives_phone  integer not null,
    refused      text,
    confirmed_at integer not null,
    asked_at     integer not null
) strict;
-- One account in a realm for one entry of a directory, whatever the entry is called.
create unique index directory_entry_external on directory_entry (realm, source, external_id);

-- For an entry of a directory, in all realms together: no account is needed to be protected.
create table shield (
    source       text    not null,
    external_id  text    not null,
    forwarded    integer not null,
    answered     integer not null,
    last_at      integer not null,
    primary key (source, external_id)
) strict;
create index shield_last on shield (last_at);
