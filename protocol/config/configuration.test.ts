import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, readConfiguration } from './configuration.ts'
import { databaseUrl } from './databaseUrl.ts'

test('an empty environment describes the embedded parts', () => {
  const configuration = readConfiguration({})
  assert.equal(configuration.apiUrl, 'http://127.0.0.1:4100')
  assert.equal(configuration.rpcUrl, 'http://127.0.0.1:4101')
  assert.equal(configuration.subgraphUrl, 'http://127.0.0.1:4102/subgraphs/name/tributary')
  assert.equal(configuration.databaseUrl, 'postgres://tributary:tributary@127.0.0.1:4103/postgres')
  assert.equal(configuration.daUrl, 'http://127.0.0.1:4108')
  assert.equal(configuration.indexerUrl, 'http://127.0.0.1:4109')
  assert.equal(configuration.deploymentFile, '.tributary/deployment.json')
  assert.equal(configuration.model, 'smollm2')
})

test('what is given wins, ports move together, empty means not given', () => {
  const configuration = readConfiguration({
    TRIBUTARY_PORT: '5000',
    CAS_URL: 'https://store.example/cas/',
    TRIBUTARY_DATA: '/data',
    JOBS_URL: '',
  })
  assert.equal(configuration.casUrl, 'https://store.example/cas')
  assert.equal(configuration.jobsUrl, 'http://127.0.0.1:5005')
  assert.equal(configuration.deploymentFile, '/data/deployment.json')
})

test('a database has the cluster’s URL with its own path', () => {
  const configuration = readConfiguration({ DATABASE_URL: 'postgres://u:p@db:1/x?sslmode=require' })
  assert.equal(databaseUrl(configuration, 'app'), 'postgres://u:p@db:1/app?sslmode=require')
})

test('names the variable that is wrong, and never repeats a secret', () => {
  for (const [name, value] of [
    ['TRIBUTARY_PORT', '65530'],
    ['TRIBUTARY_PORT', 'http'],
    ['RPC_URL', 'localhost:8545'],
    ['DATABASE_URL', 'http://u:secret@db/x'],
    ['SERVICE_KEY', '0xsecret'],
  ] as const) {
    assert.throws(
      () => readConfiguration({ [name]: value }),
      (error) =>
        error instanceof ConfigurationError &&
        error.message.includes(name) &&
        !error.message.includes('secret'),
    )
  }
})
