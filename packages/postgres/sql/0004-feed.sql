-- The feed: all events in position order, up to the lowest position that a running append may still fill.

-- The last batch number that is final: every append that drew it or a lower one has ended. Statements that begin
-- afterwards see all their events. Only appends to this store hold it back: they, and nobody else, take the lock.
create function {prefix}horizon() returns bigint language plpgsql volatile
  set search_path = {schema}, pg_temp
as $body$
declare
  drawn bigint;
  lowest bigint;
begin
  if pg_is_in_recovery() then
    raise exception 'the feed cannot be read from a standby: which appends are running is known on the primary only'
      using errcode = 'EC003';
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'reading the feed needs the isolation level "read committed", not "%"', current_setting('transaction_isolation')
      using errcode = 'EC001';
  end if;
  -- First this, then the locks: an append that takes its lock after we looked draws a higher number than this one.
  drawn := coalesce(pg_sequence_last_value('{schema}.{prefix}batches'::regclass), 0);
  -- A lock's number is the lower half of the batch number that was the last one when it was taken.
  select min(drawn - ((drawn - l.objid::bigint) << 32 >> 32)) into lowest
    from pg_locks l
    where l.locktype = 'advisory' and l.objsubid = 2 and l.classid = '{schema}.{prefix}batches'::regclass::oid
      and l.database = (select oid from pg_database where datname = current_database());
  return least(drawn, lowest);
end
$body$;

-- The first version of a stream that stands after a position: both grow together, so about 20 looks find it in a million.
create function {prefix}version_after(in_key bigint, head bigint, after_position bigint) returns bigint
  language plpgsql stable
  set search_path = {schema}, pg_temp
as $body$
declare
  low bigint := 1;
  high bigint := head + 1;
  middle bigint;
begin
  while after_position > 0 and low < high loop
    middle := (low + high) / 2;
    if exists (
        select from {prefix}events e
          where e.stream_key = in_key and e.version = middle and e.position <= after_position) then
      low := middle + 1;
    else
      high := middle;
    end if;
  end loop;
  return low;
end
$body$;

-- One page, in position order, one event more than asked for if there is one. With a filter at most `scan` events are
-- looked at, and the first row (without a version) says how far: position and id of the last one, and in `ordinal` 1 if
-- that is the end of what is readable.
create function {prefix}read_feed(
  after_position bigint, after_id uuid, page integer, filtered boolean, scan integer,
  in_streams text[], in_prefixes text[], in_pattern text, in_types text[]
) returns table (
  "position" bigint, version bigint, recorded_at bigint, id uuid, ordinal integer, read_index integer,
  type text, data json, command_id text, command_name text, input_hash text, correlation_id text, causation_id text,
  metadata json, reads json
) language plpgsql volatile
  set search_path = {schema}, pg_temp
  set plan_cache_mode = force_generic_plan
  set jit = off
  set enable_seqscan = off
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_bitmapscan = off
  set enable_sort = off
as $body$
declare
  last_readable constant bigint := (({prefix}horizon() + 1) << 16) - 1;
  keys bigint[];
  firsts bigint[];
  end_position bigint;
  end_id uuid;
  at_head boolean := false;
begin
  if after_position > 0
      and not exists (select from {prefix}events e where e.position = after_position and e.id = after_id) then
    raise exception 'there is no event % at position %', after_id, after_position using errcode = 'EC004';
  end if;

  if not filtered then
    return query
      select e.position, e.version, e.recorded_at, e.id, e.ordinal, e.read_index, e.type, e.data,
          e.command_id, e.command_name, e.input_hash, e.correlation_id, e.causation_id, e.metadata, e.reads
        from {prefix}events e
        where e.position > after_position and e.position <= last_readable
        order by e.position
        limit page + 1;
    return;
  end if;

  -- Who follows a few streams reads their events, and not all those in between.
  if cardinality(in_streams) <= 64 and in_types is null then
    select e.position, e.id into end_position, end_id from {prefix}events e
      where e.position > after_position and e.position <= last_readable
      order by e.position desc limit 1;
    if end_position is null then
      return;
    end if;
    position := end_position;
    id := end_id;
    ordinal := 1;
    return next;
    select array_agg(s.key), array_agg({prefix}version_after(s.key, s.version, after_position)) into keys, firsts
      from {prefix}streams s
      where s.id = any (in_streams)
        and (in_prefixes is null or exists (
          select from unnest(in_prefixes) p (prefix) where starts_with(s.id, p.prefix)))
        and (in_pattern is null or s.id ~ in_pattern);
    return query
      select f.* from unnest(keys, firsts) s (key, first) cross join lateral (
        select e.position, e.version, e.recorded_at, e.id, e.ordinal, e.read_index, e.type, e.data,
            e.command_id, e.command_name, e.input_hash, e.correlation_id, e.causation_id, e.metadata, e.reads
          from {prefix}events e
          where e.stream_key = s.key and e.version >= s.first and e.position <= last_readable
          order by e.version
          limit page + 1
      ) f
      order by f.position
      limit page + 1;
    return;
  end if;

  select e.position, e.id into end_position, end_id from {prefix}events e
    where e.position > after_position and e.position <= last_readable
    order by e.position offset scan - 1 limit 1;
  if not found or not exists (
      select from {prefix}events e where e.position > end_position and e.position <= last_readable) then
    at_head := true;
    if end_position is null then
      select e.position, e.id into end_position, end_id from {prefix}events e
        where e.position > after_position and e.position <= last_readable
        order by e.position desc limit 1;
    end if;
  end if;
  if end_position is null then
    return;
  end if;
  position := end_position;
  id := end_id;
  ordinal := at_head::integer;
  return next;

  if in_streams is not null then
    select coalesce(array_agg(s.key), '{}') into keys from {prefix}streams s where s.id = any (in_streams);
  end if;
  return query
    select e.position, e.version, e.recorded_at, e.id, e.ordinal, e.read_index, e.type, e.data,
        e.command_id, e.command_name, e.input_hash, e.correlation_id, e.causation_id, e.metadata, e.reads
      from {prefix}events e
      where e.position > after_position and e.position <= end_position
        and (in_types is null or e.type = any (in_types))
        and (keys is null or e.stream_key = any (keys))
        and ((in_prefixes is null and in_pattern is null) or exists (
          select from {prefix}streams s
            where s.key = e.stream_key
              and (in_prefixes is null or starts_with(s.id, in_prefixes[1])
                or (cardinality(in_prefixes) > 1 and exists (
                  select from unnest(in_prefixes) p (prefix) where starts_with(s.id, p.prefix))))
              and (in_pattern is null or s.id ~ in_pattern)
        ))
      order by e.position
      limit page + 1;
end
$body$;

-- The last readable event, and whether there is one after a position.
create function {prefix}feed_head(after_position bigint, out "position" bigint, out id uuid) language plpgsql volatile
  set search_path = {schema}, pg_temp
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off
  set enable_bitmapscan = off
  set enable_sort = off
as $body$
declare
  last_readable constant bigint := (({prefix}horizon() + 1) << 16) - 1;
begin
  select e.position, e.id into position, id from {prefix}events e
    where e.position > after_position and e.position <= last_readable
    order by e.position desc limit 1;
end
$body$;

-- What holds the feed back: the appends that are running, the longest running first.
create function {prefix}feed_status(out drawn bigint, out readable bigint, out pid integer, out since timestamptz,
    out application_name text, out state text) language plpgsql volatile
  set search_path = {schema}, pg_temp
as $body$
begin
  readable := {prefix}horizon();
  drawn := coalesce(pg_sequence_last_value('{schema}.{prefix}batches'::regclass), 0);
  select l.pid, a.xact_start, a.application_name, a.state into pid, since, application_name, state
    from pg_locks l
    left join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.objsubid = 2 and l.classid = '{schema}.{prefix}batches'::regclass::oid
      and l.database = (select oid from pg_database where datname = current_database())
    order by drawn - ((drawn - l.objid::bigint) << 32 >> 32), a.xact_start
    limit 1;
end
$body$;

-- Moves the batch numbers behind the last event, and answers whether that was needed: after a restore, or on a logical
-- replica that is to lead, they may lag. An event would then get the position of another and be refused.
create function {prefix}advance_batches() returns boolean language plpgsql volatile security definer
  set search_path = {schema}, pg_temp
as $body$
declare
  highest bigint;
begin
  perform pg_advisory_xact_lock(('{schema}.{prefix}streams'::regclass::oid::bigint << 32 >> 32)::integer, -1);
  select max(e.position) >> 16 into highest from {prefix}events e;
  if highest is null or highest <= coalesce(pg_sequence_last_value('{schema}.{prefix}batches'::regclass), 0) then
    return false;
  end if;
  perform setval('{schema}.{prefix}batches'::regclass, highest);
  return true;
end
$body$;

revoke execute on function {prefix}advance_batches() from public;
