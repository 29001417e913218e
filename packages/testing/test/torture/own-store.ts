import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SqliteEventStore } from '@eventcore/sqlite'
import type { OpenTorturedStore } from '@eventcore/testing/torture'

/** A store of one's own, as each process opens it. */
export const openStore: OpenTorturedStore = ({ data, now }) =>
  SqliteEventStore.open(join(tmpdir(), `${data}.db`), { now })
