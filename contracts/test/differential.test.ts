import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DEFAULT_PARAMS } from '@tributary/protocol/attribution/params'
import { splitPool } from '@tributary/protocol/attribution/splitPool'
import {
  VECTOR_TOTAL_PPM,
  type VectorEntry,
  vectorRoot,
} from '@tributary/protocol/attribution/vector'
import { DEVELOPMENT_KEYS } from '@tributary/protocol/config/developmentKeys'
import { fee } from '@tributary/protocol/fees/fee'
import { buildMerkleSumTree } from '@tributary/protocol/merkle/merkleSumTree'
import { merkleProof, merkleRoot, verifyMerkleProof } from '@tributary/protocol/merkle/merkleTree'
import { type Receipt, receiptDigest, receiptLeaf } from '@tributary/protocol/receipts/receipt'
import { type Voucher, voucherDigest } from '@tributary/protocol/receipts/voucher'
import { recordLeaf } from '@tributary/protocol/records/recordLeaf'
import { type RandomNumbers, randomNumbers } from '@tributary/protocol/testing/randomNumbers'
import { Contract, ContractFactory, hexlify, Wallet } from 'ethers'
import { type Contracts, connectContracts } from '../connect.ts'
import { deploy } from '../deploy/deploy.ts'
import { presets } from '../deploy/presets.ts'
import { startAnvil, type TestChain } from './support/anvil.ts'
import { compileHarness } from './support/compileHarness.ts'

const CASES = 200

/** protocol/ against Solidity: what both compute must agree on random input, bit for bit. */
describe('protocol and contracts', () => {
  let chain: TestChain
  let harness: Contract
  let contracts: Contracts

  before(async () => {
    chain = await startAnvil()
    const deployer = new Wallet(DEVELOPMENT_KEYS[0] as string, chain.provider)
    const { abi, bytecode } = compileHarness()
    const created = await new ContractFactory(abi, bytecode, deployer).deploy()
    await created.waitForDeployment()
    harness = new Contract(await created.getAddress(), abi, chain.provider)
    const deployment = await deploy({
      provider: chain.provider,
      deployer,
      preset: presets.local,
      serviceSigner: new Wallet(DEVELOPMENT_KEYS[1] as string).address,
    })
    contracts = connectContracts(deployment, chain.provider)
  })

  after(() => chain.stop())

  /** Calls the chain for every case; `check` gets the case and what the chain answered. */
  async function compare<Case, Answer>(
    seed: number,
    draw: (random: RandomNumbers) => Case,
    ask: (drawn: Case) => Promise<Answer>,
    check: (drawn: Case, answer: Answer) => void,
  ): Promise<void> {
    const random = randomNumbers(seed)
    const cases = Array.from({ length: CASES }, () => draw(random))
    const answers = await Promise.all(cases.map(ask))
    cases.forEach((drawn, at) => {
      check(drawn, answers[at] as Answer)
    })
  }

  it('agree on record leaves', () =>
    compare(
      1,
      (random) => ({
        salt: random.bytes(32),
        recordId: hash(random),
        byteLength: Number(uint(random, 32n)),
      }),
      ({ salt, recordId, byteLength }) => harness.recordLeaf?.(salt, recordId, byteLength),
      ({ salt, recordId, byteLength }, answer) =>
        assert.equal(recordLeaf(salt, recordId, byteLength), answer),
    ))

  it('agree on Merkle roots and proofs', () =>
    compare(
      2,
      (random) => {
        const leaves = Array.from({ length: random.below(40) }, () => hash(random))
        const index = random.below(Math.max(1, leaves.length))
        const proof = leaves.length === 0 ? [] : merkleProof(leaves, index)
        // Some proofs are false: too long, too short, one bit off, or of another place.
        const twist = random.below(6)
        if (twist === 0) proof.push(hash(random))
        if (twist === 1) proof.pop()
        if (twist === 2 && proof.length > 0) proof[random.below(proof.length)] = hash(random)
        const place = twist === 3 ? index + 1 : index
        return { leaves, leaf: leaves[index] ?? hash(random), place, proof }
      },
      async ({ leaves, leaf, place, proof }) => ({
        root: await harness.merkleRoot?.(leaves),
        verified: await harness.verifyMerkle?.(
          leaf,
          place,
          leaves.length,
          proof,
          merkleRoot(leaves),
        ),
      }),
      ({ leaves, leaf, place, proof }, { root, verified }) => {
        assert.equal(merkleRoot(leaves), root)
        assert.equal(verifyMerkleProof(leaf, place, leaves.length, proof, root), verified)
      },
    ))

  it('agree on Merkle-sum roots and proofs', () =>
    compare(
      3,
      (random) => {
        const cumulative = new Map<bigint, bigint>()
        const highest = 1 + random.below(60)
        for (let count = random.below(20); count > 0; count -= 1) {
          cumulative.set(BigInt(random.below(highest)), uint(random, 120n))
        }
        cumulative.set(BigInt(highest), uint(random, 120n))
        const tree = buildMerkleSumTree(cumulative)
        return { cumulative, tree, id: BigInt(random.below(2 ** tree.depth)) }
      },
      async ({ cumulative, tree, id }) => {
        const leaves = Array.from(
          { length: 2 ** tree.depth },
          (_, at) => cumulative.get(BigInt(at)) ?? 0n,
        )
        const proof = tree.proof(id)
        return {
          root: await harness.sumRoot?.(leaves),
          climbed: await harness.sumClimb?.(tree.depth, id, proof.cumulative, proof.siblings),
        }
      },
      ({ tree }, { root, climbed }) => {
        for (const answer of [root, climbed]) {
          assert.equal(tree.root.hash, answer.hash)
          assert.equal(tree.root.sum, answer.sum)
        }
      },
    ))

  it('agree on receipts and on what is signed for them', () =>
    compare(
      4,
      drawReceipt,
      async (receipt) => {
        const leaf = await harness.receiptLeaf?.(receipt)
        return { leaf, digest: await contracts.settlement.receiptDigest(leaf) }
      },
      (receipt, { leaf, digest }) => {
        assert.equal(receiptLeaf(receipt), leaf)
        const domain = {
          chainId: 31337n,
          verifyingContract: contracts.settlement.target as string,
        }
        assert.equal(receiptDigest(receipt, domain), digest)
      },
    ))

  it('agree on what is signed for vouchers', () =>
    compare(
      5,
      (random): Voucher => ({
        payerId: uint(random, 64n),
        serviceId: Number(uint(random, 16n)),
        cumulative: uint(random, 128n),
        inferenceNo: uint(random, 64n),
      }),
      (voucher) => contracts.escrow.voucherDigest(voucher),
      (voucher, digest) => {
        const domain = { chainId: 31337n, verifyingContract: contracts.escrow.target as string }
        assert.equal(voucherDigest(voucher, domain), digest)
      },
    ))

  it('agree on vectors', () =>
    compare(
      6,
      drawVector,
      (vector) => harness.vectorRoot?.(vector),
      (vector, answer) => assert.equal(vectorRoot(vector), answer),
    ))

  it('agree on every wei of a pool', () =>
    compare(
      7,
      (random) => ({ vector: drawVector(random), pool: uint(random, 1n + random.bigint(128n)) }),
      ({ vector, pool }) =>
        harness.splitPool?.(
          pool,
          vector.map(({ ppm }) => ppm),
        ),
      ({ vector, pool }, answer) => {
        const parts = splitPool(pool, vector)
        assert.deepEqual(parts, [...answer])
        assert.equal(
          parts.reduce((sum, part) => sum + part, 0n),
          pool,
        )
      },
    ))

  it('agree on fees', () =>
    compare(
      8,
      (random) => [
        Number(uint(random, 32n)),
        Number(uint(random, 32n)),
        random.below(2) === 0 ? DEFAULT_PARAMS.feeRateIn : uint(random, 90n),
        uint(random, 90n),
      ],
      (values) => harness.fee?.(...values),
      ([tokensIn, tokensOut, rateIn, rateOut], answer) =>
        assert.equal(
          fee(tokensIn as number, tokensOut as number, rateIn as bigint, rateOut as bigint),
          answer,
        ),
    ))
})

function hash(random: RandomNumbers): string {
  return hexlify(random.bytes(32))
}

/** An integer of at most that many bits; short ones come as often as long ones. */
function uint(random: RandomNumbers, bits: bigint): bigint {
  const edge = random.below(10)
  if (edge === 0) return 0n
  if (edge === 1) return (1n << bits) - 1n
  return random.bigint(1n << (1n + random.bigint(bits)))
}

function drawReceipt(random: RandomNumbers): Receipt {
  return {
    requestId: hash(random),
    inferenceNo: uint(random, 64n),
    modelId: uint(random, 64n),
    adapterHash: hash(random),
    payerId: uint(random, 64n),
    fee: uint(random, 128n),
    tokensIn: Number(uint(random, 32n)),
    tokensOut: Number(uint(random, 32n)),
    paramsVersion: Number(uint(random, 32n)),
    snapshotsRoot: hash(random),
    promptHash: hash(random),
    answerHash: hash(random),
    evidenceRoot: hash(random),
    vectorRoot: hash(random),
    issuedAt: uint(random, 64n),
  }
}

/** A vector of 1 to 30 entries, sorted, each at least 1 ppm, a million in all. */
function drawVector(random: RandomNumbers): VectorEntry[] {
  const count = 1 + random.below(30)
  const cuts = new Set<number>()
  while (cuts.size < count - 1) cuts.add(1 + random.below(VECTOR_TOTAL_PPM - 1))
  const bounds = [0, ...[...cuts].sort((one, other) => one - other), VECTOR_TOTAL_PPM]
  let accountId = 0n
  let clusterId = 0n
  return Array.from({ length: count }, (_, at) => {
    if (at === 0 || random.below(3) > 0) {
      accountId += 1n + random.bigint(1n << 50n)
      clusterId = random.bigint(1n << 58n)
    } else {
      clusterId += 1n + random.bigint(1n << 50n)
    }
    return { accountId, clusterId, ppm: (bounds[at + 1] as number) - (bounds[at] as number) }
  })
}
