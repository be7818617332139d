// What a school should have to do on a day by the pack's own words, reckoned without the program's rules:
// duties as GET /pack tells them, their conditions read from the files by a reader of its own, and
// the facets that a school was entered with. Only of duties whose cycle is a day or a night.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './server.mjs'

const folder = join(root, 'pack/cq-2017-193/duties')

// By duty: the selectors of `at`, and which days count.
function conditions() {
  const all = {}
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8').replace(/#.*$/gm, '')
    for (const block of text.split(/^ {2}- id: /m).slice(1)) {
      const selectors = [...block.matchAll(/\{kinds: \[([^\]]*)\](?:, where: \[(.*)\])?\}/g)].map(([, kinds, where]) => ({
        kinds: kinds.split(',').map((each) => each.trim()),
        where: [...(where ?? '').matchAll(/\{facet: (\w+), is: "?(\w+)"?\}/g)].map(([, facet, is]) => ({ facet, is })),
      }))
      assert.ok(selectors.length, file)
      all[block.match(/^\S+/)[0]] = { selectors, days: block.match(/^ {4}days: (\w+)/m)?.[1] ?? 'school' }
    }
  }
  return all
}

export const cyclesOfDays = ['school_day', 'day', 'night']

const minutes = (day) => Date.parse(day + 'T00:00:00+08:00') / 60000
export const dayAfter = (day, days = 1) => new Date(Date.parse(day + 'T00:00:00Z') + days * 864e5).toISOString().slice(0, 10)

export class Reckoning {
  constructor(pack) {
    this.pack = pack
    this.conditions = conditions()
    assert.deepEqual(pack.duties.map((each) => each.id).sort(), Object.keys(this.conditions).sort())
  }

  // `school`: kind, facets, and points with the lists of each.
  #applies(duty, school) {
    const has = ({ facet, is }) => {
      const { assumed } = this.pack.facets.find((each) => each.id === facet)
      return String(school.facets[facet] ?? assumed[school.kind] ?? assumed.any) === is
    }
    return this.conditions[duty.id].selectors.some((each) => each.kinds.includes(school.kind) && each.where.every(has))
  }

  // Everything whose window reaches into the day: `duty|period|point`, in order. `opened`: the
  // school's first whole day; `lessons(day)`: whether somebody is taught on it.
  on(day, school, opened, lessons) {
    const found = []
    for (const duty of this.pack.duties) {
      if (!cyclesOfDays.includes(duty.cycle) || !this.#applies(duty, school)) continue
      const { days } = this.conditions[duty.id]
      assert.ok(days === 'all' || days === 'school', duty.id)
      const listed = school.points.filter((each) => duty.checklist && each.checklists.includes(duty.checklist)).map((each) => each.id)
      for (const first of [dayAfter(day, -1), day]) {
        const night = duty.cycle === 'night'
        // Of a night it is the morning that counts.
        if (first < opened || (days === 'school' && !lessons(night ? dayAfter(first) : first))) continue
        const rounds = night ? duty.times : 1
        const length = (duty.to_minute - duty.from_minute) / rounds
        for (let round = 1; round <= rounds; ++round) {
          const from = minutes(first) + duty.from_minute + (round - 1) * length
          if (from >= minutes(day) + 1440 || from + length <= minutes(day)) continue
          for (const point of listed.length ? listed : ['']) found.push([duty.id, first + (night ? `N${round}` : ''), point].join('|'))
        }
      }
    }
    return found.sort()
  }
}
