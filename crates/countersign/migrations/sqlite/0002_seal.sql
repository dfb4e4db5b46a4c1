-- What tells this database from an older copy of itself, and from a copy somewhere else (docs/decisions/0006).
alter table instance add column beat integer not null default 0;
-- The latest time that anybody who used the database saw.
alter table instance add column clock_at integer not null default 0;
-- The seal of the last installation that opened the database without having sealed it.
alter table instance add column guest blob;
-- Where the database lives, as its server tells; a file cannot tell.
alter table instance add column place text;
