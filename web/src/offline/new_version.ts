// The installed pages and their next version. A new one waits until the person agrees, or until it
// cannot disturb: no answer half written on the screen, no form open, nothing being sent, and the
// page out of sight or only just opened.

import { ref } from 'vue'

export const newVersionWaits = ref(false)

let waiting: ServiceWorker | null = null
let asked = false
let mayDisturb: () => boolean = () => false
let quiet: () => void = () => undefined
const kLookAgainMs = 30 * 60_000

// `free` says whether a reload would disturb nobody; `hush` ends what keeps the present worker busy.
export async function watchForNewVersion(free: () => boolean, hush: () => void): Promise<void> {
  mayDisturb = free
  quiet = hush
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  // The first worker takes over pages that were opened without one: nothing changes for them.
  let controlled = Boolean(navigator.serviceWorker.controller)
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (!controlled) {
      controlled = true
      return
    }
    // Another window asked for the new version; here it comes when nobody is disturbed.
    if (asked || free()) location.reload()
    else newVersionWaits.value = true
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && newVersionWaits.value && mayDisturb()) takeNewVersion()
  })
  try {
    const registration = await navigator.serviceWorker.register('/service_worker.js')
    const ready = (worker: ServiceWorker | null, atStart: boolean) => {
      if (!worker || !navigator.serviceWorker.controller) return
      waiting = worker
      newVersionWaits.value = true
      if (atStart && mayDisturb()) takeNewVersion()
    }
    ready(registration.waiting, true)
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing
      worker?.addEventListener('statechange', () => { if (worker.state === 'installed') ready(worker, false) })
    })
    setInterval(() => void registration.update().catch(() => undefined), kLookAgainMs)
    window.addEventListener('online', () => void registration.update().catch(() => undefined))
  } catch {
    // No room, or no secure page: everything works as long as there is a network.
  }
}

export function takeNewVersion(): void {
  asked = true
  quiet()
  if (waiting && waiting.state === 'installed') waiting.postMessage('take_over')
  else location.reload()
}
