declare const commandBrand: unique symbol

/**
 * An event that a command made with `emit`, to be returned by its `handle`. Bears the command's name, so that one command
 * cannot return what another made.
 */
export interface Emitted<CommandName extends string> {
  readonly [commandBrand]: CommandName
  readonly kind: 'emitted'
  readonly stream: string
  readonly type: string
}
