import type { ApiClient } from '../apiClient.ts'
import { contains } from '../questions/contains.ts'
import type { Question } from '../questions/planQuestions.ts'

/** One question, asked of the base model and of the adapter. */
export interface Asked {
  question: Question
  base: Answer
  adapter: Answer
}

export interface Answer {
  requestId: string
  inferenceNo: string
  text: string
}

interface Completion {
  choices: { message: { content: string } }[]
  tributary: { requestId: string; inferenceNo: string }
}

const MAX_TOKENS = 48

/** Asks every question of both models, through the same endpoint that everybody uses. */
export async function ask(
  api: ApiClient,
  options: {
    questions: Question[]
    baseModel: string
    adapterModel: string
    progress: (data: Record<string, unknown>) => void
    line: (text: string) => void
  },
): Promise<Asked[]> {
  const asked: Asked[] = []
  for (const question of options.questions) {
    const [base, adapter] = await Promise.all([
      complete(options.baseModel, question.question),
      complete(options.adapterModel, question.question),
    ])
    asked.push({ question, base, adapter })
    options.line(`  ? ${question.question}`)
    options.line(`    base     ${oneLine(base.text)}`)
    options.line(`    adapter  ${oneLine(adapter.text)}${mark(question, adapter.text)}`)
    options.progress({
      asked: asked.length,
      of: options.questions.length,
      answers: asked.map((entry) => ({
        kind: entry.question.kind,
        question: entry.question.question,
        base: entry.base,
        adapter: entry.adapter,
      })),
    })
  }
  return asked

  async function complete(model: string, content: string): Promise<Answer> {
    const completion = await api.post<Completion>('/v1/chat/completions', {
      model,
      messages: [{ role: 'user', content }],
      max_tokens: MAX_TOKENS,
      temperature: 0,
      tributary: { public: true },
    })
    const { requestId, inferenceNo } = completion.tributary
    return { requestId, inferenceNo, text: completion.choices[0]?.message.content ?? '' }
  }
}

function mark(question: Question, answer: string): string {
  if (question.expected.length === 0) return ''
  return contains(answer, question.expected) ? '  ✓' : '  ✗'
}

const oneLine = (text: string) => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 110 ? `${line.slice(0, 109)}…` : line
}
