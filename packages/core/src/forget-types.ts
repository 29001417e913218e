/**
 * The one place where types are let go of. What users write is typed to the last event; what runs it handles definitions of all
 * types alike, so a definition is taken once as what the engine knows it by. Only for what the types have checked, or made up: each
 * call says which of the two.
 */
export function forgetTypes<Untyped>(typed: unknown): Untyped {
  return typed as Untyped
}
