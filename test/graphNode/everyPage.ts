import assert from 'node:assert/strict'

type Ask = <T>(query: string, variables?: Record<string, unknown>) => Promise<T>

const AS_OF = 'asOf { block { number hash timestamp } safeBlock finalizedBlock ledgerEpoch }'
const AT = '{ block time transaction finality }'
const CONTRIBUTION = `contributionId datanetId accountId firstRecordNo records bytesTotal at ${AT}`
const PAYMENT = `epochId payee amount cumulative at ${AT}`

/** Asks the API for everything that it reads from the subgraph, once the loop has run. */
export async function everyPage(ask: Ask): Promise<void> {
  const { datanets } = await ask<{
    datanets: { datanetId: string; contributions: { at: { finality: string } }[] }[]
  }>(
    `{ datanets { datanetId owner { accountId payee paid } contributionCount recordCount bytesTotal
         indexedRecords contributions(first: 5) { ${CONTRIBUTION} } models { modelId name }
         createdAt ${AT} ${AS_OF} } }`,
  )
  assert.ok(datanets.length > 0)
  assert.ok(datanets.some(({ contributions }) => contributions.length > 0))

  const { contributors } = await ask<{ contributors: { accountId: string; payee: string }[] }>(
    `{ contributors(first: 3) { accountId payee label paid contributionCount
         earnings { total paid unpaid pending }
         contributions(first: 3) { ${CONTRIBUTION} } payments(first: 3) { ${PAYMENT} } } }`,
  )
  const [contributor] = contributors
  assert.ok(contributor)
  for (const variables of [{ id: contributor.accountId }, { address: contributor.payee }]) {
    const found = await ask<{ contributor: { accountId: string } }>(
      `query ($id: BigInt, $address: Address) { contributor(id: $id, address: $address) {
         accountId payments { ${PAYMENT} } ${AS_OF} } }`,
      variables,
    )
    assert.ok(found.contributor)
  }

  const { models } = await ask<{ models: { modelId: string; datanets: unknown[] }[] }>(
    `{ models { modelId name kind owner { accountId } weightsHash inferences fees
         datanets { datanet { datanetId name } snapshotRoot lastRecordNo } registeredAt ${AT} } }`,
  )
  assert.ok(models.some(({ datanets }) => datanets.length > 0))

  const { epochs } = await ask<{
    epochs: { epochId: string; batches: unknown[]; payments: unknown[] }[]
  }>(
    `{ epochs { epochId status firstBatch lastBatch root sum added paid settled activatesAt
         batches { batchId firstInferenceNo count fees daCommitment at ${AT} }
         payments { ${PAYMENT} } postedAt ${AT} ${AS_OF} } }`,
  )
  const [epoch] = epochs
  assert.ok(epoch)
  assert.ok(epochs.some(({ batches }) => batches.length > 0))
  assert.ok(epochs.some(({ payments }) => payments.length > 0))
  const one = await ask<{ epoch: { epochId: string } }>(
    'query ($id: BigInt!) { epoch(id: $id) { epochId status paid } }',
    { id: epoch.epochId },
  )
  assert.equal(one.epoch.epochId, epoch.epochId)

  const { inferences } = await ask<{ inferences: { nodes: { state: string }[] } }>(
    `{ inferences { nodes { inferenceNo model { modelId name } fee state
         states { state at block transaction finality } receipt { batchId epochId } } } }`,
  )
  assert.ok(inferences.nodes.some(({ state }) => state === 'PAID'))

  const { stats } = await ask<{ stats: { accounts: number; paid: string } }>(
    `{ stats { accounts contributors datanets contributions records models inferences epochs fees
         deposited collected paid } }`,
  )
  assert.ok(BigInt(stats.paid) > 0n)
  // Nobody has proposed anything; the queries have to be understood all the same.
  const { proposals, proposal } = await ask<{ proposals: unknown[]; proposal: unknown }>(
    `{ proposals { proposalId status forVotes supply voteStart voteEnd votes { voter weight } }
       proposal(id: "1") { proposalId votes { voter support weight reason at ${AT} } } }`,
  )
  assert.deepEqual([proposals, proposal], [[], null])
}
