// What is to be looked at: a checklist at a point, once in each of its periods. Occurrences are
// not kept; they follow from the pack's checklists, the points a school has listed and the day.
// What is kept is the answers.

#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/office.h"
#include "usecases/page.h"

namespace anxiao::usecases {

// `2026-03-02` for a cycle of a day, `2026-W10` for a week, `2026-03` for a month.
std::string period_of(std::string_view cycle, Day day);

// A row of the ledger of points.
struct Point {
  Ref ref;
  std::string place;
  std::vector<std::string> checklists;
  std::string person;  // answers for the point; may be empty
};
std::vector<Point> points_of(Reader& reader, const std::string& organisation, Instant now);
std::optional<Point> point_of(Reader& reader, const std::string& organisation,
                              const std::string& id, Instant now);

// Whether a checklist is for organisations of this kind.
bool is_for(const pack::Pack& pack, const pack::Checklist& checklist, const std::string& kind);

struct TaskAnswer {
  std::string id;
  Instant happened_at;
  Instant known_at;
  Ref person;
  std::vector<std::string> matters;
};

struct Task {
  const pack::Checklist* checklist;
  Ref organisation;
  std::string period;
  Ref point;
  std::optional<TaskAnswer> answer;  // the first one of the period
};

// The actor's own tasks on a day: the checklists of his posts at points he answers for, and at
// points for which nobody of those posts does.
std::vector<Task> tasks_of_actor(Reader& reader, const Office& office, Day on);

// `whom` is `me` or an organisation's id; `on` a day, today where empty. Refuses `not_found`,
// `forbidden`, `time.day_malformed`.
Result<boost::json::object> list_tasks(Reader& reader, const Office& office, std::string_view whom,
                                       std::string_view on);

boost::json::object json_of(const Task& task, const Office& office);

}  // namespace anxiao::usecases
