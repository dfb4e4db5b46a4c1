-- Contacts that people add themselves, and the codes with which an administrator lets somebody enrol.
-- The same tables and columns as in migrations/postgres.

-- The session that asked for the code, where it is not for a login.
alter table challenge add column session_id blob;
create index challenge_session on challenge (session_id);

-- How many accounts have a number.
create index account_phone on account (phone);

-- The code itself is nowhere: 128 random bits, of which this is the SHA-256.
create table enrolment_code (
    id         blob not null primary key,
    account_id blob not null references account (id) on delete cascade,
    hash       blob not null,
    created_at integer not null,
    expires_at integer not null,
    ended_at   integer,
    end_reason text
) strict;
-- One that is good for an account.
create unique index enrolment_code_live on enrolment_code (account_id) where ended_at is null;
