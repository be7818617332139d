// How many tasks are in each state.

#pragma once

#include <boost/describe.hpp>
#include <cstdint>

#include "domain/duties/outcome.h"

namespace anxiao::usecases {

struct TaskFigures {
  std::int64_t expected = 0, open = 0, done = 0, late = 0, missed = 0, excused = 0, total = 0;
  bool operator==(const TaskFigures&) const = default;
};
BOOST_DESCRIBE_STRUCT(TaskFigures, (), (expected, open, done, late, missed, excused, total))

void count(TaskFigures& figures, duties::State state);
void add(TaskFigures& sum, const TaskFigures& more);
void take_away(TaskFigures& sum, const TaskFigures& less);

}  // namespace anxiao::usecases
