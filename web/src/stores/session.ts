// Who is at the screen and what this person may do. The cookie is the server's affair; this store
// only knows what GET /session said.

import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, onRefusal, RefusalError } from '@/api/client'
import type { Me, Posting } from '@/api/types'

export const useSession = defineStore('session', () => {
  const me = ref<Me | null>(null)
  const asked = ref(false)
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
    }
    if (refusal.key === 'session.password_change_required' && me.value) me.value.must_change_password = true
  })

  async function restore(): Promise<void> {
    if (asked.value) return
    try {
      me.value = await api.get<Me>('/session')
    } catch (error) {
      if (!(error instanceof RefusalError) || error.status !== 401) throw error
    }
    asked.value = true
  }

  async function refresh(): Promise<void> {
    me.value = await api.get<Me>('/session')
  }

  async function login(name: string, password: string): Promise<void> {
    me.value = await api.post<Me>('/session', { login: name, password })
    asked.value = true
    ended.value = false
    justTyped.value = me.value.must_change_password ? password : ''
  }

  async function changePassword(old: string, fresh: string): Promise<void> {
    await api.put('/session/password', { old, new: fresh })
    justTyped.value = ''
    await refresh()
  }

  async function logout(): Promise<void> {
    try {
      await api.del('/session')
    } finally {
      me.value = null
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

  return { me, asked, ended, justTyped, district, postings, mustChangePassword, restore, refresh, login, changePassword, logout, may, holds }
})
