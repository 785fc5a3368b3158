import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { paramsFromValues } from '@tributary/protocol/attribution/params'
import { DEVELOPMENT_KEYS } from '@tributary/protocol/config/developmentKeys'
import { inferenceNo } from '@tributary/protocol/ids/inferenceNo'
import { buildMerkleSumTree } from '@tributary/protocol/merkle/merkleSumTree'
import { parseOpen } from '@tributary/protocol/money/parseOpen'
import { signVoucher } from '@tributary/protocol/receipts/voucher'
import { id, Wallet, ZeroHash } from 'ethers'
import { contractNames } from '../build/contractNames.ts'
import { type Contracts, connectContracts } from '../connect.ts'
import { type Deployment, DeploymentError } from '../deployment/deployment.ts'
import { startAnvil, type TestChain } from '../test/support/anvil.ts'
import { deploy } from './deploy.ts'
import { presets } from './presets.ts'

describe('deploy', () => {
  let chain: TestChain
  let deployer: Wallet
  let service: Wallet
  let deployment: Deployment
  let contracts: Contracts

  before(async () => {
    chain = await startAnvil()
    deployer = new Wallet(DEVELOPMENT_KEYS[0] as string, chain.provider)
    service = new Wallet(DEVELOPMENT_KEYS[1] as string, chain.provider)
    deployment = await deployWith(null)
    contracts = connectContracts(deployment, chain.provider)
  })

  after(() => chain.stop())

  const deployWith = (existing: Deployment | null) =>
    deploy({
      provider: chain.provider,
      deployer,
      preset: presets.local,
      serviceSigner: service.address,
      existing,
    })

  it('knows where everything is', async () => {
    assert.equal(deployment.chainId, 31337)
    assert.equal(deployment.startBlock, 1)
    for (const name of contractNames) {
      assert.notEqual(await chain.provider.getCode(deployment.contracts[name]), '0x', name)
    }
  })

  it('gives everything to the timelock and nothing to the deployer', async () => {
    const timelock = deployment.contracts.TimelockController
    for (const { owner } of [contracts.params, contracts.escrow, contracts.settlement] as const) {
      assert.equal(await owner(), timelock)
    }
    for (const account of [1n, 2n, 3n, 15n]) {
      assert.equal(await contracts.accounts.payeeOf(account), timelock)
    }
    const admin = ZeroHash
    assert.equal(await contracts.timelock.hasRole(admin, deployer.address), false)
    const proposer = await contracts.timelock.PROPOSER_ROLE()
    assert.equal(await contracts.timelock.hasRole(proposer, deployer.address), false)
    assert.equal(
      await contracts.timelock.hasRole(proposer, deployment.contracts.OpenGovernor),
      true,
    )
  })

  it('registers the service with its host', async () => {
    const entry = await contracts.settlement.service(deployment.serviceId)
    assert.equal(entry.signer, service.address)
    assert.equal(await contracts.accounts.ownerOf(entry.hostAccountId), service.address)
    assert.equal(await contracts.settlement.poster(), service.address)
    assert.equal(entry.nextInferenceNo, inferenceNo(1, 1n))
  })

  it('sets the parameters of the preset', async () => {
    const [keys, values] = await contracts.params.valuesOf(1)
    const byKey = new Map<string, bigint>(keys.map((key: string, at: number) => [key, values[at]]))
    assert.deepEqual(paramsFromValues(1, byKey), presets.local.params)
    assert.equal(byKey.get(id('epochSeconds')), 20n)
    assert.equal(byKey.get(id('batchSeconds')), 2n)
    assert.equal(await contracts.settlement.challengeWindow(), 20n)
  })

  it('returns a deployment that is there, without a transaction', async () => {
    const nonce = await chain.provider.getTransactionCount(deployer.address)
    assert.equal(await deployWith(deployment), deployment)
    assert.equal(await chain.provider.getTransactionCount(deployer.address), nonce)
  })

  it('deploys anew where the old code is gone', async () => {
    const lost = {
      ...deployment,
      contracts: { ...deployment.contracts, GOpen: new Wallet(id('nobody')).address },
    }
    const fresh = await deployWith(lost)
    assert.notEqual(fresh.contracts.GOpen, deployment.contracts.GOpen)
    assert.notEqual(await chain.provider.getCode(fresh.contracts.GOpen), '0x')
  })

  it('says what failed when the deployer has nothing', async () => {
    const poor = deploy({
      provider: chain.provider,
      deployer: new Wallet(id('poor'), chain.provider),
      preset: presets.local,
      serviceSigner: service.address,
    })
    await assert.rejects(poor, (error) => {
      assert.ok(error instanceof DeploymentError)
      assert.match(error.message, /deployment of GOpen could not be sent/)
      return true
    })
  })

  it('carries money from a payer to a payee', async () => {
    const { accounts, escrow, settlement } = contracts
    const payer = new Wallet(DEVELOPMENT_KEYS[3] as string, chain.provider)
    const payee = new Wallet(id('payee'))
    const asService = connectContracts(deployment, service).settlement
    const send = async (call: Promise<{ wait(): Promise<unknown> }>) => (await call).wait()

    await send(connectContracts(deployment, deployer).accounts.register(payee.address))
    await send(connectContracts(deployment, payer).escrow.registerPayer())
    const payerId: bigint = await accounts.accountOf(payer.address)
    const payeeId: bigint = await accounts.accountOf(payee.address)
    await send(
      connectContracts(deployment, payer).escrow.deposit(payerId, { value: parseOpen('1') }),
    )

    const fee = parseOpen('0.25')
    const voucher = { payerId, serviceId: 1, cumulative: fee, inferenceNo: inferenceNo(1, 1n) }
    const domain = { chainId: 31337n, verifyingContract: deployment.contracts.PaymentEscrow }
    const signature = await signVoucher(voucher, domain, payer)
    await send(connectContracts(deployment, deployer).escrow.collect(voucher, signature))
    assert.equal((await escrow.payerOf(payerId)).balance, parseOpen('0.75'))

    const root = id('receipts')
    const first = await settlement.nextInferenceNo(1)
    await send(asService.commitBatch(1, 1, first, 1, fee, root, root, 1, root))
    const tree = buildMerkleSumTree(
      new Map([
        [1n, fee / 5n],
        [payeeId, fee - fee / 5n],
      ]),
    )
    await send(asService.postEpoch(1, 1, 1, tree.root.hash, tree.root.sum, tree.depth, 1, root))
    // A chain of the test's own may be moved; the system's never is.
    await chain.provider.send('evm_increaseTime', [21])
    const { cumulative, siblings } = tree.proof(payeeId)
    await send(
      connectContracts(deployment, deployer).settlement.push(
        1,
        [payeeId],
        [cumulative],
        [siblings],
      ),
    )
    assert.equal(await chain.provider.getBalance(payee.address), fee - fee / 5n)
    assert.equal(await settlement.totalPaid(), fee - fee / 5n)
  })
})
