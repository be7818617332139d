// What is typed into a form is kept on the telephone until the server has it, under the id the thing
// will have: a reload or a broken way loses nothing, and sending again is sending once.

import { reactive, ref, watch } from 'vue'
import { newId } from '@/ids'
import { useSession } from '@/stores/session'
import { isBlank, type Typed } from './moveform'

const kPrefix = 'anxiao.form.'
const kForgetAfterMs = 14 * 24 * 3600_000

interface KeptForm { id: string; typed: Typed; at: number }

export function useTyped(what: string, begin: () => Typed = () => ({})) {
  const session = useSession()
  const key = `${kPrefix}${session.me?.person.id ?? ''}|${what}`
  const before = readForm(key)
  const id = ref(before?.id ?? newId(session.district))
  const typed = reactive<Typed>({ ...begin(), ...before?.typed })
  const restored = ref(before !== null)
  let gone = false

  watch(typed, () => {
    if (gone) return
    try {
      if (Object.values(typed).every(isBlank)) localStorage.removeItem(key)
      else localStorage.setItem(key, JSON.stringify({ id: id.value, typed, at: Date.now() } satisfies KeptForm))
    } catch {
      // A full telephone keeps nothing; the form itself still stands.
    }
  }, { deep: true, flush: 'sync' })

  // Once it is sent, or thrown away.
  function forget(): void {
    gone = true
    localStorage.removeItem(key)
  }
  function startAnew(): void {
    for (const name of Object.keys(typed)) delete typed[name]
    Object.assign(typed, begin())
    restored.value = false
    id.value = newId(session.district)
    localStorage.removeItem(key)
  }

  return { id, typed, restored, forget, startAnew }
}

function readForm(key: string): KeptForm | null {
  try {
    const form = JSON.parse(localStorage.getItem(key) ?? 'null') as KeptForm | null
    return form && typeof form.id === 'string' && Date.now() - form.at < kForgetAfterMs ? form : null
  } catch {
    return null
  }
}

// Photographs that some kept form still names.
export function photosInForms(): Set<string> {
  const named = new Set<string>()
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i)
    if (!key?.startsWith(kPrefix)) continue
    for (const value of Object.values(readForm(key)?.typed ?? {})) {
      if (Array.isArray(value)) for (const sha of value) named.add(String(sha))
    }
  }
  return named
}
