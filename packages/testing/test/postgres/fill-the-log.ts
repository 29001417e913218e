// Makes a server log 600 errors of 1,000 characters each.
import pg from 'pg'

const client = new pg.Client({ connectionString: process.argv[2] })
await client.connect()
let errors = 0
for (let i = 0; i < 600; i++) await client.query(`select '${'x'.repeat(1_000)}'::integer`).catch(() => errors++)
await client.end()
process.stdout.write(`${errors} errors\n`)
