// What a sheet's code says: `https://…/i/POINT?k=CODE`. Only the path counts, so that a sheet printed
// under another name of the same server still works.

export interface Scanned { point: string; code: string }

export function scannedFrom(text: string): Scanned | null {
  const found = /\/i\/([0-9]{6}\.[0-9a-f-]{36})\?(?:[^#]*&)?k=([A-Za-z0-9_-]+)/.exec(text)
  return found ? { point: found[1], code: found[2] } : null
}
