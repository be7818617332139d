#include "usecases/tasks.h"

#include <algorithm>
#include <map>

#include "base/ids.h"
#include "base/text.h"
#include "usecases/matter_rows.h"
#include "usecases/matter_view.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

constexpr const char* kPoints = "points";

template <class List>
bool contains(const List& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

// A list, or a text with commas between.
std::vector<std::string> names_in(const json::object& fields, std::string_view key) {
  std::vector<std::string> names;
  const auto* value = fields.if_contains(key);
  if (value && value->is_array()) {
    for (const auto& each : value->get_array())
      if (each.is_string()) names.emplace_back(each.get_string());
  } else if (value && value->is_string()) {
    for (const auto& each : split(value->get_string(), ','))
      if (auto name = trimmed(each); !name.empty()) names.emplace_back(name);
  }
  return names;
}

Point point_from(const Row& row) {
  auto fields = object_of(row.text(2));
  return {.ref = {std::string(row.text(0)), std::string(row.text(1))},
          .place = text_at(fields, "place"),
          .checklists = names_in(fields, "checklists"),
          .person = text_at(fields, "person")};
}

// The first answer to each (duty, period, point, checklist) of an organisation.
class Answers {
 public:
  Answers(Reader& reader, std::string organisation)
      : reader_(reader), organisation_(std::move(organisation)) {}

  std::optional<TaskAnswer> to(const pack::Checklist& checklist, const std::string& period,
                               const std::string& point) {
    auto [asked, fresh] = asked_.try_emplace(checklist.duty + " " + period);
    if (fresh) ask(checklist.duty, period, asked->second);
    auto found = asked->second.find(checklist.id + " " + point);
    return found == asked->second.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  using ByPoint = std::map<std::string, TaskAnswer>;

  void ask(const std::string& duty, const std::string& period, ByPoint& found) {
    reader_.query(
        "SELECT a.id, a.checklist, a.point, a.happened_at, a.known_at, a.person, p.name, a.matters"
        " FROM answers a"
        " LEFT JOIN people p ON p.district = substr(a.person, 1, 6) AND p.id = a.person"
        " WHERE a.district = $1 AND a.organisation = $2 AND a.duty = $3 AND a.period = $4"
        " ORDER BY a.known_at, a.id",
        {std::string(district_of(organisation_)), organisation_, duty, period},
        [&](const Row& row) {
          TaskAnswer answer{.id = std::string(row.text(0)),
                            .happened_at = {row.integer(3)},
                            .known_at = {row.integer(4)},
                            .person = {std::string(row.text(5)), row.maybe_text(6).value_or("")},
                            .matters = {}};
          const auto parsed = json::parse(row.text(7));  // outlives the loop
          for (const auto& matter : parsed.as_array())
            answer.matters.emplace_back(matter.at("id").as_string());
          found.try_emplace(std::string(row.text(1)) + " " + std::string(row.text(2)),
                            std::move(answer));
        });
  }

  Reader& reader_;
  std::string organisation_;
  std::map<std::string, ByPoint> asked_;
};

// Calls `each` for every checklist that is done at a point of the organisation.
template <class Each>
void for_tasks(const Office& office, const std::string& kind, const std::vector<Point>& points,
               Each each) {
  for (const auto& checklist : office.pack.checklists) {
    if (!is_for(office.pack, checklist, kind)) continue;
    for (const auto& point : points)
      if (contains(point.checklists, checklist.id)) each(checklist, point);
  }
}

// The posts that people hold at one organisation itself.
std::multimap<std::string, std::string> posts_at(Reader& reader, const std::string& organisation,
                                                 Instant now) {
  std::multimap<std::string, std::string> posts;  // person → post
  reader.query(
      "SELECT person, post FROM postings WHERE district = $1 AND organisation = $2"
      " AND (until IS NULL OR until > $3)",
      {std::string(district_of(organisation)), organisation, now.ms},
      [&](const Row& row) { posts.emplace(std::string(row.text(0)), std::string(row.text(1))); });
  return posts;
}

bool holds_one_of(const std::multimap<std::string, std::string>& posts, const std::string& person,
                  const std::vector<std::string>& wanted) {
  auto [from, to] = posts.equal_range(person);
  return std::any_of(from, to, [&](const auto& each) { return contains(wanted, each.second); });
}

bool is_mine(const Office& office, const std::multimap<std::string, std::string>& posts,
             const pack::Checklist& checklist, const Point& point) {
  if (!holds_one_of(posts, office.actor.person, checklist.posts)) return false;
  return point.person == office.actor.person || !holds_one_of(posts, point.person, checklist.posts);
}

std::vector<Task> tasks_at(Reader& reader, const Office& office, const Ref& organisation,
                           const std::string& kind, Day on, bool mine) {
  std::vector<Task> tasks;
  auto points = points_of(reader, organisation.id, office.now);
  if (points.empty()) return tasks;
  std::multimap<std::string, std::string> posts;
  if (mine) posts = posts_at(reader, organisation.id, office.now);
  Answers answers(reader, organisation.id);
  for_tasks(office, kind, points, [&](const pack::Checklist& checklist, const Point& point) {
    if (mine && !is_mine(office, posts, checklist, point)) return;
    auto period = period_of(checklist.cycle, on);
    auto answer = answers.to(checklist, period, point.ref.id);
    tasks.push_back({.checklist = &checklist,
                     .organisation = organisation,
                     .period = std::move(period),
                     .point = point.ref,
                     .answer = std::move(answer)});
  });
  return tasks;
}

Result<std::vector<Task>> tasks_of_organisation(Reader& reader, const Office& office,
                                                const std::string& id, Day on) {
  Ref organisation{id, {}};
  std::string kind, path;
  reader.query("SELECT name, kind, path FROM organisations WHERE district = $1 AND id = $2",
               {std::string(district_of(id)), id}, [&](const Row& row) {
                 organisation.name = row.text(0);
                 kind = row.text(1);
                 path = row.text(2);
               });
  if (path.empty()) return not_found("organisations");
  TRY(organisations::may(office.pack, office.actor, "tasks", "read", {.path = path}));
  return tasks_at(reader, office, organisation, kind, on, false);
}

}  // namespace

std::string period_of(std::string_view cycle, Day day) {
  if (cycle == "week") return iso_week_of(day);
  if (cycle == "month") return month_text_of(day);
  return format_day(day);
}

std::vector<Point> points_of(Reader& reader, const std::string& organisation, Instant now) {
  std::vector<Point> points;
  reader.query(
      "SELECT id, title, fields FROM ledger_rows"
      " WHERE district = $1 AND ledger = $2 AND organisation = $3"
      " AND (until IS NULL OR until > $4) ORDER BY title, id",
      {std::string(district_of(organisation)), kPoints, organisation, now.ms},
      [&](const Row& row) { points.push_back(point_from(row)); });
  return points;
}

std::optional<Point> point_of(Reader& reader, const std::string& organisation,
                              const std::string& id, Instant now) {
  std::optional<Point> point;
  reader.query(
      "SELECT id, title, fields FROM ledger_rows"
      " WHERE district = $1 AND id = $2 AND ledger = $3 AND organisation = $4"
      " AND (until IS NULL OR until > $5)",
      {std::string(district_of(organisation)), id, kPoints, organisation, now.ms},
      [&](const Row& row) { point = point_from(row); });
  return point;
}

bool is_for(const pack::Pack& pack, const pack::Checklist& checklist, const std::string& kind) {
  if (!checklist.kinds.empty()) return contains(checklist.kinds, kind);
  const auto* known = pack.kind(kind);
  return known && known->is_school;
}

std::vector<Task> tasks_of_actor(Reader& reader, const Office& office, Day on) {
  std::vector<Task> tasks;
  std::vector<std::string> seen;
  for (const auto& posting : office.actor.postings) {
    if (contains(seen, posting.organisation)) continue;
    seen.push_back(posting.organisation);
    if (!organisations::may(office.pack, office.actor, "tasks", "answer", {.path = posting.path}))
      continue;
    auto here = tasks_at(reader, office, {posting.organisation, posting.organisation_name},
                         posting.kind, on, true);
    std::ranges::move(here, std::back_inserter(tasks));
  }
  return tasks;
}

Result<json::object> list_tasks(Reader& reader, const Office& office, std::string_view whom,
                                std::string_view on) {
  TRY(organisations::may_somewhere(office.pack, office.actor, "tasks", "read"));
  auto day = office.zone.day_of(office.now);
  if (!on.empty()) {
    auto asked = parse_day(on);
    if (!asked) return asked.error();
    day = *asked;
  }
  std::vector<Task> tasks;
  if (whom.empty() || whom == "me") {
    tasks = tasks_of_actor(reader, office, day);
  } else {
    TRY_LET(theirs, tasks_of_organisation(reader, office, std::string(whom), day));
    tasks = std::move(theirs);
  }
  json::array items;
  for (const auto& task : tasks) items.push_back(json_of(task, office));
  return json::object{
      {"items", std::move(items)}, {"next", nullptr}, {"as_of", office.zone.format(office.now)}};
}

json::object json_of(const Task& task, const Office& office) {
  json::value answer = nullptr;
  if (task.answer) {
    json::array matters;
    for (const auto& id : task.answer->matters) matters.emplace_back(id);
    answer = json::object{{"id", task.answer->id},
                          {"happened_at", office.zone.format(task.answer->happened_at)},
                          {"known_at", office.zone.format(task.answer->known_at)},
                          {"person", json_of(task.answer->person)},
                          {"matters", std::move(matters)}};
  }
  return {{"duty", task.checklist->duty},
          {"checklist", task.checklist->id},
          {"name", json_of(task.checklist->name)},
          {"cycle", task.checklist->cycle},
          {"organisation", json_of(task.organisation)},
          {"period", task.period},
          {"point", json_of(task.point)},
          {"state", task.answer ? "done" : "due"},
          {"answer", std::move(answer)}};
}

}  // namespace anxiao::usecases
