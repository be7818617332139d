// The words of the pages. A language is one folder of JSON files, one per page or part; the file's
// name is the first part of the key: words/zh-CN/today.json → t('today.…'). Only the language in use
// is loaded. refusals.json stands apart because refusal keys hold dots (see words/refusals.ts).

import { nextTick, ref } from 'vue'
import { createI18n, type Composer } from 'vue-i18n'
import type { Words } from '@/api/types'

export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]
export interface Loaded { messages: Record<string, unknown>; refusals: Record<string, string> }

const kept = 'anxiao.language'

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: [],
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
})

const composer = i18n.global as unknown as Composer

export const language = ref<Language>('zh-CN')
export const refusalWords = ref<Record<string, string>>({})

export function preferred(): Language {
  try {
    const chosen = localStorage.getItem(kept)
    if (chosen === 'zh-CN' || chosen === 'en') return chosen
  } catch {
    // Storage may be closed to us; Chinese comes first then.
  }
  return 'zh-CN'
}

export async function speak(chosen: Language): Promise<void> {
  const loaded: { default: Loaded } = chosen === 'en' ? await import('./en/index') : await import('./zh-CN/index')
  composer.setLocaleMessage(chosen, loaded.default.messages as never)
  composer.locale.value = chosen
  refusalWords.value = loaded.default.refusals
  language.value = chosen
  document.documentElement.lang = chosen
  try {
    localStorage.setItem(kept, chosen)
  } catch {
    // The choice then holds for this visit only.
  }
  await nextTick()
}

// For sentences made outside a component.
export function words(key: string, args: Record<string, unknown> = {}): string {
  return composer.t(key, args)
}

export function known(key: string): boolean {
  return composer.te(key)
}

// The pack's words in the language in use.
export function say(words: Words | null | undefined): string {
  if (!words) return ''
  return language.value === 'en' ? words.en || words.zh : words.zh || words.en
}
