import type { Deployment } from '@tributary/contracts/deployment/deployment'
import type { Configuration } from '@tributary/protocol/config/configuration'
import { formatOpen } from '@tributary/protocol/money/formatOpen'
import type { HDNodeWallet, JsonRpcProvider } from 'ethers'
import type { ApiClient } from './apiClient.ts'
import type { SampleDatanet } from './datanets/sampleDatanets.ts'
import { checkMoney } from './money/checkMoney.ts'
import { type Money, readMoney } from './money/readMoney.ts'
import { ORDER, type SampleOptions, type Until } from './options.ts'
import type { InstalledPackage } from './packages/installedPackages.ts'
import { planQuestions } from './questions/planQuestions.ts'
import type { Report } from './Report.ts'
import type { AnswerResult, SampleResult } from './result/SampleResult.ts'
import { type Asked, ask } from './steps/ask.ts'
import { type Attributed, awaitAttributed } from './steps/awaitAttributed.ts'
import { awaitIndexed } from './steps/awaitIndexed.ts'
import { awaitPaid } from './steps/awaitPaid.ts'
import { contribute } from './steps/contribute.ts'
import { train } from './steps/train.ts'
import { verifyOne } from './steps/verifyOne.ts'

/** Name of the sample adapter. */
const ALIAS = 'npm-guide'

/** Questions asked; one of the taught ones is the planted one. */
const QUESTIONS = {
  loop: { taught: 2, untaught: 0, general: 1 },
  demo: { taught: 10, untaught: 1, general: 5 },
  small: { taught: 2, untaught: 0, general: 0 },
}

interface Sample {
  options: SampleOptions
  api: ApiClient
  report: Report
  provider: JsonRpcProvider
  deployment: Deployment
  configuration: Configuration
  packages: InstalledPackage[]
  datanets: SampleDatanet[]
  wallets: Map<string, HDNodeWallet>
}

/** Runs the loop up to the step it is asked for. `ok` covers what ran. */
export async function runSample(sample: Sample): Promise<SampleResult> {
  const { options, api, report } = sample
  const reaches = (step: Until) => ORDER.indexOf(options.until) >= ORDER.indexOf(step)
  const result: SampleResult = {
    ok: true,
    contributors: null,
    records: null,
    inferences: null,
    feeWei: null,
    contributorWei: null,
    otherWei: null,
    pendingWei: null,
    ppmSum: null,
    ledgerWei: null,
    subgraphWei: null,
    contractWei: null,
    verify: null,
    answers: null,
    seconds: report.seconds,
  }

  const contributed = await report.step(
    'contribute',
    'Contributing sample records, one wallet an author',
    (progress) => contribute({ ...sample, progress }),
    ({ contributions, records, contributors }) => ({
      text: `${records} records in ${contributions} contributions by ${contributors} wallets`,
      data: { contributions, records, contributors },
    }),
  )
  result.contributors = contributed.contributors
  result.records = contributed.records
  await report.step(
    'index',
    'Verifying, clustering and indexing the records',
    (progress) => awaitIndexed(api, [...contributed.datanets.values()], progress),
    (indexed) => ({ text: `${indexed} records indexed`, data: { indexed } }),
  )
  if (!reaches('ask')) return result

  const datanetId = contributed.datanets.get('npm-descriptions')
  if (datanetId === undefined) throw new Error('the trained Datanet is missing')
  const trained = await report.step(
    'train',
    `Training the adapter ${ALIAS} on Datanet ${datanetId}`,
    (progress) => train(api, { datanetId, alias: ALIAS, seed: options.seed, progress }),
    ({ modelId, lossFirst, lossLast }) => ({
      text: `model ${modelId}, loss ${lossFirst.toFixed(2)} → ${lossLast.toFixed(2)}`,
      data: { modelId, lossFirst, lossLast },
    }),
  )
  const { base, adapter } = await modelNames(api, trained.modelId)
  const questions = planQuestions({
    packages: sample.packages,
    datanets: sample.datanets,
    ...QUESTIONS[options.plan],
    seed: options.seed,
  })
  const asked = await report.step(
    'ask',
    `Asking ${questions.length} questions, of ${base} and of ${adapter}`,
    (progress) =>
      ask(api, {
        questions,
        baseModel: base,
        adapterModel: adapter,
        progress,
        line: (text) => report.line(text),
      }),
    (answers) => ({
      text: `${2 * answers.length} answers`,
      data: { answers: answers.map(shownAnswer) },
    }),
  )
  const requestIds = asked.flatMap((entry) => [entry.base.requestId, entry.adapter.requestId])
  const attributed = await report.step(
    'attribute',
    'Working out who is behind each answer',
    (progress) => awaitAttributed(api, requestIds, progress),
    (answers) => ({
      text: `${answers.size} receipts signed`,
      data: { answers: asked.map((entry) => answerResult(entry, answers)) },
    }),
  )
  result.answers = asked.map((entry) => answerResult(entry, attributed))
  result.inferences = requestIds.length
  const sums = [...attributed.values()].map(({ ppmSum }) => ppmSum)
  result.ppmSum = sums.every((sum) => sum === 1_000_000)
    ? 1_000_000
    : (sums.find((sum) => sum !== 1_000_000) ?? 0)
  result.feeWei = sum([...attributed.values()].map(({ fee }) => BigInt(fee))).toString()
  if (result.ppmSum !== 1_000_000) fail(result, report, `a vector sums to ${result.ppmSum} ppm`)
  if (!reaches('settle')) return result

  const money = await report.step(
    'settle',
    'Settling: batches, an epoch, its challenge window, payouts',
    async (progress) => {
      await awaitPaid(api, requestIds, progress)
      return agreedMoney(sample)
    },
    ({ contractWei }) => ({
      text: `${formatOpen(contractWei)} OPEN paid`,
      data: { contractWei: contractWei.toString() },
    }),
  )
  addMoney(result, money)
  for (const problem of checkMoney(money)) fail(result, report, problem)

  const last = asked.at(-1) as Asked
  const verified = await report.step(
    'verify',
    'Verifying a receipt against the chain, and one with a changed share',
    () =>
      verifyOne({
        apiUrl: sample.configuration.apiUrl,
        rpcUrl: sample.configuration.rpcUrl,
        requestId: (asked[0] ?? last).adapter.requestId,
      }),
    ({ honest, tampered }) => ({
      text: `honest: ${honest ? 'verified' : 'REFUSED'}; tampered: ${tampered ? 'VERIFIED' : 'refused'}`,
      data: { honest, tampered },
    }),
  )
  result.verify = { honest: verified.honest, tampered: verified.tampered }
  if (!verified.honest) {
    fail(result, report, `an honest receipt does not verify: ${verified.problems.join('; ')}`)
  }
  if (verified.tampered) fail(result, report, 'a tampered receipt verifies')
  await report.end({ ok: result.ok })
  return result
}

/**
 * Reads the three sources until they agree: the slowest follows the others by a few seconds, and one
 * may be away for a moment.
 */
async function agreedMoney(sample: Sample): Promise<Money> {
  const deadline = Date.now() + 60_000
  for (;;) {
    try {
      const money = await readMoney({
        provider: sample.provider,
        deployment: sample.deployment,
        subgraphUrl: sample.configuration.subgraphUrl,
        clickhouseUrl: sample.configuration.clickhouseUrl,
      })
      if (checkMoney(money).length === 0 || Date.now() > deadline) return money
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

async function modelNames(api: ApiClient, adapterId: string) {
  const deadline = Date.now() + 60_000
  for (;;) {
    const { data } = await api.get<{
      data: { id: string; tributary: { modelId: string; kind: string } }[]
    }>('/v1/models')
    const base = data.find(({ tributary }) => tributary.kind === 'base')?.id
    const adapter = data.find(({ tributary }) => tributary.modelId === adapterId)?.id
    if (base && adapter) return { base, adapter }
    if (Date.now() > deadline) throw new Error(`model ${adapterId} is not offered by the API`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

function addMoney(result: SampleResult, money: Money): void {
  const role = (name: string) => (money.roles.get(name) ?? 0n).toString()
  result.feeWei = money.feeWei.toString()
  result.contributorWei = role('contributor')
  result.otherWei = {
    base: role('base'),
    commons: role('commons'),
    modelOwner: role('modelOwner'),
    host: role('host'),
    stakers: role('stakers'),
    curators: role('curators'),
    treasury: role('treasury'),
  }
  result.pendingWei = (money.feeWei - money.contractWei).toString()
  result.ledgerWei = money.ledgerWei.toString()
  result.subgraphWei = money.subgraphWei.toString()
  result.contractWei = money.contractWei.toString()
}

function answerResult(entry: Asked, attributed: Map<string, Attributed>): AnswerResult {
  const found = attributed.get(entry.adapter.requestId) as Attributed
  const [top] = found.shares
  return {
    kind: entry.question.kind,
    question: entry.question.question,
    base: entry.base.text,
    adapter: entry.adapter.text,
    top: top
      ? { accountId: Number(top.accountId), payee: top.payee, label: top.label ?? '' }
      : null,
    topPpm: top?.ppm ?? 0,
    basePpm: found.basePpm,
    commonsPpm: found.commonsPpm,
  }
}

const shownAnswer = (entry: Asked) => ({
  kind: entry.question.kind,
  question: entry.question.question,
  base: entry.base,
  adapter: entry.adapter,
})

function fail(result: SampleResult, report: Report, problem: string): void {
  result.ok = false
  report.line(`  ✗ ${problem}`)
}

const sum = (values: bigint[]) => values.reduce((total, value) => total + value, 0n)
