import type { TrainingRecord } from '../../engine-client/engineClient.ts'
import type { FetchedRecord } from '../../ingest/bodies/fetchContribution.ts'

/** A record as the engine learns it: a text as it stands, anything else as a question's answer. */
export function trainingRecord({ recordNo, record }: FetchedRecord): TrainingRecord {
  const no = recordNo.toString()
  switch (record.kind) {
    case 'text':
      return { recordNo: no, text: record.body }
    case 'qa':
      return { recordNo: no, question: record.body.question, answer: record.body.answer }
    case 'correction':
      return { recordNo: no, question: record.body.prompt, answer: record.body.right }
    case 'preference':
      return { recordNo: no, question: record.body.prompt, answer: record.body.chosen }
  }
}
