// Where the phone is, as evidence of having been at the point. Only if the person agreed, asked once
// and changed at any time; without it the answer says `by hand`.

import type { Position } from './types'

const kPrefix = 'anxiao.position.'
const kPatienceMs = 15_000

export type Consent = 'yes' | 'no' | null

export const canLocate = (): boolean => 'geolocation' in navigator && globalThis.isSecureContext

export function consentOf(person: string): Consent {
  try {
    const said = localStorage.getItem(kPrefix + person)
    return said === 'yes' || said === 'no' ? said : null
  } catch {
    return null
  }
}

export function setConsent(person: string, said: 'yes' | 'no'): void {
  try {
    localStorage.setItem(kPrefix + person, said)
  } catch {
    // It is asked again next time.
  }
}

// WGS-84, as the browser gives it; null where it gives none.
export function whereAmI(): Promise<Position | null> {
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude, accuracy_m: Math.round(coords.accuracy) }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: kPatienceMs, maximumAge: 30_000 },
    )
  })
}
