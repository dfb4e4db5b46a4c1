-- Whose code the challenge has: 'countersign', or the provider that made one of its own; null until a message is handed
-- over (docs/decisions/0017).
alter table challenge add column code_by text;
-- The hand-overs to a provider after which the code may be on its way. At none, the code may still become another's.
alter table challenge add column handed bigint not null default 0;
-- The provider that holds a verification for this challenge, and its id there.
alter table challenge add column verifier text;
alter table challenge add column verification text;
-- When the provider was told, or knew, how it ended.
alter table challenge add column verification_closed_at bigint;
