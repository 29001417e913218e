/** Numbers for names that come again and again: event types, names of commands. Each is kept once, for as long as the log. */
export class Names {
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []

  numberOf(name: string): number {
    let number = this.#numbers.get(name)
    if (number === undefined) {
      number = this.#names.push(name) - 1
      this.#numbers.set(name, number)
    }
    return number
  }

  nameOf(number: number): string {
    return this.#names[number] as string
  }
}
