import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import axe from 'axe-core'
import { BrowserError } from './BrowserError.ts'
import type { View } from './View.ts'

const WIDE = { width: 1280, height: 900 }
const NARROW = { width: 360, height: 740 }

/**
 * Holds the page that is open, as it is now, against what every page promises: nothing serious for
 * axe in light and in dark, nothing wider than a small telephone, and the word about sample data.
 */
export async function checkAccess({ page, screenshots }: View, name: string): Promise<void> {
  await page.getByText('development wallets, labelled by package author').waitFor()
  await page.getByText('nobody real is paid').waitFor()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const viewport of [WIDE, NARROW]) {
      await page.setViewportSize(viewport)
      const where = `${name}, ${colorScheme}, ${viewport.width} px`
      await checkWidth(page, where)
      await checkAxe(page, where)
      if (!screenshots) continue
      await mkdir(screenshots, { recursive: true })
      await page.screenshot({
        path: join(screenshots, `${name}-${colorScheme}-${viewport.width}.png`),
        fullPage: true,
      })
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.setViewportSize(WIDE)
}

async function checkWidth(page: View['page'], where: string): Promise<void> {
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }))
  if (content > window) {
    throw new BrowserError(
      `${where}: the page is ${content} px wide and has to be scrolled sideways`,
    )
  }
}

async function checkAxe(page: View['page'], where: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const { axe: injected } = globalThis as unknown as { axe: typeof import('axe-core') }
    const results = await injected.run(document)
    return results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map(({ html }) => html).join(' ')}`)
  })
  if (violations.length > 0) {
    throw new BrowserError(`${where}: axe finds ${violations.length}: ${violations.join('; ')}`)
  }
}
