// What the reader answers for: a whole school, everything under a district or the city, or only his
// own tasks. Pages of duties begin there.

import { computed } from 'vue'
import type { Posting } from '@/api/types'
import { usePack } from '@/stores/pack'
import { useSession } from '@/stores/session'

// Posts of a school that answer for all that is to be done in it.
const kForTheSchool = ['principal', 'safety_manager']

// Of that posting the whole organisation; null where it answers for nobody else.
export function answeredFor(postings: Posting[], isSchool: (kind: string) => boolean, may: (right: string) => boolean): Posting | null {
  if (!may('tasks.read')) return null
  const above = postings.find((posting) => ['municipality', 'district'].includes(posting.kind))
  if (above) return above
  return postings.find((posting) => (isSchool(posting.kind) ? kForTheSchool.includes(posting.post) : may('rows.create'))) ?? null
}

export function useWhose() {
  const session = useSession()
  const pack = usePack()
  const isSchool = (kind: string) => pack.kind(kind)?.is_school ?? !['municipality', 'district', 'department'].includes(kind)
  const posting = computed(() => answeredFor(session.postings, isSchool, session.may))
  // Where tasks, rosters and calendars of one organisation are read: the own one of whoever has no other.
  const home = computed(() => posting.value?.organisation ?? session.postings[0]?.organisation ?? null)
  const above = computed(() => ['municipality', 'district'].includes(posting.value?.kind ?? ''))
  return {
    // What the address of a list says: an organisation, or `me`.
    whose: computed(() => posting.value?.organisation.id ?? 'me'),
    posting,
    home,
    // The reader oversees schools rather than working in one.
    above,
    atSchool: computed(() => session.postings.find((one) => isSchool(one.kind))?.organisation ?? null),
  }
}
