// Keeps the built pages on the telephone, so that they open where there is no network. It never keeps
// or answers anything of /api: what the server says is kept by the pages themselves, with its hour.
//
// The list below is written by the build (tools/offline_shell.ts). A new version is fetched whole and
// then waits: the page asks for it (`take_over`) when nobody is in the middle of something.

const version = '__VERSION__'
const files = '__FILES__'
const prefix = 'anxiao-shell-'
const shell = prefix + version
// Answered by the server itself, also when opened as a page.
const notPages = /^\/(api|healthz|readyz|metrics)(\/|$)/

self.addEventListener('install', (event) => {
  // Where the browser can, what goes to the server passes this worker by: a live stream would keep
  // it at work, and the next version out.
  const past = { condition: { urlPattern: { pathname: '/api/*' } }, source: 'network' }
  if (event.addRoutes) event.waitUntil(event.addRoutes(past).catch(() => undefined))
  event.waitUntil(caches.open(shell).then((cache) => cache.addAll(files.map((file) => new Request(file, { cache: 'reload' })))))
})

// The version before stays until the next one: a page that is still open may ask for its files.
self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    const shells = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== shell)
    await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)))
    await self.clients.claim()
  })())
})

self.addEventListener('message', (event) => {
  if (event.data === 'take_over') event.waitUntil(self.skipWaiting())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== self.location.origin || notPages.test(address.pathname)) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else if (files.includes(address.pathname) || address.pathname.startsWith('/assets/')) event.respondWith(file(request, address))
})

async function page(request) {
  const kept = await (await caches.open(shell)).match('/index.html')
  return kept ?? fetch(request)
}

async function file(request, address) {
  const own = await (await caches.open(shell)).match(address.pathname)
  return own ?? (await caches.match(address.pathname)) ?? fetch(request)
}
