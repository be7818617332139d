// One window at a time: what two open windows of the same browser must not do at once. The browser's
// own locks where it has them; on plain http, where it has none, a lease on the shelf that both
// windows share, which runs out by itself if the window dies.

const kPrefix = 'anxiao.lease.'
const kLeaseMs = 20_000
const kRenewMs = 5_000
const me = Math.random().toString(36).slice(2)

interface Lease { holder: string; until: number }

// Runs `work` unless another window is at it; tells whether it ran.
export async function ifAlone(name: string, work: () => Promise<void>): Promise<boolean> {
  if (globalThis.navigator?.locks) {
    return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (!lock) return false
      await work()
      return true
    })
  }
  if (!take(name)) return false
  const renewing = setInterval(() => write(name, { holder: me, until: Date.now() + kLeaseMs }), kRenewMs)
  try {
    await work()
    return true
  } finally {
    clearInterval(renewing)
    if (read(name)?.holder === me) localStorage.removeItem(kPrefix + name)
  }
}

// Runs `work` after whoever is at it, but waits no longer than `patienceMs`.
export async function oneAfterAnother<T>(name: string, work: () => Promise<T>, patienceMs = 5000): Promise<T> {
  if (!globalThis.navigator?.locks) return work()
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), patienceMs)
  let begun = false
  try {
    return await navigator.locks.request(name, { signal: patience.signal }, () => {
      begun = true
      clearTimeout(timer)
      return work()
    })
  } catch (trouble) {
    if (!begun && patience.signal.aborted) return work()
    throw trouble
  } finally {
    clearTimeout(timer)
  }
}

function take(name: string): boolean {
  const held = read(name)
  if (held && held.holder !== me && held.until > Date.now() && held.until < Date.now() + 2 * kLeaseMs) return false
  write(name, { holder: me, until: Date.now() + kLeaseMs })
  return read(name)?.holder === me
}

function read(name: string): Lease | null {
  try {
    return JSON.parse(localStorage.getItem(kPrefix + name) ?? 'null') as Lease | null
  } catch {
    return null
  }
}

function write(name: string, lease: Lease): void {
  try {
    localStorage.setItem(kPrefix + name, JSON.stringify(lease))
  } catch {
    // Two windows on a full shelf may both try; the answer's id keeps it one.
  }
}
