import { BrowserError } from './BrowserError.ts'
import { checkAccess } from './checkAccess.ts'
import type { View } from './View.ts'

const ANSWER_MS = 90_000

/**
 * *Chat*: asks an adapter a question by keyboard, reads the answer and who is behind it, and goes on
 * to its receipt. Returns the name of the adapter; the page of the new answer stays open.
 */
export async function checkChat(view: View, question: string): Promise<string> {
  const { page, apiUrl } = view
  await page.goto(`${apiUrl}/chat`)
  await page.getByRole('heading', { name: 'Chat', level: 1 }).waitFor()
  const model = page.getByLabel('Model')
  const adapter = model.getByRole('option', { name: /adapter/ }).last()
  await adapter.waitFor({ state: 'attached' })
  const names = await model.getByRole('option').allInnerTexts()
  if (!names.some((name) => name.includes('base model'))) {
    throw new BrowserError(`Chat: the base model is not on offer, only ${names.join(', ')}`)
  }
  const name = (await adapter.getAttribute('value')) ?? ''
  await model.selectOption(name)
  if (!(await page.getByLabel(/^Public:/).isChecked())) await page.getByLabel(/^Public:/).check()
  await page.getByRole('textbox', { name: 'Question' }).fill(question)
  await page.keyboard.press('Enter')

  const turn = page.getByRole('article', { name: question })
  await turn.getByText('Behind this answer:').waitFor({ timeout: ANSWER_MS })
  const text = await turn.innerText()
  for (const words of ['base model', 'commons', 'A match is not proof of causation']) {
    if (!text.includes(words)) throw new BrowserError(`Chat: the answer does not say "${words}"`)
  }
  if (text.includes('The model answered nothing')) {
    throw new BrowserError(`Chat: ${name} answered nothing to "${question}"`)
  }
  await checkAccess(view, 'chat')
  await turn.getByRole('link', { name: 'Receipt, shares and where the money stands' }).click()
  await page.getByRole('heading', { name: question, level: 1 }).waitFor()
  return name
}
