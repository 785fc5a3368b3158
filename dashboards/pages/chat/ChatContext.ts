import { createContext } from 'react'
import type { useChat } from './useChat.ts'

/** The conversation, kept above the pages: it goes on while its reader looks at a receipt. */
export const ChatContext = createContext<ReturnType<typeof useChat> | undefined>(undefined)
