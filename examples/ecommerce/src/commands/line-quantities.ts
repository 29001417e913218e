/** How many of each product are wanted in all: one product may stand on several lines, at several prices. */
export function quantitiesByProduct(
  lines: readonly { readonly product: string; readonly quantity: number }[],
): ReadonlyMap<string, number> {
  const quantities = new Map<string, number>()
  for (const { product, quantity } of lines) quantities.set(product, (quantities.get(product) ?? 0) + quantity)
  return quantities
}

/** In minor units. */
export function sumOf(lines: readonly { readonly quantity: number; readonly unitPrice: number }[]): number {
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
}
