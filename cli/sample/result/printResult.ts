import { formatOpen } from '@tributary/protocol/money/formatOpen'
import type { SampleOptions } from '../options.ts'
import type { Report } from '../Report.ts'
import type { SampleResult } from './SampleResult.ts'

/** Prints the result as a table for people and, when asked, as one JSON line at the end. */
export function printResult(result: SampleResult, options: SampleOptions, report: Report): void {
  const open = (wei: string) => `${formatOpen(BigInt(wei))} OPEN`
  const percent = (ppm: number) => `${(ppm / 10_000).toFixed(1)} %`.padStart(8)
  const rows: [string, string][] = []
  if (result.contributors !== null) {
    rows.push(['contributors', String(result.contributors)], ['records', String(result.records)])
  }
  if (result.inferences !== null) rows.push(['answers', String(result.inferences)])
  if (result.feeWei !== null) rows.push(['fees', open(result.feeWei)])
  if (result.contributorWei !== null) rows.push(['  to contributors', open(result.contributorWei)])
  for (const [role, wei] of Object.entries(result.otherWei ?? {})) {
    rows.push([`  to ${role}`, open(wei)])
  }
  if (result.ledgerWei !== null && result.subgraphWei !== null && result.contractWei !== null) {
    rows.push(
      ['ledger', open(result.ledgerWei)],
      ['subgraph', open(result.subgraphWei)],
      ['contract', open(result.contractWei)],
    )
  }
  if (result.verify) {
    rows.push(['honest receipt', result.verify.honest ? 'verifies' : 'DOES NOT VERIFY'])
    rows.push(['tampered receipt', result.verify.tampered ? 'VERIFIES' : 'is refused'])
  }
  report.line('')
  for (const [name, value] of rows) report.line(`  ${name.padEnd(18)} ${value}`)
  if (result.answers) {
    report.line('')
    report.line('  kind      top share  base      commons   whose / question')
    for (const answer of result.answers) {
      report.line(
        `  ${answer.kind.padEnd(9)} ${percent(answer.topPpm)} ${percent(answer.basePpm)} ` +
          `${percent(answer.commonsPpm)}   ${answer.top?.label ?? '-'} / ${answer.question}`,
      )
    }
  }
  report.line('')
  report.line('Sample data: development wallets, labelled by package author; nobody real is paid.')
  if (options.json) console.log(JSON.stringify(result))
}
