import { randomBytes } from 'node:crypto'

/** A database that exists for a test. */
export interface TestDatabase {
  readonly name: string
  readonly url: string
  /** Ends its connections and drops it. Twice is fine. */
  drop(): Promise<void>
}

/** Creates databases on one server, and drops them. */
export class DatabaseMaker {
  readonly #url: string
  readonly #left = new Set<TestDatabase>()

  constructor(url: string) {
    this.#url = url
  }

  async create({ template = 'template0' }: { readonly template?: string } = {}): Promise<TestDatabase> {
    const name = `eventcore_test_${randomBytes(6).toString('hex')}`
    await this.#run(`create database ${name} template ${quote(template)}`)
    const url = new URL(this.#url)
    url.pathname = `/${name}`
    const database: TestDatabase = {
      name,
      url: url.href,
      drop: async () => {
        this.#left.delete(database)
        await this.#run(`drop database if exists ${name} with (force)`)
      },
    }
    this.#left.add(database)
    return database
  }

  async dropAll(): Promise<void> {
    for (const database of [...this.#left]) await database.drop()
  }

  async #run(statement: string): Promise<void> {
    // Only here, so that the package can be used without the driver.
    const { default: pg } = await import('pg').catch((cause: unknown) => {
      throw new Error('Databases are created through the driver "pg", which is not installed: npm install -D pg.', {
        cause,
      })
    })
    const client = new pg.Client({ connectionString: this.#url, connectionTimeoutMillis: 30_000 })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
