// How many matters are open and late within the reader's reach. What lies in the tree is read from
// the kept sums; what an organisation holds for others is few and counted.

#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "usecases/office.h"
#include "usecases/sums.h"

namespace anxiao::usecases {

// Rows by district, level and stage; those of a single organisation name it. Refuses `not_found`
// and `forbidden` where `organisation` is out of reach or no post of the actor reads figures.
Result<boost::json::object> count_rows(Reader& reader, const Office& office, Sums& sums,
                                       std::string_view loop, const std::string& organisation);

struct OpenAndLate {
  std::int64_t open = 0;
  std::int64_t late = 0;
};
OpenAndLate open_and_late(Reader& reader, const Office& office, Sums& sums,
                          const pack::Chart& chart);

}  // namespace anxiao::usecases
