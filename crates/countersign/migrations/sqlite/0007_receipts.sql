-- What the network says of a message after a gateway took it; who has said STOP; which providers rest.
-- The same tables and columns as in migrations/postgres.

alter table message add column delivery text;
alter table message add column delivery_at integer;
alter table message add column delivery_reason text;
alter table message add column delivery_detail text;
alter table message add column price text;
alter table message add column asked_at integer;
create index message_receipt on message (provider, provider_id);
-- How long messages take, by channel, the latest first.
create index message_delivered on message (channel, delivery_at) where delivery = 'delivered';
-- What became of these is not known yet.
create index message_unknown on message (finished_at) where state = 'sent' and provider_id is not null
    and (delivery is null or delivery = 'sent');

-- A keyed hash stands for the number: the table lists nobody.
create table opt_out (
    subject  text    not null primary key,
    since    integer not null,
    provider text    not null
) strict;

create table provider_state (
    name       text    not null primary key,
    state      text    not null,
    since      integer not null,
    until_at   integer,
    cause      text
) strict;
