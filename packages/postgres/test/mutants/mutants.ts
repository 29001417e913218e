import type { EventStore, StreamSlice } from 'eventcore'
import type { Edit } from './rewrite-function.ts'

/** A store that is wrong in one way. */
export interface Mutant {
  readonly fault: string
  /** Functions of the database, and what is changed in them. */
  readonly edits: Readonly<Record<string, readonly Edit[]>>
  /** A workload that makes the fault show. */
  readonly workload: 'hotSet' | 'phantom' | 'onCall' | 'readDependency' | 'bank' | 'unrelated'
}

const LOCK = '          for no key update of t\n'
/** The streams that are only written to: locked, compared and moved by one statement. Without it as by more than one. */
const ALL_WRITTEN = '  if plain and 2 = all (s_mode) and not true = any (s_absent) then\n'
const ONE_AFTER_THE_OTHER: Edit = [ALL_WRITTEN, '  if false then\n']
const SHARED_LOCKS = 'if write_shared is not null or read_shared is not null then'
const CHECK = '  if plain then\n    plain := coalesce(versions'
const LAST_NUMBER = '    drawn := coalesce(pg_sequence_last_value(\'"eventcore".batches\'::regclass), 0);\n'
const NEXT_NUMBER = '    drawn := nextval(\'"eventcore".batches\'::regclass);\n'

/** Time for others between the check and the write. What is right stays right with it. */
export const SLOWER: readonly Edit[] = [[CHECK, `  perform pg_sleep(random() * 0.002);\n${CHECK}`]]

/** Time for others between drawing a position and being done. */
const SLOW_TO_FINISH: Edit = [
  '    insert into events (',
  '    perform pg_sleep(random() * 0.004);\n    insert into events (',
]

export const SQL_MUTANTS: readonly Mutant[] = [
  {
    fault: 'nothing is locked: check, then act',
    edits: {
      append: [ONE_AFTER_THE_OTHER, [LOCK, ''], [SHARED_LOCKS, 'if false then']],
    },
    workload: 'hotSet',
  },
  {
    fault: 'only written streams are checked',
    edits: {
      append: [
        [
          CHECK,
          `  for i in 1..streams loop
    if s_mode[i] = 1 then versions[i] := s_version[i]; heads[i] := s_head[i]; end if;
  end loop;
${CHECK}`,
        ],
      ],
    },
    workload: 'hotSet',
  },
  {
    fault: 'streams that are only read are checked without a lock',
    edits: {
      append: [
        [
          'select array_agg(x.n) filter (where t.shared is not true), array_agg(t.key) filter (where t.shared)',
          'select null::integer[], null::bigint[]',
        ],
      ],
    },
    workload: 'onCall',
  },
  {
    fault: 'writers do not wait for those who only read',
    edits: { append: [[SHARED_LOCKS, 'if false then']] },
    workload: 'readDependency',
  },
  {
    fault: 'absent streams are not locked',
    edits: {
      append: [
        [
          'where x.absent and (x.mode = 2 or x.n = any (promoted))\n              order by',
          'where x.absent and x.mode = 2\n              order by',
        ],
      ],
    },
    workload: 'phantom',
  },
  {
    fault: 'ON CONFLICT DO NOTHING: success is reported, and the event is gone',
    edits: {
      append: [
        ONE_AFTER_THE_OTHER,
        [LOCK, ''],
        ['        where plain or ok[x.commit];', '        where plain or ok[x.commit]\n      on conflict do nothing;'],
      ],
    },
    workload: 'hotSet',
  },
  {
    fault: 'the check is made before the lock is granted',
    edits: {
      append: [
        [
          ALL_WRITTEN,
          `  select array_agg(coalesce(t.version, 0) order by x.n), array_agg(coalesce(t.head_id, nobody) order by x.n)
    into early_versions, early_heads
    from unnest(s_id) with ordinality x (id, n) left join eventcore.streams t on t.id = x.id;
  if false then\n`,
        ],
        ['  keys bigint[];', '  keys bigint[]; early_versions bigint[]; early_heads uuid[];'],
        [CHECK, `  versions := early_versions; heads := early_heads;\n${CHECK}`],
      ],
    },
    workload: 'hotSet',
  },
  {
    fault: 'positions are drawn before the locks',
    edits: {
      append: [
        [
          ALL_WRITTEN,
          `  early := coalesce(pg_sequence_last_value('"eventcore".batches'::regclass), 0);
  perform pg_advisory_xact_lock_shared(('"eventcore".batches'::regclass::oid::bigint << 32 >> 32)::integer, (early << 32 >> 32)::integer);
  early := nextval('"eventcore".batches'::regclass);
  perform pg_sleep(random() * 0.002);
${ALL_WRITTEN}`,
        ],
        ['  drawn bigint;', '  drawn bigint; early bigint;'],
        ['    drawn := nextval(\'"eventcore".batches\'::regclass);', '    drawn := early;'],
      ],
    },
    workload: 'hotSet',
  },
  {
    fault: 'a stream that stands elsewhere is taken for one that was moved',
    edits: {
      append: [
        ['t.head_id = x.new_head as as_expected', 'true as as_expected'],
        ['        where plain or ok[x.commit];', '        where plain or ok[x.commit]\n      on conflict do nothing;'],
      ],
    },
    workload: 'bank',
  },
  {
    fault: 'streams that were moved for a commit that failed are not moved back',
    edits: { append: [['if not (plain and moved) and (writes or moved) then', 'if not moved and writes then']] },
    workload: 'bank',
  },
]

export const FEED_MUTANTS: readonly Mutant[] = [
  {
    fault: 'the feed goes up to the last number that was drawn',
    edits: { append: [SLOW_TO_FINISH], horizon: [['return least(drawn, lowest);', 'return drawn;']] },
    workload: 'unrelated',
  },
  {
    fault: 'half fixed: positions after the last one, of transactions before all that are running',
    edits: {
      append: [...SLOWER, SLOW_TO_FINISH],
      read_feed: [
        [
          'e.position > after_position and e.position <= last_readable',
          'e.position > after_position and e.xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint',
        ],
      ],
    },
    workload: 'unrelated',
  },
  {
    fault: 'a position is drawn before the epoch is locked',
    edits: {
      append: [
        SLOW_TO_FINISH,
        [NEXT_NUMBER, ''],
        [LAST_NUMBER, `${NEXT_NUMBER}    perform pg_sleep(random() * 0.004);\n`],
      ],
    },
    workload: 'unrelated',
  },
  {
    fault: 'the locks are looked at before the last number',
    edits: {
      append: [SLOW_TO_FINISH],
      horizon: [
        ['  drawn := coalesce(pg_sequence_last_value(\'"eventcore".batches\'::regclass), 0);\n', '  drawn := 0;\n'],
        [
          '  return least(drawn, lowest);',
          '  perform pg_sleep(random() * 0.004);\n  drawn := coalesce(pg_sequence_last_value(\'"eventcore".batches\'::regclass), 0);\n  return least(drawn, drawn + nullif(lowest, null));',
        ],
      ],
    },
    workload: 'unrelated',
  },
]

/** Reads events from one snapshot, and the version from a later one. */
export function tornToken(store: EventStore): EventStore {
  const read: EventStore['read'] = async (reads, options) => {
    const events = await store.read(reads, options)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
    const versions = await store.read(reads, { limit: 0 })
    return events.map((slice, i): StreamSlice => {
      const { version = slice.version, headId = slice.headId } = versions[i] ?? {}
      return { ...slice, version, headId }
    })
  }
  return new Proxy(store, {
    get(target, name) {
      if (name === 'read') return read
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
