#include "usecases/daily_figures.h"

#include <algorithm>
#include <array>

#include "base/ids.h"
#include "usecases/duty_grounds.h"
#include "usecases/matter_rows.h"
#include "usecases/reach.h"
#include "usecases/tables.h"

namespace anxiao::usecases {

namespace json = boost::json;
using standing::Matrix;
using standing::State;

namespace {

// Whose figures go with those of everybody: of confidential matters not even the number does.
constexpr const char* kMatters = "matters";
constexpr std::array kStates = {State::kept, State::due_soon, State::late, State::missing};
constexpr std::int64_t TaskFigures::*kTasks[] = {&TaskFigures::expected, &TaskFigures::open,
                                                 &TaskFigures::done,     &TaskFigures::late,
                                                 &TaskFigures::missed,   &TaskFigures::excused};

struct District {
  std::string id;
  std::string node;
  bool is_root = false;
  std::string settled;  // day; empty: nobody has looked at it yet
};

// The root last: its figures hold those of the districts.
std::vector<District> districts_of(Store& store) {
  std::vector<District> districts;
  store.read([&](Reader& reader) {
    reader.query(
        "SELECT d.district, d.organisation, o.parent, k.day FROM districts d"
        " JOIN organisations o ON o.district = d.district AND o.id = d.organisation"
        " LEFT JOIN daily_figures_kept k ON k.district = d.district ORDER BY d.district",
        {}, [&](const Row& row) {
          districts.push_back({.id = std::string(row.text(0)),
                               .node = std::string(row.text(1)),
                               .is_root = row.is_null(2),
                               .settled = std::string(row.text(3))});
        });
  });
  std::ranges::stable_sort(districts, {}, &District::is_root);
  return districts;
}

struct Moved {
  std::int64_t opened = 0, closed = 0;
};

struct Node {
  std::string id, path;
  bool is_school = false;
  TaskFigures tasks;
  std::map<std::string, Moved> moved;  // by loop
  json::object figures;
};

// Everything that one district's figures are made from.
class Taking {
 public:
  Taking(Reader& reader, const Office& office, Standings& standings, Sums& sums,
         const District& district, Day day)
      : reader_(reader),
        office_(office),
        standings_(standings),
        sums_(sums),
        district_(district),
        day_(day) {}

  std::vector<Node> taken() {
    read_nodes();
    count_tasks();
    for (const auto& chart : office_.pack.charts)
      if (chart.noun == kMatters) count_moved(chart.id);
    if (district_.is_root) add_districts();
    count_standing();
    for (auto& node : nodes_) {
      json::array tasks;
      for (const auto member : kTasks) tasks.emplace_back(node.tasks.*member);
      node.figures["t"] = std::move(tasks);
      count_open(node);
    }
    return std::move(nodes_);
  }

 private:
  void read_nodes() {
    reader_.query(
        "SELECT id, path, kind FROM organisations WHERE district = $1"
        " AND (until IS NULL OR until > $2) ORDER BY path",
        {district_.id, office_.now.ms}, [&](const Row& row) {
          const auto* kind = office_.pack.kind(std::string(row.text(2)));
          nodes_.push_back({.id = std::string(row.text(0)),
                            .path = std::string(row.text(1)),
                            .is_school = kind && kind->is_school,
                            .tasks = {},
                            .moved = {},
                            .figures = {}});
        });
    for (std::size_t place = 0; place < nodes_.size(); ++place) places_[nodes_[place].id] = place;
  }

  // Calls `each(node)` for the organisation and those above it in the district.
  template <class Each>
  void upwards(std::string_view path, const Each& each) {
    for (const auto& id : ids_of(path))
      if (const auto place = places_.find(id); place != places_.end()) each(nodes_[place->second]);
  }

  void count_tasks() {
    for (const auto& ground : grounds_of(reader_, office_, district_.id, day_, day_)) {
      TaskFigures figures;
      for (const auto& task : duties::tasks_of(office_.pack.duties, ground.ground, *ground.calendar,
                                               day_, day_, office_.now, false))
        count(figures, task.outcome.state);
      upwards(ground.path, [&](Node& node) { add(node.tasks, figures); });
    }
  }

  void count_moved(const std::string& loop) {
    const auto from = office_.zone.start_of(day_).ms, to = office_.zone.start_of(day_.plus(1)).ms;
    const auto take = [&](const Row& row, std::int64_t Moved::*member) {
      upwards(row.text(0), [&](Node& node) { node.moved[loop].*member += row.integer(1); });
    };
    for (const bool open : {true, false})
      reader_.query(
          "SELECT path, COUNT(*) FROM matters WHERE district = $1 AND loop = $2 AND open = $3"
          " AND opened_at >= $4 AND opened_at < $5 GROUP BY path",
          {district_.id, loop, open, from, to}, [&](const Row& row) { take(row, &Moved::opened); });
    reader_.query(
        "SELECT path, COUNT(*) FROM matters WHERE district = $1 AND loop = $2"
        " AND closed_at IS NOT NULL AND closed_at >= $3 AND closed_at < $4 GROUP BY path",
        {district_.id, loop, from, to}, [&](const Row& row) { take(row, &Moved::closed); });
  }

  // What the districts have written already.
  void add_districts() {
    auto& root = nodes_[places_.at(district_.node)];
    reader_.query(
        "SELECT f.figures FROM districts d JOIN daily_figures f ON f.district = d.district"
        " AND f.organisation = d.organisation WHERE d.district <> $1 AND f.day = $2",
        {district_.id, format_day(day_)}, [&](const Row& row) {
          const auto figures = object_of(row.text(0));
          const auto& tasks = figures.at("t").as_array();
          for (std::size_t at = 0; at < std::size(kTasks); ++at)
            root.tasks.*kTasks[at] += tasks[at].to_number<std::int64_t>();
          const auto* loops = figures.if_contains("l");
          if (!loops) return;
          for (const auto& [loop, of_loop] : loops->as_object()) {
            const auto number = [&](std::string_view key) {
              const auto* value = of_loop.as_object().if_contains(key);
              return value ? value->to_number<std::int64_t>() : 0;
            };
            root.moved[loop].opened += number("n");
            root.moved[loop].closed += number("c");
          }
        });
  }

  static json::array counts_json(const standing::Counts& counts) {
    json::array out;
    for (const auto state : kStates) out.emplace_back(counts[static_cast<std::size_t>(state)]);
    return out;
  }

  void count_standing() {
    standings_.with(reader_, office_.now, [&](const Matrix& matrix) {
      const auto& requirements = matrix.plan().requirements();
      for (auto& node : nodes_) {
        standing::Counts all{};
        std::map<int, standing::Counts> clauses;
        const auto counts = matrix.counts(node.id);
        for (std::size_t at = 0; at < counts.size(); ++at) {
          auto& of_clause = clauses[requirements[at].clause];
          for (const auto state : kStates) {
            const auto place = static_cast<std::size_t>(state);
            all[place] += counts[at][place];
            of_clause[place] += counts[at][place];
          }
        }
        node.figures["s"] = counts_json(all);
        if (node.is_school) continue;
        json::object by_clause;
        for (const auto& [clause, of_clause] : clauses)
          if (std::ranges::any_of(of_clause, [](auto count) { return count > 0; }))
            by_clause[std::to_string(clause)] = counts_json(of_clause);
        if (!by_clause.empty()) node.figures["c"] = std::move(by_clause);
      }
    });
  }

  void count_open(Node& node) {
    json::object loops;
    for (const auto& chart : office_.pack.charts) {
      if (chart.noun != kMatters) continue;
      json::object of_loop;
      json::object open;
      std::int64_t late = 0;
      for (const auto& sum : sums_.at(node.id, chart.id, office_.now)) {
        auto& count = open[sum.level];
        count = (count.is_int64() ? count.get_int64() : 0) + sum.count;
        late += sum.late;
      }
      if (!open.empty()) of_loop["o"] = std::move(open);
      if (late > 0) of_loop["a"] = late;
      const auto& moved = node.moved[chart.id];
      if (moved.opened > 0) of_loop["n"] = moved.opened;
      if (moved.closed > 0) of_loop["c"] = moved.closed;
      if (!of_loop.empty()) loops[chart.id] = std::move(of_loop);
    }
    if (!loops.empty()) node.figures["l"] = std::move(loops);
  }

  Reader& reader_;
  const Office& office_;
  Standings& standings_;
  Sums& sums_;
  const District& district_;
  Day day_;
  std::vector<Node> nodes_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

void begin(Store& store, const District& district, const std::string& day) {
  store.write([&](Transaction& transaction) {
    return transaction.exec(
               "INSERT INTO daily_figures_kept (district, day) VALUES ($1, $2)"
               " ON CONFLICT (district) DO NOTHING",
               {district.id, day}) == 1;
  });
}

// Whether nobody else was at it: the district is settled up to the day, with these figures.
bool settle(Store& store, const District& district, const std::string& day, Instant now,
            const std::vector<Node>& nodes) {
  bool ours = false;
  store.write([&](Transaction& transaction) {
    ours =
        transaction.exec("UPDATE daily_figures_kept SET day = $1 WHERE district = $2 AND day = $3",
                         {day, district.id, district.settled}) == 1;
    if (!ours) return false;
    for (const auto& node : nodes)
      transaction.exec(
          "INSERT INTO daily_figures (district, organisation, day, as_of, figures)"
          " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (district, organisation, day) DO NOTHING",
          {district.id, node.id, day, now.ms, json::serialize(node.figures)});
    return true;
  });
  return ours;
}

// --- reading ---

std::int64_t number_at(const json::array& numbers, std::size_t place) {
  return place < numbers.size() ? numbers[place].to_number<std::int64_t>() : 0;
}

StandingFigures standing_of(const json::array& counts) {
  return {.kept = number_at(counts, 0),
          .due_soon = number_at(counts, 1),
          .late = number_at(counts, 2),
          .missing = number_at(counts, 3)};
}

LoopFigures loop_of(const json::object& packed) {
  LoopFigures figures;
  if (const auto* open = packed.if_contains("o"))
    for (const auto& [level, count] : open->as_object())
      figures.open[level] = count.to_number<std::int64_t>();
  const auto number = [&](std::string_view key) {
    const auto* value = packed.if_contains(key);
    return value ? value->to_number<std::int64_t>() : 0;
  };
  figures.late = number("a");
  figures.opened = number("n");
  figures.closed = number("c");
  return figures;
}

TrendDay day_of(const Office& office, const Row& row) {
  const auto figures = object_of(row.text(2));
  TrendDay day{.day = std::string(row.text(0)),
               .as_of = office.zone.format({row.integer(1)}),
               .tasks = {},
               .standing = standing_of(figures.at("s").as_array()),
               .clauses = {},
               .loops = {}};
  const auto& tasks = figures.at("t").as_array();
  for (std::size_t at = 0; at < std::size(kTasks); ++at) {
    day.tasks.*kTasks[at] = number_at(tasks, at);
    day.tasks.total += number_at(tasks, at);
  }
  if (const auto* clauses = figures.if_contains("c")) {
    auto& by_clause = day.clauses.emplace();
    for (const auto& [clause, counts] : clauses->as_object())
      by_clause[clause] = standing_of(counts.as_array());
  }
  if (const auto* loops = figures.if_contains("l"))
    for (const auto& [loop, packed] : loops->as_object())
      day.loops[loop] = loop_of(packed.as_object());
  return day;
}

struct Stretch {
  Day from, to;
};

Result<Stretch> stretch_of(const Office& office, const std::string& from, const std::string& to) {
  Stretch stretch;
  stretch.to = office.zone.day_of(office.now).plus(-1);
  if (!to.empty()) {
    TRY_LET(day, parse_day(to));
    stretch.to = day;
  }
  stretch.from = stretch.to.plus(1 - kTrendDays);
  if (!from.empty()) {
    TRY_LET(day, parse_day(from));
    stretch.from = day;
  }
  if (stretch.from > stretch.to || stretch.to.number - stretch.from.number >= kTrendDaysMost)
    return Refusal{.why = Why::malformed,
                   .key = "calendar.too_long",
                   .detail = "the first day comes before the last, and not so long before",
                   .field = "from",
                   .args = {{"most", kTrendDaysMost}}};
  return stretch;
}

}  // namespace

std::int64_t keep_daily_figures(Store& store, const pack::Pack& pack, const Zone& zone,
                                Calendars& calendars, Standings& standings, Sums& sums,
                                Instant now) {
  const organisations::Actor nobody;
  const Office office{
      .pack = pack, .zone = zone, .now = now, .actor = nobody, .calendars = &calendars};
  const Day today = zone.day_of(now);
  const Day ended = today.plus(-1);
  const auto day = format_day(ended), day_before = format_day(ended.plus(-1));
  std::int64_t total = 0;
  for (const auto& district : districts_of(store)) {
    if (district.settled.empty()) {
      begin(store, district, day);
      continue;
    }
    // Days are written so that later ones come after earlier ones.
    if (district.settled >= day) continue;
    std::vector<Node> nodes;
    // Somebody was there on that day to settle the one before, and it has only just ended.
    if (district.settled == day_before && now.ms - zone.start_of(today).ms < kTakenWithinMs)
      store.read([&](Reader& reader) {
        nodes = Taking(reader, office, standings, sums, district, ended).taken();
      });
    if (settle(store, district, day, now, nodes)) total += static_cast<std::int64_t>(nodes.size());
  }
  return total;
}

Result<Trend> read_trend(Reader& reader, const Office& office, const std::string& organisation,
                         const std::string& from, const std::string& to) {
  const auto place = place_of(reader, organisation, office.now);
  if (!place) return not_found("organisations");
  TRY(may_read_whole(reader, office, "sums", *place));
  TRY(may_read_whole(reader, office, "standing", *place));
  TRY_LET(stretch, stretch_of(office, from, to));
  Trend trend{.organisation = {place->id, place->name},
              .from = format_day(stretch.from),
              .to = format_day(stretch.to),
              .items = {},
              .gaps = {},
              .as_of = office.zone.format(office.now)};
  // The day before the first that is asked for says whether it begins with a gap.
  std::optional<Day> last;
  reader.query(
      "SELECT MAX(day) FROM daily_figures WHERE district = $1 AND organisation = $2 AND day < $3",
      {place->district, place->id, trend.from}, [&](const Row& row) {
        if (!row.is_null(0)) last = stretch.from.plus(-1);
      });
  const auto gap_before = [&](Day day) {
    if (last && day > last->plus(1))
      trend.gaps.push_back({format_day(last->plus(1)), format_day(day.plus(-1))});
    last = day;
  };
  reader.query(
      "SELECT day, as_of, figures FROM daily_figures WHERE district = $1 AND organisation = $2"
      " AND day >= $3 AND day <= $4 ORDER BY day",
      {place->district, place->id, trend.from, trend.to}, [&](const Row& row) {
        const auto day = parse_day(row.text(0));
        expect(day.has_value(), "a day that was kept is one");
        gap_before(*day);
        trend.items.push_back(day_of(office, row));
      });
  // Today has no figures yet, and yesterday may still be taken.
  std::string settled;
  reader.query("SELECT day FROM daily_figures_kept WHERE district = $1", {place->district},
               [&](const Row& row) { settled = row.text(0); });
  if (const auto day = parse_day(settled); day) gap_before(std::min(*day, stretch.to).plus(1));
  return trend;
}

Result<std::string> trend_as_csv(Reader& reader, const Office& office,
                                 const std::string& organisation, const std::string& from,
                                 const std::string& to) {
  TRY_LET(trend, read_trend(reader, office, organisation, from, to));
  std::vector<std::string> head{"day",
                                "as_of",
                                "organisation",
                                "tasks_expected",
                                "tasks_open",
                                "tasks_done",
                                "tasks_late",
                                "tasks_missed",
                                "tasks_excused",
                                "standing_kept",
                                "standing_due_soon",
                                "standing_late",
                                "standing_missing"};
  struct Column {
    const pack::Chart* chart;
    std::vector<std::string> levels;
  };
  std::vector<Column> columns;
  for (const auto& chart : office.pack.charts) {
    if (std::ranges::none_of(trend.items,
                             [&](const TrendDay& day) { return day.loops.contains(chart.id); }))
      continue;
    Column column{.chart = &chart, .levels = {}};
    for (const auto& level : chart.levels) column.levels.push_back(level.id);
    column.levels.emplace_back();
    for (const auto& level : column.levels)
      head.push_back(chart.id + "_open_" + (level.empty() ? "unassessed" : level));
    for (const auto* what : {"late", "opened", "closed"}) head.push_back(chart.id + "_" + what);
    columns.push_back(std::move(column));
  }
  std::string out(kCsvMark);
  out += csv_line(head);
  for (const auto& day : trend.items) {
    std::vector<std::string> cells{day.day, day.as_of, trend.organisation.name};
    for (const auto member : kTasks) cells.push_back(std::to_string(day.tasks.*member));
    for (const auto count :
         {day.standing.kept, day.standing.due_soon, day.standing.late, day.standing.missing})
      cells.push_back(std::to_string(count));
    for (const auto& column : columns) {
      const auto found = day.loops.find(column.chart->id);
      const LoopFigures figures = found == day.loops.end() ? LoopFigures{} : found->second;
      for (const auto& level : column.levels) {
        const auto open = figures.open.find(level);
        cells.push_back(std::to_string(open == figures.open.end() ? 0 : open->second));
      }
      for (const auto count : {figures.late, figures.opened, figures.closed})
        cells.push_back(std::to_string(count));
    }
    out += csv_line(cells);
  }
  return out;
}

}  // namespace anxiao::usecases
