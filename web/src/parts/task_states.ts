// The sign of each state of a task.

import type { TaskState } from '@/api/types'
import type { Icon } from './IconMark.vue'

export const kStateIcons: Record<TaskState, Icon> = {
  expected: 'dash',
  open: 'clock',
  done: 'check',
  late: 'return',
  missed: 'cross',
  excused: 'seal',
}
