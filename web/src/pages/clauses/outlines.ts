// Outlines of districts, where a package has those of the city: by the first two digits of its
// division code. A city without one is shown as a table alone.

interface Outline { features: { id?: string; properties: { name: string } }[] }
const known: Record<string, () => Promise<{ default: unknown }>> = {
  50: () => import('echarts-outlines/map/json/province/chongqing.json'),
}

export const hasOutline = (code: string): boolean => code.slice(0, 2) in known

// Each feature is named by its division code, so that a district is found however it is called.
export async function outlineOf(code: string): Promise<{ name: string; features: unknown } | null> {
  const load = known[code.slice(0, 2)]
  if (!load) return null
  const outline = structuredClone((await load()).default) as Outline
  for (const feature of outline.features) feature.properties.name = feature.id ?? feature.properties.name
  return { name: `outline-${code.slice(0, 2)}`, features: outline }
}
