// How much room the browser says there is. Where it says nothing, nothing is known: then only a
// refused write tells, and whoever writes says so at once.

// A dozen photographs as we send them, and what else a day needs.
const kLowBytes = 12 * 1024 * 1024

export interface Room { left: number; low: boolean }

export async function storageLeft(): Promise<Room | null> {
  try {
    const { quota, usage } = await navigator.storage.estimate()
    if (quota === undefined || usage === undefined) return null
    const left = Math.max(0, quota - usage)
    return { left, low: left < kLowBytes }
  } catch {
    return null
  }
}
