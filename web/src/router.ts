// Which page answers which address. Pages load when first visited; the server answers every address
// outside /api with the shell.

import { nextTick, watch } from 'vue'
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { kMattersRead } from '@/loops'
import { usePack } from '@/stores/pack'
import { useSession } from '@/stores/session'
import { language, say, words } from '@/words'

declare module 'vue-router' {
  interface RouteMeta {
    title: string          // key of the words that name the page
    open?: boolean         // also without a session
    right?: string | string[]  // `noun.action` without which the page is of no use; of several, any
    bare?: boolean         // without navigation
  }
}

export const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/today' },
  { path: '/login', name: 'login', component: () => import('@/pages/login/LoginPage.vue'), meta: { title: 'login.title', open: true, bare: true } },
  { path: '/password', name: 'password', component: () => import('@/pages/login/PasswordPage.vue'), meta: { title: 'login.change_title', bare: true } },
  { path: '/today', name: 'today', component: () => import('@/pages/today/TodayPage.vue'), meta: { title: 'nav.today' } },
  { path: '/inspection', name: 'inspection', component: () => import('@/pages/inspection/InspectionPage.vue'), meta: { title: 'nav.inspection', right: 'tasks.read' } },
  { path: '/hazards', name: 'hazards', component: () => import('@/pages/loops/LoopPage.vue'), props: { loop: 'hazard' }, meta: { title: 'nav.hazards', right: 'matters.read' } },
  { path: '/inspection/scan', name: 'scan', component: () => import('@/pages/inspection/ScanPage.vue'), meta: { title: 'inspection.scan', right: 'tasks.read' } },
  { path: '/i/:point', name: 'point', component: () => import('@/pages/inspection/PointPage.vue'), props: true, meta: { title: 'nav.inspection', right: 'tasks.read' } },
  { path: '/inspection/:duty/:organisation/:period/:point?', name: 'answer', component: () => import('@/pages/inspection/AnswerPage.vue'), props: true, meta: { title: 'nav.inspection', right: 'tasks.read' } },
  { path: '/hazards/report', name: 'report', component: () => import('@/pages/loops/OpenPage.vue'), props: { loop: 'hazard', common: 'find' }, meta: { title: 'loop_hazard.report_title', right: 'matters.open' } },
  { path: '/hazards/:id', name: 'matter', component: () => import('@/pages/loops/MatterPage.vue'), props: (route) => ({ loop: 'hazard', id: route.params.id }), meta: { title: 'nav.hazards', right: 'matters.read' } },
  { path: '/loops', name: 'loops', component: () => import('@/pages/loops/LoopsPage.vue'), meta: { title: 'nav.loops', right: kMattersRead } },
  // What has an address of its own is found there only.
  { path: '/loops/hazard', redirect: { name: 'hazards' } },
  { path: '/loops/hazard/new', redirect: { name: 'report' } },
  { path: '/loops/hazard/:id', redirect: (to) => ({ name: 'matter', params: { id: to.params.id } }) },
  {
    path: '/loops/:loop', component: () => import('@/pages/loops/LoopDoor.vue'), props: true, meta: { title: 'nav.loops', right: kMattersRead },
    children: [
      { path: '', name: 'loop', component: () => import('@/pages/loops/LoopPage.vue'), props: true, meta: { title: 'nav.loops' } },
      { path: 'new', name: 'loop_open', component: () => import('@/pages/loops/OpenPage.vue'), props: true, meta: { title: 'nav.loops' } },
      { path: ':id', name: 'loop_matter', component: () => import('@/pages/loops/MatterPage.vue'), props: true, meta: { title: 'nav.loops' } },
    ],
  },
  { path: '/duties', name: 'duties', component: () => import('@/pages/duties/DutiesPage.vue'), meta: { title: 'nav.duties', right: 'tasks.read' } },
  { path: '/duties/misses', name: 'misses', component: () => import('@/pages/duties/MissesPage.vue'), meta: { title: 'nav.misses', right: 'tasks.read' } },
  { path: '/duties/excuses', name: 'excuses', component: () => import('@/pages/duties/ExcusesPage.vue'), meta: { title: 'nav.excuses', right: 'tasks.read' } },
  { path: '/duties/drills', name: 'drills', component: () => import('@/pages/duties/DrillsPage.vue'), meta: { title: 'nav.drills', right: 'tasks.read' } },
  { path: '/duties/:duty/:organisation/:period/:point?', name: 'occurrence', component: () => import('@/pages/duties/OccurrencePage.vue'), props: true, meta: { title: 'nav.duties', right: 'tasks.read' } },
  { path: '/rosters', name: 'rosters', component: () => import('@/pages/rosters/RostersPage.vue'), meta: { title: 'nav.rosters', right: 'tasks.read' } },
  { path: '/gate', name: 'gate', component: () => import('@/pages/gate/GatePage.vue'), meta: { title: 'nav.gate', right: 'visitors.read' } },
  { path: '/calendar', name: 'calendar', component: () => import('@/pages/calendar/CalendarPage.vue'), meta: { title: 'nav.calendar', right: 'tasks.read' } },
  { path: '/sheets', name: 'sheets', component: () => import('@/pages/sheets/SheetsPage.vue'), meta: { title: 'nav.sheets', right: 'rows.change' } },
  { path: '/clauses', name: 'clauses', component: () => import('@/pages/clauses/ClausesPage.vue'), meta: { title: 'nav.clauses', right: 'pack.read' } },
  { path: '/clauses/districts', name: 'districts', component: () => import('@/pages/clauses/DistrictsPage.vue'), meta: { title: 'districts.title', right: 'standing.read' } },
  { path: '/clauses/trace', name: 'trace', component: () => import('@/pages/clauses/TracePage.vue'), meta: { title: 'trace.title', right: 'pack.read' } },
  { path: '/clauses/burden', name: 'burden', component: () => import('@/pages/clauses/BurdenPage.vue'), meta: { title: 'burden.title', right: 'pack.read' } },
  { path: '/clauses/:requirement', name: 'standing', component: () => import('@/pages/clauses/RequirementPage.vue'), props: true, meta: { title: 'standing.title', right: 'standing.read' } },
  { path: '/trends', name: 'trends', component: () => import('@/pages/trends/TrendsPage.vue'), meta: { title: 'nav.trends', right: 'standing.read' } },
  { path: '/grades', name: 'grades', component: () => import('@/pages/grades/GradesPage.vue'), meta: { title: 'nav.grades', right: 'grades.read' } },
  { path: '/grades/:organisation', name: 'grade', component: () => import('@/pages/grades/GradePage.vue'), props: true, meta: { title: 'nav.grades', right: 'grades.read' } },
  { path: '/ledgers/:ledger?', name: 'ledgers', component: () => import('@/pages/ledgers/LedgersPage.vue'), props: true, meta: { title: 'nav.ledgers', right: 'rows.read' } },
  { path: '/lists/:tab?', name: 'lists', component: () => import('@/pages/lists/ListsPage.vue'), props: true, meta: { title: 'nav.lists', right: 'tasks.read' } },
  { path: '/organisations', name: 'organisations', component: () => import('@/pages/organisations/OrganisationsPage.vue'), meta: { title: 'nav.organisations', right: 'organisations.read' } },
  { path: '/organisations/import', name: 'import', component: () => import('@/pages/organisations/ImportPage.vue'), meta: { title: 'organisations.import_title', right: 'organisations.import' } },
  { path: '/people', name: 'people', component: () => import('@/pages/people/PeoplePage.vue'), meta: { title: 'nav.people', right: 'people.read' } },
  { path: '/admin', name: 'admin', component: () => import('@/pages/admin/AdminPage.vue'), meta: { title: 'nav.admin', right: 'state.read' } },
  { path: '/more', name: 'more', component: () => import('@/pages/more/MorePage.vue'), meta: { title: 'nav.more' } },
  { path: '/:rest(.*)*', name: 'unknown', component: () => import('@/pages/more/UnknownPage.vue'), meta: { title: 'nav.unknown' } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.hash ? { el: to.hash } : to.path === from.path ? false : { top: 0 }),
})

router.beforeEach(async (to) => {
  const session = useSession()
  try {
    await session.restore()
  } catch {
    // The server cannot be reached: the page asked for says so by itself.
    return true
  }
  if (!session.me) return to.meta.open ? true : { name: 'login', query: to.fullPath === '/today' ? {} : { to: to.fullPath } }
  if (session.mustChangePassword && to.name !== 'password') return { name: 'password' }
  if (to.name === 'login') return { name: 'today' }
  return true
})

export function titlePages(): void {
  const name = () => {
    const { meta, params } = router.currentRoute.value
    const said = typeof params.loop === 'string' ? say(usePack().loop(params.loop)?.name) : ''
    const title = said || (meta.title ? words(meta.title) : '')
    document.title = title ? `${title} · ${words('nav.product')}` : words('nav.product')
  }
  watch([router.currentRoute, language, () => usePack().pack], name, { immediate: true })
  // A reader who cannot see the page hears where it now stands.
  router.afterEach((to, from) => {
    if (!from.name || to.path === from.path) return
    // The heading of a page that still reads its data comes later: it is waited for.
    let tries = 80
    const greet = () => {
      if (router.currentRoute.value.path !== to.path) return
      // A page that put the focus somewhere itself keeps it there.
      if (document.activeElement?.matches('input, select, textarea, dialog *')) return
      const heading = document.querySelector<HTMLElement>('main h1')
      if (heading) heading.focus({ preventScroll: true })
      else if (--tries > 0) setTimeout(greet, 60)
    }
    void nextTick(() => setTimeout(greet, 60))
  })
}
