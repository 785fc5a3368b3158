import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { BrowserError } from './BrowserError.ts'

const CHROMIUM = '/usr/bin/chromium'
const APT_GET = '/usr/bin/apt-get'
const run = promisify(execFile)

/**
 * The path of Chromium; installs the Debian package when it is missing and this process may.
 * Throws a BrowserError that says in one line what to do otherwise.
 */
export async function ensureChromium(say: (line: string) => void): Promise<string> {
  if (existsSync(CHROMIUM)) return CHROMIUM
  if (process.getuid?.() !== 0 || !existsSync(APT_GET)) {
    throw new BrowserError(
      `the browser checks need ${CHROMIUM}: install it (on Debian: sudo apt-get install chromium) and run them again`,
    )
  }
  say('Installing Chromium (apt-get install chromium) ...')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run(APT_GET, ['update', '-qq'], { env })
    await run(APT_GET, ['install', '-y', '--no-install-recommends', 'chromium'], {
      env,
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    const reason = stderr.trim().split('\n').at(-1) || message
    throw new BrowserError(`apt-get could not install chromium: ${reason}`)
  }
  if (!existsSync(CHROMIUM)) {
    throw new BrowserError(`apt-get installed chromium, but ${CHROMIUM} is still missing`)
  }
  return CHROMIUM
}
