-- Events stand for ever: neither an application nor a person at a console changes them by mistake. By statement, so
-- that inserting costs nothing.

create function {prefix}refuse_change() returns trigger language plpgsql as $body$
begin
  raise exception 'events are immutable: % of "%" is refused', tg_op, tg_table_name
    using errcode = 'EC002', hint = 'Append an event that corrects the other one.';
end
$body$;

create trigger {prefix}events_immutable
  before update or delete or truncate on {prefix}events
  for each statement execute function {prefix}refuse_change();

-- Also where session_replication_role switches ordinary triggers off.
alter table {prefix}events enable always trigger {prefix}events_immutable;
