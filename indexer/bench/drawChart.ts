import type { Percentiles } from './measureQueries.ts'

type Host = 'tributary' | 'graphNode' | 'ponder'

/** The benchmark's figures, as far as they are drawn; null for a host that was left out. */
export interface Charted {
  readonly cold: Readonly<Record<Host | 'limit', number | null>>
  readonly local: Readonly<Record<'append' | 'accounts', number | null>>
  readonly query: Readonly<Record<'tributary' | 'graphNode', Percentiles | null>>
  readonly more: {
    readonly local: { readonly own: number | null }
    readonly query16: Readonly<Record<'tributary' | 'graphNode', Percentiles | null>>
  }
}

interface Bar {
  readonly label: string
  readonly value: number
  readonly color: string
}

interface Group {
  readonly title: string
  readonly unit: string
  readonly bars: readonly Bar[]
}

const COLORS = { tributary: '#0f766e', graphNode: '#7c3aed', ponder: '#d97706', limit: '#94a3b8' }
const NAMES = { tributary: 'this host', graphNode: 'graph-node', ponder: 'Ponder', limit: 'limit' }
const WIDTH = 760
const LABEL = 190
const ROW = 22
const TITLE = 34
const PLOT = WIDTH - LABEL - 110

/** The figures as an SVG with bars. */
export function drawChart(report: Charted, date: string): string {
  const groups = [
    {
      title: 'Indexing from the RPC, two loads and three saves an event',
      unit: 'events/s',
      bars: (['tributary', 'graphNode', 'ponder', 'limit'] as const).flatMap((name) =>
        bar(NAMES[name], report.cold[name], COLORS[name]),
      ),
    },
    {
      title: 'Indexing, the data already fetched',
      unit: 'events/s',
      bars: [
        ...bar('append', report.local.append, COLORS.tributary),
        ...bar('accounts', report.local.accounts, COLORS.tributary),
        ...bar('our own protocol', report.more.local.own, COLORS.tributary),
      ],
    },
    ...(['p50', 'p99'] as const).map((part) => ({
      title: `Ten typical queries, ${part === 'p50' ? 'median' : '99th percentile'} (less is better)`,
      unit: 'ms',
      bars: (['tributary', 'graphNode'] as const).flatMap((name) => [
        ...bar(`${NAMES[name]}, 1 client`, report.query[name]?.[part], COLORS[name]),
        ...bar(`${NAMES[name]}, 16 clients`, report.more.query16[name]?.[part], COLORS[name]),
      ]),
    })),
  ].filter(({ bars }) => bars.length > 0)
  let top = 10
  const parts = groups.map((group) => {
    const drawn = drawGroup(group, top)
    top += TITLE + group.bars.length * ROW + 10
    return drawn
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top + 24}" viewBox="0 0 ${WIDTH} ${top + 24}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...parts,
    `<text x="10" y="${top + 12}" fill="#64748b" font-size="11">npm run bench:indexer, ${date}; medians of interleaved rounds on one machine</text>`,
    '</svg>',
    '',
  ].join('\n')
}

function bar(label: string, value: number | null | undefined, color: string): Bar[] {
  return value === null || value === undefined ? [] : [{ label, value, color }]
}

function drawGroup({ title, unit, bars }: Group, top: number): string {
  const most = Math.max(...bars.map(({ value }) => value))
  const rows = bars.map(({ label, value, color }, index) => {
    const y = top + TITLE + index * ROW
    const width = Math.max(1, Math.round((value / most) * PLOT))
    const text = value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1)
    return [
      `<text x="${LABEL - 8}" y="${y + 13}" text-anchor="end" fill="#0f172a">${label}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${width}" height="${ROW - 6}" rx="2" fill="${color}"/>`,
      `<text x="${LABEL + width + 6}" y="${y + 13}" fill="#334155">${text} ${unit}</text>`,
    ].join('\n')
  })
  return [
    `<text x="10" y="${top + 18}" font-weight="600" fill="#0f172a">${title}</text>`,
    ...rows,
  ].join('\n')
}
