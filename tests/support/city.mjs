// A city that its first administrator builds through the API: two districts, schools, departments
// in both and one of the city, and one person for every post of the pack at every sort of place
// where it is held.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Server, command, newId, root, temporaryFolder } from './server.mjs'

// Who holds what, read from the pack by a reader of its own, so that the server's reading of the
// same file is compared with another one.
export function readPosts(file = join(root, 'pack/cq-2017-193/posts.yml')) {
  const text = readFileSync(file, 'utf8').replace(/#.*$/gm, '')
  const names = (list) => list.split(',').map((each) => each.trim()).filter(Boolean)
  const anchors = {}
  const posts = []
  for (const block of text.split(/^ {2}- id: /m).slice(1)) {
    const id = block.match(/^\S+/)[0]
    const at = block.match(/^ {4}at: (?:\*(\w+)|(?:&(\w+) )?\[([^\]]*)\])/m)
    const kinds = at[1] ? anchors[at[1]] : names(at[3])
    if (at[2]) anchors[at[2]] = kinds
    const [, again, anchor] = block.match(/^ {4}grants:(?: \*(\w+)| &(\w+))?/m)
    const lines = block.match(/^ {6}- \{noun:.*$/gm) ?? []
    const grants = again
      ? anchors[again]
      : lines.map((line) => {
          const [, noun, actions, reach] = line.match(/\{noun: (\w+), actions: \[([^\]]*)\], reach: (\w+)\}/)
          return { noun, actions: names(actions), reach }
        })
    if (anchor) anchors[anchor] = grants
    assert.ok(kinds.length && grants.length, id)
    posts.push({ id, at: kinds, grants })
  }
  return posts
}

const schools = ['kindergarten', 'primary', 'village_primary', 'junior_middle', 'senior_middle', 'boarding_middle', 'nine_year', 'special', 'vocational', 'private_school', 'university']

// The post that a stranger to the story holds at a place.
export const humblePost = { school: 'guard', department: 'department_officer', district: 'district_safety_officer', municipality: 'municipal_leader' }

export class City {
  static async build() {
    const city = new City()
    city.temporary = temporaryFolder()
    const data = join(city.temporary.folder, 'city')
    const made = await command('init', '--data', data, '--city', '试验市', '--code', '500000', '--login', 'root')
    assert.equal(made.code, 0, made.stderr)
    city.server = await Server.start({ demo: false, data, clock: new Date().toISOString() })
    city.server.passwords = { root: made.stdout.match(/[a-z0-9]{4}(-[a-z0-9]{4}){3}/)[0] }
    city.root = await city.enter('root')
    city.posts = readPosts()
    await city.#plant()
    await city.#settle()
    return city
  }

  async end() {
    await this.server.end()
    this.temporary.remove()
  }

  async enter(login) {
    const caller = await this.server.enter(login)
    caller.headers = () => ({ cookie: caller.cookie })
    caller.login = login
    return caller
  }

  async #organisation(name, kind, parent, district) {
    const id = newId(district)
    const made = await this.root.post('/organisations', { id, parent: parent.id, kind, name })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const sort = schools.includes(kind) ? 'school' : kind
    this.places[name] = { id, name, kind, sort, district, path: parent.path + id + '/' }
    return this.places[name]
  }

  async #plant() {
    const id = this.root.me.postings[0].organisation.id
    const top = { id, name: 'city', kind: 'municipality', sort: 'municipality', district: '500000', path: `/${id}/` }
    this.places = { city: top }
    const one = await this.#organisation('district one', 'district', top, '500101')
    const two = await this.#organisation('district two', 'district', top, '500102')
    await this.#organisation('school 1', 'primary', one, '500101')
    await this.#organisation('school 2', 'junior_middle', one, '500101')
    await this.#organisation('fire one', 'department', one, '500101')
    await this.#organisation('school 3', 'primary', two, '500102')
    await this.#organisation('fire two', 'department', two, '500102')
    await this.#organisation('roads', 'department', top, '500000')
  }

  // Enters a person with posts; the one-time password stays with the server's others.
  async person(login, home, posts) {
    const at = posts.map((post) => ({ id: newId(home.district), post, organisation: home.id }))
    const id = newId(home.district)
    const made = await this.root.post('/people', { id, name: login, login, organisation: home.id, posts: at })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    this.server.passwords[login] = made.body.one_time_password
    return { id, login, home, path: home.path, postings: at }
  }

  async #settle() {
    const whereHeld = { school: this.places['school 1'], department: this.places['fire one'], district: this.places['district one'], municipality: this.places.city }
    this.actors = []
    for (const post of this.posts) {
      const sorts = new Set(post.at.map((kind) => (schools.includes(kind) ? 'school' : kind)))
      for (const sort of sorts) {
        const place = whereHeld[sort]
        const login = `${post.id.replaceAll('_', '-')}.${sort}`
        const person = await this.person(login, place, [post.id])
        this.actors.push({ name: `${post.id} at ${place.name}`, post: post.id, grants: post.grants, place, person, caller: await this.enter(login) })
      }
    }
    const person = await this.person('no.post', this.places['school 1'], [])
    this.actors.push({ name: 'somebody without a post', post: '', grants: [], place: null, person, caller: await this.enter('no.post') })
    this.strangers = {}
    let number = 0
    for (const [name, place] of Object.entries(this.places)) this.strangers[name] = await this.person(`stranger.${++number}`, place, [humblePost[place.sort]])
    const two = await this.person('officer.two', this.places['district two'], ['district_safety_officer'])
    this.officerTwo = await this.enter(two.login)
  }

  actor(post, sort) {
    return this.actors.find((each) => each.post === post && (!sort || each.place.sort === sort))
  }

  place(id) {
    return Object.values(this.places).find((each) => each.id === id)
  }
}

// Whether grants of an actor reach a thing: `path` is where it is, `holder` who holds it, `owner`
// whose own it is; a thing that is `anywhere` belongs to no place.
export function reaches(actor, grant, thing) {
  const [noun, action] = grant.split('.')
  return actor.grants.some((each) => {
    if (each.noun !== noun || !each.actions.includes(action)) return false
    if (thing.anywhere || (thing.owner && thing.owner === actor.person.id)) return true
    if (each.reach === 'own') return thing.path === actor.place.path
    if (each.reach === 'subtree') return thing.path.startsWith(actor.place.path)
    if (each.reach === 'held') return thing.holder === actor.place.id
    assert.equal(each.reach, 'self')
    return false
  })
}
