import { encodeBatch } from '../src/append/encode-batch.ts'
import { assertStorable } from '../src/append/assert-storable.ts'
import { assertValidCommits, type Commit } from 'eventcore'
import { uuidv7 } from 'uuidv7'
const streams=Array.from({length:5000},()=>({id:`account-${uuidv7()}`,v:3,h:uuidv7()}))
const mk=(W:number)=>Array.from({length:64},():Commit=>{const id=uuidv7();const ss=Array.from({length:W},()=>streams[Math.random()*5000|0]!);return{commandId:id,commandName:'Deposit',inputHash:'0123456789abcdef0123456789abcdef',checks:ss.map(s=>({stream:s.id,version:s.v,headId:s.h,base:s.v})),events:ss.map(s=>({id:uuidv7(),stream:s.id,type:'MoneyDeposited',data:'{"amount":100,"currency":"EUR","reference":"salary of october"}'})),recordedAt:Date.now(),correlationId:id,causationId:null,metadata:'{}'}})
for(const W of [1,2]){
const batches=Array.from({length:50},()=>mk(W))
for(const [n,f] of [['encode',(b:Commit[])=>encodeBatch(b,true)],['storable',assertStorable],['valid',assertValidCommits]] as const){
for(let r=0;r<3;r++){const c=process.cpuUsage();const N=4000;for(let i=0;i<N;i++)f(batches[i%50]!);const d=process.cpuUsage(c);if(r===2)console.log(W,n,((d.user+d.system)/N/64).toFixed(2),'us/commit')}}
console.log('bytes/commit',encodeBatch(batches[0]!,true).values.reduce((a:number,v)=>a+(typeof v==='boolean'?1:v.length),0)/64)
}
