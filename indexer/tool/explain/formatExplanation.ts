import type { Explanation } from './explainFailure.ts'

/** A failure as text for a terminal. */
export function formatExplanation(explanation: Explanation): string {
  const { message, handler, dataSource, block, event, file, frames, source, hint } = explanation
  const lines = [
    `${dataSource}.${handler} failed: ${message}`,
    `  block ${block.number} (${block.hash})`,
  ]
  if (event !== null) {
    lines.push(
      `  event ${event.signature}`,
      `    of ${event.address}, log ${event.logIndex}, transaction ${event.transaction}`,
      ...Object.entries(event.parameters).map(([name, value]) => `    ${name} = ${value}`),
    )
  }
  if (file !== null) lines.push(`  file ${file}`)
  if (source !== null) {
    const width = String(source.lines.at(-1)?.number ?? 0).length
    lines.push(`  ${source.file}:${source.line}:${source.column}`)
    for (const { number, text } of source.lines) {
      const mark = number === source.line ? '>' : ' '
      lines.push(`  ${mark} ${String(number).padStart(width)} | ${text}`)
      if (number === source.line) {
        lines.push(`    ${' '.repeat(width)} | ${' '.repeat(source.column - 1)}^`)
      }
    }
  }
  for (const frame of frames) {
    const place = frame.file === null ? '' : ` (${frame.file}:${frame.line}:${frame.column})`
    lines.push(`    at ${frame.function}${place}`)
  }
  if (hint !== null) lines.push(`  ${hint}`)
  lines.push(
    explanation.deterministic
      ? '  Every host stops here: the deployment has failed until its mapping is changed.'
      : '  Not a deterministic error: the block is tried again and again until it passes.',
  )
  return lines.join('\n')
}
