import './styles.css'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'
import { client } from '../graphql/client.ts'
import { router } from './router.tsx'

const element = document.getElementById('app')
if (!element) throw new Error('the page has no element with the id "app"')
createRoot(element).render(
  <StrictMode>
    <Provider value={client}>
      <RouterProvider router={router} />
    </Provider>
  </StrictMode>,
)
