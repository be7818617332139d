#include "usecases/duty_sums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "app/test_duties.h"
#include "base/json_map.h"
#include "usecases/tasks.h"

namespace anxiao::app {
namespace {

using usecases::TaskFigures;

class FiguresOfATown : public TownWithDuties {
 protected:
  FiguresOfATown() : sums(town.store, town.zone, town.calendars) {
    town.store.read([&](usecases::Reader& reader) { sums.rebuild(reader); });
    town.heard = [this](auto entries) { sums.heard(entries); };
  }

  TaskFigures kept(const std::string& where) {
    return sums.at(pack, town.places.at(where), town.now);
  }

  // The rows of the list, page by page, in each state.
  TaskFigures listed(const std::string& where, const std::string& on = {}) {
    TaskFigures figures;
    for (auto state : {duties::State::expected, duties::State::open, duties::State::done,
                       duties::State::late, duties::State::missed, duties::State::excused}) {
      usecases::TaskFilter filter{.whom = town.places.at(where),
                                  .on = on,
                                  .state = duties::word_of(state),
                                  .point = {},
                                  .duty = {},
                                  .paging = {.limit = 500, .after = {}}};
      for (bool more = true; more;) {
        auto page = town.read([&](usecases::Reader& reader) {
          return usecases::list_tasks(reader, office("leader"), filter);
        });
        if (!page) {
          ADD_FAILURE() << page.error().key;
          return figures;
        }
        for (std::size_t row = 0; row < page->items.size(); ++row) usecases::count(figures, state);
        more = page->next.has_value();
        if (more) filter.paging = *usecases::paging_of("500", *page->next, "si");
      }
    }
    return figures;
  }

  void expect_true(const std::string& after) {
    for (const auto& where : watched) {
      auto wanted = listed(where);
      auto found = kept(where);
      EXPECT_EQ(json::serialize(write(found)), json::serialize(write(wanted)))
          << where << " after " << after << " at " << town.zone.format(town.now);
    }
  }

  // As the use case writes it down.
  void answered_at(const std::string& where, const std::string& duty, const std::string& period,
                   const std::string& point, Instant happened_at) {
    answered(duty, period, happened_at, town.now, point, where);
    record(where, "DutyAnswered", happened_at,
           {{"duty", duty}, {"period", period}, {"point", point}});
  }
  void excused(const std::string& where, const std::string& duty, const std::string& period,
               const std::string& point) {
    auto organisation = town.places.at(where);
    std::string district(district_of(organisation));
    town.write([&](usecases::Transaction& t) -> Result<void> {
      usecases::Query(
          "INSERT INTO excuses (district, id, organisation, path, duty, period, point, reason,"
          " asked_by, asked_at, state, sent_hash, version)"
          " VALUES (?, ?, ?, '', ?, ?, ?, '', '', 0, 'approved', '', 1)",
          {district, town.id(district), organisation, duty, period, point})
          .exec(t);
      return {};
    });
    record(where, "ExcuseDecided", town.now, {});
  }
  void record(const std::string& where, const std::string& kind, Instant happened_at,
              json::object data) {
    auto place = town.read([&](usecases::Reader& reader) {
      return usecases::place_of(reader, town.places.at(where), town.now);
    });
    town.write([&](usecases::Transaction& t) -> Result<void> {
      t.record({.district = place->district,
                .organisation = place->id,
                .path = place->path,
                .holder = {},
                .kind = kind,
                .noun = "tasks",
                .subject = place->id,
                .actor = {},
                .happened_at = happened_at,
                .known_at = town.now,
                .data = std::move(data),
                .hash = {}});
      return {};
    });
  }
  void ended(const std::string& ledger, const std::string& row, const std::string& login) {
    town.write(
        [&](usecases::Transaction& t) { return usecases::end_row(t, office(login), ledger, row); });
  }
  void changed_school(const std::string& where, usecases::OrganisationChange change) {
    auto now = town.read([&](usecases::Reader& reader) {
      return usecases::read_organisation(reader, office("officer"), town.places.at(where));
    });
    town.write([&](usecases::Transaction& t) {
      return usecases::change_organisation(t, office("officer"), now->id, now->version, change);
    });
  }
  void opened_school(const std::string& name) {
    town.places[name] = town.id();
    town.write([&](usecases::Transaction& t) {
      return usecases::create_organisation(t, office("officer"),
                                           {.id = town.places[name],
                                            .parent = town.places["east"],
                                            .kind = "kindergarten",
                                            .name = name,
                                            .code = {},
                                            .facets = {}});
    });
    watched.push_back(name);
  }

  // A task of that school today or yesterday.
  std::optional<usecases::TaskView> some_task(std::mt19937& dice, const std::string& where) {
    auto on = format_day(town.zone.day_of(town.now).plus(dice() % 5 == 0 ? -1 : 0));
    auto page = town.read([&](usecases::Reader& reader) {
      return usecases::list_tasks(reader, office("leader"),
                                  {.whom = town.places.at(where),
                                   .on = on,
                                   .state = {},
                                   .point = {},
                                   .duty = {},
                                   .paging = {.limit = 500, .after = {}}});
    });
    if (!page || page->items.empty()) return std::nullopt;
    return page->items[dice() % page->items.size()];
  }

  usecases::DutySums sums;
  std::vector<std::string> watched{"city", "east", "west", "school", "middle", "far", "fire"};
};

TEST_F(FiguresOfATown, AreWhatTheListCountsAfterAnyFactsAtAnyHour) {
  std::mt19937 dice(20260302);
  std::vector<std::string> points, closures;
  int schools = 0;
  expect_true("nothing");
  for (int step = 0; step < 160; ++step) {
    std::string fact = "time alone";
    const std::vector<std::string> places{"school", "school", "middle", "far", "fire", "east"};
    const auto where = places[dice() % places.size()];
    switch (dice() % 10) {
      case 0:
      case 1:
      case 2:
      case 3:
        if (auto task = some_task(dice, where)) {
          fact = "an answer to " + task->duty + " " + task->period;
          const std::int64_t before = dice() % 3 ? 0 : static_cast<std::int64_t>(dice() % 30);
          answered_at(where, task->duty, task->period, task->point ? task->point->id : "",
                      town.now.plus_ms(-before * kHourMs));
        }
        break;
      case 4:
        if (auto task = some_task(dice, where)) {
          fact = "an excuse of " + task->duty;
          excused(where, task->duty, task->period, task->point ? task->point->id : "");
        }
        break;
      case 5:
        if (points.size() < 4 || dice() % 2) {
          fact = "a new point";
          points.push_back(
              add_point("点" + std::to_string(step), dice() % 2 ? "daily" : "fire_patrol,daily"));
        } else {
          fact = "a point that went";
          ended("points", points.back(), "safety");
          points.pop_back();
        }
        break;
      case 6:
        if (closures.empty()) {
          fact = "a closure";
          const auto today = format_day(town.zone.day_of(town.now));
          const bool all = dice() % 2;
          closures.push_back(enter_row("closures", all ? "east" : "school",
                                       {{"from", today}, {"to", today}, {"reason", "暴雨"}},
                                       all ? "officer" : "safety"));
        } else {
          fact = "a closure taken back";
          ended("closures", closures.back(), "officer");
          closures.clear();
        }
        break;
      case 7:
        fact = "a changed school";
        changed_school("school",
                       {.name = {},
                        .code = {},
                        .facets = json::object{{"boarding", dice() % 2 == 0}, {"lift", true}},
                        .end = {}});
        break;
      case 8:
        if (schools < 3) {
          fact = "a new school";
          opened_school("新园" + std::to_string(++schools));
        }
        break;
      default:
        break;
    }
    const std::int64_t minutes[] = {0, 0, 7, 45, 180, 600};
    town.now = town.now.plus_ms(minutes[dice() % 6] * kMinuteMs);
    if (step % 4 == 0) expect_true(fact + ", step " + std::to_string(step));
    if (HasFailure()) return;
  }
  EXPECT_GT(kept("city").total, 100);
  // The hour may be set back.
  town.now = town.now.plus_ms(-9 * kHourMs);
  expect_true("a clock set back");
  usecases::DutySums fresh(town.store, town.zone, town.calendars);
  town.store.read([&](usecases::Reader& reader) { fresh.rebuild(reader); });
  EXPECT_EQ(fresh.at(pack, town.places["city"], town.now), kept("city"));
}

TEST_F(FiguresOfATown, OfASchoolThatEndedAreGone) {
  opened_school("新园");
  town.now = town.now.plus_ms(2 * kDayMs);
  const auto before = kept("east").total;
  const auto its = kept("新园").total;
  EXPECT_GT(its, 0);
  changed_school("新园", {.name = {}, .code = {}, .facets = {}, .end = true});
  EXPECT_EQ(kept("east").total, before - its);
  EXPECT_EQ(kept("新园").total, 0);
  std::erase(watched, "新园");
  expect_true("a school that ended");
}

TEST_F(FiguresOfATown, OfAnUnknownOrganisationAreNone) {
  EXPECT_EQ(sums.at(pack, "500190.01900000-0000-7000-8000-000000000009", town.now), TaskFigures{});
}

TEST_F(FiguresOfATown, FollowThePackThatIsRead) {
  const auto all = kept("city").total;
  auto one = pack;
  one.hash = "another";
  one.duties.resize(1);
  EXPECT_LT(sums.at(one, town.places["city"], town.now).total, all);
  EXPECT_EQ(kept("city").total, all);
}

TEST_F(FiguresOfATown, MissNoAnswerWhileTheyAreMade) {
  it_is("2026-03-02T09:00");
  auto page = town.read([&](usecases::Reader& reader) {
    return usecases::list_tasks(reader, office("leader"),
                                {.whom = town.places["school"],
                                 .on = {},
                                 .state = "open",
                                 .point = {},
                                 .duty = {},
                                 .paging = {.limit = 500, .after = {}}});
  });
  ASSERT_TRUE(page);
  ASSERT_GT(page->items.size(), 10u);
  // One answers, another keeps asking, and a third changes what is expected all the time.
  std::atomic<bool> over = false;
  const auto now = town.now;
  std::thread asking([&] {
    while (!over) sums.at(pack, town.places["city"], now);
  });
  std::thread changing([&] {
    while (!over) record("school", "ExcuseDecided", now, {});
  });
  for (const auto& task : page->items)
    answered_at("school", task.duty, task.period, task.point ? task.point->id : "", now);
  over = true;
  asking.join();
  changing.join();
  expect_true("many answers at once");
  EXPECT_GE(kept("school").done, 10);
}

TEST_F(FiguresOfATown, AreReadByWhomeverTheyAreGrantedTo) {
  auto read = [&](const std::string& login, const std::string& whom, const std::string& on,
                  const std::string& by) -> Result<std::map<std::string, std::int64_t>> {
    return town.read([&](usecases::Reader& reader) -> Result<std::map<std::string, std::int64_t>> {
      TRY_LET(found, usecases::read_figures(reader, office(login), sums,
                                            whom == "me" ? whom : town.places.at(whom), on, by));
      std::map<std::string, std::int64_t> totals;
      for (const auto& item : found.at("items").as_array())
        totals[std::string(item.at("organisation").at("id").as_string())] =
            item.at("total").as_int64();
      return totals;
    });
  };
  auto city = read("leader", "city", {}, "self");
  ASSERT_TRUE(city);
  EXPECT_EQ(city->at(town.places["city"]), kept("city").total);
  auto districts = read("leader", "city", {}, "child");
  ASSERT_TRUE(districts);
  EXPECT_EQ(districts->at(town.places["east"]), kept("east").total);
  auto schools = read("officer", "east", {}, "child");
  ASSERT_TRUE(schools);
  EXPECT_EQ(schools->at(town.places["school"]), kept("school").total);
  // Another day is counted, not kept.
  const auto tomorrow = read("officer", "school", "2026-03-03", "self");
  ASSERT_TRUE(tomorrow);
  EXPECT_EQ(tomorrow->at(town.places["school"]), listed("school", "2026-03-03").total);
  const auto each_tomorrow = read("officer", "east", "2026-03-03", "child");
  ASSERT_TRUE(each_tomorrow);
  EXPECT_EQ(each_tomorrow->at(town.places["school"]), listed("school", "2026-03-03").total);

  EXPECT_TRUE(read("guard", "me", {}, "self"));
  auto refused = read("far_principal", "school", {}, "self");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().key, "authority.forbidden");
  EXPECT_FALSE(read("admin", "east", {}, "self"));
}

}  // namespace
}  // namespace anxiao::app
