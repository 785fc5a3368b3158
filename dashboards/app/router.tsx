import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { ChatPage } from '../pages/chat/ChatPage.tsx'
import { EarningsPage } from '../pages/earnings/EarningsPage.tsx'
import { InferencePage } from '../pages/inference/InferencePage.tsx'
import { InferencesPage } from '../pages/inference/InferencesPage.tsx'
import { LiveLoopPage } from '../pages/loop/LiveLoopPage.tsx'
import { Frame } from './Frame.tsx'
import { NotFound } from './NotFound.tsx'

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound })

export const loopRoute = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: LiveLoopPage,
})
export const earningsRoute = createRoute({
  getParentRoute: () => root,
  path: '/earnings',
  component: EarningsPage,
  validateSearch: (search: Record<string, unknown>): { address?: string } =>
    typeof search.address === 'string' ? { address: search.address } : {},
})
export const inferencesRoute = createRoute({
  getParentRoute: () => root,
  path: '/inferences',
  component: InferencesPage,
  validateSearch: (search: Record<string, unknown>): { before?: string } =>
    /^[0-9]{1,20}$/.test(String(search.before)) ? { before: String(search.before) } : {},
})
export const inferenceRoute = createRoute({
  getParentRoute: () => root,
  path: '/inferences/$id',
  component: InferencePage,
})
export const chatRoute = createRoute({
  getParentRoute: () => root,
  path: '/chat',
  component: ChatPage,
})

export const router = createRouter({
  routeTree: root.addChildren([
    loopRoute,
    earningsRoute,
    inferencesRoute,
    inferenceRoute,
    chatRoute,
  ]),
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
