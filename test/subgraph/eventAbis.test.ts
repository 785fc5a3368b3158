import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventAbis } from './eventAbis.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** What no entity is about. A new event has to be handled or to be named here. */
const LEFT_OUT = new Set([
  // Settings and powers: who needs them asks the contract, which has the current ones.
  'ChallengeWindowChanged',
  'EIP712DomainChanged',
  'GuardianChanged',
  'LateQuorumVoteExtensionSet',
  'OwnershipTransferred',
  'Paused',
  'PosterChanged',
  'ProposalThresholdSet',
  'QuorumFloorSet',
  'QuorumNumeratorUpdated',
  'RegistrarChanged',
  'ServiceRegistered',
  'ServiceSignerChanged',
  'SignerAuthorized',
  'SignerRevoked',
  'ThawPeriodChanged',
  'TimelockChange',
  'Unpaused',
  'VotingDelaySet',
  'VotingPeriodSet',
  // Allowances are no holdings.
  'Approval',
  // A hash that hides a contribution until ContributionSubmitted tells of it.
  'ContributionCommitted',
  // Come with an event that is handled: Transfer, Transfer, VoucherCollected.
  'Deposit',
  'Withdrawal',
  'FeesCollected',
  // Nothing was paid: the amount stays owed, and Paid tells of it later.
  'PushFailed',
])

test('the subgraph reads the events that the contracts emit', async () => {
  const manifest = readFileSync(join(root, 'subgraph', 'subgraph.yaml'), 'utf8')
  for (const [name, json] of await eventAbis(root)) {
    assert.equal(
      readFileSync(join(root, 'subgraph', 'abis', `${name}.json`), 'utf8'),
      json,
      `subgraph/abis/${name}.json is stale; run node test/subgraph/writeEventAbis.ts`,
    )
    for (const event of JSON.parse(json) as { name: string; inputs: Input[] }[]) {
      const signature = `${event.name}(${event.inputs.map(eventInput).join(',')})`
      const handled = manifest.includes(`event: ${event.name}(`)
      if (handled) assert.ok(manifest.includes(`event: ${signature}\n`), `${name}: ${signature}`)
      assert.notEqual(handled, LEFT_OUT.has(event.name), `${name}: is ${signature} handled?`)
    }
  }
})

interface Input {
  type: string
  indexed: boolean
}

const eventInput = ({ type, indexed }: Input) => (indexed ? `indexed ${type}` : type)
