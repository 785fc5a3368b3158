import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type RandomNumbers, randomNumbers } from '../testing/randomNumbers.ts'
import { attributionByPath, attributionVector } from './attributionVector.ts'
import { type Evidence, EvidenceError } from './evidence.ts'
import { DEFAULT_PARAMS } from './params.ts'

const params = DEFAULT_PARAMS
const nothing: Evidence = { v: 1, token: null, gradient: null }

test('without evidence all but the base model’s part is commons', () => {
  assert.deepEqual(attributionVector({ rhoPpm: 810_000, evidence: nothing, params }), [
    { accountId: 2n, clusterId: 0n, ppm: 190_000 },
    { accountId: 3n, clusterId: 0n, ppm: 810_000 },
  ])
  assert.deepEqual(attributionVector({ rhoPpm: 1_000_000, evidence: nothing, params }), [
    { accountId: 3n, clusterId: 0n, ppm: 1_000_000 },
  ])
  assert.deepEqual(
    attributionVector({ rhoPpm: 0, evidence: { v: 1, token: [], gradient: [] }, params }),
    [{ accountId: 2n, clusterId: 0n, ppm: 1_000_000 }],
  )
})

test('a taught answer by hand: base 2 %, gradient 70 % and token 30 % of the rest', () => {
  const evidence: Evidence = {
    v: 1,
    token: [
      {
        start: 0,
        len: 12,
        bits: 60 * 65_536,
        df: 1,
        clusters: [{ clusterId: 7n, accountId: 20n, recordNo: 7n }],
      },
      { start: 14, len: 3, bits: 20 * 65_536, df: 1, clusters: [] },
    ],
    gradient: [
      { recordNo: 7n, clusterId: 7n, accountId: 20n, score: 950n },
      { recordNo: 8n, clusterId: 8n, accountId: 21n, score: 50n },
    ],
  }
  // rest 980,000: gradient 686,000 as .95/.05, token 294,000 as 60/80 and commons 20/80.
  assert.deepEqual(attributionVector({ rhoPpm: 20_000, evidence, params }), [
    { accountId: 2n, clusterId: 0n, ppm: 73_500 },
    { accountId: 3n, clusterId: 0n, ppm: 20_000 },
    { accountId: 20n, clusterId: 7n, ppm: 651_700 + 220_500 },
    { accountId: 21n, clusterId: 8n, ppm: 34_300 },
  ])
  const tokenOnly = { ...params, pathWeightsPpm: { gradient: 0, token: 1_000_000 } }
  assert.deepEqual(attributionByPath({ rhoPpm: 20_000, evidence, params: tokenOnly }).gradient, [])
})

test('a cluster pays the account of its earliest record in the evidence', () => {
  const evidence: Evidence = {
    v: 1,
    token: [
      {
        start: 0,
        len: 9,
        bits: 60 * 65_536,
        df: 1,
        clusters: [{ clusterId: 7n, accountId: 99n, recordNo: 30n }],
      },
    ],
    gradient: [
      { recordNo: 7n, clusterId: 7n, accountId: 20n, score: 1n },
      { recordNo: 30n, clusterId: 7n, accountId: 99n, score: 500n },
    ],
  }
  assert.deepEqual(attributionVector({ rhoPpm: 0, evidence, params }), [
    { accountId: 20n, clusterId: 7n, ppm: 1_000_000 },
  ])
})

function randomEvidence(random: RandomNumbers): Evidence {
  const clusterCount = 1 + random.below(90)
  const record = () => {
    const clusterId = BigInt(1 + random.below(clusterCount))
    return { clusterId, accountId: 16n + (clusterId % 9n), recordNo: clusterId }
  }
  const token = Array.from({ length: random.below(12) }, (_, at) => {
    const unique = new Map(
      Array.from({ length: 1 + random.below(9) }, record).map((one) => [one.clusterId, one]),
    )
    const clusters = [...unique.values()].sort((a, b) => (a.clusterId < b.clusterId ? -1 : 1))
    return {
      start: at * 10,
      len: 1 + random.below(20),
      bits: random.below(6_000_000) - 500_000,
      df: clusters.length + random.below(80),
      clusters,
    }
  })
  const gradient = Array.from({ length: clusterCount }, (_, at) => ({
    recordNo: BigInt(at + 1),
    clusterId: BigInt(at + 1),
    accountId: 16n + (BigInt(at + 1) % 9n),
    score: random.bigint(10n ** 12n) ** 2n - 4n * 10n ** 23n,
  }))
  return {
    v: 1,
    token: random.below(6) === 0 ? null : token,
    gradient: random.below(6) === 0 ? null : gradient,
  }
}

test('any evidence gives a sorted vector of exactly a million, and always the same', () => {
  const random = randomNumbers(14)
  for (let round = 0; round < 150; round += 1) {
    const evidence = randomEvidence(random)
    const rhoPpm = random.below(1_000_001)
    const vector = attributionVector({ rhoPpm, evidence, params })
    assert.equal(
      vector.reduce((sum, { ppm }) => sum + ppm, 0),
      1_000_000,
    )
    assert.equal(vector.find(({ accountId }) => accountId === 3n)?.ppm ?? 0, rhoPpm)
    const shuffled: Evidence = {
      ...evidence,
      token: evidence.token === null ? null : [...evidence.token].reverse(),
    }
    assert.deepEqual(attributionVector({ rhoPpm, evidence: shuffled, params }), vector)
  }
})

test('an impossible base part is refused', () => {
  for (const rhoPpm of [-1, 1_000_001, 0.5]) {
    assert.throws(() => attributionVector({ rhoPpm, evidence: nothing, params }), EvidenceError)
  }
})
