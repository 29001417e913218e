-- A server whose clock is set back must not keep a lease for as long as that: one that is from the future has run out. Null: it was
-- granted by an earlier version of this schema. Leases that never run out are the projections' that are kept within the appends.

alter table {prefix}leases add column granted_at timestamptz;

create function {prefix}lease_runs(granted_at timestamptz, expires_at timestamptz)
returns boolean language sql volatile
as $body$
  select expires_at > clock_timestamp()
    and (granted_at is null or granted_at <= clock_timestamp() or expires_at = 'infinity')
$body$;

create or replace function {prefix}acquire_lease(lease_name text, lease_owner text, duration_ms double precision,
    out epoch bigint, out expires_at timestamptz) language plpgsql volatile
  set search_path = {schema}, pg_temp
as $body$
begin
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
