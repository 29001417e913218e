/** What an error says, for the message of another. Users can throw anything; showing it must not throw again. */
export function reasonOf(error: unknown): string {
  try {
    if (error instanceof Error) return String(error.message)
    const { kind, code } = (error ?? {}) as { readonly kind?: unknown; readonly code?: unknown }
    return kind === 'rejection' ? `it threw the rejection "${code}". Return it` : String(error)
  } catch {
    return 'something that cannot be shown'
  }
}
