import { CliError } from '../command/CliError.ts'
import type { Api } from '../http/api.ts'

interface Answer {
  data?: { datanets: { datanetId: string; name: string }[] }
}

/**
 * The number of a Datanet from what a person wrote: the number itself, or its name.
 */
export async function findDatanet(api: Pick<Api, 'post'>, given: string): Promise<bigint> {
  if (/^[1-9][0-9]{0,18}$/.test(given)) return BigInt(given)
  const response = await api.post('/graphql', {
    query: '{ datanets(first: 100) { datanetId name } }',
  })
  const datanets = ((await response.json()) as Answer).data?.datanets ?? []
  const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')
  const found = datanets.find(({ name }) => plain(name) === plain(given))
  if (found !== undefined) return BigInt(found.datanetId)
  throw new CliError(`there is no Datanet "${given}"`, {
    code: 'datanet_unknown',
    hint:
      datanets.length === 0
        ? 'No Datanet has been created yet.'
        : `There are: ${datanets.map(({ datanetId, name }) => `${datanetId} ${name}`).join(', ')}.`,
  })
}
