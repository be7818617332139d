// Of ECharts only what the pages draw.

import { BarChart, LineChart, MapChart } from 'echarts/charts'
import { GeoComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

echarts.use([BarChart, LineChart, MapChart, GeoComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, SVGRenderer])

export function makeChart(place: HTMLElement): echarts.ECharts {
  return echarts.init(place, null, { renderer: 'svg' })
}

export function registerOutline(name: string, features: unknown): void {
  if (!echarts.getMap(name)) echarts.registerMap(name, features as Parameters<typeof echarts.registerMap>[1])
}
