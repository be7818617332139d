// What was true when a day had ended is taken once for every node, whatever happens to the process
// that takes it; a day on which nobody was there has none.

#include "usecases/daily_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "app/breaking_store.h"
#include "app/test_answers.h"
#include "base/json_map.h"
#include "usecases/duty_keeper.h"
#include "usecases/duty_sums.h"
#include "usecases/tasks.h"

namespace anxiao::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using usecases::Standings;

class FiguresOfDays : public TownThatAnswers {
 protected:
  FiguresOfDays() : standings(town.zone, town.calendars) {
    it_is("2026-03-03T07:30");
    rebuild(standings);
    town.store.read([&](usecases::Reader& reader) { sums.rebuild(reader); });
    town.heard = [this](auto entries) {
      standings.heard(entries);
      sums.heard(entries);
    };
  }

  void it_is(const std::string& moment) { town.now = *parse_instant(moment + ":00+08:00"); }
  void rebuild(Standings& each) {
    town.store.read([&](usecases::Reader& reader) { each.rebuild(reader, town.pack, town.now); });
  }
  std::int64_t keep(usecases::Store& store) {
    usecases::keep_duties(store, *town.pack, town.zone, town.calendars, town.now);
    return usecases::keep_daily_figures(store, *town.pack, town.zone, town.calendars, standings,
                                        sums, town.now);
  }
  std::int64_t keep_at(const std::string& moment) {
    it_is(moment);
    return keep(town.store);
  }
  Result<usecases::Trend> trend(const std::string& login, const std::string& where,
                                const std::string& from = {}, const std::string& to = {}) {
    return town.read([&](usecases::Reader& reader) {
      return usecases::read_trend(reader, town.as(login), town.places.at(where), from, to);
    });
  }
  usecases::TrendDay day_of(const std::string& where, const std::string& day) {
    auto found = trend("leader", where, day, day);
    EXPECT_TRUE(found) << key(found);
    EXPECT_THAT(found->items, SizeIs(1)) << where << " on " << day;
    return found->items.empty() ? usecases::TrendDay{} : found->items[0];
  }
  std::vector<std::string> days(const std::string& where) {
    std::vector<std::string> out;
    const auto found = trend("leader", where, "2026-03-01", "2026-03-31");
    for (const auto& each : found->items) out.push_back(each.day);
    return out;
  }
  // Every row, in one text.
  std::string rows() {
    std::string out;
    town.store.read([&](usecases::Reader& reader) {
      reader.query(
          "SELECT district, organisation, day, as_of, figures FROM daily_figures"
          " ORDER BY district, organisation, day",
          {}, [&](const usecases::Row& row) {
            for (int column : {0, 1, 2, 4}) out += std::string(row.text(column)) + "|";
            out += std::to_string(row.integer(3)) + "\n";
          });
    });
    return out;
  }
  void forget(const std::string& settled) {
    town.write([&](usecases::Transaction& t) -> Result<void> {
      t.exec("DELETE FROM daily_figures", {});
      t.exec("UPDATE daily_figures_kept SET day = $1", {settled});
      return {};
    });
  }

  Standings standings;
  usecases::Sums sums;
};

TEST_F(FiguresOfDays, AreTakenOnceWhenADayHasEnded) {
  EXPECT_EQ(keep(town.store), 0) << "of what came before nothing is known";
  EXPECT_EQ(keep_at("2026-03-03T23:59"), 0);
  const auto nodes = town.count("organisations");
  EXPECT_EQ(keep_at("2026-03-04T00:10"), nodes);
  EXPECT_EQ(keep_at("2026-03-04T00:11"), 0);
  EXPECT_EQ(keep_at("2026-03-05T00:10"), nodes);
  EXPECT_THAT(days("city"), ElementsAre("2026-03-03", "2026-03-04"));
  EXPECT_THAT(days("school"), ElementsAre("2026-03-03", "2026-03-04"));
}

TEST_F(FiguresOfDays, SayWhatWasTrueThen) {
  keep(town.store);
  const auto id = found();
  moved("safety", id, "assess", lec(6, 6, 7));
  auto answer = good();
  answer.happened_at = "2026-03-03T07:20:00+08:00";
  ASSERT_TRUE(give("teacher", answer, {}, "daily_inspection", "2026-03-03"));
  keep_at("2026-03-04T00:10");
  usecases::DutySums duty_sums(town.store, town.zone, town.calendars);
  town.store.read([&](usecases::Reader& reader) { duty_sums.rebuild(reader); });
  for (const auto* where : {"school", "middle", "east", "west", "far", "city"}) {
    const auto day = day_of(where, "2026-03-03");
    EXPECT_EQ(day.as_of, "2026-03-04T00:10:00.000+08:00");
    // The list of that day says the same.
    auto listed = town.read([&](usecases::Reader& reader) {
      return usecases::figures_at(reader, town.as("leader"), duty_sums, town.places.at(where),
                                  *parse_day("2026-03-03"));
    });
    ASSERT_TRUE(listed) << key(listed);
    EXPECT_EQ(json::serialize(write(day.tasks)), json::serialize(write(*listed))) << where;
    usecases::StandingFigures stands;
    town.read([&](usecases::Reader& reader) {
      return standings.with(reader, town.now, [&](const standing::Matrix& matrix) {
        for (const auto& counts : matrix.counts(town.places.at(where))) {
          stands.kept += counts[1];
          stands.due_soon += counts[2];
          stands.late += counts[3];
          stands.missing += counts[4];
        }
        return true;
      });
    });
    EXPECT_EQ(json::serialize(write(day.standing)), json::serialize(write(stands))) << where;
  }
  const auto city = day_of("city", "2026-03-03"), school = day_of("school", "2026-03-03");
  EXPECT_EQ(city.tasks.done, 1);
  EXPECT_GT(city.tasks.missed, school.tasks.missed);
  ASSERT_TRUE(city.clauses);
  EXPECT_FALSE(school.clauses);
  std::int64_t kept = 0;
  for (const auto& [clause, figures] : *city.clauses) kept += figures.kept;
  EXPECT_EQ(kept, city.standing.kept);
  for (const auto* where : {"school", "east", "city"}) {
    const auto hazards = day_of(where, "2026-03-03").loops.at("hazard");
    EXPECT_EQ(hazards.open.at("orange"), 1) << where;
    EXPECT_EQ(hazards.opened, 1) << where;
    EXPECT_EQ(hazards.closed, 0) << where;
  }
  EXPECT_FALSE(day_of("far", "2026-03-03").loops.contains("hazard"));
  EXPECT_FALSE(day_of("west", "2026-03-03").loops.contains("hazard"));
}

TEST_F(FiguresOfDays, NeverChange) {
  keep(town.store);
  keep_at("2026-03-04T00:10");
  const auto before = rows();
  auto answer = good();
  answer.happened_at = "2026-03-03T07:40:00+08:00";
  ASSERT_TRUE(give("teacher", answer, {}, "daily_inspection", "2026-03-03"));
  keep_at("2026-03-04T00:20");
  EXPECT_EQ(rows(), before);
}

TEST_F(FiguresOfDays, AreAbsentForDaysOnWhichNobodyWasThere) {
  keep(town.store);
  keep_at("2026-03-04T00:10");
  keep_at("2026-03-09T09:00");
  keep_at("2026-03-10T00:10");
  EXPECT_THAT(days("city"), ElementsAre("2026-03-03", "2026-03-09"));
  const auto found = trend("leader", "city", "2026-02-20", "2026-03-31");
  ASSERT_TRUE(found);
  ASSERT_THAT(found->gaps, SizeIs(1)) << "before the first day there is no gap";
  EXPECT_EQ(found->gaps[0].from, "2026-03-04");
  EXPECT_EQ(found->gaps[0].to, "2026-03-08");
  const auto part = trend("leader", "city", "2026-03-06", "2026-03-07");
  ASSERT_TRUE(part);
  EXPECT_THAT(part->items, IsEmpty());
  ASSERT_THAT(part->gaps, SizeIs(1));
  EXPECT_EQ(part->gaps[0].from, "2026-03-06");
  EXPECT_EQ(part->gaps[0].to, "2026-03-07");
}

TEST_F(FiguresOfDays, AreNotTakenOnceTheNextDayIsUnderWay) {
  keep(town.store);
  EXPECT_EQ(keep_at("2026-03-04T09:00"), 0);
  EXPECT_THAT(days("city"), IsEmpty());
  EXPECT_GT(keep_at("2026-03-05T05:59"), 0);
  EXPECT_THAT(days("city"), ElementsAre("2026-03-04"));
}

TEST_F(FiguresOfDays, AreTakenOnceHoweverOftenItIsKilledInBetween) {
  keep(town.store);
  found();
  keep_at("2026-03-04T00:10");
  const auto wanted = rows();
  forget("2026-03-02");
  int killed = 0;
  for (int statements = 0;; ++statements) {
    BreakingStore breaking(town.store, statements);
    try {
      keep(breaking);
      break;
    } catch (const Killed&) {
      ++killed;
    }
    ASSERT_LT(statements, 4000);
  }
  EXPECT_GT(killed, 3);
  EXPECT_EQ(keep(town.store), 0);
  EXPECT_EQ(rows(), wanted);
}

TEST_F(FiguresOfDays, AreTakenOnceWhenTwoTakeThem) {
  keep(town.store);
  found();
  keep_at("2026-03-04T00:10");
  const auto wanted = rows();
  const auto nodes = town.count("daily_figures");
  for (int round = 0; round < 5; ++round) {
    forget("2026-03-02");
    std::int64_t counts[2] = {0, 0};
    {
      std::thread other([&] { counts[1] = keep(town.store); });
      counts[0] = keep(town.store);
      other.join();
    }
    EXPECT_EQ(counts[0] + counts[1], nodes);
    EXPECT_EQ(rows(), wanted);
  }
}

TEST_F(FiguresOfDays, AreReadByWhoMayReadTheWholeOfThem) {
  keep(town.store);
  keep_at("2026-03-04T00:10");
  EXPECT_EQ(key(trend("principal", "school")), "taken");
  EXPECT_EQ(key(trend("principal", "middle")), "authority.forbidden");
  EXPECT_EQ(key(trend("principal", "east")), "authority.forbidden");
  EXPECT_EQ(key(trend("guard", "school")), "authority.forbidden");
  EXPECT_EQ(key(trend("officer", "east")), "taken");
  EXPECT_EQ(key(trend("officer", "west")), "authority.forbidden");
  EXPECT_EQ(key(trend("officer", "city")), "authority.forbidden");
  EXPECT_EQ(key(trend("leader", "city")), "taken");
  EXPECT_EQ(key(trend("leader", "city", "2026-03-05", "2026-03-04")), "calendar.too_long");
  EXPECT_EQ(key(trend("leader", "city", "2020-03-05")), "calendar.too_long");
  EXPECT_EQ(key(trend("leader", "city", "yesterday")), "time.day_malformed");
}

TEST_F(FiguresOfDays, GoIntoATable) {
  keep(town.store);
  moved("safety", found(), "assess", lec(6, 6, 7));
  keep_at("2026-03-04T00:10");
  auto text = town.read([&](usecases::Reader& reader) {
    return usecases::trend_as_csv(reader, town.as("officer"), town.places.at("east"), {}, {});
  });
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("day,as_of,organisation,tasks_expected"));
  EXPECT_THAT(*text, HasSubstr("hazard_open_orange"));
  EXPECT_THAT(*text, HasSubstr("2026-03-03,2026-03-04T00:10:00.000+08:00,"));
}

}  // namespace
}  // namespace anxiao::app
