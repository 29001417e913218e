import type { Client } from 'pg'
const patch=(...edits:[string,string][])=>async(c:Client)=>{const {rows}=await c.query(`select pg_get_functiondef('eventcore.append'::regproc) d`);let d=rows[0].d as string;for(const[a,b]of edits){if(!d.includes(a))throw new Error('no '+a);d=d.replaceAll(a,b)}await c.query(d)}
const ctid:[string,string][]=[
 ['  keys bigint[];','  keys bigint[]; tids tid[];'],
 ['select t.key, t.id, t.version','select t.ctid as c, t.key, t.id, t.version'],
 ['select count(*), array_agg(key),','select count(*), array_agg(c), array_agg(key),'],
 ['into locked, keys,','into locked, tids, keys,'],
 ['from unnest(keys, s_mode, s_new_version, s_new_head) x (key, mode, version, head)\n      where t.key = x.key','from unnest(tids, s_mode, s_new_version, s_new_head) x (tid, mode, version, head)\n      where t.ctid = x.tid'],
]
const dropChecks=async(c:Client)=>{await c.query('alter table eventcore.events drop constraint if exists events_check; alter table eventcore.events drop constraint if exists events_version_check; alter table eventcore.streams drop constraint if exists streams_check, drop constraint if exists streams_version_check')}
const fastu:[string,string][]=[
 ['  keys bigint[];','  keys bigint[]; fast boolean := false; sh boolean;'],
 ["  if 2 = any (s_mode) then\n",`  if p_plain and 2 = all (s_mode) and not (true = any(s_absent)) then
    begin
    with moved as (update eventcore.streams t set version = x.version, head_id = x.head from unnest(s_id, s_version, s_head, s_new_version, s_new_head) with ordinality x (id, eversion, ehead, version, head, n)
      where t.id = x.id and t.version = x.eversion and t.head_id = x.ehead returning t.key, t.shared)
    select count(*), array_agg(key), bool_or(moved.shared) into locked, keys, sh from moved;
    if locked <> streams or sh then raise exception 'x' using errcode='EC009'; end if;
    fast := true; versions := s_version; heads := s_head;
    exception when sqlstate 'EC009' then locked := null; end;
  end if;
  if not fast and 2 = any (s_mode) then\n`],
 ['update streams t set version = x.version, head_id = nullif(x.head, nobody)\n','if not fast then update streams t set version = x.version, head_id = nullif(x.head, nobody)\n'],
 ['is distinct from t.head_id;','is distinct from t.head_id; end if;'],
]
export const variants:Record<string,(c:Client)=>Promise<void>>={
 base:async()=>{},
 ctid:patch(...ctid),
 noset:patch(['SET lock_timeout TO \'10s\'',''],),
 noupd:patch(['x.mode = 2 and nullif','false and nullif']),
 nocheck:async c=>{await c.query('alter table eventcore.events drop constraint events_check; alter table eventcore.events drop constraint events_version_check; alter table eventcore.streams drop constraint streams_check, drop constraint streams_version_check')},
 text:async c=>{await c.query('alter table eventcore.events alter data type text, alter metadata type text, alter reads type text')},
 nc_ctid:async c=>{await dropChecks(c);await patch(...ctid)(c)},
 nc_fastu:async c=>{await dropChecks(c);await patch(...fastu)(c)},
 nc:dropChecks,
 noguc:patch([" SET lock_timeout TO '10s'\n SET plan_cache_mode TO 'force_generic_plan'\n SET jit TO 'off'\n SET enable_seqscan TO 'off'\n SET enable_hashjoin TO 'off'\n SET enable_mergejoin TO 'off'\n SET enable_bitmapscan TO 'off'\n",'']),
 ff50:async c=>{await c.query('alter table eventcore.streams set (fillfactor=50)')},
}
