import { BrowserError } from './BrowserError.ts'
import { checkAccess } from './checkAccess.ts'
import { openMatchByKeyboard } from './openMatchByKeyboard.ts'
import type { View } from './View.ts'

const PAID_MS = 240_000
const STATES = ['metered', 'attributed', 'committed', 'posted', 'settled', 'paid']

/** *Inference*: from the list to the newest answer of an adapter to a question. */
export async function checkInference(
  view: View,
  asked: { question: string; model: string },
): Promise<void> {
  const { page, apiUrl } = view
  await page.goto(`${apiUrl}/inferences`)
  await page.getByRole('heading', { name: 'Inferences', level: 1 }).waitFor()
  const row = page
    .getByRole('row')
    .filter({ hasText: asked.question })
    .filter({ hasText: asked.model })
    .first()
  await row.waitFor()
  await checkAccess(view, 'inferences')
  await row.getByRole('link').click()
  await page.getByRole('heading', { name: asked.question, level: 1 }).waitFor()

  // The page follows the money by itself: nothing is reloaded here.
  await page.getByText('The money of this answer is paid').waitFor({ timeout: PAID_MS })
  const text = await page.getByRole('main').innerText()
  const words = [
    'A match is not proof of causation',
    'Base model',
    'Commons',
    'Contributors’ pool, together',
    '100.0 %',
    'The lines sum to the fee, to the wei',
    'Leaf (hash of the signed fields)',
    'Signature of the service',
  ]
  for (const each of words) {
    if (!text.includes(each)) throw new BrowserError(`Inference: the page does not say "${each}"`)
  }
  for (const state of STATES) {
    const item = page.getByRole('listitem').filter({ has: page.getByText(state, { exact: true }) })
    const said = await item.first().innerText()
    if (said.includes('not yet')) throw new BrowserError(`Inference: paid, but "${said}"`)
    if (['committed', 'posted', 'paid'].includes(state) && !/block \d+/.test(said)) {
      throw new BrowserError(`Inference: "${state}" names no block: "${said}"`)
    }
  }
  await checkFee(page)
  await openMatchByKeyboard(page)
  await checkAccess(view, 'inference')
}

/** Adds up the wei that the page shows, as a suspicious reader would. */
async function checkFee(page: View['page']): Promise<void> {
  const rows = page.getByRole('region', { name: 'The fee, line by line' }).getByRole('row')
  const wei = await Promise.all(
    (await rows.all())
      .slice(1)
      .map(async (row) => BigInt(await row.getByRole('cell').last().innerText())),
  )
  const [fee, sum] = [wei.pop(), wei.pop()]
  const added = wei.reduce((total, each) => total + each, 0n)
  if (fee === undefined || fee <= 0n || added !== fee || sum !== fee) {
    throw new BrowserError(`Inference: lines add up to ${added}, sum ${sum}, fee ${fee}`)
  }
}
