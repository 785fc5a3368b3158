import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerAdmin } from '../../http/adminRoute.ts'
import { readUploadedBuild } from '../../manifest/readBuild.ts'
import { comparableRefusal } from './askRefusals.ts'
import { readRefusals } from './record.ts'
import { contentOf, uploadVariant } from './uploadVariant.ts'
import { VARIANTS } from './variants.ts'

test('broken subgraphs are refused as graph-node refused them', async () => {
  const recorded = await readRefusals()
  for (const variant of VARIANTS.filter(({ inHost }) => !inHost)) {
    const upload = await uploadVariant(variant)
    const unused = async (): Promise<never> => assert.fail('nothing else is asked for')
    const subgraphs = {
      ...{ create: unused, remove: unused, reassign: unused },
      ...{ pause: unused, resume: unused, rewind: unused },
      deployUploaded: async (_name: string, id: string) => {
        await readUploadedBuild(id, contentOf(upload))
      },
    }
    const params = { name: 'refused', ipfs_hash: upload.id }
    const request = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subgraph_deploy', params })
    const { error } = JSON.parse(await answerAdmin(request, { subgraphs, queryPort: 8000 }))
    const { name } = variant
    assert.deepEqual(
      { [name]: comparableRefusal(variant, error ?? null) },
      { [name]: recorded[name] },
    )
  }
})
