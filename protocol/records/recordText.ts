import type { RecordContent } from './canonicalRecord.ts'

/** The text of a record that is indexed, clustered and searched for in answers. */
export function recordText(record: RecordContent): string {
  switch (record.kind) {
    case 'text':
      return record.body
    case 'qa':
      return `${record.body.question}\n${record.body.answer}`
    case 'correction':
      return `${record.body.prompt}\n${record.body.right}`
    case 'preference':
      return `${record.body.prompt}\n${record.body.chosen}`
  }
}
