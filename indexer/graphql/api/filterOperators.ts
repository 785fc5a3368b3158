const EQUALITY = ['', 'not', 'in', 'not_in']
const ORDERED = ['', 'not', 'gt', 'lt', 'gte', 'lte', 'in', 'not_in']
const AGGREGATION_ORDERED = ['', 'gt', 'lt', 'gte', 'lte', 'in']

const BY_SCALAR: Readonly<Record<string, readonly string[]>> = {
  Boolean: EQUALITY,
  Bytes: [...ORDERED, 'contains', 'not_contains'],
  ID: ORDERED,
  BigInt: ORDERED,
  BigDecimal: ORDERED,
  Int: ORDERED,
  Int8: ORDERED,
  Timestamp: ORDERED,
  String: [
    ...ORDERED,
    'contains',
    'contains_nocase',
    'not_contains',
    'not_contains_nocase',
    'starts_with',
    'starts_with_nocase',
    'not_starts_with',
    'not_starts_with_nocase',
    'ends_with',
    'ends_with_nocase',
    'not_ends_with',
    'not_ends_with_nocase',
  ],
}

const AGGREGATION_SCALARS = ['BigInt', 'BigDecimal', 'Int', 'Int8', 'Timestamp']

/** Suffixes of the filter fields of an entity's field, by the scalar that it is compared as. */
export function scalarOperators(scalar: string): readonly string[] {
  return BY_SCALAR[scalar]
}

/** Suffixes of the filter fields of an aggregation's dimension. */
export function aggregationOperators(scalar: string): readonly string[] {
  return AGGREGATION_SCALARS.includes(scalar) ? AGGREGATION_ORDERED : ['']
}

export function enumOperators(): readonly string[] {
  return EQUALITY
}

/** Suffixes of the filter fields of a stored list. */
export function listOperators(elementIsText: boolean): readonly string[] {
  return elementIsText
    ? ['', 'not', 'contains', 'contains_nocase', 'not_contains', 'not_contains_nocase']
    : ['', 'not', 'contains', 'not_contains']
}
