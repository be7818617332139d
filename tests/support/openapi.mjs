// Every answer a scenario sees is held against the OpenAPI document of the same server: the route
// must be described, and a JSON answer must have the described shape.

// What is wrong with `value` by `schema`, as sentences; the part of JSON Schema that the server uses.
export function faults(schema, value, path = '$') {
  if (!schema || Object.keys(schema).length === 0) return []
  if (schema.anyOf) {
    const each = schema.anyOf.map((one) => faults(one, value, path))
    return each.some((found) => found.length === 0) ? [] : each[0]
  }
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  const wanted = [schema.type].flat().filter(Boolean)
  const fits = (type) => type === kind || (type === 'integer' && Number.isInteger(value)) || (type === 'number' && kind === 'number')
  if (wanted.length && !wanted.some(fits)) return [`${path}: ${kind} where ${wanted} is described`]
  if (schema.enum && !schema.enum.includes(value)) return [`${path}: ${JSON.stringify(value)} is none of ${schema.enum}`]
  if (kind === 'array') return value.flatMap((each, index) => faults(schema.items, each, `${path}[${index}]`))
  if (kind === 'object') {
    const found = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${path}.${name}: is missing`)
    for (const [name, each] of Object.entries(value)) {
      const known = schema.properties?.[name]
      if (known) found.push(...faults(known, each, `${path}.${name}`))
      else if (schema.additionalProperties === false) found.push(`${path}.${name}: is not described`)
      else if (typeof schema.additionalProperties === 'object') found.push(...faults(schema.additionalProperties, each, `${path}.${name}`))
    }
    return found
  }
  return []
}

export class Described {
  constructor(document) {
    this.document = document
    this.routes = Object.entries(document.paths).map(([path, verbs]) => ({
      path,
      verbs,
      pattern: new RegExp('^' + path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+') + '$'),
      wildcards: (path.match(/\{/g) ?? []).length,
    }))
  }

  // The description of a call; the path with the fewest wildcards wins, as in the server.
  of(method, path) {
    const bare = path.split('?')[0]
    return this.routes
      .filter((each) => each.pattern.test(bare) && each.verbs[method.toLowerCase()])
      .sort((a, b) => a.wildcards - b.wildcards)[0]?.verbs[method.toLowerCase()]
  }

  check(method, path, answer) {
    if (method === 'HEAD' || !path.startsWith('/api/')) return
    const described = this.of(method, path)
    if (!described) {
      if (answer.status === 404 || answer.status === 405) return
      throw new Error(`${method} ${path} is answered ${answer.status} but not described`)
    }
    const type = answer.headers.get('content-type') ?? ''
    const json = type.includes('json') && answer.bytes.length
    const success = answer.status < 300
    const response = described.responses[answer.status] ?? described.responses[success ? '2XX' : 'default'] ?? (success ? described.responses['200'] : undefined)
    if (!response) throw new Error(`${method} ${path}: status ${answer.status} is not described`)
    const schema = response.content?.[type.split(';')[0]]?.schema
    if (json && !schema && success) throw new Error(`${method} ${path}: a ${type} answer is not described`)
    const found = json ? faults(schema, answer.body) : []
    if (found.length) throw new Error(`${method} ${path} ${answer.status}: ${found.slice(0, 5).join('; ')}`)
  }
}
