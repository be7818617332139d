// Who is at the screen and what this person may do. The cookie is the server's affair; this store
// only knows what GET /session said. It is kept, so that the pages open without a network as well;
// until the server has said it again it is `unconfirmed`, and nothing is sent on its word.

import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, onRefusal, RefusalError } from '@/api/client'
import type { Me, Posting } from '@/api/types'
import { forgetReads } from '@/offline/kept_reads'
import { oneAfterAnother } from '@/offline/only_one'

const kKept = 'anxiao.me'
// So long a page waits for the server before it opens with what is kept.
const kPatienceMs = 6000
// Nobody logs in or out between the moment an answer's owner is checked and its sending.
export const kAccountLock = 'anxiao.account'

export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null)
  const asked = ref(false)
  const unconfirmed = ref(false)
  // The session ended while a page was open; the login page says so.
  const ended = ref(false)
  // The password just typed at the login page, so that a forced change need not ask for it again.
  // In memory only, and gone once used.
  const justTyped = ref('')

  const district = computed(() => me.value?.person.district ?? '')
  const postings = computed<Posting[]>(() => me.value?.postings ?? [])
  const mustChangePassword = computed(() => me.value?.must_change_password ?? false)

  onRefusal((refusal) => {
    if (refusal.status === 401 && me.value) {
      me.value = null
      ended.value = true
      put(null)
    }
    if (refusal.key === 'session.password_change_required' && me.value) me.value.must_change_password = true
  })

  async function restore(): Promise<void> {
    if (asked.value) return
    const kept = taken()
    try {
      is(await api.get<Me>('/session', undefined, undefined, kept ? kPatienceMs : undefined))
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error
      if (error.status === 401) {
        put(null)
      } else if (error.unreachable && kept) {
        me.value = kept
        unconfirmed.value = true
      } else {
        throw error
      }
    }
    asked.value = true
  }

  async function refresh(): Promise<void> {
    is(await api.get<Me>('/session'))
  }

  function is(found: Me): void {
    me.value = found
    unconfirmed.value = false
    put(found)
  }

  async function login(name: string, password: string): Promise<void> {
    is(await oneAfterAnother(kAccountLock, () => api.post<Me>('/session', { login: name, password })))
    asked.value = true
    ended.value = false
    justTyped.value = mustChangePassword.value ? password : ''
  }

  async function changePassword(old: string, fresh: string): Promise<void> {
    await api.put('/session/password', { old, new: fresh })
    justTyped.value = ''
    await refresh()
  }

  // What was read for this person goes from the telephone; what this person has not sent yet stays.
  async function logout(): Promise<void> {
    const person = me.value?.person.id
    try {
      await oneAfterAnother(kAccountLock, () => api.del('/session'))
    } finally {
      me.value = null
      put(null)
      if (person) void forgetReads(person)
      ended.value = false
      justTyped.value = ''
    }
  }

  function may(right: string): boolean {
    return me.value?.may.includes(right) ?? false
  }
  function holds(...posts: string[]): boolean {
    return postings.value.some((posting) => posts.includes(posting.post))
  }

  return { me, asked, unconfirmed, ended, justTyped, district, postings, mustChangePassword, restore, refresh, login, changePassword, logout, may, holds }
})

function taken(): Me | null {
  try {
    const kept = JSON.parse(localStorage.getItem(kKept) ?? 'null') as Me | null
    return kept?.person?.id && Array.isArray(kept.may) ? kept : null
  } catch {
    return null
  }
}

function put(me: Me | null): void {
  try {
    if (me) localStorage.setItem(kKept, JSON.stringify(me))
    else localStorage.removeItem(kKept)
  } catch {
    // Without a network the pages then ask for a log-in.
  }
}
