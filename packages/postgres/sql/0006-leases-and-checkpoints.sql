-- Leases expire by this server's clock. Taking one and saving a checkpoint under one exclude each other by name, so that
-- whoever finds the checkpoint after it took the lease finds the last one that its predecessor could save.

create function {prefix}acquire_lease(lease_name text, lease_owner text, duration_ms double precision,
    out epoch bigint, out expires_at timestamptz) language plpgsql volatile
  set search_path = {schema}, pg_temp
as $body$
begin
  perform pg_advisory_xact_lock(('{schema}.{prefix}checkpoints'::regclass::oid::bigint << 32 >> 32)::integer, hashtext(lease_name));
  insert into {prefix}leases as l (name, owner, epoch, expires_at)
    values (lease_name, lease_owner, 1, clock_timestamp() + duration_ms * interval '1 millisecond')
    on conflict (name) do update
      set owner = excluded.owner, expires_at = excluded.expires_at,
        epoch = case when l.owner = excluded.owner then l.epoch else l.epoch + 1 end
      where l.owner is null or l.owner = excluded.owner or l.expires_at <= clock_timestamp()
    returning l.epoch, l.expires_at into epoch, expires_at;
end
$body$;

-- Answers the highest epoch that was seen for the name if that is a higher one, and then saves nothing; else null.
create function {prefix}save_checkpoint(checkpoint_name text, new_cursor text, new_epoch bigint)
returns bigint language plpgsql volatile
  set search_path = {schema}, pg_temp
as $body$
declare
  highest bigint;
begin
  perform pg_advisory_xact_lock(('{schema}.{prefix}checkpoints'::regclass::oid::bigint << 32 >> 32)::integer, hashtext(checkpoint_name));
  select greatest((select l.epoch from {prefix}leases l where l.name = checkpoint_name),
      (select c.epoch from {prefix}checkpoints c where c.name = checkpoint_name))
    into highest;
  if highest > new_epoch then
    return highest;
  end if;
  insert into {prefix}checkpoints (name, cursor, epoch) values (checkpoint_name, new_cursor, new_epoch)
    on conflict (name) do update set cursor = excluded.cursor, epoch = excluded.epoch;
  return null;
end
$body$;
