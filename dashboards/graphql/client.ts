import { Client, cacheExchange, fetchExchange } from 'urql'

/** The API that served this page. */
export const client = new Client({
  url: '/graphql',
  exchanges: [cacheExchange, fetchExchange],
  preferGetMethod: false,
  requestPolicy: 'cache-and-network',
})
