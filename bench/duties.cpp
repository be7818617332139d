#include "bench/duties.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <stdexcept>

#include "base/hash.h"
#include "base/ids.h"
#include "base/json_map.h"
#include "bench/city.h"
#include "bench/load.h"
#include "bench/program.h"
#include "bench/raw.h"
#include "bench/socket.h"
#include "pack/calendar.h"
#include "usecases/answers.h"
#include "usecases/calendars.h"
#include "usecases/duty_grounds.h"
#include "usecases/duty_keeper.h"
#include "usecases/duty_sums.h"
#include "usecases/tasks.h"

namespace anxiao::bench {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using Now = std::chrono::steady_clock;

constexpr const char* kDatabase = "anxiao.sqlite";
constexpr const char* kDuty = "daily_inspection";
constexpr int kClients = 32;
// Of the tasks that close on the day, one in so many is left undone.
constexpr std::size_t kUndone = 40;

double ms_since(Now::time_point then) {
  return std::chrono::duration<double, std::milli>(Now::now() - then).count();
}

Instant moment(const char* text) { return *parse_instant(std::string(text) + "+08:00"); }

// A Thursday in the middle of a term.
const Day kThursday = *parse_day("2026-03-05");

class Days {
 public:
  Days(const fs::path& file, const pack::Pack& pack, const Zone& zone, std::size_t schools)
      : pack_(pack),
        zone_(zone),
        calendars_(zone, pack::load_holidays("pack/calendar").years),
        store_({.path = file, .now = moment("2025-09-01T08:00:00")}),
        city_(found_city(store_, {.schools = schools, .since = moment("2025-01-01T00:00:00")})) {}

  // Milliseconds for the whole city: reading what is on record, and computing.
  std::pair<double, double> whole_day(std::int64_t& tasks) {
    double read_ms = 0, computed_ms = 0;
    const auto office = at(moment("2026-03-05T09:00:00"));
    tasks = 0;
    for (const auto& district : city_.districts)
      store_.read([&](usecases::Reader& reader) {
        const auto began = Now::now();
        const auto grounds = usecases::grounds_of(reader, office, district, kThursday, kThursday);
        read_ms += ms_since(began);
        const auto read = Now::now();
        for (const auto& here : grounds)
          tasks +=
              static_cast<std::int64_t>(duties::tasks_of(pack_.duties, here.ground, *here.calendar,
                                                         kThursday, kThursday, office.now)
                                            .size());
        computed_ms += ms_since(read);
      });
    return {read_ms, computed_ms};
  }

  double one_person() {
    organisations::Actor actor;
    const auto& school = city_.schools[city_.schools.size() / 2];
    actor.person = school.safety_manager;
    actor.district = school.district;
    store_.read([&](usecases::Reader& reader) {
      reader.query(
          "SELECT q.id, q.post, o.name, o.kind FROM postings q JOIN organisations o ON o.district ="
          " q.district AND o.id = q.organisation WHERE q.district = $1 AND q.person = $2",
          {school.district, actor.person}, [&](const usecases::Row& row) {
            actor.postings.push_back({.id = std::string(row.text(0)),
                                      .post = std::string(row.text(1)),
                                      .organisation = school.id,
                                      .organisation_name = std::string(row.text(2)),
                                      .kind = std::string(row.text(3)),
                                      .district = school.district,
                                      .path = school.path});
          });
    });
    const usecases::Office office{.pack = pack_,
                                  .zone = zone_,
                                  .now = moment("2026-03-05T09:00:00"),
                                  .actor = actor,
                                  .calendars = &calendars_};
    std::vector<double> took;
    for (int i = 0; i < 200; ++i)
      store_.read([&](usecases::Reader& reader) {
        const auto began = Now::now();
        if (usecases::tasks_of_actor(reader, office, kThursday).empty())
          throw std::runtime_error("nobody has anything to do");
        took.push_back(ms_since(began));
      });
    return median(took);
  }

  // Milliseconds until the figures stand, and microseconds to read those of the city.
  std::pair<double, double> figures(std::int64_t tasks) {
    const auto now = moment("2026-03-05T09:00:00");
    usecases::DutySums sums(store_, zone_, calendars_);
    auto began = Now::now();
    store_.read([&](usecases::Reader& reader) { sums.rebuild(reader); });
    sums.keep(pack_, now);
    const double built = ms_since(began);
    began = Now::now();
    for (int i = 0; i < 1000; ++i)
      if (sums.at(pack_, city_.id, now).total != tasks)
        throw std::runtime_error("the figures are not those of the tasks");
    return {built, ms_since(began)};
  }

  // Answers everything that closes on the day but one in `kUndone`; gives how many were left.
  std::int64_t answer_the_day() {
    std::int64_t left = 0;
    std::size_t number = 0;
    const auto midnight = zone_.start_of(kThursday);
    const auto office = at(midnight);
    for (const auto& district : city_.districts) {
      std::vector<usecases::DutyGround> grounds;
      store_.read([&](usecases::Reader& reader) {
        grounds = usecases::grounds_of(reader, office, district, kThursday, kThursday);
      });
      store_.write([&](usecases::Transaction& transaction) {
        for (const auto& here : grounds)
          for (const auto& task : duties::closed_tasks(pack_.duties, here.ground, *here.calendar,
                                                       midnight, zone_.start_of(kThursday.plus(1))))
            if (number++ % kUndone == 0)
              ++left;
            else
              for (int time = 0; time < task.occurrence.times; ++time)
                answer(transaction, here, task, task.occurrence.closes_at.plus_ms(-1));
        return true;
      });
    }
    return left;
  }

  double misses(std::int64_t wanted) {
    store_.write([&](usecases::Transaction& transaction) {
      for (const auto& district : city_.districts)
        transaction.exec("INSERT INTO duties_kept (district, kept_until) VALUES ($1, $2)",
                         {district, zone_.start_of(kThursday).ms});
      return true;
    });
    const auto began = Now::now();
    const auto found =
        usecases::keep_duties(store_, pack_, zone_, calendars_, zone_.start_of(kThursday.plus(1)));
    const double took = ms_since(began);
    if (found != wanted)
      throw std::runtime_error(fmt::format("{} misses were found, not {}", found, wanted));
    return took;
  }

 private:
  usecases::Office at(Instant now) {
    return {.pack = pack_, .zone = zone_, .now = now, .actor = nobody_, .calendars = &calendars_};
  }

  static void answer(usecases::Transaction& transaction, const usecases::DutyGround& here,
                     const duties::Task& task, Instant happened_at) {
    transaction.exec(
        "INSERT INTO answers (district, id, duty, organisation, path, period, point, checklist,"
        " person, presence, happened_at, known_at, items, matters, sent_hash)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', 'by_hand', $9, $9, '[]', '[]', '')",
        {here.district, new_id(here.district, happened_at), task.occurrence.duty->id,
         here.organisation.id, here.path, task.occurrence.period, task.place,
         task.occurrence.duty->checklist, happened_at.ms});
  }

  const organisations::Actor nobody_;
  const pack::Pack& pack_;
  const Zone& zone_;
  usecases::Calendars calendars_;
  store::sqlite::SqliteStore store_;
  City city_;
};

// --- answers ---

std::string answer_body(const pack::Checklist& checklist, const std::string& point,
                        const std::string& happened_at) {
  usecases::AnswerDuty body;
  body.point = point;
  body.happened_at = happened_at;
  json::array items;
  for (const auto& item : checklist.items)
    if (item.asks == pack::Asks::state)
      items.push_back({{"item", item.id}, {"answer", "in_order"}});
  return json::serialize(json::object{{"point", point},
                                      {"happened_at", happened_at},
                                      {"presence", "by_hand"},
                                      {"items", std::move(items)}});
}

// Guards who are logged in: their cookies, in the order of the schools.
std::vector<std::string> cookies_of(store::sqlite::SqliteStore& store, const City& city,
                                    Instant now) {
  std::vector<std::string> cookies;
  store.write([&](usecases::Transaction& transaction) {
    for (const auto& school : city.schools) {
      const std::string token = school.district + "." + random_token(32);
      transaction.exec(
          "INSERT INTO sessions (district, token_hash, id, person, began_at, seen_at, ends_at,"
          " address, agent) VALUES ($1, $2, $3, $4, $5, $5, $6, '', '')",
          {school.district, sha256_hex(token), new_id(school.district, now), school.guard, now.ms,
           now.ms + kDayMs});
      cookies.push_back("anxiao_session=" + token);
    }
    return true;
  });
  return cookies;
}

// The statements of one answer, caught from the use case itself.
std::vector<Statement> caught(store::sqlite::SqliteStore& store, const pack::Pack& pack,
                              const Zone& zone, const CitySchool& school, const std::string& id,
                              const std::string& body, Instant now) {
  usecases::Calendars calendars(zone, pack::load_holidays("pack/calendar").years);
  organisations::Actor actor;
  actor.person = school.guard;
  actor.district = school.district;
  actor.postings.push_back({.id = school.guard,
                            .post = "guard",
                            .organisation = school.id,
                            .organisation_name = {},
                            .kind = {},
                            .district = school.district,
                            .path = school.path});
  const usecases::Office office{
      .pack = pack, .zone = zone, .now = now, .actor = actor, .calendars = &calendars};
  const usecases::DutyKey key{
      .duty = kDuty, .organisation = school.id, .period = format_day(kThursday), .id = id};
  const auto input = read_text<usecases::AnswerDuty>(body);
  if (!input) throw std::runtime_error("the answer cannot be read: " + input.error().field);
  // What calendars read is read once and not for every answer.
  store.read([&](usecases::Reader& reader) { calendars.of(reader, pack, "primary", school.path); });
  std::vector<Statement> statements;
  store.write([&](usecases::Transaction& transaction) {
    Catching catching(transaction);
    auto given = usecases::answer_duty(catching, office, key, *input);
    if (!given) throw std::runtime_error(given.error().key + ": " + given.error().detail);
    statements = std::move(catching.caught);
    return true;
  });
  return statements;
}

}  // namespace

void days_of_cities(const fs::path& folder, const pack::Pack& pack, const Zone& zone, bool quick) {
  std::vector<std::size_t> sizes{1'000, 10'000};
  if (!quick) sizes.push_back(100'000);
  double first_us = 0;
  for (auto size : sizes) {
    const fs::path place = folder / fmt::format("city_{}", size);
    fs::create_directories(place);
    {
      Days days(place / kDatabase, pack, zone, size);
      std::int64_t tasks = 0;
      double read_ms = 0, computed_ms = 0;
      for (int round = 0; round < 2; ++round)
        std::tie(read_ms, computed_ms) = days.whole_day(tasks);
      const double us = (read_ms + computed_ms) * 1000 / static_cast<double>(size);
      if (first_us == 0) first_us = us;
      const auto [built, read_us] = days.figures(tasks);
      fmt::print(
          "(e) a day of {:>7} schools, {:>8} tasks                ours {:>10.1f} ms     (read "
          "{:.1f}"
          ", computed {:.1f})  {:.1f} us a school, growth {:.2f}  goal 10,000 in < 1000 ms\n",
          size, tasks, read_ms + computed_ms, read_ms, computed_ms, us, us / first_us);
      fmt::print(
          "    one person's day {:.3f} ms, goal < 1 ms; figures built in {:.1f} ms, the city's "
          "read "
          "in {:.2f} us\n",
          days.one_person(), built, read_us);
      std::fflush(stdout);
      if (size <= 10'000) {
        const auto left = days.answer_the_day();
        const double took = days.misses(left);
        fmt::print("    the {} misses of that day were found in {:.1f} ms, {:.1f} us a school\n",
                   left, took, took * 1000 / static_cast<double>(size));
        std::fflush(stdout);
      }
    }
    fs::remove_all(place);
  }
}

void answers_taken(const std::string& binary, const fs::path& folder, const pack::Pack& pack,
                   const Zone& zone, bool quick) {
  const double seconds = quick ? 1.0 : 4.0;
  const Instant now = moment("2026-03-05T17:00:00");
  const auto* checklist = pack.checklist(pack.duty(kDuty)->checklist);
  const fs::path ours = folder / "answers", raw = folder / "answers_raw";
  fs::create_directories(ours);
  fs::create_directories(raw);
  City city;
  std::vector<std::string> cookies;
  {
    store::sqlite::SqliteStore store({.path = ours / kDatabase, .now = now});
    city = found_city(store, {.schools = quick ? 300U : 1000U,
                              .daily_points = 20,
                              .since = moment("2025-01-01T00:00:00")});
    cookies = cookies_of(store, city, now);
  }
  fs::copy_file(ours / kDatabase, raw / kDatabase);

  const auto& first = city.schools.front();
  const auto id = new_id(first.district, now);
  std::vector<Statement> statements;
  {
    store::sqlite::SqliteStore store({.path = raw / kDatabase, .now = now});
    statements = caught(store, pack, zone, first, id,
                        answer_body(*checklist, first.daily_points.front(), zone.format(now)), now);
  }
  fmt::print("taking an answer with {} items takes {} statements\n", checklist->items.size(),
             statements.size());

  // Another occurrence each time: a school, one of its points, one of the last days.
  const std::size_t in_district = static_cast<std::size_t>(
      std::ranges::count(city.schools, first.district, &CitySchool::district));
  std::size_t replayed = 0;
  auto next_replaced = [&] {
    const auto number = replayed++;
    const auto& school = city.schools[number % in_district];
    const auto round = number / in_district;
    const auto& point = school.daily_points[round % school.daily_points.size()];
    const auto day = round / school.daily_points.size();
    return Replacements{{id, new_id(first.district, system_clock()->now())},
                        {first.daily_points.front(), point},
                        {first.id, school.id},
                        {first.guard, school.guard},
                        {format_day(kThursday), format_day(kThursday.plus(-int(day)))}};
  };
  std::map<std::string, std::string> none;
  Program program(binary, ours, none, "from:2026-03-05T17:00:00+08:00");
  std::size_t sent = 0;
  auto next = [&] {
    const auto number = sent++;
    const auto& school = city.schools[number % city.schools.size()];
    const auto round = number / city.schools.size();
    const auto& point = school.daily_points[round % school.daily_points.size()];
    const int back = static_cast<int>(round / school.daily_points.size());
    const Day day = kThursday.plus(-back);
    return request(
        "PUT",
        fmt::format("/api/v1/tasks/{}/{}/{}/answers/{}", kDuty, school.id, format_day(day),
                    new_id(school.district, system_clock()->now())),
        cookies[number % city.schools.size()],
        answer_body(*checklist, point, zone.format(zone.start_of(day).plus_ms(9 * kHourMs))));
  };
  std::vector<double> mine, alone, grouped, p50, p99, cpu, cpu_raw;
  for (int round = 0; round < 3; ++round) {
    alone.push_back(replay(raw / kDatabase, statements, next_replaced, 1, seconds).per_second);
    const double cpu_before = program.cpu_seconds();
    auto loaded = load(program.port(), kClients, seconds, next);
    if (loaded.refused) throw std::runtime_error("an answer was refused");
    cpu.push_back((program.cpu_seconds() - cpu_before) * 1e6 / double(loaded.answered));
    mine.push_back(loaded.per_second);
    p50.push_back(loaded.p50_ms);
    p99.push_back(loaded.p99_ms);
    const auto together = replay(raw / kDatabase, statements, next_replaced, kClients, seconds);
    grouped.push_back(together.per_second);
    cpu_raw.push_back(together.cpu_us);
  }
  report("(f) answers, 32 clients / same SQL, a commit each", median(mine), median(alone), "/s",
         ">= 2");
  report("(f) answers, 32 clients / same SQL, 32 to a commit", median(mine), median(grouped), "/s",
         ">= 0.5");
  // What a busy machine hardly changes: the server's is of all its threads, HTTP and sealing too.
  fmt::print(
      "    p50 {:.1f} ms, p99 {:.1f} ms; processor time an answer: server {:.0f} us, same SQL "
      "{:.0f} us\n",
      median(p50), median(p99), median(cpu), median(cpu_raw));
}

}  // namespace anxiao::bench
