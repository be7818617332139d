// A shelf in memory that can be full, for tests.

export class Shelf implements Storage {
  private kept = new Map<string, string>()
  full = false
  get length() {
    return this.kept.size
  }
  clear() {
    this.kept.clear()
  }
  getItem(key: string) {
    return this.kept.get(key) ?? null
  }
  key(index: number) {
    return [...this.kept.keys()][index] ?? null
  }
  removeItem(key: string) {
    this.kept.delete(key)
  }
  setItem(key: string, value: string) {
    if (this.full) throw new DOMException('full', 'QuotaExceededError')
    this.kept.set(key, value)
  }
}

export const task = {
  duty: 'daily', checklist: 'daily', organisation: '500190.o', period: '2026-03-02', point: '500190.p',
  names: { point: 'Gate 1', list: { zh: 'Daily', en: 'Daily' } },
}
