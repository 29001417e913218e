/** Any number as a LIMIT: for SQLite a negative one is none at all, and Infinity an error. */
export const rowLimit = (limit: number): number => Math.min(Math.max(0, limit), 2 ** 31)
