#include "usecases/task_figures.h"

namespace anxiao::usecases {

namespace {

constexpr std::int64_t TaskFigures::*kMembers[] = {
    &TaskFigures::expected, &TaskFigures::open,    &TaskFigures::done, &TaskFigures::late,
    &TaskFigures::missed,   &TaskFigures::excused, &TaskFigures::total};

}  // namespace

void count(TaskFigures& figures, duties::State state) {
  // The states are in the order of the members.
  figures.*kMembers[static_cast<std::size_t>(state)] += 1;
  figures.total += 1;
}

void add(TaskFigures& sum, const TaskFigures& more) {
  for (auto member : kMembers) sum.*member += more.*member;
}

void take_away(TaskFigures& sum, const TaskFigures& less) {
  for (auto member : kMembers) sum.*member -= less.*member;
}

}  // namespace anxiao::usecases
