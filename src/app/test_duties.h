// For tests: duties of the invented town, kept by the clock. Which duties is said by each test, so
// that it knows what is due.

#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "app/test_town.h"
#include "usecases/duty_keeper.h"
#include "usecases/excuses.h"
#include "usecases/ledgers.h"
#include "usecases/misses.h"

namespace anxiao::app {

class TownWithDuties : public testing::Test {
 protected:
  TownWithDuties() : pack(*town.pack) {}

  // From here on only these.
  void only(std::initializer_list<std::string_view> duties) {
    pack = *town.pack;
    std::erase_if(pack.duties, [&](const pack::Duty& duty) {
      return std::ranges::find(duties, duty.id) == duties.end();
    });
    ASSERT_EQ(pack.duties.size(), duties.size());
  }

  // `2026-03-03T08:00`, in the town's zone.
  void it_is(const std::string& moment) { town.now = at(moment); }
  static Instant at(const std::string& moment) { return *parse_instant(moment + ":00+08:00"); }

  std::int64_t keep(usecases::Store& store) {
    return usecases::keep_duties(store, pack, town.zone, town.calendars, town.now);
  }
  std::int64_t keep() { return keep(town.store); }
  std::int64_t keep_at(const std::string& moment) {
    it_is(moment);
    return keep();
  }

  usecases::Office office(const std::string& login) {
    auto sitting = town.as(login);
    return {.pack = pack,
            .zone = town.zone,
            .now = town.now,
            .actor = sitting.actor,
            .calendars = &town.calendars};
  }

  // Latest first, of one place or of all that the reader reaches.
  std::vector<usecases::Miss> misses(const std::string& where = "school",
                                     const std::string& login = "officer",
                                     const std::string& from = {}, const std::string& to = {}) {
    auto page = town.read([&](usecases::Reader& reader) {
      return usecases::list_misses(reader, office(login),
                                   {.organisation = where.empty() ? where : town.places.at(where),
                                    .from = from,
                                    .to = to,
                                    .paging = {.limit = 500, .after = {}}});
    });
    if (!page) ADD_FAILURE() << page.error().key << ": " << page.error().detail;
    return page ? page->items : std::vector<usecases::Miss>{};
  }

  // `duty period` of each, or `duty period@point`, latest first.
  static std::vector<std::string> names(const std::vector<usecases::Miss>& misses) {
    std::vector<std::string> out;
    for (const auto& miss : misses)
      out.push_back(miss.duty + " " + miss.period +
                    (miss.point ? "@" + miss.point->name : std::string()));
    return out;
  }
  static std::vector<std::string> people(const usecases::Miss& miss) {
    std::vector<std::string> out;
    for (const auto& person : miss.owner.people) out.push_back(person.id);
    return out;
  }

  std::string enter_row(const std::string& ledger, const std::string& where,
                        boost::json::object fields, const std::string& login) {
    auto id = town.id(std::string(district_of(town.places.at(where))));
    town.write([&](usecases::Transaction& t) {
      return usecases::create_row(
          t, office(login), ledger,
          {.id = id, .organisation = town.places.at(where), .fields = fields});
    });
    return id;
  }
  std::string add_point(const std::string& name, const std::string& lists,
                        const std::string& person = {}) {
    boost::json::object fields{{"name", name}, {"place", name}, {"checklists", lists}};
    if (!person.empty()) fields["person"] = town.people.at(person);
    return enter_row("points", "school", fields, "safety");
  }

  // That it was done, however it came in.
  void answered(const std::string& duty, const std::string& period, Instant happened_at,
                Instant known_at, const std::string& point = {},
                const std::string& where = "school") {
    auto organisation = town.places.at(where);
    std::string district(district_of(organisation));
    auto place = town.read([&](usecases::Reader& reader) {
      return usecases::place_of(reader, organisation, town.now);
    });
    town.write([&](usecases::Transaction& t) -> Result<void> {
      usecases::Query(
          "INSERT INTO answers (district, id, duty, organisation, path, period, point, checklist,"
          " person, presence, happened_at, known_at, items, matters, sent_hash)"
          " VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, 'by_hand', ?, ?, '[]', '[]', '')",
          {district, town.id(district), duty, organisation, place->path, period, point,
           town.people.at("guard"), happened_at.ms, known_at.ms})
          .exec(t);
      return {};
    });
  }

  void nobody_holds(const std::string& post) {
    town.write([&](usecases::Transaction& t) -> Result<void> {
      t.exec("UPDATE postings SET until = $1 WHERE post = $2", {town.now.ms, post});
      return {};
    });
  }

  Town town;
  pack::Pack pack;
};

}  // namespace anxiao::app
