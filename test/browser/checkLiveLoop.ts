import { BrowserError } from './BrowserError.ts'
import { checkAccess } from './checkAccess.ts'
import { figureOf } from './figureOf.ts'
import type { View } from './View.ts'

const STEPS = ['Contribute', 'Index', 'Train', 'Ask', 'Attribute', 'Settle and pay', 'Verify']
const FIGURES = ['Contributors', 'Records', 'Models', 'Answers', 'Fees committed', 'Paid out']

/** *Live loop* after a loop: every step done, the figures there. Returns the first question asked. */
export async function checkLiveLoop(view: View): Promise<string> {
  const { page, apiUrl } = view
  await page.goto(apiUrl)
  await page.getByRole('heading', { name: 'Live loop', level: 1 }).waitFor()
  await page.getByText('The loop has run once').waitFor()
  for (const step of STEPS) {
    await page.getByRole('heading', { name: `${step} done`, exact: true }).waitFor()
  }
  for (const label of FIGURES) {
    const figure = await figureOf(page, label)
    if (!/[1-9]/.test(figure)) throw new BrowserError(`Live loop: ${label} is "${figure}"`)
  }
  await page.getByText(/As of block \d+/).waitFor()
  const answers = page.locator('section').filter({
    has: page.getByRole('heading', { name: 'The same question, before and after training' }),
  })
  const question = await answers.getByRole('heading', { level: 3 }).first().innerText()
  const first = await answers.getByRole('article').first().innerText()
  for (const word of ['Base model', 'Adapter', 'base model', 'commons']) {
    if (!first.includes(word)) throw new BrowserError(`Live loop: "${question}" has no ${word}`)
  }
  await checkAccess(view, 'live-loop')
  return question
}
