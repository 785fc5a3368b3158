import type { Line } from './InferenceData.ts'

/** What one role gets of a fee, and the lines that it is made of. */
export interface RoleLines {
  role: string
  name: string
  wei: bigint
  lines: Line[]
}

const ROLES = [
  ['CONTRIBUTOR', 'contributor'],
  ['BASE', 'base model'],
  ['COMMONS', 'commons'],
  ['MODEL_OWNER', 'model owner'],
  ['HOST', 'host'],
  ['STAKERS', 'stakers'],
  ['CURATORS', 'curators'],
  ['TREASURY', 'treasury'],
] as const

/** The lines of a fee by role, in the roles' order; the largest line of a role first. */
export function feeByRole(lines: readonly Line[]): { roles: RoleLines[]; sum: bigint } {
  const known = ROLES.map(([role]) => role as string)
  const others = [...new Set(lines.map(({ role }) => role))].filter((role) => !known.includes(role))
  const roles = [...ROLES, ...others.map((role) => [role, role] as const)].flatMap(
    ([role, name]): RoleLines[] => {
      const own = lines
        .filter((line) => line.role === role)
        .sort((a, b) => Number(BigInt(b.wei) - BigInt(a.wei)))
      return own.length > 0 ? [{ role, name, wei: sum(own), lines: own }] : []
    },
  )
  return { roles, sum: sum(lines) }
}

const sum = (lines: readonly Line[]) => lines.reduce((total, { wei }) => total + BigInt(wei), 0n)
