import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { minesFewerBlocksWhenIdle } from './anvil/idleInterval.ts'
import { keepGeneration } from './anvil/stateGenerations.ts'
import { embeddedParts, stateFile } from './parts.ts'
import { assertPortsFree } from './ports/assertPortsFree.ts'
import { prepareDashboards } from './prepare/prepareDashboards.ts'
import { preparePython } from './prepare/preparePython.ts'
import { prepareSubgraph } from './prepare/prepareSubgraph.ts'
import { run } from './prepare/run.ts'
import { PidFile } from './supervise/PidFile.ts'
import { Supervisor } from './supervise/Supervisor.ts'
import { partUrls, type UrlName } from './urls.ts'

/** The system cannot be started here; the message says why and what to do. */
export class StackError extends Error {
  override name = 'StackError'
}

export interface Stack {
  urls: Record<UrlName, string>
  /** Environment that any process of this project runs in to meet this system. */
  env: Record<string, string>
  supervisor: Supervisor
  /** Seconds from the call until the pages were served, preparations left out. */
  pageSeconds: number
  /** Resolves once every part is ready. */
  allReady: Promise<void>
  stop(): Promise<void>
}

/** Free bytes under which a start is refused: the stores would only fail a little later. */
const MIN_FREE_BYTES = 1_000_000_000

/**
 * Prepares what is missing, starts every embedded part on the data folder, and returns as soon as
 * the pages are served; the other parts go on starting (see `allReady`).
 */
export async function startStack(options: {
  root: string
  dataFolder: string
  port: number
  fresh: boolean
  say: (line: string) => void
  onPages?: (url: string) => void
}): Promise<Stack> {
  const { root, dataFolder, say } = options
  const pids = new PidFile(join(dataFolder, 'pids.json'))
  const other = pids.living('stack')
  if (other !== undefined && other !== process.pid) {
    throw new StackError(
      `Tributary runs already on ${dataFolder} (process ${other}); ` +
        'stop that one, or choose another folder and port: npm start -- --data F --port N',
    )
  }
  const left = existsSync(dataFolder) ? await pids.stopLeftovers('stack') : []
  if (left.length > 0) say(`Stopped what an earlier run had left behind: ${left.join(', ')}`)
  if (options.fresh) await rm(dataFolder, { recursive: true, force: true })
  await makeDataFolder(dataFolder)
  pids.add('stack', process.pid)

  const engine = await preparePython(root, say)
  await prepareSubgraph(root, say)
  await prepareDashboards(root, say)

  const started = Date.now()
  const parts = partUrls(process.env, options.port)
  await assertPortsFree(parts.embedded.map(({ name, port }) => ({ name, port })))
  const env = childEnvironment(parts.urls, dataFolder, options.port, engine.model)
  const supervisor = new Supervisor({ root, logFolder: join(dataFolder, 'logs'), pids, say })
  const cleanups: (() => void)[] = []
  const stop = async () => {
    for (const cleanup of cleanups) cleanup()
    await supervisor.stopAll()
    pids.remove('stack')
  }
  try {
    const all = embeddedParts({ root, dataFolder, urls: parts, env, engine })
    const first = new Set(['postgres', 'anvil', 'clickhouse', 'storage'])
    const early = all.filter((part) => first.has(part.name))
    const api = all.filter((part) => part.name === 'api')
    const late = all.filter((part) => !first.has(part.name) && part.name !== 'api')
    await Promise.all(early.map((part) => supervisor.start(part)))
    for (const part of api) await supervisor.start(part)
    for (const part of api) await supervisor.ready(part.name)
    options.onPages?.(parts.urls.API_URL)
    const pageSeconds = (Date.now() - started) / 1000

    if (early.some((part) => part.name === 'anvil')) {
      cleanups.push(minesFewerBlocksWhenIdle(parts.urls.RPC_URL))
      let copying = false
      const timer = setInterval(() => {
        if (copying) return
        copying = true
        keepGeneration(stateFile(dataFolder))
          .catch((error) => say(`The chain's state could not be copied: ${error.message}`))
          .finally(() => {
            copying = false
          })
        // Often enough that the copy is of the write before the newest: an older one would take back
        // blocks that were final.
      }, 1000)
      cleanups.push(() => clearInterval(timer))
    }
    const allReady = (async () => {
      await Promise.all(early.map((part) => supervisor.ready(part.name)))
      await deploy(root, dataFolder, env, say)
      for (const part of late) await supervisor.start(part)
      await Promise.all(late.map((part) => supervisor.ready(part.name)))
    })()
    // Whoever awaits it sees the error; until then it must not end the process.
    allReady.catch(() => {})
    return { urls: parts.urls, env, supervisor, pageSeconds, allReady, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Puts the contracts on the chain unless they are there, and tells the indexer where. */
async function deploy(
  root: string,
  dataFolder: string,
  env: Record<string, string>,
  say: (line: string) => void,
): Promise<void> {
  const file = join(dataFolder, 'deployment.json')
  if (!existsSync(file)) say('Deploying the contracts ...')
  await run(
    'Deploying the contracts',
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'contracts', 'deploy', 'main.ts')],
    { cwd: root, env },
  )
  const deployment = JSON.parse(await readFile(file, 'utf8')) as {
    startBlock: number
    contracts: Record<string, string>
  }
  const networks = {
    tributary: Object.fromEntries(
      Object.entries(deployment.contracts).map(([name, address]) => [
        name,
        { address, startBlock: deployment.startBlock },
      ]),
    ),
  }
  const target = join(dataFolder, 'networks.json')
  await writeFile(`${target}.new`, JSON.stringify(networks, null, 2))
  await rename(`${target}.new`, target)
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(join(folder, 'anvil'), { recursive: true })
    // Postgres runs as a user of its own when started by root, and has to get in.
    await chmod(folder, 0o755)
  } catch (error) {
    throw new StackError(`the data folder ${folder} cannot be made: ${(error as Error).message}`)
  }
  const disk = await statfs(folder)
  const free = disk.bavail * disk.bsize
  if (free < MIN_FREE_BYTES) {
    throw new StackError(
      `only ${Math.round(free / 1e6)} MB are free under ${folder}; make room (1 GB at least) or ` +
        'choose another folder: npm start -- --data F',
    )
  }
}

/** The configuration's variables and what any process needs, and nothing else of ours. */
function childEnvironment(
  urls: Record<UrlName, string>,
  dataFolder: string,
  port: number,
  model: string,
): Record<string, string> {
  const env: Record<string, string> = {}
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME', 'TRIBUTARY_THREADS']
  for (const name of [...kept, 'DEPLOYER_KEY', 'SERVICE_KEY', 'KEEPER_KEY', 'TRIBUTARY_KEY']) {
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  return {
    ...env,
    ...urls,
    TZ: 'UTC',
    NODE_ENV: 'production',
    TRIBUTARY_DATA: dataFolder,
    TRIBUTARY_PORT: String(port),
    TRIBUTARY_DEPLOYMENT: join(dataFolder, 'deployment.json'),
    TRIBUTARY_MODEL: process.env.TRIBUTARY_MODEL ?? model,
  }
}
