import type { SqlToken } from '../../sql/tokens.ts'
import { ServerException } from '../exception.ts'
import type { Statement } from './readStatement.ts'

/** Sources of rows that stay inside the server; every other table function is refused. */
const ALLOWED_TABLE_FUNCTIONS = new Set([
  'format',
  'generate_series',
  'generaterandom',
  'generateseries',
  'merge',
  'null',
  'numbers',
  'numbers_mt',
  'values',
  'view',
  'zeros',
  'zeros_mt',
])

/** Functions that read files although they are no table functions, and disks made by a query. */
const REFUSED_FUNCTIONS = ['file', 'disk', 'catboostevaluate']

const ALLOWED_ENGINES = new Set([
  'mergetree',
  'summingmergetree',
  'aggregatingmergetree',
  'replacingmergetree',
  'atomic',
  'null',
])

const CREATED_THINGS = new Set(['TABLE', 'DATABASE', 'VIEW', 'MATERIALIZED'])

/**
 * Makes the check that keeps statements inside the data folder. chDB has no users and no grants
 * and runs whatever it gets with the rights of the process: it would read any file, call any
 * address, and write files, even on a connection that is read-only.
 *
 * @param tableFunctions all that the engine knows (`system.table_functions`)
 */
export function statementGuard(tableFunctions: readonly string[]) {
  const refused = new Set(REFUSED_FUNCTIONS)
  for (const name of tableFunctions) {
    if (!ALLOWED_TABLE_FUNCTIONS.has(name.toLowerCase())) refused.add(name.toLowerCase())
  }

  return function guardStatement(statement: Statement): void {
    const { tokens } = statement
    tokens.forEach((token, at) => {
      if (token.kind !== 'word' && token.kind !== 'quoted') return
      const next = tokens[at + 1]
      const name = token.value.toLowerCase()
      if (isSymbol(next, '(') && refused.has(name)) {
        throw denied(`The function ${token.value} reaches outside of the database`)
      }
      const namesDatabase =
        isSymbol(next, '.') || /^(from|in|database)$/i.test(tokens[at - 1]?.value ?? '')
      if (name === 'default' && namesDatabase) {
        throw new ServerException(
          'UNKNOWN_DATABASE',
          'Database default does not exist on the embedded server; use tributary',
        )
      }
      if (token.kind !== 'word') return
      if (name === 'outfile' || name === 'infile') {
        throw denied('INTO OUTFILE and FROM INFILE reach outside of the database')
      }
      if (name === 'identifier' && isSymbol(tokens[at - 1], ':') && !isLocked(statement)) {
        throw denied('A parameter of type Identifier works in plain SELECTs only')
      }
    })
    if (statement.kind === 'write') guardCreate(tokens)
  }
}

/** Whether the statement runs where the engine itself refuses table functions and settings. */
export function isLocked(statement: Statement): boolean {
  return (
    statement.kind === 'read' &&
    !statement.tokens.some(({ kind, value }) => kind === 'word' && /^settings$/i.test(value))
  )
}

function guardCreate(tokens: readonly SqlToken[]): void {
  if (tokens[0]?.value.toUpperCase() !== 'CREATE') return
  const thing = tokens[1]?.value.toUpperCase() ?? ''
  if (!CREATED_THINGS.has(thing)) throw denied(`CREATE ${thing} is not run by the embedded server`)
  tokens.forEach((token, at) => {
    if (token.kind !== 'word' || token.value.toUpperCase() !== 'ENGINE') return
    const engine = isSymbol(tokens[at + 1], '=') ? tokens[at + 2] : tokens[at + 1]
    if (engine !== undefined && ALLOWED_ENGINES.has(engine.value.toLowerCase())) return
    throw denied(`The engine ${engine?.value ?? ''} is not allowed on the embedded server`)
  })
}

function isSymbol(token: SqlToken | undefined, value: string): boolean {
  return token?.kind === 'symbol' && token.value === value
}

function denied(message: string): ServerException {
  return new ServerException('ACCESS_DENIED', message)
}
