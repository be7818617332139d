// The pages in the order they are offered; a page whose right is missing is not offered.

import { computed } from 'vue'
import type { Icon } from '@/parts/IconMark.vue'
import { useSession } from '@/stores/session'

export interface Place { name: string; icon: Icon; words: string; right?: string; group: 'work' | 'keep' | 'run' }

const places: Place[] = [
  { name: 'today', icon: 'today', words: 'nav.today', group: 'work' },
  { name: 'inspection', icon: 'inspection', words: 'nav.inspection', right: 'tasks.read', group: 'work' },
  { name: 'hazards', icon: 'hazard', words: 'nav.hazards', right: 'matters.read', group: 'work' },
  { name: 'clauses', icon: 'clauses', words: 'nav.clauses', right: 'pack.read', group: 'work' },
  { name: 'ledgers', icon: 'ledgers', words: 'nav.ledgers', right: 'rows.read', group: 'keep' },
  { name: 'organisations', icon: 'organisations', words: 'nav.organisations', right: 'organisations.read', group: 'keep' },
  { name: 'people', icon: 'people', words: 'nav.people', right: 'people.read', group: 'keep' },
  { name: 'admin', icon: 'admin', words: 'nav.admin', right: 'state.read', group: 'run' },
]

export function usePlaces() {
  const session = useSession()
  const offered = computed(() => places.filter((place) => !place.right || session.may(place.right)))
  return {
    groups: computed(() => (['work', 'keep', 'run'] as const)
      .map((group) => ({ group, places: offered.value.filter((place) => place.group === group) }))
      .filter((one) => one.places.length > 0)),
    tabs: computed(() => offered.value.filter((place) => place.group === 'work')),
    others: computed(() => offered.value.filter((place) => place.group !== 'work')),
  }
}
