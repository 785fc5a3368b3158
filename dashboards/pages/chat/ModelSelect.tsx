import type { OfferedModel } from './useModels.ts'

/** Which model answers: the base as it is, or an adapter with what it was trained on. */
export function ModelSelect({
  models,
  picked,
  onPick,
}: {
  models: OfferedModel[]
  picked: string | undefined
  onPick: (id: string) => void
}) {
  return (
    <label className="flex min-w-0 flex-col gap-1 text-sm">
      <span className="soft">Model</span>
      <select
        value={picked ?? ''}
        disabled={models.length === 0}
        onChange={(event) => onPick(event.target.value)}
      >
        {models.length === 0 ? <option value="">no model yet</option> : null}
        {models.map(({ id, tributary }) => (
          <option key={id} value={id}>
            {id} ({nameOf(tributary)})
          </option>
        ))}
      </select>
    </label>
  )
}

function nameOf({ kind, datanets }: OfferedModel['tributary']): string {
  if (kind === 'base') return 'base model'
  return datanets.length > 0 ? `adapter, Datanet ${datanets.join(', ')}` : kind
}
