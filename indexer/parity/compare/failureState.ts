import type { ParityHost } from '../hosts/parityHost.ts'

/** How a deployment stands, and what went wrong, without what depends on the host's build. */
export interface FailureState {
  readonly health: string
  readonly latestBlock: Block | null
  readonly fatalError: Failure | null
  readonly nonFatalErrors: readonly Failure[]
}

interface Block {
  readonly number: string
  readonly hash: string
}

interface Failure {
  readonly message: string
  readonly deterministic: boolean
  readonly handler: string | null
  readonly block: Block | null
}

const FAILURE = 'message deterministic handler block { number hash }'

/** Asks how a deployment stands. */
export async function failureState(host: ParityHost, id: string): Promise<FailureState> {
  const { indexingStatuses } = await host.status<{ indexingStatuses: Status[] }>(
    `{ indexingStatuses(subgraphs: ["${id}"]) { health
      fatalError { ${FAILURE} } nonFatalErrors { ${FAILURE} }
      chains { latestBlock { number hash } } } }`,
  )
  const [{ health, fatalError, nonFatalErrors, chains }] = indexingStatuses
  return {
    health,
    latestBlock: chains[0]?.latestBlock ?? null,
    fatalError: fatalError && comparable(fatalError),
    nonFatalErrors: nonFatalErrors.map(comparable),
  }
}

interface Status {
  readonly health: string
  readonly fatalError: Failure | null
  readonly nonFatalErrors: readonly Failure[]
  readonly chains: readonly { readonly latestBlock: Block | null }[]
}

/** A backtrace names offsets in code that each host compiles in its own way. */
function comparable(failure: Failure): Failure {
  const message = failure.message
    .replaceAll(BACKTRACE, '')
    .replaceAll(FAULT, '')
    .replaceAll(/sgd\d+\./g, '')
    .replace(ROWS, '')
  return { ...failure, message }
}

/** Each frame is a line of its own, which ends at the reason; line breaks were made tabs. */
const BACKTRACE = /error while executing at wasm backtrace:(\t *\d+: .*?(?=\t|: ))+: /g
/** V8 does not say which memory was asked for. */
const FAULT = /memory fault at wasm address 0x[0-9a-f]+ in linear memory of size 0x[0-9a-f]+: /g
/** The rows of a block come in any order. */
const ROWS = / Query: insert \d+ rows with ids \[.*\]$/
