import type { HostName } from './hostName.ts'
import type { Report, Spread } from './report.ts'

interface Bar {
  readonly label: string
  /** Class of its color. */
  readonly color: HostName | 'limit'
  readonly value: number
  readonly spread: Spread | null
}

interface Group {
  readonly title: string
  /** Of the values, and which direction is better. */
  readonly unit: string
  readonly bars: readonly Bar[]
}

const NAMES = {
  tributary: 'this host',
  graphNode: 'graph-node',
  ponder: 'Ponder',
  limit: 'fetching alone (limit)',
}
const WIDTH = 760
/** Where bars begin, and how long the longest can be. */
const LEFT = 190
const PLOT = 480
const MARGIN = 20
const ROW = 26
const BAR = 16
const TITLE = 48
const AXIS = 32
/** Ticks of an axis, about. */
const TICKS = 5

const STYLE = `
svg { color-scheme: light dark; font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif }
.ground { fill: #ffffff; stroke: #d0d7de }
text { fill: #1f2328 }
.title { font-weight: 600; font-size: 14px }
.minor { fill: #59636e; font-size: 11px }
.grid { stroke: #d8dee4 }
.spread { stroke: #1f2328; stroke-width: 1.5 }
.tributary { fill: #0d9488 }
.graphNode { fill: #8b5cf6 }
.ponder { fill: #ea8a1a }
.limit { fill: #9aa4af }
@media (prefers-color-scheme: dark) {
  .ground { fill: #0d1117; stroke: #3d444d }
  text { fill: #f0f6fc }
  .minor { fill: #9198a1 }
  .grid { stroke: #2a313a }
  .spread { stroke: #f0f6fc }
  .limit { fill: #6b7580 }
}`

/** The figures as an SVG: bars of the medians, with lines from the least to the most round. */
export function drawChart(report: Report, date: string): string {
  const { cores, model } = report.more.machine
  let top = 54
  const drawn = groupsOf(report).map((group) => {
    const at = top
    top += TITLE + group.bars.length * ROW + AXIS
    return drawGroup(group, at)
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}">`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" x="0.5" y="0.5" width="${WIDTH - 1}" height="${top - 1}" rx="6"/>`,
    text(MARGIN, 28, 'Bars are medians of rounds, lines their least and most', 'title'),
    text(MARGIN, 46, `${date}, ${cores} cores (${escaped(model)})`, 'minor'),
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}

function groupsOf({ cold, local, query, rssMiB, more }: Report): Group[] {
  const { spread } = more
  const percentiles = (what: 'query' | 'query16', figures: Report['query']): Bar[] =>
    (['p50', 'p99'] as const).flatMap((part) =>
      (['tributary', 'graphNode'] as const).flatMap((name) =>
        bar(`${NAMES[name]}, ${part}`, name, figures[name]?.[part], spread[what][name]?.[part]),
      ),
    )
  const groups = [
    {
      title: 'Indexing from the RPC: two loads and three saves an event',
      unit: 'events/s, more is better',
      bars: (['tributary', 'graphNode', 'ponder', 'limit'] as const).flatMap((name) =>
        bar(NAMES[name], name, cold[name], spread.cold[name]),
      ),
    },
    {
      title: 'This host, the chain already in memory',
      unit: 'events/s, more is better',
      bars: [
        ...bar('append', 'tributary', local.append, spread.local.append),
        ...bar('accounts', 'tributary', local.accounts, spread.local.accounts),
        ...bar('our own protocol', 'tributary', more.local.own, spread.local.own),
      ],
    },
    {
      title: 'Ten queries, one client',
      unit: 'ms, less is better',
      bars: percentiles('query', query),
    },
    {
      title: 'Ten queries, 16 clients at once',
      unit: 'ms, less is better',
      bars: percentiles('query16', more.query16),
    },
    {
      title: 'Most memory of the process while it indexes, without Postgres',
      unit: 'MiB, less is better',
      bars: (['tributary', 'graphNode', 'ponder'] as const).flatMap((name) =>
        bar(NAMES[name], name, rssMiB[name], spread.rssMiB[name]),
      ),
    },
  ]
  return groups.filter(({ bars }) => bars.length > 0)
}

function bar(
  label: string,
  color: Bar['color'],
  value: number | null | undefined,
  spread: Spread | null = null,
): Bar[] {
  return value === null || value === undefined ? [] : [{ label, color, value, spread }]
}

function drawGroup({ title, unit, bars }: Group, top: number): string {
  const most = Math.max(...bars.map(({ value, spread }) => spread?.[1] ?? value))
  const step = tickStep(most)
  const last = Math.ceil(most / step)
  const x = (value: number) => LEFT + Math.round((value / (last * step)) * PLOT)
  const [first, end] = [top + TITLE - 6, top + TITLE + bars.length * ROW]
  const ticks = Array.from({ length: last + 1 }, (_, index) => index * step)
  return [
    text(MARGIN, top + 28, title, 'title'),
    text(WIDTH - MARGIN, top + 28, unit, 'minor', 'end'),
    ...ticks.flatMap((tick) => [
      `<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${first}" y2="${end}"/>`,
      text(x(tick), end + 14, number(tick), 'minor', 'middle'),
    ]),
    ...bars.map((bar, index) => drawBar(bar, top + TITLE + index * ROW, x)),
  ].join('\n')
}

function drawBar(
  { label, color, value, spread }: Bar,
  y: number,
  x: (value: number) => number,
): string {
  const middle = y + BAR / 2
  const [least, most] = (spread ?? [value, value]).map(x)
  const width = Math.max(1, x(value) - LEFT)
  return [
    text(LEFT - 10, middle + 4, label, '', 'end'),
    `<rect class="${color}" x="${LEFT}" y="${y}" width="${width}" height="${BAR}"/>`,
    ...(most > least
      ? [
          `<path class="spread" d="M${least} ${middle}H${most}M${least} ${y + 4}v8M${most} ${y + 4}v8"/>`,
        ]
      : []),
    text(most + 8, middle + 4, number(value)),
  ].join('\n')
}

/** A round number that divides an axis up to a value into about {@link TICKS}. */
function tickStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / TICKS))
  return ([1, 2, 5].find((factor) => factor * power * TICKS >= most) ?? 10) * power
}

function number(value: number): string {
  return value.toLocaleString('en-US', {
    maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0,
  })
}

function text(x: number, y: number, words: string, style = '', anchor = 'start'): string {
  return `<text class="${style}" x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`
}

function escaped(words: string): string {
  return words.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
}
