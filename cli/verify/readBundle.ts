import { readFile } from 'node:fs/promises'
import { type ReceiptBundle, readReceiptBundle } from '@tributary/protocol/messages/receiptBundle'
import { CliError } from '../command/CliError.ts'
import type { Api } from '../http/api.ts'

/**
 * The receipt that a person named: from a file if there is one of that name, else from the API. A
 * file was kept before the answer was settled, so where its batch is missing the API is asked.
 */
export async function readBundle(api: Pick<Api, 'find'>, given: string): Promise<ReceiptBundle> {
  const text = await readFile(given, 'utf8').catch(() => null)
  if (text === null) return fetchBundle(api, given)
  const kept = readReceiptBundle(parse(given, text))
  if (kept.entry !== null && kept.batch !== null) return kept
  const { entry, rhoPpm, evidence, batch, snapshots } = await fetchBundle(api, kept.requestId)
  return kept.entry === null
    ? { ...kept, entry, rhoPpm, evidence, snapshots, batch }
    : { ...kept, batch }
}

async function fetchBundle(api: Pick<Api, 'find'>, id: string): Promise<ReceiptBundle> {
  const found = /^[0-9a-zA-Z-]{1,64}$/.test(id) ? await api.find(`/v1/receipts/${id}`) : null
  if (found === null) {
    throw new CliError(`there is no receipt and no file "${id}"`, {
      code: 'receipt_unknown',
      hint: 'Give a request id, an inference number, or a file kept with "ask --save".',
    })
  }
  return readReceiptBundle(found)
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CliError(`${file} is no receipt: it is not JSON`, { code: 'receipt_file', cause })
  }
}
