import pg from 'pg'
import { PostgresEventStore } from '../src/index.ts'
import { encodeBatch } from '../src/append/encode-batch.ts'
const PORT=process.argv[2]??'54315'
const admin=new pg.Client(`postgres://postgres@127.0.0.1:${PORT}/postgres`);await admin.connect()
const db=`st_${Date.now()}`;await admin.query(`create database ${db}`);const url=`postgres://postgres@127.0.0.1:${PORT}/${db}`
const store=await PostgresEventStore.open({url,notifications:false})
const c=new pg.Client(url);await c.connect()
const B=+(process.argv[3]??1)
const mk=(i:number,v:number,h:string|null)=>{const id=store.newId();return{commandId:id,commandName:'Deposit',inputHash:'0123456789abcdef0123456789abcdef',checks:[{stream:`account-${i}`,version:v,headId:h,base:v}],events:[{id:store.newId(),stream:`account-${i}`,type:'MoneyDeposited',data:'{"amount":100,"currency":"EUR","reference":"salary of october"}'}],recordedAt:Date.now(),correlationId:id,causationId:null,metadata:'{}'}}
const first=Array.from({length:B},(_,i)=>mk(i,0,null));await store.append(first)
const second=Array.from({length:B},(_,i)=>mk(i,1,first[i]!.events[0]!.id))
const {rows}=await c.query(`select pg_get_functiondef('eventcore.append'::regproc) d`);const def=rows[0].d as string
const cut=(name:string,marker:string|null,edits:[string,string][]=[])=>{let d=def.replace('eventcore.append(',`eventcore.${name}(`);if(marker){if(!d.includes(marker))throw new Error(marker);d=d.replace(marker,`  return;\n${marker}`)}for(const[a,b]of edits){if(!d.includes(a))throw new Error(a);d=d.replaceAll(a,b)}return d}
const fns:[string,string][]=[['f_begin',cut('f_begin','  -- At any other level')],['f_durable',cut('f_durable','  if 2 = any (s_mode) then')],['f_locked',cut('f_locked','  -- One statement, and so one snapshot')],['f_checked',cut('f_checked','  if cardinality(e_id) > 0 and')],['f_updated',cut('f_updated','    drawn := coalesce(')],['f_drawn',cut('f_drawn','    -- More than 65,536')],
 ['f_nosets',cut('f_nosets','  -- At any other level',[[" SET lock_timeout TO '10s'\n SET plan_cache_mode TO 'force_generic_plan'\n SET jit TO 'off'\n SET enable_seqscan TO 'off'\n SET enable_hashjoin TO 'off'\n SET enable_mergejoin TO 'off'\n SET enable_bitmapscan TO 'off'\n",'']])],
 ['f_nothing',cut('f_nothing','  -- At any other level',[[" SET lock_timeout TO '10s'\n SET plan_cache_mode TO 'force_generic_plan'\n SET jit TO 'off'\n SET enable_seqscan TO 'off'\n SET enable_hashjoin TO 'off'\n SET enable_mergejoin TO 'off'\n SET enable_bitmapscan TO 'off'\n",''],[" SECURITY DEFINER",""],[" SET search_path TO 'eventcore', 'pg_temp'",""]])]]
for(const[n,d]of fns)await c.query(d)
const {values}=encodeBatch(second,true);const ps=Array.from({length:34},(_,i)=>'$'+(i+1)).join(',')
const call=(n:string)=>c.query({name:n,text:`select * from eventcore.${n}(${ps})`,values:[...values,1000,true] as unknown[]})
// full: inside tx with rollback
const best=new Map<string,number>()
const {rows:[{pid}]}=await c.query('select pg_backend_pid() pid')
const {readFileSync}=await import('node:fs')
const cpu=()=>{const s=readFileSync(`/proc/${pid}/schedstat`,'utf8');return +s.split(' ')[0]!/1000}
for(let r=0;r<4;r++){for(const[n]of [['select1',''],...fns,['append','']] as [string,string][]){const K=n==='append'?150:300;
 await c.query('begin');if(n!=='append'&&n!=='select1')await call(n);const t=cpu();for(let i=0;i<K;i++){if(n==='select1')await c.query({name:'s1',text:'select 1'});else if(n==='append'){await c.query('savepoint a');await call(n);await c.query('rollback to a')}else await call(n)}const us=(cpu()-t)/K;await c.query('rollback');best.set(n,Math.min(best.get(n)??1e9,us))}
 await c.query('begin');const t=cpu();for(let i=0;i<300;i++){await c.query('savepoint a');await c.query('rollback to a')}best.set('savepoint',Math.min(best.get('savepoint')??1e9,(cpu()-t)/300));await c.query('rollback')}
for(const[n,v]of best)console.log(n.padEnd(10),v.toFixed(0),'us server cpu')
await c.end();await store.close();await admin.query(`drop database ${db} with (force)`);await admin.end()
