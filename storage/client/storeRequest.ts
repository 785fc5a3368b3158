import { TributaryError } from '@tributary/protocol/errors/tributaryError'

/** A store cannot be reached, or refused a request, or gave something else than asked for. */
export class StoreClientError extends TributaryError {}

/** What went wrong when nobody answered. */
const UNREACHABLE = 'store_unreachable'

/** Milliseconds after which a store that does not answer counts as gone. */
const TIMEOUT_MS = 60_000

/**
 * One request to a store; an answer with one of the `accepted` statuses is returned, any other
 * throws with what the store said.
 */
export async function storeRequest(
  method: string,
  url: string,
  accepted: readonly number[],
  body?: Uint8Array,
): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
    })
  } catch (cause) {
    throw new StoreClientError(`the store at ${new URL(url).origin} does not answer`, {
      code: UNREACHABLE,
      hint: 'Check that it runs and that its URL is right.',
      cause,
    })
  }
  if (accepted.includes(response.status)) return response
  const said = await response
    .json()
    .then(
      (json: { error?: { code?: string; message?: string; hint?: string | null } }) => json.error,
    )
    .catch(() => undefined)
  throw new StoreClientError(
    `the store refused ${method} ${url}: ${said?.message ?? `HTTP ${response.status}`}`,
    {
      code: said?.code ?? `store_http_${response.status}`,
      ...(said?.hint ? { hint: said.hint } : {}),
    },
  )
}

/** A body that turned out not to be what its name says. */
export function corrupt(url: string, name: string): StoreClientError {
  return new StoreClientError(`${url} gave other bytes than ${name} names`, {
    code: 'store_corrupt',
    hint: 'The copy there is damaged; restore it from another one.',
  })
}
