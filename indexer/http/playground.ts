/** A page to type queries into; it loads nothing from elsewhere. */
export const PLAYGROUND = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Subgraph playground</title>
<style>
  body { margin: 0; display: grid; grid-template-columns: 1fr 1fr; height: 100vh; font: 14px monospace }
  textarea, pre { box-sizing: border-box; margin: 0; padding: 1rem; border: 0; overflow: auto }
  textarea { font: inherit; resize: none; height: 100% }
  pre { background: #f3f3f3; white-space: pre-wrap }
  form { position: relative }
  button { position: absolute; right: 1rem; bottom: 1rem; font: inherit; padding: .5rem 1rem }
</style>
<form>
  <textarea aria-label="Query" spellcheck="false">{
  _meta { block { number hash timestamp } hasIndexingErrors }
}</textarea>
  <button>Run (Ctrl+Enter)</button>
</form>
<pre aria-live="polite"></pre>
<script>
  const form = document.querySelector('form')
  const area = document.querySelector('textarea')
  const out = document.querySelector('pre')
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const url = location.pathname.replace(/\\/graphql$/, '')
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: area.value }),
      })
      out.textContent = JSON.stringify(await response.json(), null, 2)
    } catch (error) {
      out.textContent = String(error)
    }
  })
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.ctrlKey) form.requestSubmit()
  })
  form.requestSubmit()
</script>
</html>
`
