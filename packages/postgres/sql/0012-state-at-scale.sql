-- What appends and runners look at all the time costs the same however much of it there is. No step rewrites a table or looks at
-- `events` or `streams`. The last one keeps readers of the dead letters out for a moment; the others nobody but vacuum and who writes.

-- Each append asks which projections are kept within it. Renewals leave row versions behind, which no vacuum removes under a long
-- transaction: 10,000 of them made that look a walk over 100 pages and more. In this index there are none of theirs.
create index {prefix}leases_inline on {prefix}leases (name) where owner = 'eventcore:inline';

-- Updated in place for ever. Room on the page keeps updates out of the indexes; vacuum comes whatever the server's settings for large
-- tables are, and does not lock out readers to give a page back.
alter table {prefix}leases set (
  fillfactor = 50, autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0, vacuum_truncate = off
);
alter table {prefix}checkpoints set (
  fillfactor = 50, autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0, vacuum_truncate = off
);

alter function {prefix}lease_runs(timestamptz, timestamptz) set search_path = pg_catalog, pg_temp;
alter function {prefix}refuse_change() set search_path = pg_catalog, pg_temp;

-- A standby that asks again and again writes nothing: it looks first, and is refused by what it sees. Who may get the lease decides
-- under the locks as before, since the look may be out of date by then.
create or replace function {prefix}acquire_lease(lease_name text, lease_owner text, duration_ms double precision,
    out epoch bigint, out expires_at timestamptz) language plpgsql volatile
  set search_path = {schema}, pg_temp
as $body$
begin
  if exists (
      select from {prefix}leases l
        where l.name = lease_name and l.owner <> lease_owner and {prefix}lease_runs(l.granted_at, l.expires_at)) then
    return;
  end if;
  perform pg_advisory_xact_lock(('{schema}.{prefix}checkpoints'::regclass::oid::bigint << 32 >> 32)::integer, hashtext(lease_name));
  insert into {prefix}leases as l (name, owner, epoch, granted_at, expires_at)
    values (lease_name, lease_owner, 1, clock_timestamp(), clock_timestamp() + duration_ms * interval '1 millisecond')
    on conflict (name) do update
      set owner = excluded.owner, granted_at = excluded.granted_at, expires_at = excluded.expires_at,
        epoch = case when l.owner = excluded.owner then l.epoch else l.epoch + 1 end
      where l.owner is null or l.owner = excluded.owner or not {prefix}lease_runs(l.granted_at, l.expires_at)
    returning l.epoch, l.expires_at into epoch, expires_at;
end
$body$;

-- Sequences are not replicated logically, and a dump of data alone may lack them. Whether any stands behind what it has numbered: the
-- batches, the streams, the dead letters. One look at an index for each. With the owner's rights, so that every role of the store
-- may ask.
create function {prefix}sequences_lag() returns boolean language plpgsql volatile security definer
  set search_path = {schema}, pg_temp
  set enable_seqscan = off
  set enable_bitmapscan = off
as $body$
begin
  return coalesce((select max(e.position) >> 16 from {prefix}events e)
      > coalesce(pg_sequence_last_value('{schema}.{prefix}batches'::regclass), 0), false)
    or coalesce((select max(s.key) from {prefix}streams s)
      > coalesce(pg_sequence_last_value(pg_get_serial_sequence('{schema}.{prefix}streams', 'key')::regclass), 0), false)
    or coalesce((select max(d.sequence) from {prefix}dead_letters d)
      > coalesce(pg_sequence_last_value(pg_get_serial_sequence('{schema}.{prefix}dead_letters', 'sequence')::regclass), 0), false);
end
$body$;

-- Moves those that lag behind the highest number, and never one back. Takes the place of `advance_batches`.
create function {prefix}advance_sequences() returns void language plpgsql volatile security definer
  set search_path = {schema}, pg_temp
  set enable_seqscan = off
  set enable_bitmapscan = off
as $body$
declare
  numbers regclass;
  highest bigint;
begin
  perform pg_advisory_xact_lock(('{schema}.{prefix}streams'::regclass::oid::bigint << 32 >> 32)::integer, -1);
  for numbers, highest in
    select '{schema}.{prefix}batches'::regclass, (select max(e.position) >> 16 from {prefix}events e)
    union all
    select pg_get_serial_sequence('{schema}.{prefix}streams', 'key')::regclass, (select max(s.key) from {prefix}streams s)
    union all
    select pg_get_serial_sequence('{schema}.{prefix}dead_letters', 'sequence')::regclass,
      (select max(d.sequence) from {prefix}dead_letters d)
  loop
    if highest > coalesce(pg_sequence_last_value(numbers), 0) then
      perform setval(numbers, highest);
    end if;
  end loop;
end
$body$;
revoke execute on function {prefix}advance_sequences() from public;
drop function {prefix}advance_batches();

-- Letters that hold events up, apart from the skipped ones, which stay for ever: whether there are any, and those of a stream.
create index {prefix}dead_letters_held on {prefix}dead_letters (projection, stream, sequence) where reason <> 'skipped';
-- Those of a projection in their order.
create index {prefix}dead_letters_order on {prefix}dead_letters (projection, sequence);
drop index {prefix}dead_letters_stream;
