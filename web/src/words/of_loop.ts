// The words of a loop's pages. Those of every loop stand in loops.json; a loop that people have words
// of their own for says those in loop_ID.json, under the same keys.

import { useI18n } from 'vue-i18n'

export function useLoopWords(loop: () => string) {
  const { t, te } = useI18n()
  return (key: string, args: Record<string, unknown> = {}): string => {
    const own = `loop_${loop()}.${key}`
    return te(own) ? t(own, args) : t(`loops.${key}`, args)
  }
}

// What only that loop says; nothing where it says nothing.
export function useOwnWords(loop: () => string) {
  const { t, te } = useI18n()
  return (key: string): string => (te(`loop_${loop()}.${key}`) ? t(`loop_${loop()}.${key}`) : '')
}
