// What a person finds in the morning: what is to be looked at today, what waits on him, what is
// late, and what he has lately been made to know.

#pragma once

#include <boost/json.hpp>

#include "usecases/office.h"
#include "usecases/sums.h"

namespace anxiao::usecases {

// Each list shows so many; the counts are of all.
inline constexpr std::size_t kTodayRows = 20;
inline constexpr std::size_t kTodayTasks = 60;
// What was told longer ago is found in the list of matters.
inline constexpr std::int64_t kTodayToldMs = 14 * kDayMs;

Result<boost::json::object> read_today(Reader& reader, const Office& office, Sums& sums);

}  // namespace anxiao::usecases
