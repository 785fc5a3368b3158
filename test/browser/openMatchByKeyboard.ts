import type { Page } from 'playwright-core'
import { BrowserError } from './BrowserError.ts'

const MOST_TABS = 60

/** Tabs to the first highlighted passage of an answer and opens it: its entry and record appear. */
export async function openMatchByKeyboard(page: Page): Promise<void> {
  const matches = page.getByRole('region', { name: 'Word-for-word matches' })
  const quote = (await matches.getByRole('listitem').first().locator('q').innerText()).trim()
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
  await page.getByRole('heading', { level: 1 }).click()
  let tabs = 0
  while ((await focused()) !== quote) {
    if (++tabs > MOST_TABS) {
      throw new BrowserError(`Inference: no Tab leads to the highlighted words "${quote}"`)
    }
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await page.waitForFunction((words) => {
    const text = document.activeElement?.textContent ?? ''
    return (
      document.activeElement?.tagName === 'LI' && text.includes(words) && /record \d/.test(text)
    )
  }, quote)
}
