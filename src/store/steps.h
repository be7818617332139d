// The steps by which a database comes to its present form, as they stand in `migrations/`. A step
// that was released is sealed: its text never changes again, and a change is a further step.

#pragma once

#include <string_view>
#include <vector>

namespace anxiao::store {

struct Step {
  int number;
  std::string_view name;
  std::string_view sql;
};

const std::vector<Step>& sqlite_steps();
const std::vector<Step>& postgres_steps();

}  // namespace anxiao::store
