/**
 * The statement that notifies the listeners of a channel, neither of which may need quotes. One message, so that the transaction
 * takes one round trip; nothing of it needs to survive a crash, so nobody waits for the disk.
 */
export const notification = (channel: string, payload: string): string =>
  `begin; set local synchronous_commit = off; select pg_notify('${channel}', '${payload}'); commit`
