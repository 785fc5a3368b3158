import { BrowserError } from './BrowserError.ts'
import { checkAccess } from './checkAccess.ts'
import { figureOf } from './figureOf.ts'
import type { View } from './View.ts'

/** *My earnings*: the list of contributors, then the best paid one's own page, without a wallet. */
export async function checkEarnings(view: View): Promise<void> {
  const { page, apiUrl } = view
  await page.goto(apiUrl)
  await page.getByRole('link', { name: 'My earnings' }).click()
  await page.getByRole('heading', { name: 'My earnings', level: 1 }).waitFor()
  await page.getByLabel('Address that is paid').fill('0x12')
  await page.getByRole('button', { name: 'Show earnings' }).click()
  await page.getByRole('alert').filter({ hasText: '40 hexadecimal digits' }).waitFor()

  const list = page.getByRole('region', { name: 'Contributors and what they were paid' })
  const best = list.getByRole('row').nth(1)
  const listed = await best.getByRole('cell').last().innerText()
  await checkAccess(view, 'contributors')
  const link = best.getByRole('link')
  const name = await link.innerText()
  await link.click()
  await page.getByRole('heading', { name, exact: true }).waitFor()
  const paid = await figureOf(page, 'Paid out')
  if (!/[1-9]/.test(paid)) throw new BrowserError(`My earnings: ${name} was paid "${paid}"`)
  if (paid !== listed) {
    throw new BrowserError(`My earnings: ${name} was paid "${paid}", but "${listed}" in the list`)
  }
  for (const table of ['Answers that paid', 'Payments']) {
    const rows = await page.getByRole('region', { name: table }).getByRole('row').count()
    if (rows < 2) throw new BrowserError(`My earnings: ${name} has no rows in "${table}"`)
  }
  await checkAccess(view, 'earnings')
}
