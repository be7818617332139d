// What is typed into a form is kept on the telephone until the server has it, under the id the thing
// will have: a reload or a broken way loses nothing, and sending again is sending once.

import { reactive, ref, watch } from 'vue'
import { newId } from '@/ids'
import { useSession } from '@/stores/session'
import { isBlank, type Typed } from './moveform'

const kPrefix = 'anxiao.form.'
const kForgetAfterMs = 14 * 24 * 3600_000

interface KeptForm { id: string; typed: Typed; at: number }

// `district` is that of the thing, where it is another than the writer's own. What is confidential is
// kept `brief`ly: until the page is closed, so that nobody finds it on a telephone that is handed on.
export interface Keeping { district?: string; brief?: boolean }

export function useTyped(what: string, begin: () => Typed = () => ({}), { district, brief = false }: Keeping = {}) {
  const session = useSession()
  const shelf = brief ? sessionStorage : localStorage
  const anId = () => newId(district || session.district)
  const key = `${kPrefix}${session.me?.person.id ?? ''}|${what}`
  const before = readForm(key, shelf)
  const id = ref(before?.id ?? anId())
  const typed = reactive<Typed>({ ...begin(), ...before?.typed })
  const restored = ref(before !== null)
  let gone = false

  watch(typed, () => {
    if (gone) return
    try {
      if (Object.values(typed).every(isBlank)) shelf.removeItem(key)
      else shelf.setItem(key, JSON.stringify({ id: id.value, typed, at: Date.now() } satisfies KeptForm))
    } catch {
      // A full telephone keeps nothing; the form itself still stands.
    }
  }, { deep: true, flush: 'sync' })

  // Once it is sent, or thrown away.
  function forget(): void {
    gone = true
    shelf.removeItem(key)
  }
  function startAnew(): void {
    for (const name of Object.keys(typed)) delete typed[name]
    Object.assign(typed, begin())
    restored.value = false
    id.value = anId()
    shelf.removeItem(key)
  }

  return { id, typed, restored, forget, startAnew }
}

function readForm(key: string, shelf: Storage): KeptForm | null {
  try {
    const form = JSON.parse(shelf.getItem(key) ?? 'null') as KeptForm | null
    return form && typeof form.id === 'string' && Date.now() - form.at < kForgetAfterMs ? form : null
  } catch {
    return null
  }
}

// Photographs that some kept form still names.
export function photosInForms(): Set<string> {
  const named = new Set<string>()
  for (const shelf of [localStorage, sessionStorage]) {
    for (let i = 0; i < shelf.length; i++) {
      const key = shelf.key(i)
      if (!key?.startsWith(kPrefix)) continue
      for (const value of Object.values(readForm(key, shelf)?.typed ?? {})) {
        if (Array.isArray(value)) for (const sha of value) named.add(String(sha))
      }
    }
  }
  return named
}
