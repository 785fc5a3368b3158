import { BrowserError } from './BrowserError.ts'
import { checkChat } from './checkChat.ts'
import { checkEarnings } from './checkEarnings.ts'
import { checkInference } from './checkInference.ts'
import { checkLiveLoop } from './checkLiveLoop.ts'
import { openBrowser } from './openBrowser.ts'

const STEP_MS = 20_000

/**
 * Looks at the four pages of a running system after its loop, as a person would, and throws what is
 * wrong. It asks one question, so the system has one more answer afterwards, and returns when that
 * is paid: ledger, subgraph and contract agree then as they did before.
 *
 * @param options.screenshots folder for pictures of every page, light and dark, wide and narrow
 */
export async function checkPages(options: { apiUrl: string; screenshots?: string }): Promise<void> {
  const browser = await openBrowser()
  try {
    const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' })
    context.setDefaultTimeout(STEP_MS)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`)
    })
    const view = { page, apiUrl: options.apiUrl, screenshots: options.screenshots }
    const question = await checkLiveLoop(view)
    const model = await checkChat(view, question)
    await checkEarnings(view)
    await checkInference(view, { question, model })
    if (complaints.length > 0) {
      throw new BrowserError(`the browser complained: ${complaints.join('; ')}`)
    }
  } finally {
    await browser.close()
  }
}
