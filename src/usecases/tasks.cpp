#include "usecases/tasks.h"

#include <algorithm>
#include <set>

#include "base/ids.h"
#include "base/json_map.h"
#include "base/text.h"
#include "domain/duties/period.h"
#include "usecases/answers.h"
#include "usecases/calendars.h"
#include "usecases/duty_sums.h"
#include "usecases/matter_rows.h"
#include "usecases/reach.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

constexpr const char* kCycles[] = {"school_day", "day",  "night", "week",        "month", "quarter",
                                   "half_year",  "year", "term",  "school_year", "dates", "event"};
constexpr const char* kInOrder = "in_order";

template <class List>
bool contains(const List& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

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

// Which states are asked for, as bits; all where nothing is said.
Result<unsigned> states_of(std::string_view words) {
  if (words.empty()) return ~0U;
  unsigned states = 0;
  for (const auto& word : split(words, ',')) {
    bool known = false;
    for (unsigned state = 0; state <= static_cast<unsigned>(duties::State::excused); ++state)
      if (trimmed(word) == duties::word_of(static_cast<duties::State>(state))) {
        states |= 1U << state;
        known = true;
      }
    if (!known)
      return Refusal{.why = Why::malformed,
                     .key = "list.filter_malformed",
                     .detail = "no state of a task is called so",
                     .field = "state",
                     .args = {{"state", std::string(word)}}};
  }
  return states;
}

class Listing {
 public:
  Listing(Reader& reader, const Office& office, const TaskFilter& filter, Day on, unsigned states)
      : office_(office), filter_(filter), on_(on), states_(states), views_(reader, office) {
    if (filter.paging.after) {
      path_ = (*filter.paging.after)[0].get_string();
      shown_ = (*filter.paging.after)[1].get_int64();
    }
  }

  bool full() const { return page_.next.has_value(); }
  // Whether everything of the path was on an earlier page.
  bool is_behind(const std::string& path) const { return !path_.empty() && path < path_; }

  // Districts come in the order of the tree, as ids begin with them.
  bool is_district_behind(const std::string& district) const {
    if (path_.size() < 2) return false;
    const auto end = path_.size() - 1;
    const auto from = path_.rfind('/', end - 1) + 1;
    return district < district_of(std::string_view(path_).substr(from, end - from));
  }

  void add(const DutyGround& here) {
    if (full() || is_behind(here.path)) return;
    add(here,
        duties::tasks_of(office_.pack.duties, here.ground, *here.calendar, on_, on_, office_.now));
  }

  void add(const DutyGround& here, const std::vector<duties::Task>& tasks) {
    if (full() || is_behind(here.path)) return;
    std::int64_t skip = here.path == path_ ? shown_ : 0, number = 0;
    for (const auto& task : tasks) {
      if (!is_wanted(task) || number++ < skip) continue;
      if (page_.items.size() == filter_.paging.limit) {
        page_.next = cursor_of({json::string(here.path), number - 1});
        return;
      }
      page_.items.push_back(views_.of(here, task));
    }
  }

  Page<TaskView> taken() && { return std::move(page_); }

 private:
  bool is_wanted(const duties::Task& task) const {
    return (states_ >> static_cast<unsigned>(task.outcome.state) & 1U) != 0 &&
           (filter_.point.empty() || task.place == filter_.point) &&
           (filter_.duty.empty() || task.occurrence.duty->id == filter_.duty);
  }

  const Office& office_;
  const TaskFilter& filter_;
  const Day on_;
  const unsigned states_;
  TaskViews views_;
  std::string path_;
  std::int64_t shown_ = 0;
  Page<TaskView> page_;
};

// Nothing with duties stands under it.
bool is_one_place(const Office& office, const std::string& kind) {
  return office.pack.kind(kind) && std::ranges::none_of(office.pack.kinds, [&](const auto& each) {
           return contains(each.under, kind);
         });
}

// Whether the kept figures of a district count any task of these states today.
bool has_any(Reader& reader, const Office& office, DutySums& sums, const std::string& district,
             unsigned states) {
  std::string top;
  reader.query("SELECT organisation FROM districts WHERE district = $1", {district},
               [&](const Row& row) { top = row.text(0); });
  const auto figures = sums.at(office.pack, top, office.now);
  const auto in = [&](duties::State state, std::int64_t count) {
    return count > 0 && (states >> static_cast<unsigned>(state) & 1U) != 0;
  };
  return in(duties::State::expected, figures.expected) || in(duties::State::open, figures.open) ||
         in(duties::State::done, figures.done) || in(duties::State::late, figures.late) ||
         in(duties::State::missed, figures.missed) || in(duties::State::excused, figures.excused);
}

Result<void> list_of_place(Reader& reader, const Office& office, const TaskFilter& filter, Day on,
                           unsigned states, DutySums* sums, Listing& listing) {
  TRY_LET(reach, reach_of(reader, office, "tasks", "read", filter.whom));
  if (is_one_place(office, reach.at->kind)) {
    if (auto here = ground_of(reader, office, reach.at->id, on, on)) listing.add(*here);
    return {};
  }
  for (const auto& district : reach.districts) {
    if (listing.full()) break;
    if (listing.is_district_behind(district)) continue;
    if (sums && on == office.zone.day_of(office.now) && reach.at->living &&
        !has_any(reader, office, *sums, district, states))
      continue;
    for (const auto& here : grounds_of(reader, office, district, on, on))
      if (here.path.starts_with(reach.at->path)) listing.add(here);
  }
  return {};
}

Result<Day> day_asked(const Office& office, std::string_view on) {
  if (on.empty()) return office.zone.day_of(office.now);
  return parse_day(on);
}

}  // namespace

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

std::vector<FilledItem> filled_items(Reader& reader, const Office& office,
                                     const std::string& organisation,
                                     const duties::SchoolCalendar& calendar,
                                     const pack::Checklist& checklist, Day day) {
  std::map<std::string, std::set<std::string>> sources;  // checklist → items
  for (const auto& item : checklist.items)
    if (const auto dot = item.same_as.find('.'); dot != std::string::npos)
      sources[item.same_as.substr(0, dot)].insert(item.same_as.substr(dot + 1));
  std::vector<FilledItem> filled;
  if (sources.empty()) return filled;
  std::map<std::string, FilledItem> found;  // `checklist.item`
  for (const auto& duty : office.pack.duties) {
    const auto source = sources.find(duty.checklist);
    if (source == sources.end()) continue;
    for (const auto& period : duties::periods_of(duty, calendar, day, day))
      reader.query(
          "SELECT a.id, a.items, a.happened_at, a.person, p.name FROM answers a"
          " LEFT JOIN people p ON p.district = substr(a.person, 1, 6) AND p.id = a.person"
          " WHERE a.district = $1 AND a.organisation = $2 AND a.period = $3 AND a.duty = $4"
          " ORDER BY a.happened_at, a.id",
          {std::string(district_of(organisation)), organisation, period, duty.id},
          [&](const Row& row) {
            const Instant at{row.integer(2)};
            if (office.zone.day_of(at) != day) return;
            const auto items = json::parse(row.text(1));
            for (const auto& each : items.as_array()) {
              const auto& item = each.as_object();
              const auto id = text_at(item, "item");
              if (!source->second.contains(id) || text_at(item, "answer") != kInOrder) continue;
              found.try_emplace(
                  duty.checklist + '.' + id,
                  FilledItem{.item = {},
                             .answer = kInOrder,
                             .person = {std::string(row.text(3)), std::string(row.text(4))},
                             .happened_at = office.zone.format(at),
                             .from = std::string(row.text(0))});
            }
          });
  }
  for (const auto& item : checklist.items) {
    const auto known = found.find(item.same_as);
    if (known == found.end()) continue;
    filled.push_back(known->second);
    filled.back().item = item.id;
  }
  return filled;
}

Ref TaskViews::person(const std::string& id) {
  auto known = people_.find(id);
  if (known == people_.end())
    known = people_.emplace(id, names_of_people(reader_, {id}).begin()->second).first;
  return {id, known->second};
}

TaskView TaskViews::of(const DutyGround& here, const duties::Task& task) {
  const auto& duty = *task.occurrence.duty;
  TaskView view;
  view.duty = duty.id;
  view.name = duty.name;
  if (!duty.checklist.empty()) view.checklist = duty.checklist;
  view.cycle = kCycles[static_cast<std::size_t>(duty.cycle)];
  view.requirement = duty.requirement;
  view.norm = duty.norm;
  view.basis = duty.basis;
  view.rostered = duty.rostered;
  view.organisation = here.organisation;
  view.period = task.occurrence.period;
  if (!task.place.empty()) {
    const auto name = here.point_names.find(task.place);
    view.point = Ref{task.place, name == here.point_names.end() ? std::string() : name->second};
  }
  view.opens_at = office_.zone.format(task.occurrence.opens_at);
  view.closes_at = office_.zone.format(task.occurrence.closes_at);
  view.times = task.occurrence.times;
  view.given = task.outcome.given;
  view.state = duties::word_of(task.outcome.state);
  view.known_late = task.outcome.known_late;
  view.optional = task.optional;
  view.mine = contains(task.owner.people, office_.actor.person);
  view.owner.post = task.owner.post;
  view.owner.vacant = task.owner.vacant;
  for (const auto& id : task.owner.people) view.owner.people.push_back(person(id));
  if (!task.answers.empty()) {
    const auto& first = *task.answers.front();
    TaskAnswer answer{.id = first.id,
                      .happened_at = office_.zone.format(first.happened_at),
                      .known_at = office_.zone.format(first.known_at),
                      .person = person(first.person),
                      .presence = {},
                      .matters = {}};
    reader_.query("SELECT presence, matters FROM answers WHERE district = $1 AND id = $2",
                  {here.district, first.id}, [&](const Row& row) {
                    answer.presence = row.text(0);
                    const auto matters = json::parse(row.text(1));
                    for (const auto& matter : matters.as_array())
                      answer.matters.emplace_back(matter.at("id").as_string());
                  });
    view.answer = std::move(answer);
  }
  const auto* list = office_.pack.checklist(duty.checklist);
  const bool waits =
      task.outcome.given < task.occurrence.times && task.outcome.state != duties::State::expected;
  if (list && waits)
    view.filled = filled_items(reader_, office_, here.organisation.id, *here.calendar, *list,
                               office_.zone.day_of(office_.now));
  if (task.outcome.state != duties::State::done)
    view.excuse = excuse_of(reader_, {.duty = duty.id,
                                      .organisation = here.organisation.id,
                                      .period = view.period,
                                      .point = task.place});
  return view;
}

namespace {

// Posts whose duties fall to `post` where nobody holds them, with the kinds of organisation whose
// duties they are.
std::map<std::string, std::set<std::string>> left_to(const pack::Pack& pack,
                                                     const std::string& post) {
  std::map<std::string, std::set<std::string>> vacant;
  for (const auto& duty : pack.duties) {
    if (!contains(duty.when_vacant, post)) continue;
    for (const auto& at : duty.at) vacant[duty.post].insert(at.kinds.begin(), at.kinds.end());
  }
  return vacant;
}

// Under the organisations of the actor's posts, those where a post that falls to him has not been
// held since before the day.
std::vector<std::string> left_to_actor(Reader& reader, const Office& office, Day on) {
  std::set<std::string> found;
  for (const auto& posting : office.actor.postings) {
    if (is_one_place(office, posting.kind)) continue;
    for (const auto& [post, kinds] : left_to(office.pack, posting.post)) {
      Query query(
          "SELECT o.id FROM organisations o WHERE o.until IS NULL AND o.id <> ? AND NOT EXISTS"
          " (SELECT 1 FROM postings q WHERE q.district = o.district AND q.organisation = o.id"
          " AND q.post = ? AND q.until IS NULL AND q.since <= ?)",
          {posting.organisation, post, office.zone.start_of(on).ms});
      under(query, posting.district, posting.path, "o");
      for (bool first = true; const auto& kind : kinds) {
        query.add(first ? " AND o.kind IN (?" : ", ?", {kind});
        first = false;
      }
      query.add(")");
      query.run(reader, [&](const Row& row) { found.emplace(row.text(0)); });
    }
  }
  return {found.begin(), found.end()};
}

// Where more than so many are asked for, all of their district are read at once.
constexpr std::size_t kOneByOne = 12;

std::vector<DutyGround> grounds_of_those(Reader& reader, const Office& office,
                                         const std::vector<std::string>& organisations, Day on) {
  std::map<std::string, std::vector<std::string>> by_district;
  for (const auto& id : organisations) by_district[std::string(district_of(id))].push_back(id);
  std::vector<DutyGround> grounds;
  for (const auto& [district, ids] : by_district) {
    if (ids.size() > kOneByOne) {
      for (auto& here : grounds_of(reader, office, district, on, on))
        if (contains(ids, here.organisation.id)) grounds.push_back(std::move(here));
      continue;
    }
    for (const auto& id : ids)
      if (auto here = ground_of(reader, office, id, on, on)) grounds.push_back(std::move(*here));
  }
  return grounds;
}

}  // namespace

std::vector<TasksHere> tasks_of_actor(Reader& reader, const Office& office, Day on) {
  auto organisations = left_to_actor(reader, office, on);
  for (const auto& posting : office.actor.postings)
    if (organisations::may(office.pack, office.actor, "tasks", "answer", {.path = posting.path}) &&
        !contains(organisations, posting.organisation))
      organisations.push_back(posting.organisation);
  std::vector<TasksHere> all;
  for (auto& here : grounds_of_those(reader, office, organisations, on)) {
    auto tasks =
        duties::tasks_of(office.pack.duties, here.ground, *here.calendar, on, on, office.now);
    std::erase_if(tasks, [&](const duties::Task& task) {
      return !contains(task.owner.people, office.actor.person);
    });
    // Moving the ground leaves its records where the tasks point.
    if (!tasks.empty()) all.push_back({std::move(here), std::move(tasks)});
  }
  std::ranges::sort(all, {}, [](const TasksHere& each) { return each.here.path; });
  return all;
}

Result<Page<TaskView>> list_tasks(Reader& reader, const Office& office, const TaskFilter& filter,
                                  DutySums* sums) {
  TRY(organisations::may_somewhere(office.pack, office.actor, "tasks", "read"));
  TRY_LET(on, day_asked(office, filter.on));
  TRY_LET(states, states_of(filter.state));
  Listing listing(reader, office, filter, on, states);
  if (filter.whom.empty() || filter.whom == "me") {
    for (const auto& each : tasks_of_actor(reader, office, on)) listing.add(each.here, each.tasks);
  } else {
    TRY(list_of_place(reader, office, filter, on, states, sums, listing));
  }
  return std::move(listing).taken();
}

TaskFigures figures_of(const std::vector<TasksHere>& tasks) {
  TaskFigures figures;
  for (const auto& each : tasks)
    for (const auto& task : each.tasks) count(figures, task.outcome.state);
  return figures;
}

namespace {

json::object line_json(const Ref& organisation, const TaskFigures& figures) {
  auto out = write(figures).as_object();
  out["organisation"] = json::object{{"id", organisation.id}, {"name", organisation.name}};
  return out;
}

TaskFigures counted(const Office& office, const DutyGround& here, Day on) {
  TaskFigures figures;
  for (const auto& task :
       duties::tasks_of(office.pack.duties, here.ground, *here.calendar, on, on, office.now, false))
    count(figures, task.outcome.state);
  return figures;
}

// What lies directly under a place, and which of them a path goes through.
struct Children {
  std::vector<Ref> refs;
  std::vector<TaskFigures> figures;
  std::map<std::string, std::size_t, std::less<>> places;
};

Children children_of(Reader& reader, const std::string& parent) {
  Children children;
  reader.query(
      "SELECT o.id, o.name FROM districts d JOIN organisations o ON o.district = d.district"
      " WHERE o.parent = $1 AND o.until IS NULL ORDER BY o.path",
      {parent}, [&](const Row& row) {
        children.places[std::string(row.text(0))] = children.refs.size();
        children.refs.push_back({std::string(row.text(0)), std::string(row.text(1))});
      });
  children.figures.resize(children.refs.size());
  return children;
}

// Calls `take` for every organisation with duties at and under a place.
template <class Take>
void each_under(Reader& reader, const Office& office, const Reach& reach, Day day, Take take) {
  if (is_one_place(office, reach.at->kind)) {
    if (auto here = ground_of(reader, office, reach.at->id, day, day)) take(*here);
    return;
  }
  for (const auto& district : reach.districts)
    for (const auto& here : grounds_of(reader, office, district, day, day))
      if (here.path.starts_with(reach.at->path)) take(here);
}

// Those of today, of what is living, are kept.
bool is_kept(const Office& office, const Reach& reach, Day day) {
  return day == office.zone.day_of(office.now) && reach.at->living;
}

void count_children(Reader& reader, const Office& office, DutySums& sums, const Reach& reach,
                    Day day, Children& children) {
  if (is_kept(office, reach, day)) {
    for (std::size_t child = 0; child < children.refs.size(); ++child)
      children.figures[child] = sums.at(office.pack, children.refs[child].id, office.now);
    return;
  }
  each_under(reader, office, reach, day, [&](const DutyGround& here) {
    for (const auto& id : split(here.path, '/'))
      if (const auto child = children.places.find(id); child != children.places.end())
        add(children.figures[child->second], counted(office, here, day));
  });
}

}  // namespace

Result<TaskFigures> figures_at(Reader& reader, const Office& office, DutySums& sums,
                               const std::string& organisation, Day day) {
  TRY_LET(reach, reach_of(reader, office, "tasks", "read", organisation));
  if (is_kept(office, reach, day)) return sums.at(office.pack, organisation, office.now);
  TaskFigures all;
  each_under(reader, office, reach, day,
             [&](const DutyGround& here) { add(all, counted(office, here, day)); });
  return all;
}

Result<json::object> read_figures(Reader& reader, const Office& office, DutySums& sums,
                                  std::string_view whom, std::string_view on, std::string_view by) {
  TRY(organisations::may_somewhere(office.pack, office.actor, "tasks", "read"));
  TRY_LET(day, day_asked(office, on));
  json::array items;
  if (whom.empty() || whom == "me") {
    items.push_back(line_json({office.actor.person, office.actor.name},
                              figures_of(tasks_of_actor(reader, office, day))));
  } else if (by == "child") {
    TRY_LET(reach, reach_of(reader, office, "tasks", "read", std::string(whom)));
    auto children = children_of(reader, reach.at->id);
    count_children(reader, office, sums, reach, day, children);
    for (std::size_t child = 0; child < children.refs.size(); ++child)
      if (children.figures[child].total > 0)
        items.push_back(line_json(children.refs[child], children.figures[child]));
  } else {
    TRY_LET(figures, figures_at(reader, office, sums, std::string(whom), day));
    auto place = place_of(reader, std::string(whom), office.now);
    items.push_back(line_json({place->id, place->name}, figures));
  }
  return json::object{
      {"items", std::move(items)}, {"next", nullptr}, {"as_of", office.zone.format(office.now)}};
}

namespace {

std::optional<duties::Task> listed_task(const Office& office, const pack::Duty& duty,
                                        const OccurrenceGround& named, const OccurrenceKey& key) {
  const std::vector<pack::Duty> alone{duty};
  const auto& [here, occurrence] = named;
  for (auto& task : duties::tasks_of(alone, here.ground, *here.calendar, occurrence.first,
                                     occurrence.last, office.now)) {
    if (task.occurrence.period != key.period || task.place != key.point) continue;
    task.occurrence.duty = &duty;
    return std::move(task);
  }
  return std::nullopt;
}

}  // namespace

Result<json::object> read_task(Reader& reader, const Office& office, const OccurrenceKey& key) {
  TRY(check_id(key.organisation, "organisation"));
  const auto place = place_of(reader, key.organisation, office.now);
  if (!place) return not_found("organisations");
  TRY(organisations::may(office.pack, office.actor, "tasks", "read", place->place()));
  const auto* duty = office.pack.duty(key.duty);
  if (!duty) return not_found("tasks");
  TRY_LET(named, ground_of_occurrence(reader, office, key.organisation, *duty, key.period));
  const auto excuses = excuses_of(reader, office, key);
  const auto miss = find_miss(reader, office, key);
  auto task = listed_task(office, *duty, named, key);
  // What was missed once, or asked about, is shown whatever became of it.
  if (!task && (miss || !excuses.empty()))
    task = duties::task_at(named.occurrence, key.point, named.here.ground, *named.here.calendar,
                           office.now);
  if (!task) return not_found("tasks");
  if (miss && miss->point) named.here.point_names.emplace(key.point, miss->point->name);
  auto out = write(TaskViews(reader, office).of(named.here, *task)).as_object();
  json::array answers;
  for (const auto* given : task->answers) {
    TRY_LET(answer, read_answer(reader, office, given->id));
    answers.push_back(write(answer));
  }
  out["answers"] = std::move(answers);
  out["excuses"] = write(excuses);
  out["miss"] = write(miss);
  return out;
}

Result<json::object> read_calendar(Reader& reader, const Office& office,
                                   const std::string& organisation, std::string_view from,
                                   std::string_view to) {
  TRY_LET(place, living_place(reader, organisation, office.now, "for"));
  TRY(organisations::may(office.pack, office.actor, "organisations", "read", place.place()));
  TRY_LET(first, parse_day(from));
  TRY_LET(last, parse_day(to));
  if (last < first || last.number - first.number >= kCalendarDaysMost)
    return Refusal{.why = Why::malformed,
                   .key = "calendar.too_long",
                   .detail = "the days asked for run backwards or are too many",
                   .field = "to",
                   .args = {{"most", kCalendarDaysMost}}};
  const auto calendar = office.calendars->of(reader, office.pack, place.kind, place.path);
  json::array days;
  for (Day day = first; day <= last; day = day.plus(1)) {
    const auto* term = calendar->term_of(day);
    CalendarDay made{.day = format_day(day),
                     .worked = calendar->country().is_worked(day),
                     .lessons = calendar->is_school_day(day),
                     .closed = calendar->is_closed(day),
                     .term = term ? term->id : std::string(),
                     .holiday = office.calendars->holiday_on(day),
                     .known = calendar->knows(day)};
    days.push_back(write(made));
  }
  json::array terms;
  for (const auto& term : calendar->terms())
    terms.push_back(
        {{"id", term.id}, {"from", format_day(term.from)}, {"to", format_day(term.to)}});
  return json::object{{"organisation", json::object{{"id", place.id}, {"name", place.name}}},
                      {"items", std::move(days)},
                      {"terms", std::move(terms)},
                      {"as_of", office.zone.format(office.now)}};
}

}  // namespace anxiao::usecases
