import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { concat, getCreateAddress, Interface, id as keccak } from 'ethers'
import { INDEXED_CONTRACTS } from '../subgraph/eventAbis.ts'
import { RAW_LOG_BYTECODE } from './rawLogBytecode.ts'

const ABIS = join(import.meta.dirname, '..', '..', 'subgraph', 'abis')
/** Which of the chain's accounts deploys: the first one's addresses are taken. */
const DEPLOYER = 1
/** The accounts of a local chain, whose addresses follow from anvil's well-known words. */
const DEPLOYER_ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

type Contract = (typeof INDEXED_CONTRACTS)[number]

interface Transaction {
  readonly from: string
  readonly to: string | null
  readonly data: string
}

const addresses = new Map(
  INDEXED_CONTRACTS.map((name, nonce) => {
    return [name, getCreateAddress({ from: DEPLOYER_ADDRESS, nonce }).toLowerCase()]
  }),
)

/** Where the subgraph's contracts stand: each is a contract that emits what it is told. */
export function ownAddress(contract: Contract): string {
  return addresses.get(contract) as string
}

const events = new Map(
  INDEXED_CONTRACTS.map((name) => {
    return [name, new Interface(readFileSync(join(ABIS, `${name}.json`), 'utf8'))]
  }),
)

/** How many of each thing there are on the branch that lasts. */
const made = { accounts: 0, datanets: 0, contributions: 0, models: 0, batches: 0, epochs: 0 }
const proposals: bigint[] = []

/** Events of our own contracts, in an order in which these could emit them. */
export const script = {
  transactions(number: number, branch: number, accounts: readonly string[]): Transaction[] {
    const sender = accounts[DEPLOYER]
    if (number === 1) {
      return INDEXED_CONTRACTS.map(() => ({ from: sender, to: null, data: RAW_LOG_BYTECODE }))
    }
    const sent: Transaction[] = []
    const emit = (contract: Contract, event: string, ...values: unknown[]) => {
      const { data, topics } = (events.get(contract) as Interface).encodeEventLog(event, values)
      sent.push({
        from: accounts[(number + sent.length) % accounts.length],
        to: ownAddress(contract),
        data: concat([`0x0${topics.length}`, ...topics, data]),
      })
    }
    const what = numbers(number * 16 + branch)
    if (branch === 0) makeThings(number, what, accounts, emit)
    useThings(what, accounts, emit)
    return sent
  },
}

type Emit = (contract: Contract, event: string, ...values: unknown[]) => void
type Numbers = (bound: number) => number

/** What gives things their numbers happens on the lasting branch alone. */
function makeThings(number: number, below: Numbers, accounts: readonly string[], emit: Emit): void {
  const someAccount = () => 1 + below(made.accounts)
  const hash = () => keccak(String(below(2 ** 31)))
  if (number < 20 || below(8) === 0) {
    emit('AccountRegistry', 'AccountRegistered', ++made.accounts, accounts[below(10)])
  }
  if (number % 25 === 5) {
    const uri = `ipfs://datanet ${made.datanets} “ü”`
    const kinds = [below(3), below(3)]
    emit('DatanetRegistry', 'DatanetCreated', ++made.datanets, someAccount(), ...kinds, hash(), uri)
  }
  if (made.datanets > 0 && below(3) === 0) {
    const records = 1 + below(50)
    emit(
      'DatanetRegistry',
      'ContributionSubmitted',
      ...[1 + below(made.datanets), ++made.contributions, someAccount(), below(10_000), records],
      ...[below(2 ** 31), hash(), hash(), 1_700_000_000 + number],
    )
  }
  if (number % 30 === 10) {
    const parent = below(made.models + 1)
    emit(
      'ModelRegistry',
      'ModelRegistered',
      ...[++made.models, someAccount(), parent, below(2), hash(), hash()],
    )
  }
  if (below(4) === 0) {
    const count = 1 + below(9)
    made.batches += 1
    emit(
      'AttributionSettlement',
      'InferenceBatchCommitted',
      ...[1, made.batches, 2 ** 40 + made.batches * 10, count, count * 10 ** 9],
      ...[made.batches * 10 ** 9, hash(), hash(), 1, hash()],
    )
  }
  if (number % 20 === 15) {
    const first = Math.max(1, made.batches - 3)
    emit(
      'AttributionSettlement',
      'EpochPosted',
      ...[++made.epochs, first, made.batches, hash(), 10n ** 18n, 1, hash(), 1_800_000_000],
    )
  }
  if (number % 40 === 12) {
    const proposal = BigInt(hash())
    proposals.push(proposal)
    emit(
      'OpenGovernor',
      'ProposalCreated',
      ...[proposal, accounts[1], [accounts[2], accounts[3]], [0, 1], ['', ''], ['0x', '0x0102']],
      ...[number + 1, number + 30, `Proposal of block ${number}`],
    )
  }
}

/** What refers to things that there are, on any branch. */
function useThings(below: Numbers, accounts: readonly string[], emit: Emit): void {
  const hash = () => keccak(String(below(2 ** 31)))
  const account = () => 1 + below(made.accounts)
  const person = () => accounts[below(10)]
  if (made.accounts > 0 && below(10) === 0) {
    emit('AccountRegistry', 'PayeeChanged', account(), person(), person())
  }
  if (made.contributions > 0 && below(5) === 0) {
    const contribution = 1 + below(made.contributions)
    const verdict = [below(3), below(1_000_000)]
    emit('DatanetRegistry', 'ContributionReviewed', contribution, account(), ...verdict, hash())
  }
  if (made.datanets > 0 && below(6) === 0) {
    const grant = [1 + below(made.datanets), person(), below(2)]
    emit('DatanetRegistry', 'AccessGranted', ...grant, below(1000), 2 ** 40, hash())
    if (below(3) === 0) emit('DatanetRegistry', 'AccessRevoked', ...grant)
  }
  if (made.models > 0 && below(6) === 0) {
    const delta = below(1000) - 500
    emit('ModelRegistry', 'StakeChanged', 1 + below(made.models), account(), delta, below(5000))
    const trained = [1 + below(made.models), 1 + below(made.datanets)]
    emit('ModelRegistry', 'ModelTrainedOn', ...trained, hash(), below(1000))
  }
  if (made.accounts > 0 && below(3) === 0) {
    const payer = account()
    const amounts = [below(1e9), below(1e9), below(1e9)]
    emit('PaymentEscrow', 'Deposited', payer, 0, person(), ...amounts)
    if (below(3) === 0) emit('PaymentEscrow', 'ThawStarted', payer, 0, 5, 6, 1_900_000_000)
    if (below(3) === 0) emit('PaymentEscrow', 'Withdrawn', payer, 0, person(), ...amounts)
    emit('PaymentEscrow', 'VoucherCollected', payer, 1, person(), below(99), ...amounts, below(9))
  }
  if (made.epochs > 0 && below(6) === 0) {
    const epoch = 1 + below(made.epochs)
    emit('AttributionSettlement', 'Paid', account(), epoch, person(), below(1e9), below(1e9))
    if (below(4) === 0) emit('AttributionSettlement', 'EpochActivated', epoch, 10n ** 18n)
    if (below(9) === 0) {
      emit('AttributionSettlement', 'EpochDisabled', epoch, made.epochs, person(), hash())
    }
  }
  if (below(7) === 0) {
    emit('ParamRegistry', 'ParamsScheduled', below(9), hash(), below(99), below(99), below(99))
  }
  if (below(2) === 0) {
    const zero = `0x${'00'.repeat(20)}`
    const from = below(4) === 0 ? zero : person()
    emit('GOpen', 'Transfer', from, person(), 10n ** BigInt(below(20)))
    if (below(3) === 0) emit('GOpen', 'DelegateChanged', person(), person(), person())
    if (below(3) === 0) emit('GOpen', 'DelegateVotesChanged', person(), below(99), below(999))
  }
  const [proposal] = proposals.slice(below(proposals.length))
  if (proposal !== undefined && below(4) === 0) {
    const vote = [below(3), below(10 ** 6), below(2) === 0 ? '' : 'because']
    emit('OpenGovernor', 'VoteCast', person(), proposal, ...vote)
    if (below(3) === 0)
      emit('OpenGovernor', 'VoteCastWithParams', person(), proposal, ...vote, '0x0b')
    if (below(6) === 0) emit('OpenGovernor', 'ProposalExtended', proposal, 1_900_000_000)
    if (below(6) === 0) emit('OpenGovernor', 'ProposalQueued', proposal, 1_900_000_000)
    if (below(9) === 0) emit('OpenGovernor', 'ProposalExecuted', proposal)
    if (below(9) === 0) emit('OpenGovernor', 'ProposalCanceled', proposal)
  }
}

/** Numbers below a bound that are the same for the same seed. */
function numbers(seed: number): Numbers {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return bound === 0 ? 0 : Math.floor((state / 2 ** 32) * bound)
  }
}
