// What a person finds in the morning: what is to be looked at today, what waits on him, what is
// late, and what he has lately been made to know.

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <string>

#include "usecases/duty_sums.h"
#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/sums.h"
#include "usecases/words.h"

namespace anxiao::usecases {

// Each list shows so many; the counts are of all.
inline constexpr std::size_t kTodayRows = 20;
inline constexpr std::size_t kTodayTasks = 60;
// What was told longer ago is found in the list of matters.
inline constexpr std::int64_t kTodayToldMs = 14 * kDayMs;

// So many days are looked ahead for days on which nobody is named for a rostered duty.
inline constexpr int kTodayHoleDays = 7;

struct HoleView {
  std::string duty;
  pack::Words name;
  std::string day;
  Ref organisation;
};
BOOST_DESCRIBE_STRUCT(HoleView, (), (duty, name, day, organisation))

// `duties` counts what the actor answers for: his own tasks, or all of the organisation named by
// `duties_of`, with what is under it.
Result<boost::json::object> read_today(Reader& reader, const Office& office, Sums& sums,
                                       DutySums& duty_sums);

}  // namespace anxiao::usecases
