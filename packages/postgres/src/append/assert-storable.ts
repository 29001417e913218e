import { type Commit, InvalidCommit } from 'eventcore'
import { isCanonicalUuid } from './encode-batch.ts'

/**
 * Refuses, before anything is sent, what PostgreSQL would change in silence: half of a surrogate pair would come back as
 * U+FFFD, and an id of an event that is no UUID in another form or not at all.
 * @throws InvalidCommit (`INVALID_COMMIT`)
 */
export function assertStorable(commits: readonly Commit[]): void {
  for (const commit of commits) {
    const { commandId, commandName, inputHash, correlationId, causationId, metadata } = commit
    for (const text of [commandId, commandName, inputHash, correlationId, causationId ?? '', metadata])
      if (!text.isWellFormed()) throw new InvalidCommit(commandId, 'its record contains half of a surrogate pair.')
    for (const { id, type, data } of commit.events) {
      if (!isCanonicalUuid(id))
        throw new InvalidCommit(commandId, `the event id ${JSON.stringify(id)} is no UUID in its canonical form.`)
      if (!type.isWellFormed() || !data.isWellFormed())
        throw new InvalidCommit(commandId, `the event ${id} contains half of a surrogate pair.`)
    }
  }
}
