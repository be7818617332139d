// The ground on which duties stand, read from the store: of one organisation, or of a whole
// district with a few queries. See domain/duties/task.h.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/duties/task.h"
#include "usecases/office.h"
#include "usecases/page.h"

namespace anxiao::usecases {

inline constexpr const char* kPoints = "points";
inline constexpr const char* kSubstitutes = "substitutes";
inline constexpr const char* kRosters = "rosters";

// An organisation with all that its duties follow from.
struct DutyGround {
  Ref organisation;
  std::string district, path, kind;
  duties::Ground ground;
  std::shared_ptr<const duties::SchoolCalendar> calendar;
  std::map<std::string, std::string> point_names;  // id → name
};

// For the days from `from` to `to`, both in; nothing where there is no such organisation.
std::optional<DutyGround> ground_of(Reader& reader, const Office& office,
                                    const std::string& organisation, Day from, Day to);

// One occurrence, expected or not, with the ground that it and no other needs.
struct OccurrenceGround {
  DutyGround here;
  duties::Occurrence occurrence;
};
// Refuses `not_found` where there is no such organisation, and duty.period_*.
Result<OccurrenceGround> ground_of_occurrence(Reader& reader, const Office& office,
                                              const std::string& organisation,
                                              const pack::Duty& duty, const std::string& period);

// Of every organisation of a district that has a duty, in order of path; ended ones only where
// `ended_too`.
std::vector<DutyGround> grounds_of(Reader& reader, const Office& office,
                                   const std::string& district, Day from, Day to,
                                   bool ended_too = false);

std::map<std::string, std::string> names_of_people(Reader& reader,
                                                   const std::vector<std::string>& ids);

}  // namespace anxiao::usecases
