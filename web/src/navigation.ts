// The pages in the order they are offered; a page whose right is missing is not offered.

import { computed } from 'vue'
import { kMattersRead } from '@/loops'
import type { Icon } from '@/parts/IconMark.vue'
import { useOutbox } from '@/stores/outbox'
import { useSession } from '@/stores/session'

export interface Place { name: string; icon: Icon; words: string; right?: string | string[]; group: 'work' | 'keep' | 'run' }

const places: Place[] = [
  { name: 'today', icon: 'today', words: 'nav.today', group: 'work' },
  { name: 'inspection', icon: 'inspection', words: 'nav.inspection', right: 'tasks.answer', group: 'work' },
  { name: 'duties', icon: 'duties', words: 'nav.duties', right: 'tasks.read', group: 'work' },
  { name: 'gate', icon: 'gate', words: 'nav.gate', right: 'visitors.read', group: 'work' },
  { name: 'hazards', icon: 'hazard', words: 'nav.hazards', right: 'matters.read', group: 'work' },
  { name: 'loops', icon: 'loop', words: 'nav.loops', right: kMattersRead, group: 'work' },
  { name: 'rosters', icon: 'roster', words: 'nav.rosters', right: 'tasks.read', group: 'keep' },
  { name: 'calendar', icon: 'calendar', words: 'nav.calendar', right: 'tasks.read', group: 'keep' },
  { name: 'ledgers', icon: 'ledgers', words: 'nav.ledgers', right: 'rows.read', group: 'keep' },
  { name: 'lists', icon: 'list', words: 'nav.lists', right: 'tasks.read', group: 'keep' },
  { name: 'organisations', icon: 'organisations', words: 'nav.organisations', right: 'organisations.read', group: 'keep' },
  { name: 'people', icon: 'people', words: 'nav.people', right: 'people.read', group: 'keep' },
  { name: 'clauses', icon: 'clauses', words: 'nav.clauses', right: 'pack.read', group: 'run' },
  { name: 'trends', icon: 'trend', words: 'nav.trends', right: 'standing.read', group: 'run' },
  { name: 'grades', icon: 'grade', words: 'nav.grades', right: 'grades.read', group: 'run' },
  { name: 'admin', icon: 'admin', words: 'nav.admin', right: 'state.read', group: 'run' },
]

// Along the bottom of a phone there is room for four beside `more`. Whoever stands at the gate works
// the register; whoever keeps the lists looks at what became of the duties.
const kTabs = 4
export function tabsOf(offered: Place[], keepsLists: boolean): Place[] {
  const wanted = keepsLists ? ['today', 'inspection', 'duties', 'hazards', 'clauses'] : ['today', 'inspection', 'gate', 'hazards', 'duties', 'clauses']
  const order = offered.map((place) => place.name)
  return wanted.filter((name) => order.includes(name)).slice(0, kTabs).map((name) => offered.find((place) => place.name === name)!)
}

export function usePlaces() {
  const session = useSession()
  const outbox = useOutbox()
  const offered = computed(() => places.filter((place) => !place.right || [place.right].flat().some(session.may)
    // Whoever has lost a post still finds what was not sent.
    || (place.name === 'inspection' && outbox.count > 0)))
  const tabs = computed(() => tabsOf(offered.value, session.may('rows.create')))
  return {
    groups: computed(() => (['work', 'keep', 'run'] as const)
      .map((group) => ({ group, places: offered.value.filter((place) => place.group === group) }))
      .filter((one) => one.places.length > 0)),
    tabs,
    others: computed(() => offered.value.filter((place) => !tabs.value.includes(place))),
  }
}
