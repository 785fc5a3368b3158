/** Puts what an earlier run measured where this one has null. */
export function fillIn<Figures>(figures: Figures, earlier: unknown): Figures {
  if (figures === null) return (earlier ?? null) as Figures
  if (typeof figures !== 'object' || Array.isArray(figures)) return figures
  const other = (earlier ?? {}) as Readonly<Record<string, unknown>>
  const filled = Object.entries(figures).map(([name, value]) => [name, fillIn(value, other[name])])
  return Object.fromEntries(filled)
}
