-- Pages of the feed with less work for both sides. Every page used to be preceded by a walk over as many events as a filter
-- looks at, and each of its events by a look at its stream.
--
-- The function with fewer parameters stays: processes of the version before call it until they are replaced.

-- One page, in position order, one event more than asked for if there is one. What is mostly the same is null: the ordinal and
-- the read index 0, and metadata without anything in it.
-- With a filter at most `scan` events are looked at, and when that left room on the page a last row (without a version) says how
-- far it was: position and id of the last one, and in `ordinal` 1 if that is the end of what is readable.
create function {prefix}read_feed(
  after_position bigint, after_id uuid, page integer, filtered boolean, scan integer,
  in_streams text[], in_prefixes text[], in_pattern text, in_types text[],
  -- How read sets begin that name a stream with one of the prefixes first. A look at an event's own read set saves one at its
  -- stream: 1.0 µs.
  in_reads text[]
) returns table (
  "position" bigint, version bigint, recorded_at bigint, id uuid, ordinal integer, read_index integer,
  type text, data json, command_id text, command_name text, input_hash text, correlation_id text, causation_id text,
  metadata text, reads json
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
  -- Who follows a few streams reads their events, and not all those in between.
  few constant boolean := filtered and in_streams is not null and cardinality(in_streams) <= 64 and in_types is null;
  keys bigint[];
  firsts bigint[];
  found_events bigint;
  end_position bigint;
begin
  if after_position > 0
      and not exists (select from {prefix}events e where e.position = after_position and e.id = after_id) then
    raise exception 'there is no event % at position %', after_id, after_position using errcode = 'EC004';
  end if;

  if few then
    select array_agg(s.key), array_agg({prefix}version_after(s.key, s.version, after_position)) into keys, firsts
      from {prefix}streams s
      where s.id = any (in_streams)
        and (in_prefixes is null or s.id ^@ any (in_prefixes))
        and (in_pattern is null or s.id ~ in_pattern);
    return query
      select f.position, f.version, f.recorded_at, f.id, nullif(f.ordinal, 0), nullif(f.read_index, 0), f.type, f.data,
          f.command_id, f.command_name, f.input_hash, f.correlation_id, f.causation_id, nullif(f.metadata::text, '{}'), f.reads
        from unnest(keys, firsts) s (key, first) cross join lateral (
          select e.* from {prefix}events e
            where e.stream_key = s.key and e.version >= s.first and e.position <= last_readable
            order by e.version
            limit page + 1
        ) f
        order by f.position
        limit page + 1;
  else
    if in_streams is not null then
      select coalesce(array_agg(s.key), '{}') into keys from {prefix}streams s where s.id = any (in_streams);
    end if;
    return query
      select f.position, f.version, f.recorded_at, f.id, nullif(f.ordinal, 0), nullif(f.read_index, 0), f.type, f.data,
          f.command_id, f.command_name, f.input_hash, f.correlation_id, f.causation_id, nullif(f.metadata::text, '{}'), f.reads
        from (
          select e.* from {prefix}events e
            where e.position > after_position and e.position <= last_readable
            order by e.position
            limit case when filtered then scan end
        ) f
        where not filtered or (
          (in_types is null or f.type = any (in_types))
          and (keys is null or f.stream_key = any (keys))
          and (
            (in_prefixes is null and in_pattern is null)
            or (in_pattern is null and f.read_index = 0 and f.reads::text ^@ any (in_reads))
            or exists (
              select from {prefix}streams s
                where s.key = f.stream_key
                  and (in_prefixes is null or s.id ^@ any (in_prefixes))
                  and (in_pattern is null or s.id ~ in_pattern))
          )
        )
        order by f.position
        limit page + 1;
  end if;

  get diagnostics found_events = row_count;
  if not filtered or found_events > page then
    return;
  end if;
  if not few then
    select e.position into end_position from {prefix}events e
      where e.position > after_position and e.position <= last_readable
      order by e.position offset scan - 1 limit 1;
  end if;
  if end_position is null then
    select e.position into end_position from {prefix}events e
      where e.position > after_position and e.position <= last_readable
      order by e.position desc limit 1;
  end if;
  return query
    select e.position, null::bigint, null::bigint, e.id, case when exists (
          select from {prefix}events n where n.position > end_position and n.position <= last_readable) then 0 else 1 end,
        null::integer, null::text, null::json, null::text, null::text, null::text, null::text, null::text, null::text, null::json
      from {prefix}events e where e.position = end_position;
end
$body$;
