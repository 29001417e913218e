import { EventCoreError } from 'eventcore'

/** The error with which this rejects. Anything but a typed error of the library is a failure of the test. */
export async function storeError(promise: Promise<unknown>): Promise<EventCoreError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof EventCoreError) return error
    throw error
  }
  throw new Error('it did not reject')
}
