import { datanetClusters } from '@tributary/analytics/queries/datanetClusters'
import { datanetSegments } from '@tributary/analytics/queries/datanetSegments'
import type { PublicIndex } from '@tributary/protocol/messages/publicIndex'
import type { FastifyInstance } from 'fastify'
import { GatewayError, sendGatewayError } from '../gateway/errors.ts'
import type { Parts } from '../http/Parts.ts'

const ID = /^[1-9][0-9]{0,19}$/

/**
 * `GET /v1/index/segments?datanetId=`: where a Datanet's tokens lie in the content store and which
 * of its records share a cluster, so that anybody can find an answer's token path again.
 */
export function indexRoutes(server: FastifyInstance, parts: () => Parts): void {
  server.get<{ Querystring: { datanetId?: string } }>(
    '/v1/index/segments',
    async (request, reply) => {
      try {
        const { datanetId } = request.query
        if (!datanetId || !ID.test(datanetId)) {
          throw new GatewayError(400, 'invalid_request', '"datanetId" must be a Datanet number')
        }
        const { analytics } = parts()
        const of = { datanetId: BigInt(datanetId) }
        const [segments, clusters] = await Promise.all([
          datanetSegments(analytics, of),
          datanetClusters(analytics, of),
        ])
        const index: PublicIndex = {
          datanetId,
          segments: segments.map((segment) => ({
            ...segment,
            seq: segment.seq.toString(),
            firstRecordNo: segment.firstRecordNo.toString(),
            lastRecordNo: segment.lastRecordNo.toString(),
            tokens: Number(segment.tokens),
          })),
          clusters: clusters.map(({ recordNo, clusterId }) => ({
            recordNo: recordNo.toString(),
            clusterId: clusterId.toString(),
          })),
        }
        return index
      } catch (error) {
        return sendGatewayError(reply, error)
      }
    },
  )
}
