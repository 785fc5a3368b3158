import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ReceiptBundle, readReceiptBundle } from '@tributary/protocol/messages/receiptBundle'
import { formatOpen } from '@tributary/protocol/money/formatOpen'
import { CliError } from '../command/CliError.ts'
import type { Output } from '../command/Output.ts'
import type { Api } from '../http/api.ts'
import { readChunks } from './readChunks.ts'
import { shares } from './shares.ts'

/** What to ask, and how. */
export interface AskOptions {
  model: string
  question: string
  apiKey: string
  isPublic: boolean
  maxTokens: number
  temperature: number
  /** File that the receipt is kept in. */
  save: string | null
  /** Milliseconds to wait for the attribution; 0 does not wait. */
  waitMs: number
}

/** Asks a model, prints the answer as it comes, then who shaped it. */
export async function ask(api: Api, output: Output, options: AskOptions): Promise<void> {
  const messages = [{ role: 'user', content: options.question }]
  const response = await api.post(
    '/v1/chat/completions',
    {
      model: options.model,
      messages,
      max_tokens: options.maxTokens,
      temperature: options.temperature,
      stream: true,
      tributary: { public: options.isPublic },
    },
    { authorization: `Bearer ${options.apiKey}` },
  )
  let answer = ''
  let model = options.model
  let requestId: string | null = null
  for await (const chunk of readChunks(response)) {
    const text = chunk.choices?.[0]?.delta?.content ?? ''
    answer += text
    output.text(text)
    model = chunk.model ?? model
    requestId = chunk.tributary?.requestId ?? requestId
  }
  output.line()
  if (requestId === null) {
    throw new CliError('the answer came without a request id', {
      code: 'answer_unmetered',
      hint: 'API_URL may point to something else than Tributary.',
    })
  }
  const bundle = await awaitReceipt(api, requestId, options.waitMs)
  output.line()
  if (bundle.entry === null) {
    output.line(`answered by ${model}; not attributed yet`)
  } else {
    output.line(
      `answered by ${model} for ${formatOpen(BigInt(bundle.entry.receipt.fee))} OPEN; shaped by`,
    )
    for (const { name, ppm } of shares(bundle.entry.vector)) {
      output.line(`  ${(ppm / 10_000).toFixed(2).padStart(6)} %  ${name}`)
    }
  }
  output.line(`receipt: ${api.url}/v1/receipts/${requestId}`)
  output.line(`check it: npx tributary verify ${requestId}`)
  if (options.save !== null) {
    // The payer's own copy: the texts are his even where the API does not show them.
    await writeFile(options.save, `${JSON.stringify({ ...bundle, messages, answer }, null, 2)}\n`)
    output.line(`kept in ${options.save}`)
  }
  output.result({
    requestId,
    inferenceNo: bundle.inferenceNo,
    model,
    answer,
    fee: bundle.entry?.receipt.fee ?? null,
    shares: bundle.entry === null ? null : shares(bundle.entry.vector),
    receiptUrl: `${api.url}/v1/receipts/${requestId}`,
  })
}

async function awaitReceipt(
  api: Pick<Api, 'get'>,
  requestId: string,
  waitMs: number,
): Promise<ReceiptBundle> {
  const PAUSE_MS = 500
  const deadline = Date.now() + waitMs
  for (;;) {
    const bundle = readReceiptBundle(await api.get(`/v1/receipts/${requestId}`))
    if (bundle.entry !== null || Date.now() + PAUSE_MS > deadline) return bundle
    await sleep(PAUSE_MS)
  }
}
