#include "usecases/today.h"

#include <algorithm>

#include "base/json_map.h"
#include "usecases/expiring.h"
#include "usecases/matter_counts.h"
#include "usecases/matters_list.h"
#include "usecases/rosters.h"
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

struct Answering {
  const organisations::Posting* posting = nullptr;
  bool beneath = false;  // for what is under it as well
};

// Whoever may excuse, keeps an organisation's rows or reads a whole subtree answers for more than
// his own; by the first post that does.
std::optional<Answering> answering(const Office& office) {
  for (const auto& posting : office.actor.postings) {
    const auto* post = office.pack.post(posting.post);
    if (!post) continue;
    bool reads = false, beneath = false, keeps = false;
    for (const auto& grant : post->grants) {
      const auto may = [&](std::string_view noun, std::string_view action) {
        return grant.noun == noun && (grant.reach == "own" || grant.reach == "subtree") &&
               std::ranges::find(grant.actions, action) != grant.actions.end();
      };
      reads = reads || may("tasks", "read");
      beneath = beneath || (may("tasks", "read") && grant.reach == "subtree");
      keeps = keeps || may("tasks", "excuse") || may("rows", "create");
    }
    if (reads && (beneath || keeps)) return Answering{&posting, beneath};
  }
  return std::nullopt;
}

// Of a whole district the page of rosters shows them.
json::array holes_json(Reader& reader, const Office& office, const Answering& answering,
                       Day today) {
  json::array out;
  if (answering.beneath) return out;
  for (const auto& hole : roster_holes(reader, office, answering.posting->organisation, today,
                                       today.plus(kTodayHoleDays - 1))) {
    if (out.size() == kTodayTasks) break;
    out.push_back(write(HoleView{.duty = hole.duty->id,
                                 .name = hole.duty->name,
                                 .day = format_day(hole.day),
                                 .organisation = hole.organisation}));
  }
  return out;
}

}  // namespace

Result<json::object> read_today(Reader& reader, const Office& office, Sums& sums,
                                DutySums& duty_sums) {
  const auto today = office.zone.day_of(office.now);
  const auto tasks = tasks_of_actor(reader, office, today);
  const auto mine = figures_of(tasks);
  const auto above = answering(office);
  auto duties = mine;
  json::value duties_of = nullptr;
  json::array holes, waiting, late, told;
  if (above) {
    TRY_LET(figures, figures_at(reader, office, duty_sums, above->posting->organisation, today));
    duties = figures;
    duties_of = write(Ref{above->posting->organisation, above->posting->organisation_name});
    holes = holes_json(reader, office, *above, today);
  }

  MatterFilter on_me, too_late, made_known;
  on_me.waiting = true;
  too_late.late = true;
  made_known.told = true;
  made_known.since = office.now.plus_ms(-kTodayToldMs);
  std::int64_t waiting_count = 0;
  OpenAndLate total;
  for (const auto& chart : office.pack.charts) {
    auto counted = open_and_late(reader, office, sums, chart);
    total.open += counted.open;
    total.late += counted.late;
    // Most loops are at rest at most places; what is not open is on none of the lists.
    if (counted.open == 0) continue;
    TRY(add_lines(reader, office, chart, on_me, waiting));
    if (counted.late > 0) TRY(add_lines(reader, office, chart, too_late, late));
    TRY(add_lines(reader, office, chart, made_known, told));
    TRY_LET(count, count_matters(reader, office, chart.id, on_me));
    waiting_count += count;
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
                      {"duties", write(duties)},
                      {"duties_of", std::move(duties_of)},
                      {"roster_holes", std::move(holes)},
                      {"excuses_asked", count_excuses_to_decide(reader, office)},
                      {"expiring", write(list_expiring(reader, office))},
                      {"as_of", office.zone.format(office.now)}};
}

}  // namespace anxiao::usecases
