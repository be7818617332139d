// The steps by which a database comes to its present form, as they stand in `migrations/`. A step
// that was released is sealed: its text never changes again, and a change is a further step.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
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

// `3 (what_names_another_matter)`, for whoever migrates or is refused.
std::string title_of(const Step& step);

// How many of `steps`, in order of number, a database holds that remembers these hashes by number.
// Throws DatabaseFault{other}, with what to do, where it holds one that is not among them (it is
// newer than the program) or one with another text.
std::size_t applied_of(std::span<const Step> steps,
                       const std::map<std::int64_t, std::string>& hashes);

}  // namespace anxiao::store
