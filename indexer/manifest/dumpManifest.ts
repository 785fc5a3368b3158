import { DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE } from 'js-yaml'

type Rule = (typeof DEFAULT_SCALAR_STYLE_RULES)['tryLongOrMultilineAsBlock']

/**
 * A manifest's text as graph-cli uploads it, byte for byte, since deployment ids are hashes of it:
 * sorted keys, and js-yaml 4's habit of writing any long line as a folded block, even one without
 * a space to break it at.
 */
export function dumpManifest(manifest: unknown): string {
  return dump(manifest, {
    noRefs: true,
    sortKeys: true,
    scalarStyleRules: [foldLongLines, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)],
  })
}

const foldLongLines: Rule = (layout) => {
  const { node, isKey, flowOnly, style, presenterOptions, shiftOfContent } = layout
  if (style !== SCALAR_STYLE.PLAIN || isKey || flowOnly) return
  const { lineWidth } = presenterOptions
  const width = Math.max(Math.min(lineWidth, 40), lineWidth - shiftOfContent)
  const lines = node.value.split('\n')
  if (lines.some((line) => line.length > width && line[0] !== ' ')) {
    layout.style = SCALAR_STYLE.FOLDED_BLOCK
  }
}
