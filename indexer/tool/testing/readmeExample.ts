import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const README = join(import.meta.dirname, '..', '..', 'README.md')

/** The commands of an example of the README, by its name. */
export async function readmeExample(name: string): Promise<string> {
  const readme = await readFile(README, 'utf8')
  const found = new RegExp(`<!-- example: ${name} -->\\n\`\`\`sh\\n([^]*?)\`\`\``).exec(readme)
  return found?.[1] as string
}
