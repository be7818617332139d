#include "usecases/today.h"

#include <algorithm>

#include "base/json_map.h"
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

// What can be done now first, then what comes up, then what is over; each by when it closes.
int order_of(duties::State state) {
  switch (state) {
    case duties::State::open:
      return 0;
    case duties::State::expected:
      return 1;
    case duties::State::missed:
    case duties::State::late:
      return 2;
    default:
      return 3;
  }
}

json::array first_tasks(Reader& reader, const Office& office, const std::vector<TasksHere>& all) {
  std::vector<std::pair<const DutyGround*, const duties::Task*>> tasks;
  for (const auto& each : all)
    for (const auto& task : each.tasks) tasks.emplace_back(&each.here, &task);
  std::ranges::stable_sort(tasks, {}, [](const auto& each) {
    return std::pair(order_of(each.second->outcome.state), each.second->occurrence.closes_at);
  });
  if (tasks.size() > kTodayTasks) tasks.resize(kTodayTasks);
  TaskViews views(reader, office);
  json::array out;
  for (const auto& [here, task] : tasks) out.push_back(write(views.of(*here, *task)));
  return out;
}

// Whoever may excuse, or reads a whole subtree, answers for more than his own.
Result<std::optional<FiguresLine>> figures_above(Reader& reader, const Office& office, Day today) {
  for (const auto& posting : office.actor.postings) {
    const bool answers =
        std::ranges::any_of(office.pack.post(posting.post)->grants, [](const pack::Grant& grant) {
          return grant.noun == "tasks" &&
                 (grant.reach == "subtree" ||
                  std::ranges::find(grant.actions, "excuse") != grant.actions.end());
        });
    if (!answers) continue;
    TRY_LET(figures, figures_at(reader, office, posting.organisation, today));
    return std::optional(FiguresLine{{posting.organisation, posting.organisation_name}, figures});
  }
  return std::optional<FiguresLine>{};
}

}  // namespace

Result<json::object> read_today(Reader& reader, const Office& office, Sums& sums) {
  const auto today = office.zone.day_of(office.now);
  const auto tasks = tasks_of_actor(reader, office, today);
  const auto mine = figures_of(tasks);
  TRY_LET(above, figures_above(reader, office, today));
  json::array waiting, late, told;

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
  return json::object{{"tasks", first_tasks(reader, office, tasks)},
                      {"waiting", std::move(waiting)},
                      {"late", std::move(late)},
                      {"told", std::move(told)},
                      {"counts",
                       {{"tasks_due", mine.open},
                        {"tasks_done", mine.done},
                        {"waiting", waiting_count},
                        {"late", total.late},
                        {"open", total.open}}},
                      {"duties", write(above ? above->figures : mine)},
                      {"duties_of", above ? write(above->organisation) : json::value(nullptr)},
                      {"excuses_asked", count_excuses_to_decide(reader, office)},
                      {"as_of", office.zone.format(office.now)}};
}

}  // namespace anxiao::usecases
