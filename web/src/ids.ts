// Names for new things, made here so that sending again is safe: `500190.` + UUIDv7. The district
// stands in front so that a look-up by id alone knows where to go.

export function uuid7(now: number = Date.now(), fill: (bytes: Uint8Array) => void = randomly): string {
  const bytes = new Uint8Array(16)
  fill(bytes)
  let rest = now
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

// crypto.randomUUID is absent on plain http; getRandomValues is not.
function randomly(bytes: Uint8Array): void {
  crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)
}

export function newId(district: string): string {
  return `${district}.${uuid7()}`
}

export function districtOf(id: string): string {
  return id.slice(0, id.indexOf('.'))
}
