import type { Page } from 'playwright-core'

/** What a page says beside a label, as a person reads it. */
export async function figureOf(page: Page, label: string): Promise<string> {
  const term = page.getByRole('term').filter({ hasText: new RegExp(`^${label}$`) })
  await term.waitFor()
  return term.locator('xpath=following-sibling::dd[1]').innerText()
}
