import { Client, type ClientBase } from 'pg'

/** How long a server gets to answer it. It does so at once, where there is one. */
export const GOODBYE_MS = 2_000

/** Ends a connection in order, and hangs up when nothing comes through it any more: the goodbye is then not answered either. */
export async function sayGoodbye(client: Client): Promise<void> {
  const timer = setTimeout(() => hangUp(client), GOODBYE_MS)
  try {
    await client.end()
  } finally {
    clearTimeout(timer)
  }
}

/** Whoever waits for the end of the connection hears of it at once. Only for clients that we made. */
export function hangUp(client: ClientBase): void {
  if (client instanceof Client) client.connection.stream.destroy()
}
