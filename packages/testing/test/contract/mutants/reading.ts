import {
  type Cursor,
  type FeedPage,
  type FeedQuery,
  prefixesOf,
  type ReadOptions,
  type StreamInfo,
  type StreamListQuery,
  type StreamRead,
  type StreamSlice,
} from 'eventcore'
import { cursorAt } from '../../../../memory/src/feed.ts'
import { SharedLogStore } from '../shared-log-store.ts'
import type { Mutant } from './mutant.ts'

/** `like` of SQL: `_` is any character, `%` any run of them. */
const like = (prefix: string): RegExp =>
  new RegExp(
    `^${prefix
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('_', '.')
      .replaceAll('%', '.*')}`,
    'su',
  )

class TakesPrefixesForLikePatterns extends SharedLogStore {
  override async readFeed({ filter, ...query }: FeedQuery): Promise<FeedPage> {
    const { prefix, ...rest } = filter ?? {}
    const page = await super.readFeed({ ...query, filter: rest })
    return prefix === undefined
      ? page
      : { ...page, events: page.events.filter(({ stream }) => like(prefix).test(stream)) }
  }
}

class FoldsCaseInPrefixes extends SharedLogStore {
  override async readFeed({ filter, ...query }: FeedQuery): Promise<FeedPage> {
    const { prefix: _, prefixes: __, ...rest } = filter ?? {}
    const page = await super.readFeed({ ...query, filter: rest })
    const wanted = prefixesOf(filter ?? {})?.map((prefix) => prefix.toLowerCase())
    if (wanted === undefined) return page
    const matches = (stream: string): boolean => wanted.some((prefix) => stream.toLowerCase().startsWith(prefix))
    return { ...page, events: page.events.filter(({ stream }) => matches(stream)) }
  }
}

class FiltersBehindTheLimit extends SharedLogStore {
  override async readFeed({ filter, ...query }: FeedQuery): Promise<FeedPage> {
    const all = await super.readFeed(query)
    if (filter === undefined) return all
    const wanted = new Set(
      (await super.readFeed({ filter, limit: Number.MAX_SAFE_INTEGER })).events.map(({ id }) => id),
    )
    return { ...all, events: all.events.filter(({ id }) => wanted.has(id)), atHead: true }
  }
}

class IgnoresAllTypesButTheFirst extends SharedLogStore {
  override async readFeed({ filter, ...query }: FeedQuery): Promise<FeedPage> {
    const { types, ...rest } = filter ?? {}
    return await super.readFeed({
      ...query,
      filter: types === undefined ? rest : { ...rest, types: types.slice(0, 1) },
    })
  }
}

class KeepsTheCursorWhenNothingMatches extends SharedLogStore {
  override async readFeed(query: FeedQuery): Promise<FeedPage> {
    const page = await super.readFeed(query)
    return page.events.length === 0 ? { ...page, cursor: query.after } : page
  }
}

class BelievesEveryCursor extends SharedLogStore {
  override async readFeed(query: FeedQuery): Promise<FeedPage> {
    const scanned = Math.max(0, Math.min(Number.parseInt(query.after ?? '', 10) || 0, this.log.length))
    return await super.readFeed({ ...query, after: cursorAt(this.log, scanned) })
  }
}

class ReadsTheFeedInclusively extends SharedLogStore {
  override async readFeed(query: FeedQuery): Promise<FeedPage> {
    const before = Number.parseInt(query.after ?? '1', 10) - 1
    const exists = before > 0 && before <= this.log.length
    return await super.readFeed({ ...query, after: exists ? cursorAt(this.log, before) : undefined })
  }
}

class LosesTheStartOfAnEmptyFeed extends SharedLogStore {
  override async readFeed(query: FeedQuery): Promise<FeedPage> {
    const page = await super.readFeed(query)
    return this.log.length === 0 ? { ...page, cursor: undefined } : page
  }
}

class CutsOffWithoutSayingSo extends SharedLogStore {
  override async read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]> {
    return (await super.read(reads, options)).map((slice) => ({ ...slice, complete: true }))
  }
}

class TakesUpToForTheVersion extends SharedLogStore {
  override async read(reads: readonly StreamRead[], options?: ReadOptions): Promise<readonly StreamSlice[]> {
    const slices = await super.read(reads, options)
    return slices.map((slice, i) => {
      const upTo = reads[i]?.upTo
      return upTo === undefined || upTo > slice.version ? slice : { ...slice, version: upTo }
    })
  }
}

class SortsStreamsAsJavaScriptDoes extends SharedLogStore {
  override async listStreams({ after, limit, prefix }: StreamListQuery): Promise<readonly StreamInfo[]> {
    const all = await super.listStreams({ limit: Number.MAX_SAFE_INTEGER, ...(prefix === undefined ? {} : { prefix }) })
    return all
      .toSorted((a, b) => (a.stream < b.stream ? -1 : 1))
      .filter(({ stream }) => after === undefined || stream > after)
      .slice(0, limit)
  }
}

class HasReachedEverything extends SharedLogStore {
  override hasReached(_cursor: Cursor): boolean {
    return true
  }
}

class ComparesPositionsAsText extends SharedLogStore {
  override comparePositions(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0
  }
}

export const readingMutants: readonly Mutant[] = [
  {
    fault: 'a prefix is a LIKE pattern',
    open: (shared) => new TakesPrefixesForLikePatterns(shared),
    killedBy: ['_ and % in a prefix stand for themselves'],
  },
  {
    fault: 'a prefix matches in any case',
    open: (shared) => new FoldsCaseInPrefixes(shared),
    killedBy: [
      'case counts in prefixes, stream ids and types',
      'random filters over the feed, in pages of random size, give what the model gives',
    ],
  },
  {
    fault: 'the filter is applied behind the limit',
    open: (shared) => new FiltersBehindTheLimit(shared),
    killedBy: ['a pattern behind 50 other events finds its two streams, also with a limit of 10'],
  },
  {
    fault: 'of several types only the first one is looked for',
    open: (shared) => new IgnoresAllTypesButTheFirst(shared),
    killedBy: ['types select events, several of them too, inside a commit as well'],
  },
  {
    fault: 'a page without events does not move the cursor',
    open: (shared) => new KeepsTheCursorWhenNothingMatches(shared),
    killedBy: ['a filter that matches nothing still moves the cursor to the head'],
  },
  {
    fault: 'a cursor is a number, whatever store it comes from',
    open: (shared) => new BelievesEveryCursor(shared),
    killedBy: [
      'what is no cursor of the store is refused',
      'the cursor of another store is refused, also when it points at a position that exists',
    ],
  },
  {
    fault: 'a cursor is inclusive',
    open: (shared) => new ReadsTheFeedInclusively(shared),
    killedBy: ['a cursor is exclusive: the feed goes on behind the last event scanned'],
  },
  {
    fault: 'the start of the feed is forgotten while the feed is empty',
    open: (shared) => new LosesTheStartOfAnEmptyFeed(shared),
    killedBy: ['the start of the feed is a cursor, of an empty store too'],
  },
  {
    fault: 'a read that was cut off calls itself complete',
    open: (shared) => new CutsOffWithoutSayingSo(shared),
    killedBy: [
      'a limit cuts off: the slice says so and still tells the version',
      'a long stream is read in pages that stop where the first one fixed the end',
    ],
  },
  {
    fault: 'upTo is taken for the version',
    open: (shared) => new TakesUpToForTheVersion(shared),
    killedBy: ['upTo ends the events, not the version', 'random reads are answered as the model answers them'],
  },
  {
    fault: 'streams are listed in the order of UTF-16 units',
    open: (shared) => new SortsStreamsAsJavaScriptDoes(shared),
    killedBy: [
      'streams are listed in byte order of their ids, whatever the language',
      'random pages of streams and of the list of streams are as the model has them',
    ],
  },
  {
    fault: 'every cursor has reached every position',
    open: (shared) => new HasReachedEverything(shared),
    killedBy: ['a cursor has reached the events up to the last one scanned, and no others'],
  },
  {
    fault: 'positions are compared as text, so that 9 comes after 10',
    open: (shared) => new ComparesPositionsAsText(shared),
    killedBy: ['positions increase in the order of the events'],
  },
]
