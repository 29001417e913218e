-- Read models that are kept within appends ("inline"). What their handlers leave is run here, in the transaction of the
-- append, after the checks and the inserts: no code of the user's runs while a lock is held.

-- Appends a batch like `append`, whose arguments come first, and runs what was left for the commits that succeed, each
-- commit's statements in a subtransaction of their own. If any fails, the batch is taken back as a whole and `failures`
-- says which commits it was and why: the caller leaves them out. With the rights of the caller, who must be allowed to do
-- what the statements do.
create function {prefix}append_projecting(
  s_id text[], s_mode integer[], s_version bigint[], s_head uuid[], s_absent boolean[], s_new_version bigint[],
  s_new_head uuid[], p_plain boolean, c_id text[], c_verified text[], k_commit integer[], k_stream integer[],
  k_version bigint[], k_head uuid[], k_base bigint[], e_commit integer[], e_stream integer[], e_version bigint[],
  e_ordinal integer[], e_read integer[], e_id uuid[], e_type text[], e_data json[], r_command text[], r_name text[],
  r_hash text[], r_at bigint[], r_correlation text[], r_causation text[], r_metadata json[], r_reads json[],
  r_events integer[], missed_limit integer, durable boolean,
  -- Names and versions of all projections that the caller keeps.
  p_inline text[],
  -- The different texts of the statements.
  q_text text[],
  -- The statements, in the order of their commits: which text (0: the handler failed), and its parameters, a JSON array. A
  -- number in there stands for the position of that event of the batch.
  t_commit integer[], t_text integer[], t_values text[],
  out first_position bigint,
  out problems json,
  -- [commit, statement, SQLSTATE, message], or null: all went well.
  out failures json
) language plpgsql volatile
  set lock_timeout = '10s'
as $body$
declare
  prepared text[] := array(select p.name from pg_catalog.pg_prepared_statements p where p.name like 'eventcore\_inline\_%');
  failed json[];
  t integer := 1;
  c integer;
  statement text;
  parameters text;
begin
  -- Compared with what the database keeps, so that no read model misses an event. See `append`.
  perform pg_catalog.set_config('eventcore.inline', pg_catalog.array_to_string(p_inline, ' '), true);
  begin
    select a.first_position, a.problems into first_position, problems from {schema}.{prefix}append(
      s_id, s_mode, s_version, s_head, s_absent, s_new_version, s_new_head, p_plain, c_id, c_verified, k_commit,
      k_stream, k_version, k_head, k_base, e_commit, e_stream, e_version, e_ordinal, e_read, e_id, e_type, e_data,
      r_command, r_name, r_hash, r_at, r_correlation, r_causation, r_metadata, r_reads, r_events, missed_limit,
      durable
    ) a;
    while t <= cardinality(t_commit) loop
      c := t_commit[t];
      if problems is not null and not (problems #>> array['ok', (c - 1)::text])::boolean then
        t := t + 1;
        continue;
      end if;
      begin
        while t_commit[t] = c loop
          if t_text[t] = 0 then
            raise exception 'the handler failed';
          end if;
          -- Parameters get the types that the statement gives them, and plans are made once.
          statement := 'eventcore_inline_' || pg_catalog.to_hex(pg_catalog.hashtextextended(q_text[t_text[t]], 0));
          if statement <> all (prepared) then
            -- Who writes data into texts makes a new one each time.
            if cardinality(prepared) >= 200 then
              for i in 1..cardinality(prepared) loop
                execute pg_catalog.format('deallocate %I', prepared[i]);
              end loop;
              prepared := array[]::text[];
            end if;
            execute pg_catalog.format('prepare %I as %s', statement, q_text[t_text[t]]);
            prepared := prepared || statement;
          end if;
          select '(' || pg_catalog.string_agg(
              case pg_catalog.json_typeof(x.v)
                when 'number' then pg_catalog.quote_literal(first_position + (x.v #>> '{}')::bigint - 1)
                else pg_catalog.quote_nullable(x.v #>> '{}')
              end, ', ' order by x.n) || ')'
            into parameters
            from pg_catalog.json_array_elements(t_values[t]::json) with ordinality x (v, n);
          execute pg_catalog.concat('execute ', statement, parameters);
          t := t + 1;
        end loop;
      exception when others then
        -- A deadlock, a lock that was not granted, a full disk: no fault of the commit.
        if sqlstate ~ '^(08|40|53|55|57|58|XX)' then
          raise;
        end if;
        failed := failed || pg_catalog.json_build_array(c, t, sqlstate, sqlerrm);
        while t_commit[t] = c loop
          t := t + 1;
        end loop;
      end;
    end loop;
    if failed is not null then
      raise exception 'taken back' using errcode = 'EC006';
    end if;
  exception when sqlstate 'EC006' then
    first_position := null;
    problems := null;
    failures := pg_catalog.array_to_json(failed);
  end;
end
$body$;

-- Keeps appends out until the transaction ends. With the owner's rights: to lock a table one must be allowed to change it.
create function {prefix}pause_appends() returns void language plpgsql volatile security definer
  set search_path = {schema}, pg_temp
  set lock_timeout = '10s'
as $body$
begin
  lock table {prefix}events in share mode;
end
$body$;
revoke execute on function {prefix}pause_appends from public;
revoke execute on function {prefix}append_projecting from public;
