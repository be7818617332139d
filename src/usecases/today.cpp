#include "usecases/today.h"

#include <algorithm>

#include "usecases/matter_counts.h"
#include "usecases/matters_list.h"
#include "usecases/tasks.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

Result<void> add_lines(Reader& reader, const Office& office, const pack::Chart& chart,
                       MatterFilter filter, json::array& out) {
  filter.paging.limit = kTodayRows;
  TRY_LET(page, list_matters(reader, office, chart.id, filter));
  for (const auto& line : page.items) out.push_back(json_of(line, office));
  return {};
}

}  // namespace

Result<json::object> read_today(Reader& reader, const Office& office, Sums& sums) {
  auto tasks = tasks_of_actor(reader, office, office.zone.day_of(office.now));
  auto done =
      std::ranges::count_if(tasks, [](const Task& task) { return task.answer.has_value(); });
  json::array due, waiting, late, told;
  for (const auto& task : tasks) due.push_back(json_of(task, office));

  MatterFilter on_me, too_late, made_known;
  on_me.waiting = true;
  too_late.late = true;
  made_known.told = true;
  made_known.since = office.now.plus_ms(-kTodayToldMs);
  std::int64_t waiting_count = 0;
  OpenAndLate total;
  for (const auto& chart : office.pack.charts) {
    TRY(add_lines(reader, office, chart, on_me, waiting));
    TRY(add_lines(reader, office, chart, too_late, late));
    TRY(add_lines(reader, office, chart, made_known, told));
    TRY_LET(count, count_matters(reader, office, chart.id, on_me));
    waiting_count += count;
    auto counted = open_and_late(reader, office, sums, chart);
    total.open += counted.open;
    total.late += counted.late;
  }
  return json::object{{"tasks", std::move(due)},
                      {"waiting", std::move(waiting)},
                      {"late", std::move(late)},
                      {"told", std::move(told)},
                      {"counts",
                       {{"tasks_due", static_cast<std::int64_t>(tasks.size()) - done},
                        {"tasks_done", done},
                        {"waiting", waiting_count},
                        {"late", total.late},
                        {"open", total.open}}},
                      {"as_of", office.zone.format(office.now)}};
}

}  // namespace anxiao::usecases
