-- The chain of the audit log: each row gets its place and a MAC over the row and the one before it.
-- The same tables and columns as in migrations/sqlite.

alter table audit add column place bigint;
alter table audit add column link bytea;
create unique index audit_place on audit (place);
-- What has no place yet; nearly always nothing.
create index audit_unchained on audit (id) where place is null;

create table audit_head (
    single bigint  not null primary key check (single = 1),
    place  bigint  not null,
    link   bytea   not null,
    mac    bytea   not null
);
