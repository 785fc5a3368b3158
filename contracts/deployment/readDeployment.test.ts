import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type ContractName, contractNames } from '../build/contractNames.ts'
import { type Deployment, DeploymentError } from './deployment.ts'
import { readDeployment } from './readDeployment.ts'
import { writeDeployment } from './writeDeployment.ts'

const deployment: Deployment = {
  v: 1,
  chainId: 31337,
  preset: 'local',
  startBlock: 7,
  serviceId: 1,
  contracts: Object.fromEntries(
    contractNames.map((name, at) => [name, `0x${String(at).padStart(40, '0')}`]),
  ) as Record<ContractName, string>,
}

describe('the deployment file', () => {
  let folder: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tributary-deployment-'))
  })

  after(() => rm(folder, { recursive: true }))

  it('comes back as it was written', async () => {
    const file = join(folder, 'new', 'deployment.json')
    await writeDeployment(file, deployment)
    await writeDeployment(file, deployment)
    assert.deepEqual(await readDeployment(file), deployment)
    assert.deepEqual(await readdir(join(folder, 'new')), ['deployment.json'])
  })

  it('may be missing', async () => {
    assert.equal(await readDeployment(join(folder, 'missing.json')), null)
  })

  const refusals: [string, string, RegExp][] = [
    ['broken JSON', '{"v":1', /it is not JSON/],
    ['another kind of JSON', '[]', /it has form undefined/],
    ['null', 'null', /it is not an object/],
    ['a form of the future', JSON.stringify({ ...deployment, v: 2 }), /it has form 2/],
    ['a chain without a number', JSON.stringify({ ...deployment, chainId: '1' }), /its chainId/],
    [
      'a missing address',
      JSON.stringify({ ...deployment, contracts: { ...deployment.contracts, GOpen: '0x1' } }),
      /no address of GOpen/,
    ],
  ]
  for (const [what, text, message] of refusals) {
    it(`refuses ${what}`, async () => {
      const file = join(folder, 'malformed.json')
      await writeFile(file, text)
      await assert.rejects(readDeployment(file), (error) => {
        assert.ok(error instanceof DeploymentError)
        assert.match(error.message, message)
        return true
      })
    })
  }

  it('says where it cannot be written', async () => {
    const blocked = join(folder, 'blocked')
    await writeFile(blocked, '')
    await assert.rejects(writeDeployment(join(blocked, 'deployment.json'), deployment), {
      code: 'deployment_unwritable',
    })
  })

  it('leaves nothing half-written behind', async () => {
    const taken = join(folder, 'taken')
    await mkdir(join(taken, 'deployment.json'), { recursive: true })
    await assert.rejects(writeDeployment(join(taken, 'deployment.json'), deployment), {
      code: 'deployment_unwritable',
    })
    assert.deepEqual(await readdir(taken), ['deployment.json'])
  })
})
