import { InvalidOptions } from 'eventcore'

/** A share of calls. @throws InvalidOptions (`INVALID_OPTIONS`) */
export function rate(option: string, value = 0, most = 1): number {
  if (!(value >= 0 && value <= most)) throw new InvalidOptions(option, value, `a number from 0 to ${most}`)
  return value
}
