// What is to be done: each occurrence of a duty at each of its places, as lists and pages show it.
// Tasks are not kept; they follow from the pack's duties, the calendar, what an organisation has on
// record, and the hour (domain/duties/task.h).

#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usecases/duty_grounds.h"
#include "usecases/excuses.h"
#include "usecases/misses.h"
#include "usecases/office.h"
#include "usecases/page.h"
#include "usecases/task_figures.h"
#include "usecases/words.h"

namespace anxiao::usecases {

class DutySums;

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

// An item that another answer of the same day has answered already.
struct FilledItem {
  std::string item;
  std::string answer;  // in_order
  Ref person;
  std::string happened_at;
  std::string from;  // the answer
};
BOOST_DESCRIBE_STRUCT(FilledItem, (), (item, answer, person, happened_at, from))
std::vector<FilledItem> filled_items(Reader& reader, const Office& office,
                                     const std::string& organisation,
                                     const duties::SchoolCalendar& calendar,
                                     const pack::Checklist& checklist, Day day);

struct TaskAnswer {
  std::string id;
  std::string happened_at, known_at;
  Ref person;
  std::string presence;
  std::vector<std::string> matters;
};
BOOST_DESCRIBE_STRUCT(TaskAnswer, (), (id, happened_at, known_at, person, presence, matters))

struct TaskView {
  std::string duty;
  pack::Words name;
  std::optional<std::string> checklist;
  std::string cycle;
  std::string requirement, norm, basis;
  bool rostered = false;
  Ref organisation;
  std::string period;
  std::optional<Ref> point;
  std::string opens_at, closes_at;
  std::int64_t times = 1, given = 0;
  std::string state;  // expected, open, done, late, missed, excused
  bool known_late = false;
  bool optional = false;
  bool mine = false;
  OwnerView owner;
  std::optional<TaskAnswer> answer;  // the first
  std::vector<FilledItem> filled;
  std::optional<ExcuseBrief> excuse;
};
BOOST_DESCRIBE_STRUCT(TaskView, (),
                      (duty, name, checklist, cycle, requirement, norm, basis, rostered,
                       organisation, period, point, opens_at, closes_at, times, given, state,
                       known_late, optional, mine, owner, answer, filled, excuse))

// An organisation with its tasks; the tasks point into the ground.
struct TasksHere {
  DutyGround here;
  std::vector<duties::Task> tasks;
};
// The actor's own on a day, by organisation: those he owns.
std::vector<TasksHere> tasks_of_actor(Reader& reader, const Office& office, Day on);

// For pages: reads names and what else a view needs.
class TaskViews {
 public:
  TaskViews(Reader& reader, const Office& office) : reader_(reader), office_(office) {}
  TaskView of(const DutyGround& here, const duties::Task& task);

 private:
  Ref person(const std::string& id);

  Reader& reader_;
  const Office& office_;
  std::map<std::string, std::string> people_;
};

struct TaskFilter {
  std::string whom;   // `me` (or empty), or an organisation: at and under it
  std::string on;     // a day; empty: today
  std::string state;  // several with commas between; empty: all
  std::string point;
  std::string duty;
  Paging paging;  // cursor `si`: the path, and how many of it have been shown
};

// Refuses `not_found`, `authority.forbidden`, `time.day_malformed`, `list.filter_malformed`. With
// `sums`, districts that have none of the states today are not read.
Result<Page<TaskView>> list_tasks(Reader& reader, const Office& office, const TaskFilter& filter,
                                  DutySums* sums = nullptr);

struct FiguresLine {
  Ref organisation;
  TaskFigures figures;
};
// Of the actor's own tasks (`me`), of an organisation with everything under it, or of each that is
// directly under it; as the list counts them. Those of today are kept, those of other days are
// counted. Refuses as `list_tasks` does.
Result<boost::json::object> read_figures(Reader& reader, const Office& office, DutySums& sums,
                                         std::string_view whom, std::string_view on,
                                         std::string_view by);
// At and under an organisation.
Result<TaskFigures> figures_at(Reader& reader, const Office& office, DutySums& sums,
                               const std::string& organisation, Day day);
// The actor's own.
TaskFigures figures_of(const std::vector<TasksHere>& tasks);

// One occurrence with all that is on record about it.
Result<boost::json::object> read_task(Reader& reader, const Office& office,
                                      const OccurrenceKey& key);

// --- the calendar ---

struct CalendarDay {
  std::string day;
  bool worked = false;
  bool lessons = false;
  bool closed = false;
  std::string term;  // empty in the vacation
  std::optional<pack::Words> holiday;
  bool known = false;
};
BOOST_DESCRIBE_STRUCT(CalendarDay, (), (day, worked, lessons, closed, term, holiday, known))

inline constexpr int kCalendarDaysMost = 400;

// The days of an organisation, both ends in, and its terms. Refuses `not_found`,
// `authority.forbidden`, `time.day_malformed`, `calendar.too_long`.
Result<boost::json::object> read_calendar(Reader& reader, const Office& office,
                                          const std::string& organisation, std::string_view from,
                                          std::string_view to);

}  // namespace anxiao::usecases
