import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// biome-ignore lint/style/noDefaultExport: Vite reads its configuration so.
export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { outDir: 'dist', target: 'es2023' },
  server: {
    host: '127.0.0.1',
    // The pages are served by the API; while they are developed, Vite serves them beside it.
    proxy: Object.fromEntries(
      ['/graphql', '/v1', '/health'].map((path) => [
        path,
        process.env.API_URL ?? 'http://127.0.0.1:4100',
      ]),
    ),
  },
})
