#include "bench/standing.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <random>
#include <stdexcept>
#include <thread>

#include "base/ids.h"
#include "bench/city.h"
#include "bench/program.h"
#include "bench/raw.h"
#include "domain/standing/plan.h"
#include "pack/calendar.h"
#include "pack/grading.h"
#include "usecases/calendars.h"
#include "usecases/daily_figures.h"
#include "usecases/grades.h"
#include "usecases/standings.h"

namespace anxiao::bench {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using Now = std::chrono::steady_clock;
using standing::Matrix;

constexpr std::size_t kFacts = 50'000;
constexpr std::size_t kPages = 2'000;
constexpr std::size_t kSchoolsToCommit = 200;
constexpr std::size_t kLines = 100;  // of a page of schools
constexpr int kHazardsOpen = 10;     // of a school; 100,000 of 10,000
// Matters of the one count at schools alone, of the other at districts as well.
constexpr const char* kCountingAtSchools = "hazard";
constexpr const char* kCountingAbove = "incident";
constexpr int kMissesLately = 40, kMattersLately = 10;  // of a school, for grades

double us_since(Now::time_point then) {
  return std::chrono::duration<double, std::micro>(Now::now() - then).count();
}

Instant moment(const char* text) { return *parse_instant(std::string(text) + "+08:00"); }
const Instant kNow = moment("2026-03-05T09:00:00");

struct Spread {
  double p50 = 0, p99 = 0;
};
Spread spread(std::vector<double> values) {
  std::ranges::sort(values);
  return {values[values.size() / 2], values[values.size() * 99 / 100]};
}

std::size_t heap_bytes() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Rows, answers, misses and matters, of every sort that a check reads, at every school.
class Filling {
 public:
  Filling(store::sqlite::SqliteStore& store, const pack::Pack& pack, const Zone& zone,
          const standing::Plan& plan, const City& city)
      : pack_(pack), zone_(zone), plan_(plan) {
    for (std::size_t first = 0; first < city.schools.size(); first += kSchoolsToCommit)
      store.write([&](usecases::Transaction& transaction) {
        for (auto at = first; at < std::min(first + kSchoolsToCommit, city.schools.size()); ++at)
          fill(transaction, city.schools[at]);
        return true;
      });
  }
  std::size_t facts() const { return facts_; }

  json::object fields_of(const pack::Ledger& ledger) {
    json::object fields;
    for (const auto& field : ledger.fields)
      if (auto value = value_of(field); !value.is_null()) fields[field.id] = std::move(value);
    return fields;
  }

 private:
  json::value value_of(const pack::Field& field) {
    if (field.type == "day")
      return json::value(
          format_day(zone_.day_of(kNow).plus(static_cast<int>(dice_() % 400) - 150)));
    if (field.type == "flag") return dice_() % 4 != 0;
    if (field.type == "integer" || field.type == "number" || field.type == "money")
      return static_cast<std::int64_t>(dice_() % 300);
    if (!field.choices.empty())
      return json::value(field.choices[dice_() % field.choices.size()].first);
    return json::value(field.type == "text" ? "Something that was written down" : "");
  }

  void fill(usecases::Transaction& transaction, const CitySchool& school) {
    for (const auto& ledger : plan_.ledgers()) {
      const auto* described = pack_.ledger(ledger.id);
      transaction.exec(
          "INSERT INTO ledger_rows (district, id, ledger, organisation, path, title, fields,"
          " since, until, version) VALUES ($1, $2, $3, $4, $5, '', $6, $7, NULL, 1)",
          {school.district, new_id(school.district, kNow), ledger.id, school.id, school.path,
           json::serialize(fields_of(*described)), kNow.ms});
      ++facts_;
    }
    for (std::uint16_t duty = 0; duty < plan_.duties(); duty += 4) {
      const auto& id = plan_.duty_id(duty);
      const auto at = kNow.plus_ms(-static_cast<std::int64_t>(dice_() % 100) * kHourMs);
      transaction.exec(
          "INSERT INTO answers (district, id, duty, organisation, path, period, point, checklist,"
          " person, presence, happened_at, known_at, items, matters, sent_hash)"
          " VALUES ($1, $2, $3, $4, $5, $6, '', '', '', 'by_hand', $7, $7, '[]', '[]', '')",
          {school.district, new_id(school.district, kNow), id, school.id, school.path,
           format_day(zone_.day_of(at)), at.ms});
      if (dice_() % 4 == 0)
        transaction.exec(
            "INSERT INTO misses (district, organisation, duty, period, point, path, closed_at,"
            " known_at, times, given, owner_post, owners, vacant)"
            " VALUES ($1, $2, $3, '2026-02-01', '', $4, $5, $5, 1, 0, '', '[]', '[]')",
            {school.district, school.id, id, school.path, kNow.plus_ms(-50 * kHourMs).ms});
      ++facts_;
    }
    for (int number = 0; number < kHazardsOpen; ++number)
      open_matter(transaction, school, kCountingAtSchools);
    if (dice_() % 2 == 0) open_matter(transaction, school, kCountingAbove);
  }

  void open_matter(usecases::Transaction& transaction, const CitySchool& school,
                   const std::string& loop) {
    transaction.exec(
        "INSERT INTO matters (district, id, loop, organisation, path, holder, title, category,"
        " stage, level, assessed, open, answerable, opened_at, entered_at, due_at, lapse_at,"
        " lapses, closed_at, fields, sent_hash, version) VALUES ($1, $2, $3, $4, $5, $4, '', '',"
        " '', 'blue', TRUE, TRUE, '', $6, $6, $7, NULL, 0, NULL, '{}', '', 1)",
        {school.district, new_id(school.district, kNow), loop, school.id, school.path, kNow.ms,
         kNow.plus_ms((static_cast<std::int64_t>(dice_() % 200) - 100) * kHourMs).ms});
    ++facts_;
  }

  const pack::Pack& pack_;
  const Zone& zone_;
  const standing::Plan& plan_;
  std::mt19937 dice_{20260305};
  std::size_t facts_ = 0;
};

// One of the checks as somebody would ask it of the database: how many organisations keep it.
struct Plain {
  std::uint16_t check;
  std::string sql;
};

std::string kinds_of(const standing::Plan& plan, std::uint16_t check) {
  std::string kinds;
  for (const auto& kind : plan.pack().kinds)
    if (std::ranges::find(plan.kind(kind.id).checks, check) != plan.kind(kind.id).checks.end())
      kinds += (kinds.empty() ? "'" : ", '") + kind.id + "'";
  return kinds;
}

// The first check of some kinds that asks for one and depends on no facet.
std::vector<Plain> plain_checks(const standing::Plan& plan) {
  std::vector<Plain> found;
  std::vector<pack::CheckKind> taken;
  for (std::uint16_t at = 0; at < plan.checks().size(); ++at) {
    const auto& check = *plan.checks()[at].check;
    const auto& binds = plan.requirements()[plan.checks()[at].requirement].requirement->binds;
    const bool plain =
        check.only_for.empty() && check.where.empty() && !check.every &&
        check.wanted.facet.empty() && check.wanted.number == 1 &&
        std::ranges::all_of(binds, [](const auto& each) { return each.where.empty(); }) &&
        binds.front().kinds.size() > 5;
    if (!plain || std::ranges::find(taken, check.kind) != taken.end()) continue;
    const std::string rows =
        "SELECT 1 FROM ledger_rows r WHERE r.district = o.district AND r.ledger = '" +
        check.ledger + "' AND r.organisation = o.id AND r.until IS NULL";
    std::string holds;
    if (check.kind == pack::CheckKind::at_least && check.post.empty())
      holds = "EXISTS (" + rows + ")";
    else if (check.kind == pack::CheckKind::valid_until)
      holds = "EXISTS (" + rows + " AND r.fields->>'" + check.field + "' >= '2026-03-05')";
    else if (check.kind == pack::CheckKind::deadline)
      holds =
          "NOT EXISTS (SELECT 1 FROM matters m WHERE m.district = o.district AND m.organisation ="
          " o.id AND m.loop = '" +
          check.loop + "' AND m.open = TRUE AND m.due_at < " + std::to_string(kNow.ms) + ")";
    else if (check.kind == pack::CheckKind::duty)
      holds =
          "COALESCE((SELECT MAX(a.happened_at) FROM answers a WHERE a.district = o.district AND"
          " a.organisation = o.id AND a.duty = '" +
          check.duty +
          "'), 0) >= COALESCE((SELECT MAX(m.closed_at) FROM misses m WHERE m.district ="
          " o.district AND m.organisation = o.id AND m.duty = '" +
          check.duty + "'), 0)";
    if (holds.empty()) continue;
    taken.push_back(check.kind);
    found.push_back({at,
                     "SELECT COUNT(*) FROM organisations o WHERE o.until IS NULL AND o.kind IN"
                     " (" +
                         kinds_of(plan, at) + ") AND " + holds});
  }
  return found;
}

class Standing {
 public:
  Standing(const fs::path& file, std::shared_ptr<const pack::Pack> pack, const Zone& zone,
           std::size_t schools)
      : file_(file),
        pack_(std::move(pack)),
        zone_(zone),
        calendars_(zone, pack::load_holidays("pack/calendar").years),
        store_({.path = file, .now = moment("2025-09-01T08:00:00")}),
        city_(found_city(store_, {.schools = schools, .since = moment("2025-01-01T00:00:00")})),
        plan_(pack_),
        filling_(store_, *pack_, zone, plan_, city_) {
    actor_.person = new_id("500000", kNow);
    actor_.district = std::string(district_of(city_.id));
    actor_.postings.push_back({.id = new_id("500000", kNow),
                               .post = "municipal_leader",
                               .organisation = city_.id,
                               .organisation_name = {},
                               .kind = "municipality",
                               .district = actor_.district,
                               .path = "/" + city_.id + "/"});
  }

  void measure() {
    standings_ = std::make_unique<usecases::Standings>(zone_, calendars_);
    const double cpu_before = thread_cpu_seconds();
    const auto began = Now::now();
    store_.read([&](usecases::Reader& reader) { standings_->rebuild(reader, pack_, kNow); });
    const double built_ms = us_since(began) / 1000;
    const double cpu_ms = (thread_cpu_seconds() - cpu_before) * 1000;
    // Of another one, so that what the database keeps of its pages is not counted.
    const auto heap_before = heap_bytes();
    auto another = std::make_unique<usecases::Standings>(zone_, calendars_);
    store_.read([&](usecases::Reader& reader) { another->rebuild(reader, pack_, kNow); });
    const auto heap = heap_bytes() - heap_before;
    another.reset();
    std::size_t cells = 0, cell_bytes = 0, bytes = 0;
    with([&](const Matrix& matrix) {
      cells = matrix.cells();
      cell_bytes = matrix.cell_bytes();
      bytes = matrix.bytes();
    });
    fmt::print(
        "(g) standing of {:>7} schools, {:>9} cells, {:>8} rows   rebuilt in {:>8.1f} ms, {:.1f} ms"
        " of a processor, {:.2f} us a cell  goal 10,000 in < 5000 ms\n",
        city_.schools.size(), cells, filling_.facts(), built_ms, cpu_ms,
        built_ms * 1000 / static_cast<double>(cells));
    fmt::print(
        "    {:.1f} bytes a cell with sums and the waking queue  goal <= 32; {:.1f} with the rows,"
        " {:.1f} of the heap with all that is known of organisations\n",
        per_cell(cell_bytes, cells), per_cell(bytes, cells), per_cell(heap, cells));
    beside_sql(built_ms);
    facts();
    pages();
    grades();
    std::fflush(stdout);
  }

 private:
  static double per_cell(std::size_t bytes, std::size_t cells) {
    return static_cast<double>(bytes) / static_cast<double>(cells);
  }
  template <class Work>
  void with(const Work& work) {
    store_.read([&](usecases::Reader& reader) { standings_->with(reader, kNow, work); });
  }

  void beside_sql(double built_ms) {
    double sql_ms = 0;
    const auto checks = plain_checks(plan_);
    for (const auto& plain : checks) {
      std::int64_t wanted = 0, found = 0;
      const auto began = Now::now();
      store_.read([&](usecases::Reader& reader) {
        reader.query(plain.sql, {}, [&](const usecases::Row& row) { wanted = row.integer(0); });
      });
      sql_ms += us_since(began) / 1000;
      with([&](const Matrix& matrix) {
        for (const auto& school : city_.schools)
          if (const auto* cell = matrix.cell(school.id, plain.check))
            found +=
                cell->state == standing::State::kept || cell->state == standing::State::due_soon;
      });
      if (found != wanted)
        throw std::runtime_error(
            fmt::format("{} stand well where the rows say {}: {}", found, wanted, plain.sql));
    }
    const double each = sql_ms / static_cast<double>(checks.size());
    const double ours = built_ms / static_cast<double>(plan_.checks().size());
    fmt::print(
        "    {} of {} checks as plain SQL: {:.1f} ms each, ours {:.1f} ms each, {:.1f} times"
        " faster; all checks so would take {:.0f} ms at every look\n",
        checks.size(), plan_.checks().size(), each, ours, each / ours,
        each * static_cast<double>(plan_.checks().size()));
  }

  std::vector<usecases::Entry> some_facts() {
    std::vector<usecases::Entry> entries;
    std::mt19937 dice(7);
    for (std::size_t number = 0; number < kFacts; ++number) {
      const auto& school = city_.schools[dice() % city_.schools.size()];
      const auto& ledger = plan_.ledgers()[dice() % plan_.ledgers().size()];
      const auto& duty = plan_.duty_id(static_cast<std::uint16_t>(dice() % plan_.duties()));
      const std::string loop = number % 8 < 4 ? kCountingAtSchools : kCountingAbove;
      const auto due =
          zone_.format(kNow.plus_ms(static_cast<std::int64_t>(dice() % 1000) * 60'000));
      usecases::Entry entry{.district = school.district,
                            .organisation = school.id,
                            .path = school.path,
                            .holder = {},
                            .kind = {},
                            .noun = {},
                            .subject = new_id(school.district, kNow),
                            .actor = {},
                            .happened_at = kNow.plus_ms(-static_cast<std::int64_t>(number)),
                            .known_at = kNow,
                            .data = {},
                            .hash = {}};
      entry.seq = static_cast<std::int64_t>(number) + 1;
      if (number % 4 < 2) {
        entry.kind = "RowEntered";
        entry.data = {{"ledger", ledger.id},
                      {"fields", filling_.fields_of(*pack_->ledger(ledger.id))}};
      } else if (number % 4 == 2) {
        entry.kind = "DutyMissed";
        entry.data = {{"duty", duty}};
      } else {
        entry.kind = "MatterMoved";
        entry.data = {{"loop", loop},
                      {"open_before", false},
                      {"open", true},
                      {"due_before", nullptr},
                      {"due_at", due}};
      }
      entries.push_back(std::move(entry));
    }
    return entries;
  }

  void facts() {
    const auto entries = some_facts();
    std::vector<double> took;
    took.reserve(entries.size());
    std::uint64_t seen = 0;
    const double cpu_before = thread_cpu_seconds();
    store_.read([&](usecases::Reader& reader) {
      for (const auto& entry : entries) {
        const auto began = Now::now();
        standings_->heard({&entry, 1});
        standings_->with(reader, kNow, [&](const Matrix& matrix) {
          for (const auto& counts : matrix.counts(city_.id)) seen += counts[1];
        });
        took.push_back(us_since(began));
      }
    });
    const double cpu_us =
        (thread_cpu_seconds() - cpu_before) * 1e6 / static_cast<double>(entries.size());
    if (seen == 0) throw std::runtime_error("nothing is kept");
    const auto [p50, p99] = spread(std::move(took));
    fmt::print(
        "    one fact to the sums of the city: p50 {:.1f} us, p99 {:.1f} us, {:.1f} us of a"
        " processor  goal < 50 us\n",
        p50, p99, cpu_us);
  }

  // Of the city, while facts arrive.
  void pages() {
    const usecases::Office office{
        .pack = *pack_, .zone = zone_, .now = kNow, .actor = actor_, .calendars = &calendars_};
    const auto entries = some_facts();
    std::atomic<bool> over = false;
    std::thread arriving([&] {
      for (std::size_t at = 0; !over; at = (at + 1) % entries.size()) {
        standings_->heard({&entries[at], 1});
        std::this_thread::sleep_for(std::chrono::microseconds(500));
      }
    });
    const auto requirement =
        plan_.requirements()[plan_.checks()[plain_checks(plan_).front().check].requirement]
            .requirement->id;
    const auto timed = [&](std::size_t times, const auto& page) {
      std::vector<double> took;
      for (std::size_t i = 0; i < times; ++i)
        store_.read([&](usecases::Reader& reader) {
          const auto began = Now::now();
          const auto made = page(reader);
          if (!made) throw std::runtime_error(made.error().key);
          if (json::serialize(*made).size() < 100) throw std::runtime_error("a page is empty");
          took.push_back(us_since(began));
        });
      return spread(std::move(took));
    };
    const auto whole = timed(kPages, [&](usecases::Reader& reader) {
      return usecases::read_standing(reader, office, *standings_, city_.id);
    });
    const auto children = timed(kPages / 10, [&](usecases::Reader& reader) {
      return usecases::standing_of_children(reader, office, *standings_, city_.id, {}, {});
    });
    const auto list = timed(kPages / 20, [&](usecases::Reader& reader) {
      return usecases::list_standing(reader, office, *standings_, city_.id, requirement,
                                     {.state = {}, .paging = {.limit = kLines, .after = {}}});
    });
    over = true;
    arriving.join();
    fmt::print(
        "    the city's clauses p50 {:.0f} us, p99 {:.0f} us, while facts arrive  goal < 1000 us;"
        " by district p50 {:.0f} us, p99 {:.0f} us; {} schools of a requirement p50 {:.0f} us, p99"
        " {:.0f} us\n",
        whole.p50, whole.p99, children.p50, children.p99, kLines, list.p50, list.p99);
  }

  // What lies behind grades besides standing: a month of misses, a term of matters.
  void live_on() {
    const auto loop = pack_->grading->quiet->loop;
    for (std::size_t first = 0; first < city_.schools.size(); first += kSchoolsToCommit)
      store_.write([&](usecases::Transaction& transaction) {
        for (auto at = first; at < std::min(first + kSchoolsToCommit, city_.schools.size()); ++at) {
          const auto& school = city_.schools[at];
          for (int number = 0; number < kMissesLately; ++number)
            transaction.exec(
                "INSERT INTO misses (district, organisation, duty, period, point, path, closed_at,"
                " known_at, times, given, owner_post, owners, vacant)"
                " VALUES ($1, $2, 'daily_inspection', $3, '', $4, $5, $5, 1, 0, '', '[]', '[]')",
                {school.district, school.id, "lately-" + std::to_string(number), school.path,
                 kNow.plus_ms(-number * 17 * kHourMs).ms});
          for (int number = 0; number < kMattersLately; ++number)
            transaction.exec(
                "INSERT INTO matters (district, id, loop, organisation, path, holder, title,"
                " category, stage, level, assessed, open, answerable, opened_at, entered_at, "
                "due_at,"
                " lapse_at, lapses, closed_at, fields, sent_hash, version) VALUES ($1, $2, $3, $4,"
                " $5, $4, '', '', '', 'yellow', TRUE, FALSE, '', $6, $6, NULL, NULL, 0, $6, '{}',"
                " '', 1)",
                {school.district, new_id(school.district, kNow), loop, school.id, school.path,
                 kNow.plus_ms(-number * 8 * kDayMs).ms});
        }
        return true;
      });
  }

  void grades() {
    live_on();
    usecases::GradeFacts facts(zone_);
    usecases::Sums sums;
    const auto began = Now::now();
    store_.read([&](usecases::Reader& reader) { facts.rebuild(reader, pack_, kNow); });
    const double built_ms = us_since(began) / 1000;
    store_.read([&](usecases::Reader& reader) { sums.rebuild(reader); });
    const usecases::Office office{
        .pack = *pack_, .zone = zone_, .now = kNow, .actor = actor_, .calendars = &calendars_};
    const auto timed = [&](std::size_t times, const std::string& place) {
      std::vector<double> took;
      for (std::size_t i = 0; i < times; ++i)
        store_.read([&](usecases::Reader& reader) {
          const auto asked = Now::now();
          const auto made =
              usecases::read_grades(reader, office, {*standings_, sums, facts}, place, {});
          if (!made || made->items.empty()) throw std::runtime_error("nobody is graded");
          took.push_back(us_since(asked) / 1000);
        });
      return spread(std::move(took));
    };
    const auto district = timed(40, node_of(city_.districts.front()));
    const auto city = timed(5, city_.id);
    fmt::print(
        "    grades of a district p50 {:.1f} ms, p99 {:.1f} ms  goal < 50 ms; of the city {:.0f} ms"
        "  goal 10,000 schools < 1000 ms; what they look back at read in {:.0f} ms\n",
        district.p50, district.p99, city.p50, built_ms);
    const auto take = [&](Instant now) {
      return usecases::keep_daily_figures(store_, *pack_, zone_, calendars_, *standings_, sums,
                                          now);
    };
    take(kNow);
    const auto midnight = moment("2026-03-06T00:05:00");
    store_.read([&](usecases::Reader& reader) {
      standings_->with(reader, midnight, [](const Matrix&) { return 0; });
    });
    const double cpu_before = thread_cpu_seconds();
    const auto night = Now::now();
    const auto rows = take(midnight);
    fmt::print(
        "    the figures of a day: {} rows in {:.0f} ms, {:.0f} ms of a processor here; a look"
        " that finds nothing to take {:.2f} ms\n",
        rows, us_since(night) / 1000, (thread_cpu_seconds() - cpu_before) * 1000, [&] {
          const auto look = Now::now();
          take(midnight);
          return us_since(look) / 1000;
        }());
  }

  std::string node_of(const std::string& district) {
    std::string node;
    store_.read([&](usecases::Reader& reader) {
      reader.query("SELECT organisation FROM districts WHERE district = $1", {district},
                   [&](const usecases::Row& row) { node = row.text(0); });
    });
    return node;
  }

  const fs::path file_;
  std::shared_ptr<const pack::Pack> pack_;
  const Zone& zone_;
  usecases::Calendars calendars_;
  store::sqlite::SqliteStore store_;
  City city_;
  standing::Plan plan_;
  Filling filling_;
  organisations::Actor actor_;
  std::unique_ptr<usecases::Standings> standings_;
};

}  // namespace

void standing_of_cities(const fs::path& folder, const pack::Pack& pack, const Zone& zone,
                        bool quick) {
  std::vector<std::size_t> sizes{1'000, 10'000};
  if (!quick) sizes.push_back(100'000);
  // The pack outlives the bench.
  const std::shared_ptr<const pack::Pack> shared(std::shared_ptr<const pack::Pack>{}, &pack);
  for (const auto size : sizes) {
    const fs::path place = folder / fmt::format("standing_{}", size);
    fs::create_directories(place);
    Standing(place / "anxiao.sqlite", shared, zone, size).measure();
    fs::remove_all(place);
  }
}

}  // namespace anxiao::bench
