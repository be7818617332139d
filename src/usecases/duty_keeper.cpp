#include "usecases/duty_keeper.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "usecases/duty_grounds.h"

namespace anxiao::usecases {

namespace json = boost::json;

namespace {

struct District {
  std::string id;
  std::optional<Instant> kept_until;
};

std::vector<District> districts_of(Store& store) {
  std::vector<District> districts;
  store.read([&](Reader& reader) {
    reader.query(
        "SELECT d.district, k.kept_until FROM districts d"
        " LEFT JOIN duties_kept k ON k.district = d.district ORDER BY d.district",
        {}, [&](const Row& row) {
          District district{.id = std::string(row.text(0)), .kept_until = std::nullopt};
          if (auto until = row.maybe_integer(1)) district.kept_until = Instant{*until};
          districts.push_back(std::move(district));
        });
  });
  return districts;
}

json::array array_of(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

// Whether it was not on record already: a window that a changed calendar closes a second time
// leaves no second miss.
bool write_miss(Transaction& transaction, const Office& office, const DutyGround& ground,
                const duties::Task& task) {
  const auto& occurrence = task.occurrence;
  auto owners = array_of(task.owner.people);
  auto vacant = array_of(task.owner.vacant);
  auto written = transaction.exec(
      "INSERT INTO misses (district, organisation, duty, period, point, path, closed_at, known_at,"
      " times, given, owner_post, owners, vacant)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
      " ON CONFLICT (district, organisation, duty, period, point) DO NOTHING",
      {ground.district, ground.organisation.id, occurrence.duty->id, occurrence.period, task.place,
       ground.path, occurrence.closes_at.ms, office.now.ms, std::int64_t{occurrence.times},
       std::int64_t{task.outcome.given}, task.owner.post, json::serialize(owners),
       json::serialize(vacant)});
  if (written == 0) return false;
  auto name = ground.point_names.find(task.place);
  transaction.record(
      {.district = ground.district,
       .organisation = ground.organisation.id,
       .path = ground.path,
       .holder = {},
       .kind = "DutyMissed",
       .noun = "tasks",
       .subject = ground.organisation.id,
       .actor = {},
       .happened_at = occurrence.closes_at,
       .known_at = office.now,
       .data = {{"duty", occurrence.duty->id},
                {"period", occurrence.period},
                {"point", task.place},
                {"point_name", name == ground.point_names.end() ? std::string() : name->second},
                {"closed_at", office.zone.format(occurrence.closes_at)},
                {"times", occurrence.times},
                {"given", task.outcome.given},
                {"owner_post", task.owner.post},
                {"owners", std::move(owners)},
                {"vacant", std::move(vacant)}},
       .hash = {}});
  return true;
}

std::int64_t write_misses(Transaction& transaction, const Office& office,
                          const std::string& district, Instant after, Instant until) {
  std::int64_t count = 0;
  // A night that closes in the morning belongs to the evening before.
  auto grounds = grounds_of(transaction, office, district, office.zone.day_of(after).plus(-1),
                            office.zone.day_of(until), true);
  for (const auto& ground : grounds)
    for (const auto& task :
         duties::closed_tasks(office.pack.duties, ground.ground, *ground.calendar, after, until)) {
      if (task.outcome.state != duties::State::missed && task.outcome.state != duties::State::late)
        continue;
      count += write_miss(transaction, office, ground, task) ? 1 : 0;
    }
  return count;
}

void begin(Store& store, const std::string& district, Instant now) {
  store.write([&](Transaction& transaction) {
    return transaction.exec(
               "INSERT INTO duties_kept (district, kept_until) VALUES ($1, $2)"
               " ON CONFLICT (district) DO NOTHING",
               {district, now.ms}) == 1;
  });
}

std::int64_t keep(Store& store, const Office& office, const std::string& district, Instant after) {
  std::int64_t total = 0;
  while (after < office.now) {
    // A transaction is short, so that nobody waits long for the writer.
    auto until = std::min(office.now, office.zone.start_of(office.zone.day_of(after).plus(1)));
    bool ours = false;
    std::int64_t count = 0;
    store.write([&](Transaction& transaction) {
      ours = transaction.exec(
                 "UPDATE duties_kept SET kept_until = $1 WHERE district = $2 AND kept_until = $3",
                 {until.ms, district, after.ms}) == 1;
      if (ours) count = write_misses(transaction, office, district, after, until);
      return ours;
    });
    // Somebody else is at it.
    if (!ours) break;
    total += count;
    after = until;
  }
  return total;
}

}  // namespace

std::int64_t keep_duties(Store& store, const pack::Pack& pack, const Zone& zone,
                         Calendars& calendars, Instant now) {
  const organisations::Actor nobody;
  Office office{.pack = pack, .zone = zone, .now = now, .actor = nobody, .calendars = &calendars};
  std::int64_t total = 0;
  for (const auto& district : districts_of(store)) {
    if (!district.kept_until)
      begin(store, district.id, now);
    else if (*district.kept_until < now &&
             duties::may_close(pack.duties, *calendars.country(), *district.kept_until, now))
      total += keep(store, office, district.id, *district.kept_until);
  }
  return total;
}

}  // namespace anxiao::usecases
