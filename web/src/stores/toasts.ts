// Short sentences at the edge of the screen, read aloud by a screen reader. A refusal stays until it
// is put away; a success leaves by itself.

import { defineStore } from 'pinia'
import { ref } from 'vue'
import { refusalOf, RefusalError } from '@/api/client'

export interface Toast { id: number; text: string; refusal: RefusalError | null }

export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let last = 0

  function put(text: string, refusal: RefusalError | null, ms: number | null): void {
    const id = ++last
    toasts.value = [...toasts.value.slice(-2), { id, text, refusal }] as Toast[]
    if (ms !== null) setTimeout(() => dismiss(id), ms)
  }
  const done = (text: string) => put(text, null, 4000)
  const refused = (error: unknown) => put('', refusalOf(error), null)
  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }
  return { toasts, done, refused, dismiss }
})
