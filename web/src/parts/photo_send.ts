// Sends a photograph in pieces, from where the server has it. A piece that fails is tried again
// from what the server says it received; what has arrived is never sent twice.

export interface Received {
  received: number
  complete: boolean
}

// How pieces reach the server; tests put something else in its place.
export interface PhotoWire {
  state(sha: string): Promise<Received | null>
  put(sha: string, piece: Blob, type: string, range: string | null): Promise<Received>
  // Whether this trouble may be gone at the next attempt: the way was broken, the server was busy,
  // or it has another number of bytes than the range began with. Anything else is final.
  mayPass(trouble: unknown): boolean
}

// The server took a piece and has no more than before.
export class NoHeadway extends Error {}

export interface Sending {
  pieceBytes?: number
  attempts?: number
  waitMs?: (attempt: number) => number
  progress?: (sent: number, total: number) => void
}

export function rangeOf(from: number, until: number, total: number): string {
  return `bytes ${from}-${until - 1}/${total}`
}

export async function sendPhoto(
  wire: PhotoWire,
  sha: string,
  blob: Blob,
  { pieceBytes = 256 * 1024, attempts = 4, waitMs = (n) => 400 * 2 ** n, progress }: Sending = {},
): Promise<void> {
  let failed = 0
  let at: number | null = null
  for (;;) {
    try {
      if (at === null) {
        const state = await wire.state(sha)
        if (state?.complete) {
          progress?.(blob.size, blob.size)
          return
        }
        at = Math.min(state?.received ?? 0, blob.size)
      }
      progress?.(at, blob.size)
      const until = Math.min(at + pieceBytes, blob.size)
      const whole = at === 0 && until === blob.size
      const answer = await wire.put(
        sha,
        whole ? blob : blob.slice(at, until, blob.type),
        blob.type,
        whole ? null : rangeOf(at, until, blob.size),
      )
      if (answer.complete) {
        progress?.(blob.size, blob.size)
        return
      }
      if (answer.received <= at) throw new NoHeadway()
      at = answer.received
      failed = 0
    } catch (trouble) {
      const again = trouble instanceof NoHeadway || wire.mayPass(trouble)
      if (!again || ++failed >= attempts) throw trouble
      at = null
      await new Promise((resolve) => setTimeout(resolve, waitMs(failed - 1)))
    }
  }
}
