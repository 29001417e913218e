-- What projections keep beside their checkpoints.

create table {prefix}dead_letters (
  sequence   bigint generated always as identity primary key,
  projection text collate "C" not null,
  "position" bigint not null,
  event_id   uuid not null,
  stream     text collate "C" not null,
  version    bigint not null,
  type       text not null,
  command_id text collate "C" not null,
  reason     text not null check (reason in ('failed', 'waiting', 'skipped')),
  error      text,
  attempts   integer not null,
  -- Milliseconds since the epoch.
  parked_at  bigint not null,
  unique (projection, "position")
);
create index {prefix}dead_letters_stream on {prefix}dead_letters (projection, stream);

-- Which version of a projection readers are to use.
create table {prefix}projections (
  name    text collate "C" primary key,
  version integer not null
);

-- Moves the checkpoint of a projection at the end of the transaction that wrote its read model. Answers null, or the highest
-- epoch that was seen if that is a higher one; `moved` when the checkpoint is not where the batch began. Either way the
-- caller rolls back. Taken last: whoever acquires the lease waits here for a batch that is being committed, never for handlers.
create function {prefix}move_checkpoint(checkpoint_name text, expected text, new_cursor text, new_epoch bigint,
    out highest bigint, out moved boolean) language plpgsql volatile
  set search_path = {schema}, pg_temp
as $body$
begin
  perform pg_advisory_xact_lock(('{schema}.{prefix}checkpoints'::regclass::oid::bigint << 32 >> 32)::integer, hashtext(checkpoint_name));
  moved := (select c.cursor from {prefix}checkpoints c where c.name = checkpoint_name) is distinct from expected;
  if moved then
    -- Whoever moved it may have a higher epoch, and that is the better answer.
    select l.epoch into highest from {prefix}leases l where l.name = checkpoint_name and l.epoch > new_epoch;
    return;
  end if;
  highest := {prefix}save_checkpoint(checkpoint_name, new_cursor, new_epoch);
end
$body$;

-- Forgets the checkpoint and the dead letters of a projection. Answers as above.
create function {prefix}forget_projection(projection_name text, current_epoch bigint)
returns bigint language plpgsql volatile
  set search_path = {schema}, pg_temp
as $body$
declare
  highest bigint;
begin
  perform pg_advisory_xact_lock(('{schema}.{prefix}checkpoints'::regclass::oid::bigint << 32 >> 32)::integer, hashtext(projection_name));
  select greatest((select l.epoch from {prefix}leases l where l.name = projection_name),
      (select c.epoch from {prefix}checkpoints c where c.name = projection_name))
    into highest;
  if highest > current_epoch then
    return highest;
  end if;
  delete from {prefix}checkpoints where name = projection_name;
  delete from {prefix}dead_letters where projection = projection_name;
  return null;
end
$body$;

-- How many events stand after a position: counted up to 10,000, and estimated beyond, since counting 200 million takes half a
-- minute and whoever asks how far behind a projection is asks often. Within a few percent once the table was analyzed.
create function {prefix}count_events(after_position bigint) returns bigint language plpgsql volatile
  set search_path = {schema}, pg_temp
  set plan_cache_mode = force_generic_plan
  set jit = off
  set enable_seqscan = off
  set enable_bitmapscan = off
as $body$
declare
  counted bigint;
  plan json;
begin
  select count(*) into counted
    from (select from {prefix}events e where e.position > after_position limit 10001) x;
  if counted > 10000 then
    execute format('explain (format json) select from {prefix}events e where e.position > %s', after_position) into plan;
    counted := greatest(counted, (plan #>> '{0,Plan,Plan Rows}')::bigint);
  end if;
  return counted;
end
$body$;
