-- Commits a batch: locks, checks, draws positions, inserts. The only way by which events come into being. Takes the place of the
-- first version of the function, and differs in the streams that are only written to: one statement locks, compares and moves
-- them, where two looked each of them up.
--
-- Locks, always in this order, so that appends never wait for each other in a circle:
--   1. the rows of `streams` that are written to, in the order of their ids (all callers sort alike), absent ones
--      inserted before existing ones are locked;
--   2. advisory locks for streams that commits only read, in order of their number: shared by readers, exclusive for a
--      writer. Row locks in share mode would do as well, but a writer waits there until no reader is left: 16
--      overlapping readers kept one out for ever. Only streams marked `shared` take part, and 128 numbers serve them
--      all, so that no batch fills the server's lock table;
--   3. the epoch: a shared advisory lock on the last batch number that was drawn. Readers of the feed stop there.
-- A number is drawn only after that: commits that conflict burn none, and position order is an order in which the
-- commits could have run one after the other.

create or replace function {prefix}append(
  -- The streams that the batch checks, in the order of their ids.
  s_id text[],
  -- 2: written to by a commit. 1: only read, by a commit that writes elsewhere. 0: only read, by commits without events.
  s_mode integer[],
  -- What the first check of the stream expects: version (0: absent) and head (all zeros: absent).
  s_version bigint[], s_head uuid[],
  -- Whether any check expects the stream to be absent.
  s_absent boolean[],
  -- Where the stream will stand if every commit of the batch succeeds.
  s_new_version bigint[], s_new_head uuid[],
  -- False when the commits must be looked at one by one from the start: they contradict each other, or a command id of
  -- theirs is known to be recorded.
  p_plain boolean,
  -- Command ids of the commits, and of those without events.
  c_id text[], c_verified text[],
  -- Their checks.
  k_commit integer[], k_stream integer[], k_version bigint[], k_head uuid[], k_base bigint[],
  -- Their events.
  e_commit integer[], e_stream integer[], e_version bigint[], e_ordinal integer[], e_read integer[], e_id uuid[],
  e_type text[], e_data json[],
  -- The record of the commit, with its first event.
  r_command text[], r_name text[], r_hash text[], r_at bigint[], r_correlation text[], r_causation text[],
  r_metadata json[], r_reads json[], r_events integer[],
  missed_limit integer,
  -- False only where the caller has chosen to lose the last commits in a crash of the server.
  durable boolean,
  -- The position of event i of the batch is first_position + i, if its commit succeeded.
  out first_position bigint,
  -- Null: every commit succeeded.
  out problems json
) language plpgsql volatile security definer
  set search_path = {schema}, pg_temp
  set lock_timeout = '10s'
  -- Plans are made once and for any number of rows: an index lookup per row, whatever the table looked like then.
  set plan_cache_mode = force_generic_plan
  set jit = off
  set enable_seqscan = off
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_bitmapscan = off
as $body$
declare
  nobody constant uuid := '00000000-0000-0000-0000-000000000000';
  streams constant integer := cardinality(s_id);
  promoted integer[];
  inserted text[];
  -- Which streams those are, by their number.
  fresh boolean[];
  locked integer;
  keys bigint[];
  versions bigint[];
  heads uuid[];
  write_shared bigint[];
  read_shared bigint[];
  advisory record;
  plain boolean := p_plain;
  drawn bigint;
  batch bigint;
  in_a_row integer := 1;
  writes boolean := cardinality(e_id) > 0;
  done boolean;
  -- Whether the streams stand where the batch leaves them if every commit succeeds.
  moved boolean := false;
  repeated boolean;
  s integer; k integer := 1; e integer := 1; passed boolean; duplicate boolean;
  ok boolean[]; duplicates text[];
  x_commit integer[]; x_check integer[]; x_version bigint[]; x_head uuid[];
  missed json;
begin
  -- At any other level the statements below would all see the database as it was before the locks were granted.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'appending needs the isolation level "read committed", not "%"', current_setting('transaction_isolation')
      using errcode = 'EC001';
  end if;

  -- Until the end of the transaction, which this call is.
  if durable and current_setting('synchronous_commit') = 'off' then
    perform set_config('synchronous_commit', 'on', true);
  elsif not durable then
    perform set_config('synchronous_commit', 'off', true);
  end if;

  if plain and 2 = all (s_mode) and not true = any (s_absent) then
    -- Every stream exists and is written to, as far as the caller knows. An update that has to wait compares and sets the newest
    -- row, so a stream that stands where it should is locked, compared and moved by one look-up: 57.9 µs of the server's CPU
    -- per commit in batches of 16, in place of 64.0. One that stands elsewhere is locked, and stays what it is.
    with wanted as materialized (
      select unnest(s_id) as id, generate_series(1, streams) as n, unnest(s_version) as version, unnest(s_head) as head,
          unnest(s_new_version) as new_version, unnest(s_new_head) as new_head
    ), taken as (
      update {prefix}streams t
        set version = case
              when t.version = x.version and t.head_id = x.head then x.new_version
              -- It has our event already.
              when t.head_id = x.new_head then -1
              else t.version
            end,
            head_id = case when t.version = x.version and t.head_id = x.head then x.new_head else t.head_id end
        from wanted x
        where t.id = x.id
        returning x.n, t.key, t.version, t.head_id, t.shared, t.head_id = x.new_head as as_expected
    )
    select count(*), array_agg(key), array_agg(case when as_expected then s_version[n] else version end),
        array_agg(case when as_expected then s_head[n] else coalesce(head_id, nobody) end),
        array_agg(key) filter (where shared), coalesce(bool_or(version = -1), false)
      into locked, keys, versions, heads, write_shared, repeated
      from (select * from taken order by n) x;
    -- Neither happens to a caller who knows what it wrote and read. It is told to have the commits looked at one by one.
    if repeated or locked <> streams then
      raise exception 'the batch was sent before, or names a stream that is not there' using errcode = '40001';
    end if;
    moved := true;
  elsif 2 = any (s_mode) then
    -- Streams that nobody has only read before, or that are absent, are locked like written ones, and marked.
    if 1 = any (s_mode) then
      select array_agg(x.n) filter (where t.shared is not true), array_agg(t.key) filter (where t.shared)
        into promoted, read_shared
        from unnest(s_id, s_mode) with ordinality x (id, mode, n)
        left join {prefix}streams t on t.id = x.id
        where x.mode = 1;
    end if;

    -- Once, unless somebody takes back the absent stream that we found taken: then it is absent again.
    for attempt in 1..100 loop
      if promoted is not null or true = any (s_absent) then
        with added as (
          insert into {prefix}streams (id, version, head_id, shared)
            select x.id, case x.mode when 2 then x.version else 0 end, case x.mode when 2 then x.head end, x.mode = 1
              from unnest(s_id, s_mode, s_new_version, s_new_head, s_absent) with ordinality x (id, mode, version, head, absent, n)
              where x.absent and (x.mode = 2 or x.n = any (promoted))
              order by x.n
            on conflict (id) do nothing
            returning id
        )
        select inserted || array_agg(id) into inserted from added;
        -- Grouped, since looking each stream up in the list of all takes time by the square of their number: 256 new streams
        -- cost 25.0 µs each with it and 20.7 without, 12,000 took seconds.
        if inserted is not null then
          select array_agg(x.fresh order by x.n) into fresh
            from (
              select min(u.n) as n, count(*) = 2 as fresh
                from (select id, n from unnest(s_id) with ordinality a (id, n) union all select id, null from unnest(inserted) id) u
                group by u.id
            ) x;
        end if;
      end if;

      -- Returns the newest row, also where it had to wait: only the row's own columns are read again, so nothing may be
      -- joined or filtered by them in here.
      with held as materialized (
        select t.key, t.id, t.version, t.head_id, t.shared, x.n
          from unnest(s_id, s_mode) with ordinality x (id, mode, n)
          join {prefix}streams t on t.id = x.id
          where x.mode = 2 or x.n = any (promoted)
          order by x.n
          for no key update of t
      )
      select count(*), array_agg(key), array_agg(case when fresh[n] then 0 else version end),
          array_agg(case when fresh[n] then nobody else coalesce(head_id, nobody) end),
          array_agg(key) filter (where shared and s_mode[n] = 2)
        into locked, keys, versions, heads, write_shared
        from held;
      exit when locked = streams;
      exit when not exists (
        select from unnest(s_id, s_mode, s_absent) with ordinality x (id, mode, absent, n)
          where x.absent and (x.mode = 2 or x.n = any (promoted))
            and not exists (select from {prefix}streams t where t.id = x.id)
      );
    end loop;

    if promoted is not null then
      update {prefix}streams t set shared = true from unnest(promoted) p (n)
        where t.id = s_id[p.n] and not t.shared;
    end if;

  end if;

  if write_shared is not null or read_shared is not null then
    for advisory in
      select (key & 127)::integer as number, bool_or(exclusive) as exclusive
        from (select key, true from unnest(write_shared) key union all select key, false from unnest(read_shared) key) wanted (key, exclusive)
        group by 1 order by 1
    loop
      if advisory.exclusive then
        perform pg_advisory_xact_lock(('{schema}.{prefix}streams'::regclass::oid::bigint << 32 >> 32)::integer, advisory.number);
      else
        perform pg_advisory_xact_lock_shared(('{schema}.{prefix}streams'::regclass::oid::bigint << 32 >> 32)::integer, advisory.number);
      end if;
    end loop;
  end if;

  -- One statement, and so one snapshot, for all streams that are not locked as rows. Taken after all locks.
  if locked is distinct from streams then
    select array_agg(t.key order by x.n),
        array_agg(case when fresh[x.n] then 0 else coalesce(t.version, 0) end order by x.n),
        array_agg(case when fresh[x.n] then nobody else coalesce(t.head_id, nobody) end order by x.n)
      into keys, versions, heads
      from unnest(s_id) with ordinality x (id, n)
      left join {prefix}streams t on t.id = x.id;
  end if;

  if plain then
    plain := coalesce(versions, '{}') = s_version and coalesce(heads, '{}') = s_head;
    if plain and cardinality(c_verified) > 0 then
      plain := not exists (select from {prefix}events where command_id = any (c_verified));
    end if;
  end if;

  if not plain then
    select coalesce(array_agg(command_id), '{}') into duplicates from {prefix}events where command_id = any (c_id);
    for c in 1..cardinality(c_id) loop
      duplicate := c_id[c] = any (duplicates);
      passed := not duplicate;
      while k_commit[k] = c loop
        s := k_stream[k];
        if not duplicate and (versions[s] <> k_version[k] or heads[s] <> k_head[k]) then
          passed := false;
          x_commit := x_commit || c;
          x_check := x_check || k;
          x_version := x_version || versions[s];
          x_head := x_head || heads[s];
        end if;
        k := k + 1;
      end loop;
      while e_commit[e] = c loop
        if passed then
          s := e_stream[e];
          versions[s] := versions[s] + 1;
          heads[s] := e_id[e];
          e_version[e] := versions[s];
        end if;
        e := e + 1;
      end loop;
      ok[c] := passed;
    end loop;
    s_new_version := versions;
    s_new_head := heads;
    -- Inserted for commits that did not succeed.
    if fresh is not null then
      delete from {prefix}streams t
        using unnest(s_id, versions, fresh) x (id, version, fresh)
        where t.id = x.id and x.fresh and x.version = 0;
    end if;
  end if;

  if not plain then
    writes := exists (select from unnest(e_commit) x where ok[x]);
  end if;
  -- Also back, where commits failed whose streams were moved.
  if not (plain and moved) and (writes or moved) then
    -- Streams that came into being with this batch stand where they should already, unless a commit failed.
    update {prefix}streams t set version = x.version, head_id = nullif(x.head, nobody)
      from (
        select unnest(keys) as key, unnest(s_mode) as mode, unnest(s_new_version) as version, unnest(s_new_head) as head
      ) x
      where t.key = x.key and x.mode = 2
        and (x.version <> t.version or nullif(x.head, nobody) is distinct from t.head_id);
  end if;
  if writes then
    drawn := coalesce(pg_sequence_last_value('{schema}.{prefix}batches'::regclass), 0);
    -- An assignment and no query: without one to start and to end, 6 µs.
    done := pg_advisory_xact_lock_shared(('{schema}.{prefix}batches'::regclass::oid::bigint << 32 >> 32)::integer, (drawn << 32 >> 32)::integer) is null;
    drawn := nextval('{schema}.{prefix}batches'::regclass);
    first_position := drawn << 16;
    -- More than 65,536 events need numbers in a row.
    while in_a_row < (cardinality(e_id) + 65535) >> 16 loop
      batch := nextval('{schema}.{prefix}batches'::regclass);
      if batch = drawn + 1 then
        in_a_row := in_a_row + 1;
      else
        in_a_row := 1;
        first_position := batch << 16;
      end if;
      drawn := batch;
    end loop;

    insert into {prefix}events (position, stream_key, version, recorded_at, id, ordinal, read_index, event_count, type, data,
        command_id, command_name, input_hash, correlation_id, causation_id, metadata, reads)
      select first_position + x.n - 1, keys[x.stream], x.version, x.recorded_at, x.id, x.ordinal, x.read, x.events, x.type, x.data,
          x.command, x.name, x.hash, x.correlation, x.causation, x.metadata, x.reads
        -- In the select list, where rows come one by one: in "from" each array is first copied to a table of its own.
        from (
          select generate_series(1, cardinality(e_id)) as n, unnest(e_commit) as commit, unnest(e_stream) as stream,
              unnest(e_version) as version, unnest(e_ordinal) as ordinal, unnest(e_read) as read, unnest(e_id) as id,
              unnest(e_type) as type, unnest(e_data) as data, unnest(r_command) as command, unnest(r_name) as name,
              unnest(r_hash) as hash, unnest(r_at) as recorded_at, unnest(r_correlation) as correlation,
              unnest(r_causation) as causation, unnest(r_metadata) as metadata, unnest(r_reads) as reads,
              unnest(r_events) as events
        ) x
        where plain or ok[x.commit];

    -- A read model that is kept within appends must see each of them. Looked at last: whoever begins to keep one has kept
    -- inserts out meanwhile.
    if (select coalesce(string_agg(l.name, ' ' order by l.name), '') from {prefix}leases l where l.owner = 'eventcore:inline')
        <> coalesce(current_setting('eventcore.inline', true), '') then
      raise exception 'this append does not keep the inline projections that the database has: %',
          coalesce((select string_agg(l.name, ', ' order by l.name) from {prefix}leases l where l.owner = 'eventcore:inline'), 'none')
        using errcode = 'EC005';
    end if;
  end if;

  if not plain then
    select json_agg(json_build_array(m.stream, m.version, m.position::text, m.id, m.type, m.data::text)) into missed
      from (
        select x.stream, v.*
          from (
            select k_stream[i] as stream, min(k_base[i]) as base, max(actual) as actual, min(n) as n
              from unnest(x_check, x_version) with ordinality y (i, actual, n) group by 1
          ) x,
          lateral (
            select version, position, id, type, data from {prefix}events
              where stream_key = keys[x.stream] and version > x.base and version <= x.actual
              order by version limit missed_limit
          ) v
          order by x.n, v.version limit missed_limit
      ) m;
    problems := json_build_object(
      'ok', ok,
      'duplicates', duplicates,
      'conflicts', (select json_agg(json_build_array(c, i, version, nullif(head, nobody)))
        from unnest(x_commit, x_check, x_version, x_head) x (c, i, version, head)),
      'missed', missed);
  end if;
end
$body$;
