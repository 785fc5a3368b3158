import { ChatError } from './ChatError.ts'

const WHAT_TO_DO: Record<number, string> = {
  400: 'Change the question and ask again.',
  401: 'Give a valid key above and ask again.',
  402: 'The escrow behind this key does not cover the answer: its payer has to deposit OPEN before it can ask on.',
  404: 'Pick another model.',
  429: 'Too much is asked at once: wait a moment and ask again.',
  503: 'A part of the system is not ready: wait a moment and ask again.',
}

/** What went wrong with an answer and what to do, for a person. */
export function chatErrorText(error: unknown): string {
  const message = sentence(error instanceof Error ? error.message : String(error))
  if (!(error instanceof ChatError)) return `The answer could not be read. ${message}`
  const advice = WHAT_TO_DO[error.status]
  return advice ? `${message} ${advice}` : message
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}
