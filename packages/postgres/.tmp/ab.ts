// A/B of append function variants: server CPU per commit, interleaved
import { readFileSync, readdirSync } from 'node:fs'
import pg from 'pg'
import type { Commit } from 'eventcore'
import { PostgresEventStore } from '../src/index.ts'
import { variants } from './variants.ts'
const arg=(k:string,d:string)=>process.argv.find(a=>a.startsWith(`--${k}=`))?.split('=')[1]??d
const PORT=arg('port','54318'), BATCH=+arg('batch','64'), W=+arg('w','1'), LANES=+arg('lanes','2'), SEC=+arg('sec','1.5'), ROUNDS=+arg('rounds','5'), N=+arg('streams','10000'), RO=+arg('ro','0')
const names=arg('v','base').split(',')
const admin=new pg.Client(`postgres://postgres@127.0.0.1:${PORT}/postgres`);await admin.connect()
interface S{id:string;v:number;h:string|null}
const dbs=[]
for(const name of names){
 const db=`ab_${name}_${Date.now()}`;await admin.query(`create database ${db}`)
 const url=`postgres://postgres@127.0.0.1:${PORT}/${db}`
 let store=await PostgresEventStore.open({url,notifications:false})
 const c=new pg.Client(url);await c.connect();await variants[name]!(c);await c.end()
 const streams:S[]=Array.from({length:N},()=>({id:`account-${store.newId()}`,v:0,h:null}));const ro:S={id:'limits-retail',v:0,h:null}
 dbs.push({name,db,store,streams,ro,res:[] as {rate:number;srv:number;cl:number;wal:number}[]})
}
const commit=(store:PostgresEventStore,ss:S[],reads:S[]=[]):Commit=>{const id=store.newId();return{commandId:id,commandName:'Deposit',inputHash:'0123456789abcdef0123456789abcdef',checks:[...ss,...reads].map(s=>({stream:s.id,version:s.v,headId:s.h,base:s.v})),
 events:ss.map(s=>{const e={id:store.newId(),stream:s.id,type:'MoneyDeposited',data:'{"amount":100,"currency":"EUR","reference":"salary of october"}'};s.v++;s.h=e.id;return e}),recordedAt:Date.now(),correlationId:id,causationId:null,metadata:'{}'}}
const ok=(r:readonly{status:string}[])=>{for(const x of r)if(x.status!=='committed')throw new Error(JSON.stringify(x))}
for(const {store,streams,ro} of dbs){for(let i=0;i<N;i+=500)ok(await store.append(streams.slice(i,i+500).map(s=>commit(store,[s]))));ok(await store.append([commit(store,[ro])]))}
const cpu=(db:string)=>{let t=0;for(const p of readdirSync('/proc'))if(/^\d+$/.test(p))try{const c=readFileSync(`/proc/${p}/cmdline`,'utf8');if(c.startsWith('postgres:')&&c.includes(db)){const s=readFileSync(`/proc/${p}/stat`,'utf8');const f=s.slice(s.lastIndexOf(')')+2).split(' ');t+=(+f[11]!+ +f[12]!)*10}}catch{}return t}
for(let r=0;r<=ROUNDS;r++)for(const {db,store,streams,ro,res} of dbs){
 const parts=Array.from({length:LANES},(_,i)=>streams.filter((_,j)=>j%LANES===i))
 await admin.query('checkpoint')
 const c0=cpu(db),n0=process.cpuUsage(),t0=performance.now();let n=0;const wal0=(await admin.query('select pg_current_wal_lsn()::text l')).rows[0].l
 await Promise.all(parts.map(async mine=>{while(performance.now()-t0<SEC*1000){const b:Commit[]=[];for(let i=0;i<BATCH;i++){const ss:S[]=[];while(ss.length<W){const s=mine[Math.random()*mine.length|0]!;if(!ss.includes(s))ss.push(s)}b.push(commit(store,ss,RO?[ro]:[]))}ok(await store.append(b));n+=BATCH}}))
 const dt=(performance.now()-t0)/1000,nc=process.cpuUsage(n0)
 const wal=(await admin.query(`select pg_wal_lsn_diff(pg_current_wal_lsn(),'${wal0}')::float8 d`)).rows[0].d
 if(r>0)res.push({rate:n/dt,srv:(cpu(db)-c0)*1000/n,cl:(nc.user+nc.system)/n,wal:wal/n})
}
for(const {name,res,store,db} of dbs){const med=(k:'rate'|'srv'|'cl'|'wal')=>res.map(x=>x[k]).sort((a,b)=>a-b)[res.length>>1]!;const min=Math.min(...res.map(x=>x.srv))
console.log(`${name.padEnd(10)} ${Math.round(med('rate'))}/s server ${med('srv').toFixed(1)} (min ${min.toFixed(1)}) us client ${med('cl').toFixed(1)} us wal ${med('wal').toFixed(0)} B/commit`);await store.close();await admin.query(`drop database ${db} with (force)`)}
await admin.end()
