-- Contacts that people add themselves, and the codes with which an administrator lets somebody enrol.
-- The same tables and columns as in migrations/sqlite.

-- The session that asked for the code, where it is not for a login.
alter table challenge add column session_id uuid;
create index challenge_session on challenge (session_id);

-- How many accounts have a number.
create index account_phone on account (phone);

-- The code itself is nowhere: 128 random bits, of which this is the SHA-256.
create table enrolment_code (
    id         uuid not null primary key,
    account_id uuid not null references account (id) on delete cascade,
    hash       bytea not null,
    created_at bigint not null,
    expires_at bigint not null,
    ended_at   bigint,
    end_reason text
);
-- One that is good for an account.
create unique index enrolment_code_live on enrolment_code (account_id) where ended_at is null;
