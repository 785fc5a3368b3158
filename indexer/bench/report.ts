import { cpus } from 'node:os'
import type { Comparison } from './compareHosts.ts'
import type { HostName } from './hostName.ts'
import type { Alone } from './measureAlone.ts'
import type { Percentiles, QueryFigures, QueryTimes } from './measureQueries.ts'

/** Least and most of the rounds. */
export type Spread = readonly [least: number, most: number]

type Hosts<Value> = Readonly<Record<HostName, Value>>
/** Of the hosts that answer graph-node's queries. */
type Queried<Value> = Readonly<Record<'tributary' | 'graphNode', Value>>
type PerQuery = Readonly<Record<string, Percentiles>>

/**
 * The benchmark's figures, as medians of the rounds where nothing else is said: events a second,
 * milliseconds and MiB; null for what was left out.
 */
export interface Report {
  readonly cold: Hosts<number | null> & { readonly limit: number | null }
  readonly local: Readonly<Record<'append' | 'accounts', number | null>>
  readonly query: Queried<Percentiles | null>
  readonly rssMiB: Hosts<number | null>
  readonly more: {
    readonly machine: { readonly cores: number; readonly model: string }
    readonly answers: Comparison['answers'] | null
    readonly local: { readonly own: number | null }
    readonly query16: Queried<Percentiles | null>
    readonly queries: Queried<PerQuery | null>
    readonly queries16: Queried<PerQuery | null>
    readonly whole: { readonly events: number; readonly rssMiB: number } | null
    readonly spread: {
      readonly cold: Hosts<Spread | null> & { readonly limit: Spread | null }
      readonly local: Readonly<Record<'append' | 'accounts' | 'own', Spread | null>>
      readonly query: Queried<Readonly<Record<keyof Percentiles, Spread>> | null>
      readonly query16: Queried<Readonly<Record<keyof Percentiles, Spread>> | null>
      readonly rssMiB: Hosts<Spread | null>
    }
  }
}

/** Events that were indexed. */
export interface Indexed {
  /** By all hosts that were compared. */
  readonly shared: number
  /** On the whole chain. */
  readonly whole: number
}

/** Sums up both parts of the benchmark, each null when it was left out. */
export function makeReport(
  compared: Comparison | null,
  alone: Alone | null,
  events: Indexed,
): Report {
  const figures = (name: HostName) => compared?.cold.get(name) ?? []
  const rates = (name: HostName) => figures(name).map(({ seconds }) => events.shared / seconds)
  const limits = (compared?.limits ?? []).map((seconds) => events.shared / seconds)
  const rss = (name: HostName) => figures(name).map(({ rssMiB }) => rssMiB)
  const locals = (name: string) =>
    (alone?.local.get(name) ?? []).map(({ events, seconds }) => events / seconds)
  const hosts = <Value>(of: (name: HostName) => Value): Hosts<Value> => ({
    tributary: of('tributary'),
    graphNode: of('graphNode'),
    ponder: of('ponder'),
  })
  const queried = <Value>(
    clients: Exclude<keyof QueryFigures, 'answers'>,
    of: (rounds: readonly QueryTimes[]) => Value,
  ): Queried<Value | null> => {
    const ofHost = (name: HostName) =>
      ofRounds(
        figures(name).flatMap(({ queries }) => queries?.[clients] ?? []),
        of,
      )
    return { tributary: ofHost('tributary'), graphNode: ofHost('graphNode') }
  }
  const medians = (rounds: readonly QueryTimes[]) =>
    percentiles(
      rounds.map(({ all }) => all),
      median,
    )
  const spreads = (rounds: readonly QueryTimes[]) =>
    percentiles(
      rounds.map(({ all }) => all),
      spread,
    )
  return {
    cold: { ...hosts((name) => ofRounds(rates(name), median)), limit: ofRounds(limits, median) },
    local: {
      append: ofRounds(locals('append'), median),
      accounts: ofRounds(locals('accounts'), median),
    },
    query: queried('alone', medians),
    rssMiB: hosts((name) => ofRounds(rss(name), median)),
    more: {
      machine: { cores: cpus().length, model: cpus()[0].model },
      answers: compared?.answers.compared ? compared.answers : null,
      local: { own: ofRounds(locals('own'), median) },
      query16: queried('sixteen', medians),
      queries: queried('alone', perQuery),
      queries16: queried('sixteen', perQuery),
      whole: alone && {
        events: Math.round(events.whole / alone.whole.seconds),
        rssMiB: alone.whole.rssMiB,
      },
      spread: {
        cold: {
          ...hosts((name) => ofRounds(rates(name), spread)),
          limit: ofRounds(limits, spread),
        },
        local: {
          append: ofRounds(locals('append'), spread),
          accounts: ofRounds(locals('accounts'), spread),
          own: ofRounds(locals('own'), spread),
        },
        query: queried('alone', spreads),
        query16: queried('sixteen', spreads),
        rssMiB: hosts((name) => ofRounds(rss(name), spread)),
      },
    },
  }
}

function ofRounds<Round, Value>(
  rounds: readonly Round[],
  of: (rounds: readonly Round[]) => Value,
): Value | null {
  return rounds.length === 0 ? null : of(rounds)
}

function perQuery(rounds: readonly QueryTimes[]): PerQuery {
  const shapes = Object.keys(rounds[0].each)
  return Object.fromEntries(
    shapes.map((shape) => {
      return [
        shape,
        percentiles(
          rounds.map(({ each }) => each[shape]),
          median,
        ),
      ]
    }),
  )
}

function percentiles<Value>(
  rounds: readonly Percentiles[],
  of: (values: readonly number[]) => Value,
): Readonly<Record<keyof Percentiles, Value>> {
  return { p50: of(rounds.map(({ p50 }) => p50)), p99: of(rounds.map(({ p99 }) => p99)) }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return rounded(
    sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
  )
}

function spread(values: readonly number[]): Spread {
  return [rounded(Math.min(...values)), rounded(Math.max(...values))]
}

function rounded(value: number): number {
  return value < 100 ? Number(value.toFixed(2)) : Math.round(value)
}
